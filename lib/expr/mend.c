/* Builtins that end the program, or hide an error (mend.h). */
#include "base/ascii.h"
#include "base/text.h"
#include "expr/mend.h"

struct mending {
	const char *definitions;
	const char *word[6]; /* any of which in a text calls for them */
	bool empty; /* only if the pattern behind it may match nothing */
};

/*
 * The remainder by -1 goes to the processor, which for numbers beyond 2^63
 * raises a signal; it is 0 for all others.  Arguments in jq's order, the
 * right one outside.
 */
static const char remainders[] =
    "def __hitl_mod(a; b): a % b;\n"
    "def _mod(a; b): b as $b | a as $a\n"
    "| if ($a | type) == \"number\" and ($b | type) == \"number\"\n"
    "and $b > -2 and $b <= -1 then 0 else __hitl_mod($a; $b) end;\n";

/*
 * A time that the C library has no date for is an error, which strftime does
 * not look for before it takes the date apart.
 */
static const char dates[] =
    "def __hitl_strftime(f): strftime(f);\n"
    "def strftime(f): . as $t | f as $f\n"
    "| if ($t | type) == \"number\" then $t | gmtime else $t end\n"
    "| __hitl_strftime($f);\n"
    "def __hitl_strflocaltime(f): strflocaltime(f);\n"
    "def strflocaltime(f): . as $t | f as $f\n"
    "| if ($t | type) == \"number\" then $t | localtime else $t end\n"
    "| __hitl_strflocaltime($f);\n"
    "def todateiso8601: strftime(\"%Y-%m-%dT%H:%M:%SZ\");\n"
    "def todate: todateiso8601;\n"
    "def date: todate;\n";

/*
 * An error whose message is null is taken for no output at all, which no try
 * sees: a rule that errs would only not hold.
 */
static const char errors[] =
    "def __hitl_error(m): error(m);\n"
    "def error(m): m | if . == null then \"null is no message\" else . end\n"
    "| __hitl_error(.);\n"
    "def error: error(.);\n";

/*
 * The size of an array is an int, and its overflow a write out of bounds: no
 * index is larger than a line of input is long.
 */
static const char indexes[] =
    "def __hitl_path: if any(.[]?; type == \"number\" and . >= 67108864)\n"
    "then error(\"array index too large\") else . end;\n"
    "def __hitl_paths(p): path(p) as $p | getpath($p | __hitl_path);\n"
    "def __hitl_setpath(p; v): setpath(p; v);\n"
    "def setpath(p; v): p as $p | v as $v\n"
    "| __hitl_setpath($p | __hitl_path; $v);\n"
    "def __hitl_assign(p; v): _assign(p; v);\n"
    "def _assign(p; v): v as $v | __hitl_assign(__hitl_paths(p); $v);\n"
    "def __hitl_modify(p; f): _modify(p; f);\n"
    "def _modify(p; f): __hitl_modify(__hitl_paths(p); f);\n";

/*
 * All matches of what may match nothing, in a text beyond ASCII: the search
 * goes on in the middle of a character, and what counts characters runs off
 * the end of the text.  So there each match is searched for by itself: behind
 * as many characters as are done with, from the beginning of the text, so
 * that looking behind works; the first one as it is, which also says whether
 * it is a pattern at all.  Oniguruma's repeats end at 100,000, which is an
 * error then.  What jq builds upon match is built upon this one.
 */
static const char matches[] =
    "def __hitl_wide(f): (f | type) == \"string\" and (f | contains(\"g\"))\n"
    "and type == \"string\" and length != utf8bytelength;\n"
    "def __hitl_match(re; f): match(re; f);\n"
    "def __hitl_match(v): match(v);\n"
    "def __hitl_each(re; f): re as $re | f as $f | . as $s | length as $n\n"
    "| if $f | contains(\"l\")\n"
    "then error(\"the longest of all matches, beyond ASCII\") else . end\n"
    "| ($f | explode | map(select(. != 103)) | implode) as $f1\n"
    "| (if $f | contains(\"x\") then \"\\n\" else \"\" end) as $tail\n"
    "| def each: ($f | contains(\"n\") | not) as $empty\n"
    "| .[0] | select(. != null) | select(.length > 0 or $empty),\n"
    "((.offset + (if .length > 0 then .length else 1 end)) as $at\n"
    "| if $at < $n then [$s | __hitl_match(\n"
    "\"\\\\A[\\\\s\\\\S]{\\($at),}?\\\\K(?:\\($re)\\($tail))\"; $f1)] | each\n"
    "else empty end); [$s | __hitl_match($re; $f1)] | each;\n"
    "def match(re; f): re as $re | f as $f | if __hitl_wide($f)\n"
    "then __hitl_each($re; $f) else __hitl_match($re; $f) end;\n"
    "def match(v): v as $v | if ($v | type) == \"array\" and ($v | length) > "
    "1\n"
    "then match($v[0]; $v[1]) else __hitl_match($v) end;\n"
    "def scan(re): match(re; \"g\")\n"
    "| if .captures == [] then .string else [.captures[].string] end;\n"
    "def __hitl_named: [.captures[] | select(.name != null)\n"
    "| {key: .name, value: .string}] | from_entries;\n"
    "def __hitl_capture(re; f): capture(re; f);\n"
    "def __hitl_capture(v): capture(v);\n"
    "def capture(re; f): re as $re | f as $f | if __hitl_wide($f)\n"
    "then match($re; $f) | __hitl_named else __hitl_capture($re; $f) end;\n"
    "def capture(v): v as $v | if ($v | type) == \"array\"\n"
    "and ($v | length) > 1 then capture($v[0]; $v[1])\n"
    "else __hitl_capture($v) end;\n"
    "def __hitl_split(re; f): split(re; f);\n"
    "def split(re; f): re as $re | f as $f | if __hitl_wide(\"g\")\n"
    "then . as $s | [0, (match($re; \"g\" + $f) | .offset, .offset + "
    ".length),\n"
    "($s | length)] as $at | [range(0; $at | length; 2)\n"
    "| $s[$at[.]:$at[. + 1]]] else __hitl_split($re; $f) end;\n"
    "def splits(re; f): split(re; f) | .[];\n"
    "def splits(re): splits(re; null);\n"
    "def __hitl_put($m; str): . as $s\n"
    "| def from($i; $at): if $i == ($m | length) then $s[$at:] else\n"
    "($m[$i] | __hitl_named | str) as $new | $s[$at:$m[$i].offset] + $new\n"
    "+ from($i + 1; $m[$i].offset + $m[$i].length) end; from(0; 0);\n"
    "def __hitl_sub(re; str; f): sub(re; str; f);\n"
    "def sub(re; str; f): re as $re | f as $f | if __hitl_wide($f)\n"
    "then __hitl_put([match($re; $f)]; str) else __hitl_sub($re; str; $f) "
    "end;\n"
    "def __hitl_gsub(re; str; f): gsub(re; str; f);\n"
    "def gsub(re; str; f): re as $re | f as $f | if __hitl_wide(\"g\")\n"
    "then __hitl_put([match($re; $f + \"g\")]; str)\n"
    "else __hitl_gsub($re; str; $f) end;\n"
    "def gsub(re; str): gsub(re; str; \"\");\n";

/*
 * Whether what stands behind the name of a function is a pattern that matches
 * nothing but words: one or several, of which any will do.  Blanks may be left
 * out of it by a flag.
 */
static bool
is_words(struct str call)
{
	const char *s = call.s, *end = call.s + call.n;
	bool word = false; /* since the last | */

	if (!str_has_prefix(call, STR("(\"")))
		return false;
	for (s += 2; s < end && *s != '"'; s++)
		if (ascii_is_word(*s))
			word = true;
		else if (*s == '|' && word)
			word = false;
		else if (*s != ' ' && *s != '-')
			return false;
	return word && end - s > 1 && (s[1] == ')' || s[1] == ';');
}

static bool
is_called_for(const struct mending *m, struct str expressions)
{
	const char *end = expressions.s + expressions.n;

	for (size_t i = 0; m->word[i] != NULL; i++) {
		struct str rest = expressions;
		while ((rest.s = memmem(rest.s, rest.n, m->word[i],
			    strlen(m->word[i]))) != NULL) {
			rest.s += strlen(m->word[i]);
			rest.n = (size_t)(end - rest.s);
			if (!m->empty || !is_words(rest))
				return true;
		}
	}
	return false;
}

void
mend(struct str expressions, struct buf *out)
{
	static const struct mending list[] = {
		{ errors, { "error", "=", "setpath", "match", "sub" }, false },
		{ indexes, { "=", "setpath" }, false },
		{ remainders, { "%" }, false },
		{ dates, { "strf", "date" }, false },
		{ matches, { "match", "scan", "capture", "split", "sub" },
		    true },
	};

	for (size_t i = 0; i < LENGTH(list); i++)
		if (is_called_for(&list[i], expressions))
			buf_cstr(out, list[i].definitions);
}
