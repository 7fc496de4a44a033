/* Builtins that end the program (mend.h). */
#include "base/text.h"
#include "expr/mend.h"

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

void
mend(struct str expressions, struct buf *out)
{
	static const struct {
		const char *word, *definitions;
	} list[] = {
		{ "%", remainders },
		{ "strf", dates },
		{ "date", dates },
	};
	const char *last = NULL;

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
		if (list[i].definitions == last ||
		    memmem(expressions.s, expressions.n, list[i].word,
			strlen(list[i].word)) == NULL)
			continue;
		last = list[i].definitions;
		buf_cstr(out, last);
	}
}
