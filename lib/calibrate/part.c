/* A record's part of a log (part.h). */
#include <stdlib.h>

#include "base/ascii.h"
#include "calibrate/part.h"
#include "policy/fieldvalue.h"

static const struct hash_key keys[] = {
	[DIVISION_PARTS] = { "hitl part of log" },
	[DIVISION_FOLDS] = { "hitl fold of log" },
};

void
part_use(struct policy *p)
{
	policy_use_field(p, FIELD_ID);
}

uint32_t
part_of(struct evaluator *ev, const struct policy *p, const struct record *r,
    enum division division, uint32_t parts)
{
	struct str text = r->line;

	if (!field_name(ev, p, r, FIELD_ID, &text) &&
	    division == DIVISION_PARTS)
		return PART_NONE;
	return (uint32_t)(siphash(&keys[division], text) % parts);
}

int
part_parse(const char *text, struct part *p, struct err *e)
{
	char *end;
	unsigned long k = strtoul(text, &end, 10), n = 0;

	if (end != text && *end == '/' && ascii_is_digit(end[1]))
		n = strtoul(end + 1, &end, 10);
	if (n < 2 || n > 1000 || *end != '\0' || k < 1 || k > n)
		return err_set(e, STATUS_USAGE,
		    "--part: %s: K/N is expected, 1/2 for the first half "
		    "(N at most 1000)",
		    text);
	*p = (struct part){ (uint32_t)k - 1, (uint32_t)n };
	return 0;
}

bool
part_takes(const struct part *p, struct evaluator *ev,
    const struct policy *policy, const struct record *r, uint64_t *without_id)
{
	uint32_t part;

	if (p->n == 0)
		return true;
	part = part_of(ev, policy, r, DIVISION_PARTS, p->n);
	*without_id += part == PART_NONE;
	return part == p->k;
}
