/*
 * From the text of a number to a double, exactly rounded.
 */
#ifndef HITL_RECORD_NUMBER_H
#define HITL_RECORD_NUMBER_H

#include "record/json.h"

/*
 * The nearest double to a number in JSON's grammar (checked before, by the
 * scanner); beyond the range the largest finite one of its sign, as jq has
 * it.  The byte behind the text must not be part of a number; it, and eight
 * bytes from the text's first, must be readable.
 */
double number_value(struct str text);

/* The same of a value; NAN if it is no number. */
double value_number(const struct value *);

/* True if the text is, as a whole, a JSON number; no blanks around it. */
bool number_valid(struct str text);

/*
 * A text that is, as a whole, a JSON number; blanks around it are not
 * allowed.  False, and *x untouched, for anything else ("nan", "1.", "+1").
 */
bool number_parse(struct str text, double *x);

/*
 * The same of a percentage: the nearest double to a hundredth of the number,
 * rounded once.  Of 93.6 that is 0.936, which 93.6 / 100 is not.
 */
bool number_parse_percent(struct str text, double *x);

#endif
