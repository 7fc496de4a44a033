/*
 * The text of "route".  What can stand in it is known but for a few values,
 * so it is put together from parts that are made when the program starts.
 */
#include "route/routing.h"

/*
 * Parts of up to so many bytes are copied with what stands behind them, which
 * takes no call and no branch on the length.
 */
enum { PART = 64 };

static struct str
make_part(struct arena *a, struct str text)
{
	char *copy = arena_new(a, char, text.n + PART);

	memcpy(copy, text.s, text.n);
	return (struct str){ copy, text.n };
}

/* Every % of fmt is one of the words, in quotes, or null. */
static struct str
part(struct arena *a, const char *fmt, const char *word, const char *word2)
{
	struct buf text = { 0 };
	struct str s;

	for (; *fmt != '\0'; fmt++) {
		if (*fmt != '%') {
			buf_char(&text, *fmt);
			continue;
		}
		if (word == NULL)
			buf_cstr(&text, "null");
		else
			buf_printf(&text, "\"%s\"", word);
		word = word2;
	}
	s = make_part(a, buf_view(&text));
	buf_release(&text);
	return s;
}

static void
prepare_queues(
    struct member_parts *m, const struct policy_route *route, struct arena *a)
{
	struct buf text = { 0 };

	m->queue = arena_new(a, struct str, route->nqueue + 1);
	m->demands = arena_new(a, struct str, route->nqueue + 1);
	for (size_t i = 0; i < route->nqueue; i++) {
		const struct policy_queue *q = &route->queue[i];
		buf_cstr(&text, ",\"queue\":");
		buf_str(&text, q->name_json);
		m->queue[i] = make_part(a, buf_view(&text));
		buf_clear(&text);
		buf_cstr(&text, ",\"skills\":");
		buf_str(&text, q->skills_json);
		if (!str_eq(q->authority_json, STR("null"))) {
			buf_cstr(&text, ",\"authority\":");
			buf_str(&text, q->authority_json);
		}
		if (q->reviews > 1)
			buf_json_count(&text, "reviews_required", q->reviews);
		m->demands[i] = make_part(a, buf_view(&text));
		buf_clear(&text);
	}
	m->queue[route->nqueue] =
	    make_part(a, STR(",\"queue\":null,\"tier\":null"));
	for (int i = 0; i <= TIERS; i++)
		m->tier[i] = part(a, ",\"tier\":%,\"next_tier\":%",
		    i < TIERS ? tier_words[i] : NULL,
		    i < TIERS ? tier_words[i + 1] : NULL);
	buf_release(&text);
}

/* ,"cascade":{…} by the layer that stops; the last: none does. */
static void
prepare_cascade(
    struct member_parts *m, const struct policy_route *route, struct arena *a)
{
	struct buf text = { 0 };
	double cost = 0;

	m->cascade = arena_new(a, struct str, route->nlayer + 1);
	for (size_t i = 0; i <= route->nlayer; i++) {
		if (i < route->nlayer)
			cost += route->layer[i].cost;
		buf_cstr(&text, ",\"cascade\":{\"stopped_by\":");
		buf_str(&text, i < route->nlayer ? route->layer[i].name_json
						 : STR("null"));
		buf_json_member(&text, "cost", cost);
		buf_char(&text, '}');
		m->cascade[i] = make_part(a, buf_view(&text));
		buf_clear(&text);
	}
	buf_release(&text);
}

void
member_prepare(struct router *t, struct arena *a)
{
	const struct policy *p = t->policy;
	struct member_parts *m = &t->part;

	for (int i = 0; i < ACTIONS; i++)
		for (int k = 0; k < RESPONDERS; k++)
			m->start[i][k] = part(a,
			    "{\"action\":%,\"respond\":%,\"confidence\":",
			    action_words[i], responder_words[k]);
	for (int i = 0; i <= RISK_LEVELS; i++)
		m->risk[i] =
		    part(a, ",\"risk\":%,\"reasons\":", risk_words[i], NULL);
	for (int i = 0; i <= PRIORITIES; i++)
		m->priority[i] = part(a,
		    ",\"priority\":%,\"sla_deadline\":", priority_words[i],
		    NULL);
	prepare_queues(m, &p->route, a);
	prepare_cascade(m, &p->route, a);
	m->audit[0] =
	    make_part(a, STR(",\"audit\":{\"selected\":false,\"rate\":"));
	m->audit[1] =
	    make_part(a, STR(",\"audit\":{\"selected\":true,\"rate\":"));
	for (int i = 0; i < MATURITIES; i++)
		m->state[i] = part(a, ",\"state\":%", maturity_words[i], NULL);
	m->end = part(a, "},\"policy\":%}",
	    p->file == NULL ? NULL : p->fingerprint, NULL);
}

/* There is room for PART bytes behind p, or for the part. */
static inline char *
put_part(char *p, struct str x)
{
	if (x.n <= PART)
		memcpy(p, x.s, PART);
	else
		memcpy(p, x.s, x.n);
	return p + x.n;
}

static inline char *
put(char *p, struct str x)
{
	memcpy(p, x.s, x.n);
	return p + x.n;
}

/* A plain number as the record spells it; others as they were read. */
struct str
member_confidence(const struct routing *d)
{
	const struct router *t = d->router;
	int64_t id = t->policy->field[FIELD_CONFIDENCE];
	struct value v;

	if (d->state != CONFIDENCE_OK)
		return STR("null");
	if (!t->percent && t->policy->nsignal == 0 &&
	    expr_value(t->ev, d->record, (uint32_t)id, &v) == EXPR_OK &&
	    v.type == JSON_NUMBER)
		return v.text;
	return arena_number(d->record->scratch, d->confidence);
}

void
member_gate(const struct routing *d, struct buf *out)
{
	buf_cstr(out, "{\"name\":");
	buf_str(out, d->gate->name_json);
	if (d->key[0] == '\0')
		buf_cstr(out, ",\"key\":null");
	else
		buf_printf(out, ",\"key\":\"%s\"", d->key);
	buf_cstr(out, ",\"expires_at\":");
	timestamp_json(out, d->expires);
	if (d->gate->reviews > 1)
		buf_json_count(out, "reviews_required", d->gate->reviews);
	buf_char(out, '}');
}

/* Where it waits, up to its priority; there is room. */
static char *
put_queue(const struct routing *d, char *p)
{
	const struct member_parts *m = &d->router->part;
	const struct policy_route *route = &d->router->policy->route;
	size_t i;

	if (d->queue == NULL)
		return put_part(p, m->queue[route->nqueue]);
	i = (size_t)(d->queue - route->queue);
	p = put_part(p, m->queue[i]);
	p = put_part(p, m->tier[d->has_tier ? (int)d->tier : TIERS]);
	return put_part(p, m->demands[i]);
}

static size_t
queue_size(const struct routing *d)
{
	const struct policy_route *route = &d->router->policy->route;
	size_t i = d->queue == NULL ? route->nqueue
				    : (size_t)(d->queue - route->queue);

	return d->router->part.queue[i].n + d->router->part.demands[i].n +
	       3 * PART;
}

void
member_write(const struct routing *d, struct buf *out)
{
	const struct router *t = d->router;
	const struct member_parts *m = &t->part;
	struct str confidence = member_confidence(d);
	struct str cascade = d->checked ? m->cascade[d->layer] : STR("");
	char *p;

	buf_reserve(out, 8 * PART + confidence.n + d->threshold->json.n +
			     t->reasons.n + cascade.n + queue_size(d) +
			     d->audit.rate.json.n);
	p = put_part(out->s + out->n, m->start[d->action][d->respond]);
	p = put(p, confidence);
	p = put(p, STR(",\"threshold\":"));
	p = put(p, d->threshold->json);
	p = put_part(p, m->risk[d->risk]);
	p = put(p, t->reasons.n == 0 ? STR("[") : buf_view(&t->reasons));
	*p++ = ']';
	if (d->gate != NULL) {
		out->n = (size_t)(p - out->s);
		buf_cstr(out, ",\"gate\":");
		member_gate(d, out);
		buf_reserve(out, 8 * PART + cascade.n + queue_size(d) +
				     d->audit.rate.json.n);
		p = out->s + out->n;
	}
	p = put(p, cascade);
	p = put_queue(d, p);
	p = put_part(
	    p, m->priority[is_looked_at(d) ? (int)d->priority : PRIORITIES]);
	if (d->deadline != TIMESTAMP_NONE) {
		out->n = (size_t)(p - out->s);
		timestamp_json(out, d->deadline);
		buf_reserve(out, 4 * PART + d->audit.rate.json.n);
		p = out->s + out->n;
	} else {
		p = put(p, STR("null"));
	}
	p = put_part(p, m->audit[d->audit.selected]);
	p = put(p, d->audit.rate.json);
	if (t->policy->route.audit.has_states)
		p = put_part(p, m->state[d->maturity]);
	p = put_part(p, m->end);
	out->n = (size_t)(p - out->s);
}
