/* What a page writes, as HTML has it; for page.c and chart.c. */
#ifndef HITL_METRICS_HTML_H
#define HITL_METRICS_HTML_H

#include "base/text.h"
#include "policy/metric.h"

/* Text, no markup; controls become blanks. */
void html_text(struct buf *, struct str);

/* A value with its unit, as a person reads it; NAN: a dash. */
void html_number(struct buf *, enum metric, double x);

/* "escalation rate" */
void html_metric(struct buf *, enum metric);

#endif
