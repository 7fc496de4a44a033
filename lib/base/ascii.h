/*
 * Kinds of bytes, whatever the locale.  None of them is beyond ASCII, so text
 * in UTF-8 can be looked at byte by byte.
 */
#ifndef HITL_BASE_ASCII_H
#define HITL_BASE_ASCII_H

#include <stdbool.h>

/* Blanks as JSON has them (RFC 8259, section 2). */
static inline bool
ascii_is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static inline bool
ascii_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
ascii_is_hex(char c)
{
	return ascii_is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

static inline bool
ascii_is_letter(char c)
{
	return (c | 32) >= 'a' && (c | 32) <= 'z';
}

/* What names are made of, in jq and in most languages. */
static inline bool
ascii_is_word(char c)
{
	return ascii_is_letter(c) || ascii_is_digit(c) || c == '_';
}

#endif
