/* States added up (merge.h). */
#include "metrics/merge.h"

int
merge_init(struct merge *m, struct policy *p, struct arena *a, struct err *e)
{
	/* the parts have bounded their groups already */
	const struct metrics_options all = { .max_groups = UINT32_MAX - 1,
		.since = TIMESTAMP_NONE,
		.until = TIMESTAMP_NONE };

	*m = (struct merge){ .arena = a };
	m->metrics = metrics_new(p, &all, e);
	return m->metrics == NULL ? -1 : 0;
}

static int
begin(struct merge *m, struct str line, struct err *e)
{
	char zone[ZONE_MAX];

	if (state_frame_of(line, m->arena, &m->frame, e) == -1)
		return -1;
	if ((m->frame.window.n > 0 &&
		window_parse(m->frame.window, &m->window, e) == -1) ||
	    (m->frame.zone.n > 0 && zone_find(m->frame.zone, zone, e) == -1))
		return -1;
	m->window.local = m->frame.zone.n > 0;
	metrics_cut(m->metrics, &m->window, m->frame.by.n);
	m->begun = true;
	return 0;
}

int
merge_add(struct record *r, void *arg, struct err *e)
{
	struct merge *m = arg;
	struct state_frame frame;

	if (!m->begun && begin(m, r->line, e) == -1)
		return -1;
	if (state_frame_of(r->line, r->scratch, &frame, e) == -1)
		return -1;
	if (!state_frame_eq(&frame, &m->frame))
		return err_set(e, STATUS_USAGE,
		    "another --window, --tz or --by than the lines before: "
		    "they cannot be merged");
	return state_add(r->line, r->scratch, m->metrics, e);
}
