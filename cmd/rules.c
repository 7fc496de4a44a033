/* Which options go together (options.h). */
#include "options.h"

/* Of every command that reads lines of CSV. */
static const struct option_rule common[] = {
	{ OPTION_DELIMITER, .with = { OPTION_CSV } },
	{ 0 },
};

static bool
is_given(const struct options_given *g, int id)
{
	if (id == OPTION_FILES)
		return g->files;
	for (size_t i = 0; i < g->nall; i++)
		if (g->all[i]->id == id)
			return g->given[i];
	return false;
}

/* "--output" of 'o'. */
static void
add_name(const struct options_given *g, int id, struct buf *out)
{
	if (id == OPTION_FILES)
		buf_cstr(out, "FILEs");
	for (size_t i = 0; i < g->nall; i++)
		if (g->all[i]->id == id)
			buf_printf(out, "--%s", g->all[i]->name);
}

/* "--a goes with --b", "--a and --b do not go together" */
static int
refuse(const struct options_given *g, int id, const char *with,
    const int *others, size_t n, const char *end, struct err *e)
{
	struct buf text = { 0 };

	add_name(g, id, &text);
	for (size_t i = 0; i < n && others[i] != 0; i++) {
		buf_cstr(&text, i == 0 ? with : " or ");
		add_name(g, others[i], &text);
	}
	err_set(e, STATUS_USAGE, "%.*s%s", (int)text.n, text.s, end);
	buf_release(&text);
	return -1;
}

static bool
has_one(const struct options_given *g, const int *ids)
{
	bool one = *ids == 0;

	for (size_t i = 0; i < OPTION_RULE_MOST && ids[i] != 0; i++)
		one |= is_given(g, ids[i]);
	return one;
}

static int
apply(const struct options_given *g, const struct option_rule *rule,
    struct err *e)
{
	if (!has_one(g, rule->with))
		return refuse(g, rule->id, " goes with ", rule->with,
		    OPTION_RULE_MOST, "", e);
	for (size_t i = 0; i < OPTION_RULE_MOST && rule->without[i] != 0; i++)
		if (is_given(g, rule->without[i]))
			return refuse(g, rule->id, " and ", &rule->without[i],
			    1, " do not go together", e);
	return 0;
}

int
rules_check(
    const struct options_given *g, const struct option_rule *own, struct err *e)
{
	for (; own != NULL && own->id != 0; own++)
		if (is_given(g, own->id) && apply(g, own, e) == -1)
			return -1;
	for (own = common; own->id != 0; own++)
		if (is_given(g, own->id) && apply(g, own, e) == -1)
			return -1;
	return 0;
}
