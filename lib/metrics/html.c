/* What a page writes (html.h). */
#include <math.h>

#include "metrics/html.h"

void
html_text(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.s[i];
		switch (c) {
		case '<': buf_cstr(out, "&lt;"); break;
		case '>': buf_cstr(out, "&gt;"); break;
		case '&': buf_cstr(out, "&amp;"); break;
		case '"': buf_cstr(out, "&quot;"); break;
		case '\'': buf_cstr(out, "&#39;"); break;
		default:
			if (c >= 0x20 && c != 0x7f)
				buf_char(out, (char)c);
			else
				buf_char(out, ' ');
		}
	}
}

void
html_number(struct buf *out, enum metric m, double x)
{
	if (!isfinite(x))
		buf_cstr(out, isnan(x) ? "–" : "∞");
	else if (metric_kinds[m].unit == UNIT_SHARE)
		buf_printf(out, "%.4g %%", 100 * x);
	else if (metric_kinds[m].unit == UNIT_SECONDS && x >= 7200)
		buf_printf(out, "%.1f h", x / 3600);
	else if (metric_kinds[m].unit == UNIT_SECONDS && x >= 120)
		buf_printf(out, "%.1f min", x / 60);
	else if (metric_kinds[m].unit == UNIT_SECONDS)
		buf_printf(out, "%.3g s", x);
	else
		buf_printf(out, "%.4g", x);
}

/* "escalation_rate" as a person writes it. */
void
html_metric(struct buf *out, enum metric m)
{
	for (const char *s = metric_words[m]; *s != '\0'; s++)
		buf_char(out, *s == '_' ? ' ' : *s);
}
