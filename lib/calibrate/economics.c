/* What a cascade does and costs (economics.h). */
#include <math.h>
#include <stdlib.h>

#include "calibrate/economics.h"
#include "policy/cascade.h"
#include "policy/fieldvalue.h"

static struct layer_count *
counts_make(const struct policy *p)
{
	struct layer_count *c = calloc(p->route.nlayer + 2, sizeof(*c));

	if (c == NULL)
		memory_exhausted();
	return c;
}

void
economics_init(
    struct economics *x, struct policy *p, bool percent, double threshold)
{
	*x = (struct economics){ .policy = p,
		.percent = percent,
		.threshold = threshold,
		.layer = counts_make(p) };
	cascade_use(p);
	policy_use_field(p, FIELD_CONFIDENCE);
	policy_use_field(p, FIELD_CORRECT);
}

int
economics_add(struct record *r, void *economics, struct err *e)
{
	struct economics *x = economics;
	size_t end, layers = x->policy->route.nlayer;
	double confidence;
	int correct;

	(void)e;
	if (!part_takes(&x->part, x->ev, x->policy, r, &x->partless))
		return 0;
	end = cascade_run(x->ev, x->policy, r);
	if (end == layers &&
	    field_confidence(x->ev, x->policy, r, x->percent, &confidence) ==
		CONFIDENCE_OK &&
	    confidence >= x->threshold)
		end = layers + 1;
	correct = field_correct(x->ev, x->policy, r);
	x->layer[end].stopped++;
	x->layer[end].labelled += correct != -1;
	x->layer[end].wrong += correct == 0;
	return 0;
}

void *
economics_fork(void *economics)
{
	const struct economics *x = economics;
	struct economics *f = malloc(sizeof(*f));

	if (f == NULL)
		memory_exhausted();
	*f = *x;
	f->ev = evaluator_new(x->policy->exprs);
	f->partless = 0;
	f->layer = counts_make(x->policy);
	return f;
}

void
economics_join(void *economics, void *forked)
{
	struct economics *x = economics, *f = forked;

	for (size_t i = 0; i < x->policy->route.nlayer + 2; i++) {
		x->layer[i].stopped += f->layer[i].stopped;
		x->layer[i].labelled += f->layer[i].labelled;
		x->layer[i].wrong += f->layer[i].wrong;
	}
	x->partless += f->partless;
	evaluator_free(f->ev);
	economics_release(f);
	free(f);
}

static double
share(uint64_t k, uint64_t n)
{
	return n == 0 ? NAN : (double)k / (double)n;
}

/* One row; `reached` and what it comes to. */
static void
add_row(const char *layer, struct str name, uint64_t n, uint64_t reached,
    const struct layer_count *c, double cost, struct results *results)
{
	struct buf row = { 0 };

	buf_cstr(&row, "{\"layer\":");
	buf_json_string(&row, layer == NULL ? name : str_of(layer));
	buf_json_count(&row, "reached", reached);
	buf_json_member(&row, "share", share(reached, n));
	buf_json_count(&row, "stopped", c->stopped);
	buf_json_count(&row, "stopped_labelled", c->labelled);
	buf_json_count(&row, "stopped_wrong", c->wrong);
	buf_json_member(
	    &row, "stopped_error_rate", share(c->wrong, c->labelled));
	buf_json_member(&row, "cost", cost);
	buf_json_member(
	    &row, "cost_per_decision", n == 0 ? NAN : cost / (double)n);
	buf_char(&row, '}');
	results_add(results, buf_view(&row));
	buf_release(&row);
}

void
economics_report(const struct economics *x, const struct layer_costs *costs,
    struct results *results)
{
	const struct policy_route *route = &x->policy->route;
	const struct layer_count *below = &x->layer[route->nlayer];
	const struct layer_count *alone = below + 1;
	const struct layer_count none = { 0 };
	struct layer_count person = *below;
	uint64_t n = 0, reached;
	double total = 0, reviews, errors;

	for (size_t i = 0; i < route->nlayer + 2; i++)
		n += x->layer[i].stopped;
	reached = n;
	for (size_t i = 0; i < route->nlayer; i++) {
		const struct policy_layer *l = &route->layer[i];
		double cost = l->cost * (double)reached;
		add_row(NULL, l->name, n, reached, &x->layer[i], cost, results);
		total += cost;
		reached -= x->layer[i].stopped;
		person.stopped += x->layer[i].stopped;
		person.labelled += x->layer[i].labelled;
		person.wrong += x->layer[i].wrong;
	}
	add_row("threshold", STR(""), n, reached, below, 0, results);
	reviews = costs->review * (double)person.stopped;
	add_row(
	    "person", STR(""), n, person.stopped, &person, reviews, results);
	/* errors among the unlabelled are taken to be as frequent */
	errors = alone->stopped == 0 ? 0
				     : costs->error * (double)alone->stopped *
					   share(alone->wrong, alone->labelled);
	add_row("alone", STR(""), n, alone->stopped, alone, errors, results);
	add_row("all", STR(""), n, n, &none, total + reviews + errors, results);
}

void
economics_release(struct economics *x)
{
	free(x->layer);
	x->layer = NULL;
}
