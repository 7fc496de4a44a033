/*
 * From text to tree (native.h): a parser by precedence, as in jq 1.6's
 * grammar.  It gives up at the first thing that it does not know.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ascii.h"
#include "expr/native_tree.h"
#include "record/json_scan.h"
#include "record/number.h"

enum { DEPTH_MAX = 200, NODES_MAX = 1000, NUMBER_ROOM = 64 };

/*
 * What . means at a place: the record followed by a path, or, behind
 * anything else, a value without known places in it.
 */
struct context {
	bool known;
	struct path path;
};

struct parser {
	const char *p, *end;
	struct arena *arena;
	int depth, nodes;
};

static struct native *parse_pipe(struct parser *, const struct context *);

static struct native *
new_node(struct parser *s, enum native_op op)
{
	struct native *n = arena_new(s->arena, struct native, 1);

	n->op = op;
	s->nodes++;
	return n;
}

/* A chain of operators is evaluated as deep as it is long. */
static bool
is_too_long(const struct parser *s)
{
	return s->nodes > NODES_MAX;
}

/* jq 1.6 has no blank in a CR. */
static bool
is_blank(char c)
{
	return ascii_is_blank(c) && c != '\r';
}

static void
skip_blanks(struct parser *s)
{
	while (s->p < s->end && is_blank(*s->p))
		s->p++;
}

static char
peek(struct parser *s)
{
	skip_blanks(s);
	return s->p < s->end ? *s->p : '\0';
}

static bool
eat(struct parser *s, char c)
{
	if (peek(s) != c || s->p == s->end)
		return false;
	s->p++;
	return true;
}

/* The operator of these characters, and no longer one that begins so. */
static bool
eat_operator(struct parser *s, const char *op, const char *not_followed)
{
	size_t n = strlen(op);

	skip_blanks(s);
	if ((size_t)(s->end - s->p) < n || memcmp(s->p, op, n) != 0)
		return false;
	if (s->p + n < s->end && strchr(not_followed, s->p[n]) != NULL)
		return false;
	s->p += n;
	return true;
}

static struct str
peek_word(struct parser *s)
{
	const char *q;

	skip_blanks(s);
	q = s->p;
	if (q < s->end && !ascii_is_digit(*q))
		while (q < s->end && ascii_is_word(*q))
			q++;
	return (struct str){ s->p, (size_t)(q - s->p) };
}

static bool
eat_word(struct parser *s, const char *word)
{
	if (!str_eq(peek_word(s), str_of(word)))
		return false;
	s->p += strlen(word);
	return true;
}

/* A string without interpolation, as JSON has it too. */
static bool
read_string(struct parser *s, struct term *t)
{
	const char *start = s->p;
	struct str text;
	struct json_error e;
	enum json_type type;
	struct value v;

	for (s->p++; s->p < s->end && *s->p != '"'; s->p++)
		if (*s->p == '\\' && ++s->p < s->end && *s->p == '(')
			return false;
	if (s->p >= s->end)
		return false;
	s->p++;
	text = (struct str){ start, (size_t)(s->p - start) };
	if (json_check(&text, s->arena, &type, &e) == -1)
		return false;
	v = (struct value){ text, type, memchr(text.s, '\\', text.n) != NULL };
	*t = (struct term){ .type = JSON_STRING,
		.form = TERM_STRING,
		.string = value_string(&v, s->arena) };
	/* C strings end at a NUL, and libjq has places where that shows */
	return memchr(t->string.s, '\0', t->string.n) == NULL;
}

static bool
read_number(struct parser *s, struct term *t)
{
	const char *start = s->p;
	struct str text;
	double x;

	if (s->p < s->end && *s->p == '-')
		s->p++;
	while (s->p < s->end && (ascii_is_word(*s->p) || *s->p == '.' ||
				    ((*s->p == '+' || *s->p == '-') &&
					(s->p[-1] == 'e' || s->p[-1] == 'E'))))
		s->p++;
	text = (struct str){ start, (size_t)(s->p - start) };
	if (text.n >= NUMBER_ROOM || !number_parse(text, &x) || x > 1e300 ||
	    x < -1e300)
		return false;
	*t = (struct term){
		.type = JSON_NUMBER, .form = TERM_NUMBER, .number = x
	};
	return true;
}

static bool
read_literal(struct parser *s, struct term *t)
{
	static const struct {
		const char *word;
		enum json_type type;
	} words[] = {
		{ "null", JSON_NULL },
		{ "false", JSON_FALSE },
		{ "true", JSON_TRUE },
	};
	char c = peek(s);

	if (c == '"')
		return read_string(s, t);
	if (ascii_is_digit(c))
		return read_number(s, t);
	if (c == '-') { /* binds less than * in jq: leave that to it */
		if (s->p + 1 == s->end || !ascii_is_digit(s->p[1]) ||
		    !read_number(s, t))
			return false;
		c = peek(s);
		return c != '*' && c != '/' && c != '%';
	}
	for (size_t i = 0; i < LENGTH(words); i++)
		if (eat_word(s, words[i].word)) {
			*t = (struct term){ .type = words[i].type,
				.form = TERM_SPAN,
				.span = { str_of(words[i].word), words[i].type,
				    false } };
			return true;
		}
	return false;
}

/* (literal, literal...) */
static bool
read_arguments(struct parser *s, struct native *n)
{
	size_t cap = 0;
	struct term *list = NULL;
	bool ok = eat(s, '(');

	while (ok) {
		VEC_ROOM(list, n->nliteral, cap);
		if (!(ok = read_literal(s, &list[n->nliteral])))
			break;
		n->nliteral++;
		if (eat(s, ')'))
			break;
		ok = eat(s, ',');
	}
	if (ok) {
		n->literal = arena_new(s->arena, struct term, n->nliteral);
		memcpy(n->literal, list, n->nliteral * sizeof(*list));
	}
	free(list);
	return ok;
}

/* One argument, which must be a string. */
static bool
read_string_argument(struct parser *s, struct native *n)
{
	return read_arguments(s, n) && n->nliteral == 1 &&
	       n->literal[0].type == JSON_STRING;
}

/*
 * A pattern of plain characters, or several with | between: what a search
 * for each of them answers as well.
 */
static bool
split_pattern(struct parser *s, struct native *n)
{
	struct str all = n->literal[0].string;
	size_t parts = 1, start = 0;

	for (size_t i = 0; i < all.n; i++) {
		char c = all.s[i];
		if (!ascii_is_word(c) &&
		    strchr(" ,:;<>=!@%&'\"~`/|-", c) == NULL)
			return false;
		parts += c == '|';
	}
	n->literal = arena_new(s->arena, struct term, parts);
	n->nliteral = 0;
	for (size_t i = 0; i <= all.n; i++)
		if (i == all.n || all.s[i] == '|') {
			if (i == start)
				return false; /* matches anything */
			n->literal[n->nliteral++] =
			    (struct term){ .type = JSON_STRING,
				    .form = TERM_STRING,
				    .string = { all.s + start, i - start } };
			start = i + 1;
		}
	return true;
}

/* The steps of `a` and then those of `b`. */
static struct path
join_paths(struct parser *s, const struct path *a, const struct path *b)
{
	struct path p = { arena_new(
			      s->arena, struct path_step, a->n + b->n + 1),
		a->n + b->n };

	if (a->n > 0)
		memcpy(p.step, a->step, a->n * sizeof(*a->step));
	if (b->n > 0)
		memcpy(p.step + a->n, b->step, b->n * sizeof(*b->step));
	return p;
}

static struct native *
parse_has(struct parser *s, const struct context *c)
{
	struct native *n = new_node(s, OP_HAS);
	struct path key = { NULL, 1 };

	if (!c->known || !read_string_argument(s, n))
		return NULL;
	key.step = arena_new(s->arena, struct path_step, 1);
	key.step[0] = (struct path_step){ .key = n->literal[0].string };
	n->path = join_paths(s, &c->path, &key);
	return n;
}

/* ( expression ) */
static struct native *
parse_group(struct parser *s, const struct context *c)
{
	struct native *n;

	if (!eat(s, '(') || (n = parse_pipe(s, c)) == NULL || !eat(s, ')'))
		return NULL;
	return n;
}

static struct native *
parse_builtin(struct parser *s, const struct context *c)
{
	static const struct {
		const char *name;
		enum native_op op;
		int arguments; /* 0; 1: a string; 2: literals */
	} builtins[] = {
		{ "not", OP_NOT, 0 },
		{ "length", OP_LENGTH, 0 },
		{ "type", OP_TYPE, 0 },
		{ "ascii_downcase", OP_DOWNCASE, 0 },
		{ "ascii_upcase", OP_UPCASE, 0 },
		{ "startswith", OP_STARTSWITH, 1 },
		{ "endswith", OP_ENDSWITH, 1 },
		{ "contains", OP_CONTAINS, 1 },
		{ "index", OP_INDEX, 1 },
		{ "test", OP_TEST, 1 },
		{ "IN", OP_IN, 2 },
	};
	struct native *n;

	if (eat_word(s, "has"))
		return parse_has(s, c);
	if (eat_word(s, "select")) {
		n = new_node(s, OP_SELECT);
		return (n->left = parse_group(s, c)) == NULL ? NULL : n;
	}
	for (size_t i = 0; i < LENGTH(builtins); i++) {
		if (!eat_word(s, builtins[i].name))
			continue;
		n = new_node(s, builtins[i].op);
		if (builtins[i].arguments == 0)
			return peek(s) == '(' ? NULL : n;
		if (builtins[i].arguments == 1 ? !read_string_argument(s, n)
					       : !read_arguments(s, n))
			return NULL;
		if (n->op == OP_INDEX && n->literal[0].string.n == 0)
			return NULL;
		return n->op != OP_TEST || split_pattern(s, n) ? n : NULL;
	}
	return NULL;
}

/* As long as the characters can be part of one path. */
static struct str
path_text(struct parser *s)
{
	const char *start = s->p;

	while (s->p < s->end) {
		if (*s->p == '"') {
			const char *q =
			    memchr(s->p + 1, '"', (size_t)(s->end - s->p - 1));
			if (q == NULL)
				break;
			s->p = q + 1;
		} else if (ascii_is_word(*s->p) ||
			   strchr(".[]?", *s->p) != NULL) {
			s->p++;
		} else {
			break;
		}
	}
	return (struct str){ start, (size_t)(s->p - start) };
}

static struct native *
parse_path(struct parser *s, const struct context *c)
{
	struct native *n = new_node(s, OP_PATH);
	struct path path;
	char b;

	if (!path_parse(path_text(s), s->arena, &path))
		return NULL;
	/* ?// is another operator; .a [0] and the like go on behind blanks */
	if (s->p < s->end && s->p[-1] == '?' && *s->p == '/')
		return NULL;
	b = peek(s);
	if (b == '.' || b == '[' || b == '"' || b == '?')
		return NULL;
	if (!c->known) {
		n->op = OP_CURRENT;
		return path.n == 0 ? n : NULL;
	}
	n->path = join_paths(s, &c->path, &path);
	return n;
}

static struct native *
parse_if(struct parser *s, const struct context *c)
{
	struct native *n = new_node(s, OP_IF);

	if ((n->left = parse_pipe(s, c)) == NULL || !eat_word(s, "then") ||
	    (n->right = parse_pipe(s, c)) == NULL)
		return NULL;
	if (eat_word(s, "elif"))
		return (n->third = parse_if(s, c)) == NULL ? NULL : n;
	if (!eat_word(s, "else") || (n->third = parse_pipe(s, c)) == NULL ||
	    !eat_word(s, "end"))
		return NULL;
	return n;
}

static struct native *
parse_term(struct parser *s, const struct context *c)
{
	struct native *n, *attempt;
	struct term t;
	char b = peek(s);

	if (b == '.')
		return parse_path(s, c);
	if (b == '(') {
		if ((n = parse_group(s, c)) == NULL)
			return NULL;
		for (; eat(s, '?'); n = attempt) {
			if (s->p < s->end && *s->p == '/')
				return NULL; /* ?// is another operator */
			attempt = new_node(s, OP_TRY);
			attempt->left = n;
		}
		return peek(s) == '.' || peek(s) == '[' ? NULL : n;
	}
	if (eat_word(s, "if"))
		return parse_if(s, c);
	if (b == '"' || b == '-' || ascii_is_digit(b) ||
	    str_eq(peek_word(s), STR("null")) ||
	    str_eq(peek_word(s), STR("true")) ||
	    str_eq(peek_word(s), STR("false"))) {
		if (!read_literal(s, &t))
			return NULL;
		n = new_node(s, OP_LITERAL);
		n->literal = arena_new(s->arena, struct term, 1);
		n->literal[0] = t;
		n->nliteral = 1;
		return n;
	}
	return parse_builtin(s, c);
}

/* Binary operators from the loosest; // is a level of its own. */
enum level { LEVEL_OR, LEVEL_AND, LEVEL_COMPARE, LEVEL_SUM, LEVEL_PRODUCT };

static const struct binary {
	const char *text;
	const char *not_followed; /* else it is a longer operator */
	enum level level;
	enum native_op op;
} binaries[] = {
	{ "==", "", LEVEL_COMPARE, OP_EQUAL },
	{ "!=", "", LEVEL_COMPARE, OP_UNEQUAL },
	{ "<=", "", LEVEL_COMPARE, OP_LESS_EQUAL },
	{ ">=", "", LEVEL_COMPARE, OP_GREATER_EQUAL },
	{ "<", "=", LEVEL_COMPARE, OP_LESS },
	{ ">", "=", LEVEL_COMPARE, OP_GREATER },
	{ "+", "=", LEVEL_SUM, OP_ADD },
	{ "-", "=", LEVEL_SUM, OP_SUBTRACT },
	{ "*", "=", LEVEL_PRODUCT, OP_MULTIPLY },
	{ "/", "=/", LEVEL_PRODUCT, OP_DIVIDE },
	{ "%", "=", LEVEL_PRODUCT, OP_MODULO },
};

static bool
eat_binary(struct parser *s, enum level level, enum native_op *op)
{
	if (level == LEVEL_OR || level == LEVEL_AND) {
		*op = level == LEVEL_OR ? OP_OR : OP_AND;
		return eat_word(s, level == LEVEL_OR ? "or" : "and");
	}
	for (size_t i = 0; i < LENGTH(binaries); i++) {
		const struct binary *b = &binaries[i];
		if (b->level == level &&
		    eat_operator(s, b->text, b->not_followed)) {
			*op = b->op;
			return true;
		}
	}
	return false;
}

static struct native *
parse_binary(struct parser *s, const struct context *c, enum level level)
{
	struct native *n, *left;
	enum native_op op;

	n = level == LEVEL_PRODUCT ? parse_term(s, c)
				   : parse_binary(s, c, level + 1);
	while (n != NULL && eat_binary(s, level, &op)) {
		left = n;
		n = new_node(s, op);
		n->left = left;
		n->right = level == LEVEL_PRODUCT
			       ? parse_term(s, c)
			       : parse_binary(s, c, level + 1);
		if (n->right == NULL || is_too_long(s))
			return NULL;
		/* libjq computes with two literals when it compiles */
		if (level >= LEVEL_COMPARE && left->op == OP_LITERAL &&
		    n->right->op == OP_LITERAL)
			return NULL;
		if (level == LEVEL_COMPARE && eat_binary(s, level, &op))
			return NULL; /* a < b < c is none */
	}
	return n;
}

static struct native *
parse_alternative(struct parser *s, const struct context *c)
{
	struct native *left = parse_binary(s, c, LEVEL_OR), *n;

	if (left == NULL || !eat_operator(s, "//", "="))
		return left;
	n = new_node(s, OP_ALTERNATIVE);
	n->left = left;
	if (is_too_long(s))
		return NULL;
	return (n->right = parse_alternative(s, c)) == NULL ? NULL : n;
}

static struct native *
parse_pipe(struct parser *s, const struct context *c)
{
	struct context behind = { 0 };
	struct native *left, *n = NULL;

	if (++s->depth > DEPTH_MAX || (left = parse_alternative(s, c)) == NULL)
		return NULL;
	if (!eat_operator(s, "|", "=")) {
		s->depth--;
		return left;
	}
	if (left->op == OP_PATH)
		behind = (struct context){ true, left->path };
	n = new_node(s, OP_PIPE);
	n->left = left;
	n->right = parse_pipe(s, &behind);
	s->depth--;
	return n->right == NULL ? NULL : n;
}

struct native *
native_compile(struct str text, struct arena *permanent)
{
	struct parser s = { text.s, text.s + text.n, permanent, 0, 0 };
	const struct context record = { .known = true };
	struct native *n = parse_pipe(&s, &record);

	skip_blanks(&s);
	if (n == NULL || s.p != s.end)
		return NULL;
	n->tries = native_tries(n);
	return n;
}
