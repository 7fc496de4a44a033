/* The plain paths of an expression (paths.h). */
#include <string.h>

#include "base/array.h"
#include "base/ascii.h"
#include "expr/paths.h"

enum { DEPTH = 256 };

/* What is between two brackets, or between if and end. */
struct level {
	char bracket; /* 'i': if */
	bool start; /* its input is that of the whole expression */
	bool own; /* and so it is here, where no pipe stands before */
	bool as; /* the next pipe only ends a binding: .a as $x | .b */
	bool first; /* only the first argument gets that input */
};

struct search {
	struct str text;
	size_t i;
	struct level level[DEPTH];
	size_t depth; /* of the innermost one */
	struct str word; /* that came last; or else empty */
	char last; /* no blank */
	bool lost; /* all that follows is left out */
};

static bool
is_any(char c, const char *of)
{
	return c != '\0' && strchr(of, c) != NULL;
}

static bool
is_one_of(struct str word, const char *const list[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(word, str_of(list[i])))
			return true;
	return false;
}

/* The length of the plain path at the front of s, 0: there is none. */
static size_t
path_length(const char *s, size_t n)
{
	size_t i = 0, end = 0;

	while (i + 1 < n && s[i] == '.' && ascii_is_word(s[i + 1]) &&
	       !ascii_is_digit(s[i + 1])) {
		for (i++; i < n && ascii_is_word(s[i]); i++)
			;
		end = i;
	}
	return end;
}

/* Behind the text that begins at the quote at s->text.s[i]. */
static size_t
string_end(const struct search *s, size_t i)
{
	for (i++; i < s->text.n && s->text.s[i] != '"'; i++)
		i += s->text.s[i] == '\\';
	return i < s->text.n ? i + 1 : s->text.n;
}

/* Whether a call has more than one argument; `i` is behind its bracket. */
static bool
has_two(const struct search *s, size_t i)
{
	size_t depth = 0;

	while (i < s->text.n) {
		char c = s->text.s[i];
		if (c == ';' && depth == 0)
			return true;
		if (is_any(c, "([{"))
			depth++;
		if (is_any(c, ")]}") && depth-- == 0)
			return false;
		i = c == '"' ? string_end(s, i) : i + 1;
	}
	return false;
}

static void
push(struct search *s, struct level l)
{
	if (s->depth + 1 == DEPTH)
		s->lost = true;
	else
		s->level[++s->depth] = l;
}

/* Brackets that hold arguments may give them another input. */
static void
open_bracket(struct search *s, char c)
{
	static const char *const keywords[] = { "and", "or", "if", "then",
		"elif", "else", "try", "catch", "reduce", "foreach" };
	static const char *const same_input[] = { "select", "has", "contains",
		"inside", "IN", "index", "rindex", "indices", "startswith",
		"endswith", "test", "ltrimstr", "rtrimstr", "range", "first",
		"last", "limit", "isempty" };
	static const char *const same_at_first[] = { "any", "all" };
	struct level *above = &s->level[s->depth];
	struct level l = { .bracket = c, .start = above->own };

	if (c == '(' && is_any(s->last, "$]}")) {
		l.start = false; /* reduce .a[] as $x (here) */
		above->as = false;
	} else if (c == '(' && s->word.n > 0 &&
		   !is_one_of(s->word, keywords, LENGTH(keywords))) {
		l.first =
		    is_one_of(s->word, same_at_first, LENGTH(same_at_first));
		if (l.first
			? !has_two(s, s->i + 1)
			: !is_one_of(s->word, same_input, LENGTH(same_input)))
			l.start = false;
	}
	l.own = l.start;
	push(s, l);
}

static void
mark(struct search *s, char c)
{
	struct level *l = &s->level[s->depth];

	if (is_any(c, "([{")) {
		open_bracket(s, c);
	} else if (is_any(c, ")]}") && s->depth > 0) {
		s->depth--;
	} else if (c == '|') {
		l->own &= l->as;
		l->as = false;
	} else if (c == ';' || (c == ',' && l->bracket == '{')) {
		l->own = l->start && !(c == ';' && l->first);
		l->as = false;
	}
}

static void
take_word(struct search *s, struct str word)
{
	static const char *const parts[] = { "then", "elif", "else" };
	static const char *const bindings[] = { "as", "label" };
	struct level *l = &s->level[s->depth];

	if (str_eq(word, STR("def"))) {
		s->lost = true;
	} else if (is_one_of(word, bindings, LENGTH(bindings))) {
		l->as = true;
	} else if (str_eq(word, STR("catch"))) {
		l->own = false;
	} else if (str_eq(word, STR("if"))) {
		push(s, (struct level){
			    .bracket = 'i', .start = l->own, .own = l->own });
	} else if (l->bracket == 'i' && str_eq(word, STR("end"))) {
		s->depth--;
	} else if (is_one_of(word, parts, LENGTH(parts))) {
		l->own = l->start;
		l->as = false;
	}
	s->word = word;
}

static size_t
word_length(struct str text, size_t i)
{
	size_t n = 0;

	while (i + n < text.n && ascii_is_word(text.s[i + n]))
		n++;
	return n;
}

void
paths_each(
    struct str text, void (*found)(void *state, struct str path), void *state)
{
	struct search s = { .text = text,
		.level[0] = { .start = true, .own = true } };

	while (s.i < text.n && !s.lost) {
		const char *at = text.s + s.i;
		size_t n = 1;
		if (ascii_is_blank(*at)) {
			s.i++;
			continue;
		}
		if (*at == '"') {
			n = string_end(&s, s.i) - s.i;
		} else if (*at == '$') {
			n += word_length(text, s.i + 1);
		} else if (*at == '#') {
			const char *end = memchr(at, '\n', text.n - s.i);
			n = end == NULL ? text.n - s.i : (size_t)(end - at);
		} else if (ascii_is_word(*at)) {
			n = word_length(text, s.i);
			take_word(&s, (struct str){ at, n });
		} else if (*at == '.' &&
			   (n = path_length(at, text.n - s.i)) > 0) {
			bool after = s.i > 0 && (ascii_is_word(at[-1]) ||
						    is_any(at[-1], "])}\"?."));
			if (!after && s.level[s.depth].own)
				found(state, (struct str){ at, n });
		} else {
			mark(&s, *at);
			n = 1;
		}
		if (!ascii_is_word(*at))
			s.word = (struct str){ 0 };
		s.last = *at;
		s.i += n;
	}
}
