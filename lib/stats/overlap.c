/* What two annotations have in common (overlap.h). */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/arena.h"
#include "stats/overlap.h"

double
bag_overlap(const uint64_t *a, size_t n, const uint64_t *b, size_t m)
{
	size_t i = 0, j = 0, common = 0;

	if (n + m == 0)
		return 1;
	while (i < n && j < m) {
		if (a[i] < b[j])
			i++;
		else if (a[i] > b[j])
			j++;
		else
			common++, i++, j++;
	}
	return 2 * (double)common / (double)(n + m);
}

static int
by_kind(const void *pa, const void *pb)
{
	const struct span *a = pa, *b = pb;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return (a->start > b->start) - (a->start < b->start);
}

size_t
spans_normalise(struct span *s, size_t n)
{
	size_t last = 0;

	if (n == 0)
		return 0;
	qsort(s, n, sizeof(*s), by_kind);
	for (size_t i = 1; i < n; i++) {
		if (s[i].kind == s[last].kind && s[i].start <= s[last].end)
			s[last].end = fmax(s[last].end, s[i].end);
		else
			s[++last] = s[i];
	}
	return last + 1;
}

static double
length(const struct span *s, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += s[i].end - s[i].start;
	return sum;
}

double
span_overlap(const struct span *a, size_t n, const struct span *b, size_t m)
{
	double both = 0, either;
	size_t i = 0, j = 0;

	if (n + m == 0)
		return 1;
	while (i < n && j < m) {
		if (a[i].kind != b[j].kind) {
			if (a[i].kind < b[j].kind)
				i++;
			else
				j++;
			continue;
		}
		both += fmax(
		    0, fmin(a[i].end, b[j].end) - fmax(a[i].start, b[j].start));
		if (a[i].end < b[j].end)
			i++;
		else
			j++;
	}
	either = length(a, n) + length(b, m) - both;
	return either > 0 ? both / either : 0;
}

static double
area(const struct box *x)
{
	return (x->right - x->left) * (x->bottom - x->top);
}

static double
two_boxes(const struct box *a, const struct box *b)
{
	double width = fmin(a->right, b->right) - fmax(a->left, b->left);
	double height = fmin(a->bottom, b->bottom) - fmax(a->top, b->top);
	double both = width > 0 && height > 0 ? width * height : 0;

	return a->kind == b->kind ? both / (area(a) + area(b) - both) : 0;
}

struct box_pair {
	double overlap;
	size_t i, j;
};

/* The most in common first; of equals the order they stand in. */
static int
by_overlap(const void *pa, const void *pb)
{
	const struct box_pair *a = pa, *b = pb;

	if (a->overlap != b->overlap)
		return a->overlap > b->overlap ? -1 : 1;
	if (a->i != b->i)
		return a->i < b->i ? -1 : 1;
	return (a->j > b->j) - (a->j < b->j);
}

double
box_overlap(const struct box *a, size_t n, const struct box *b, size_t m)
{
	struct box_pair *pair = malloc((n * m + 1) * sizeof(*pair));
	bool *taken = calloc(n + m + 1, sizeof(*taken));
	double sum = 0;
	size_t npair = 0;

	if (pair == NULL || taken == NULL)
		memory_exhausted();
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < m; j++) {
			double x = two_boxes(&a[i], &b[j]);
			if (x > 0)
				pair[npair++] = (struct box_pair){ x, i, j };
		}
	}
	if (npair > 1)
		qsort(pair, npair, sizeof(*pair), by_overlap);
	for (size_t k = 0; k < npair; k++) {
		if (taken[pair[k].i] || taken[n + pair[k].j])
			continue;
		taken[pair[k].i] = taken[n + pair[k].j] = true;
		sum += pair[k].overlap;
	}
	free(pair);
	free(taken);
	return n + m == 0 ? 1 : sum / (double)(n > m ? n : m);
}
