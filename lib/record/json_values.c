/* The scalars of JSON (json_values.h). */
#include "record/json_values.h"

/* Behind the digits at p, of which there must be one. */
static bool
skip_digits(const char **p)
{
	const char *start = *p;

	while (ascii_is_digit(**p))
		++*p;
	return *p > start;
}

const char *
json_number_end(const char *p, const char **wrong)
{
	p += *p == '-';
	if (*p == '0')
		p++;
	else if (!skip_digits(&p))
		goto bad;
	if (*p == '.' && (p++, !skip_digits(&p)))
		goto bad;
	if ((*p | 0x20) == 'e') {
		p++;
		p += *p == '+' || *p == '-';
		if (!skip_digits(&p))
			goto bad;
	}
	return p;
bad:
	*wrong = p;
	return NULL;
}

const char *
json_escape_end(const char *p)
{
	switch (p[1]) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't': return p + 2;
	case 'u':
		for (int i = 2; i < 6; i++)
			if (!ascii_is_hex(p[i]))
				return NULL;
		return p + 6;
	default: return NULL;
	}
}

const uint32_t *
json_escapes_end(const char *text, const uint32_t *escape, const char *end)
{
	for (; text + *escape < end; escape++)
		if (json_escape_end(text + *escape) == NULL)
			return NULL;
	return escape;
}

struct value
json_string_span(const char **p)
{
	struct value v = { .type = JSON_STRING };
	const char *start = (*p)++;

	for (; **p != '"'; ++*p)
		if (**p == '\\') {
			v.escaped = true;
			++*p;
		}
	++*p;
	v.text = (struct str){ start, (size_t)(*p - start) };
	return v;
}
