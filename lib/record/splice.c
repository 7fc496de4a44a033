/* Adds one member to a record (splice.h). */
#include "base/ascii.h"
#include "record/splice.h"

/* Whether nothing but blanks stands between { and the } at `end`. */
static bool
is_empty_object(struct str line, size_t end)
{
	while (end > 0 && ascii_is_blank(line.s[end - 1]))
		end--;
	return line.s[end - 1] == '{'; /* no value ends in one */
}

size_t
splice_begin(
    struct buf *out, struct str line, struct str key, const struct value *old)
{
	size_t at;

	buf_reserve(out, line.n + key.n + 8);
	if (old->type != JSON_ABSENT) {
		at = (size_t)(old->text.s - line.s);
		buf_add(out, line.s, at);
		return at + old->text.n;
	}
	for (at = line.n; line.s[at - 1] != '}';)
		at--;
	buf_add(out, line.s, --at);
	if (!is_empty_object(line, at))
		buf_char(out, ',');
	buf_char(out, '"');
	buf_str(out, key);
	buf_cstr(out, "\":");
	return at;
}

void
splice_end(struct buf *out, struct str line, size_t resume)
{
	buf_add(out, line.s + resume, line.n - resume);
}

void
splice(struct buf *out, struct str line, struct str key,
    const struct value *old, struct str value)
{
	size_t resume = splice_begin(out, line, key, old);

	buf_str(out, value);
	splice_end(out, line, resume);
}
