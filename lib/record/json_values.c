/* The scalars of JSON (json_values.h). */
#include "record/json_values.h"

/* Behind the digits at p. */
static const char *
skip_digits(const char *p)
{
	while (*p >= '0' && *p <= '9')
		p++;
	return p;
}

/* Behind the number at p; NULL if it is none (RFC 8259, section 6). */
const char *
json_number_end(const char *p)
{
	const char *start = p += *p == '-';

	p = skip_digits(p);
	if (p == start || (*start == '0' && p - start > 1))
		return NULL;
	if (*p == '.') {
		start = ++p;
		if ((p = skip_digits(p)) == start)
			return NULL;
	}
	if ((*p | 0x20) == 'e') {
		p++;
		start = p += *p == '+' || *p == '-';
		if ((p = skip_digits(p)) == start)
			return NULL;
	}
	return p;
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

static bool
escape_valid(const char *p)
{
	switch (p[1]) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't': return true;
	case 'u':
		return is_hex(p[2]) && is_hex(p[3]) && is_hex(p[4]) &&
		       is_hex(p[5]);
	default: return false;
	}
}

const uint32_t *
json_escapes_end(const char *text, const uint32_t *escape, const char *end)
{
	for (; text + *escape < end; escape++)
		if (!escape_valid(text + *escape))
			return NULL;
	return escape;
}
