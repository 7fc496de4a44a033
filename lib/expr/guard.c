/*
 * What an expression may not say (guard.h): a lexer for jq's tokens, as far
 * as names, strings with \( ) in them, comments and brackets are concerned.
 */
#include <string.h>

#include "base/ascii.h"
#include "expr/guard.h"

enum { NESTING_MAX = 256 };

struct guard {
	const char *p, *end;
	char open[NESTING_MAX]; /* ( [ { and " for \( */
	size_t depth;
};

static const char *const refused[] = {
	"$ENV",
	"$__prog_args",
	"debug",
	"env",
	"get_jq_origin",
	"get_prog_origin",
	"get_search_list",
	"halt",
	"halt_error",
	"import",
	"include",
	"input",
	"input_filename",
	"input_line_number",
	"inputs",
	"modulemeta",
	"stderr",
};

static int
push(struct guard *g, char c, struct err *e)
{
	if (g->depth == NESTING_MAX)
		return err_set(e, STATUS_USAGE, "nested too deeply");
	g->open[g->depth++] = c;
	return 0;
}

/* Behind the opening quote, or behind the ) of an interpolation. */
static int
string_part(struct guard *g, struct err *e)
{
	while (g->p < g->end) {
		char c = *g->p++;
		if (c == '"')
			return 0;
		if (c != '\\' || g->p == g->end)
			continue;
		if (*g->p++ == '(')
			return push(g, '"', e);
	}
	return err_set(e, STATUS_USAGE, "a string has no end");
}

static int
closing(struct guard *g, char c, struct err *e)
{
	char open = g->depth == 0 ? '\0' : g->open[--g->depth];

	if (c == ')' && open == '"')
		return string_part(g, e);
	if ((c == ')' && open == '(') || (c == ']' && open == '[') ||
	    (c == '}' && open == '{'))
		return 0;
	return err_set(e, STATUS_USAGE, "'%c' closes nothing", c);
}

/* A key of an object in the making, { env: 1 }, calls nothing. */
static bool
is_object_key(const struct guard *g)
{
	const char *p = g->p;

	if (g->depth == 0 || g->open[g->depth - 1] != '{')
		return false;
	while (p < g->end && (*p == ' ' || *p == '\t' || *p == '\n'))
		p++;
	return p < g->end && *p == ':';
}

/*
 * To jq 1.6 a $ and its name are two tokens, with room for blanks and comments
 * between: nobody writes that but to get by.
 */
static int
name(struct guard *g, const char *start, struct err *e)
{
	bool variable = *start == '$';
	struct str word;

	if (variable &&
	    (g->p == g->end || !ascii_is_word(*g->p) || ascii_is_digit(*g->p)))
		return err_set(
		    e, STATUS_USAGE, "a $ has no name right behind it");
	while (g->p < g->end && ascii_is_word(*g->p))
		g->p++;
	word = (struct str){ start, (size_t)(g->p - start) };
	if (str_has_prefix(word, STR("__hitl")))
		return err_set(e, STATUS_USAGE, "names in __hitl are taken");
	for (size_t i = 0; i < LENGTH(refused); i++)
		if (str_eq(word, str_of(refused[i])) &&
		    (variable || !is_object_key(g)))
			return err_set(e, STATUS_USAGE,
			    "%s is not allowed here: an expression sees its "
			    "record only",
			    refused[i]);
	return 0;
}

/*
 * Behind the #.  What versions of jq do not agree on is refused: whether a CR
 * ends it, and whether it goes on behind a line's end with a \ before.
 */
static int
comment(struct guard *g, struct err *e)
{
	char last = '\0';

	for (; g->p < g->end && *g->p != '\n'; g->p++) {
		bool ends = g->end - g->p > 1 && g->p[1] == '\n';
		if (*g->p == '\r' && !ends)
			return err_set(
			    e, STATUS_USAGE, "a carriage return in a comment");
		if (*g->p != '\r')
			last = *g->p;
	}
	if (last == '\\')
		return err_set(
		    e, STATUS_USAGE, "a comment's line ends in a backslash");
	return 0;
}

static int
token(struct guard *g, struct err *e)
{
	const char *start = g->p++;

	switch (*start) {
	case '#': return comment(g, e);
	case '"': return string_part(g, e);
	case '(':
	case '[':
	case '{': return push(g, *start, e);
	case ')':
	case ']':
	case '}': return closing(g, *start, e);
	case '.':
		if (g->p < g->end && ascii_is_word(*g->p))
			while (g->p < g->end && ascii_is_word(*g->p))
				g->p++; /* a field, whatever its name */
		return 0;
	default:
		return *start == '$' || ascii_is_word(*start)
			   ? name(g, start, e)
			   : 0;
	}
}

int
expr_guard(struct str text, struct err *e)
{
	struct guard g = { .p = text.s, .end = text.s + text.n };

	if (str_trim(text).n == 0)
		return err_set(e, STATUS_USAGE, "is empty");
	/* libjq would not see what is behind it */
	if (memchr(text.s, '\0', text.n) != NULL)
		return err_set(e, STATUS_USAGE, "has a NUL byte");
	while (g.p < g.end)
		if (token(&g, e) == -1)
			return -1;
	if (g.depth > 0)
		return err_set(e, STATUS_USAGE, "'%c' is never closed",
		    g.open[g.depth - 1]);
	return 0;
}
