/* Isotonic regression and Venn-Abers (isotonic.h). */
#include <stdlib.h>

#include "base/arena.h"
#include "stats/isotonic.h"

void
isotonic_add(struct pools *p, struct pool x)
{
	struct pool *top, *low;

	VEC_ROOM(p->pool, p->n, p->cap);
	p->pool[p->n++] = x;
	for (; p->n > 1; p->n--) {
		top = &p->pool[p->n - 1];
		low = top - 1;
		if (low->right * top->n < top->right * low->n)
			break;
		low->last = top->last;
		low->n += top->n;
		low->right += top->right;
	}
}

/* Labels pooled, and the pool that lies further out; a stack that forks. */
struct block {
	double n, right;
	const struct block *out;
};

static int
falls(const struct block *low, const struct block *high)
{
	return low->right * high->n >= high->right * low->n;
}

/*
 * The stacks on one side: side[i] is the top after the first i points from
 * that end.  dir +1: from the left, values rise to the top; -1: from the
 * right, they fall.
 */
static void
stack_side(const struct point *point, size_t n, int dir, struct block *room,
    const struct block **side)
{
	side[0] = NULL;
	for (size_t i = 0; i < n; i++) {
		const struct point *p = &point[dir > 0 ? i : n - 1 - i];
		struct block *b = &room[i];
		*b = (struct block){ p->n, p->right, side[i] };
		while (b->out != NULL &&
		       (dir > 0 ? falls(b->out, b) : falls(b, b->out))) {
			b->n += b->out->n;
			b->right += b->out->right;
			b->out = b->out->out;
		}
		side[i + 1] = b;
	}
}

/* The isotonic value of a block between two stacks. */
static double
settle(struct block b, const struct block *left, const struct block *right)
{
	for (;;) {
		if (left != NULL && falls(left, &b)) {
			b.n += left->n;
			b.right += left->right;
			left = left->out;
		} else if (right != NULL && falls(&b, right)) {
			b.n += right->n;
			b.right += right->right;
			right = right->out;
		} else {
			return b.right / b.n;
		}
	}
}

static double
merge(double n, double right, const struct block *low, const struct block *high)
{
	double p0, p1;

	p0 = settle((struct block){ n + 1, right, NULL }, low, high);
	p1 = settle((struct block){ n + 1, right + 1, NULL }, low, high);
	return p1 / (1 - p0 + p1);
}

void
venn_abers(const struct point *point, size_t n, double *at, double *between)
{
	struct block *room = malloc((2 * n + 1) * sizeof(*room));
	const struct block **left = malloc((n + 1) * sizeof(*left));
	const struct block **right = malloc((n + 1) * sizeof(*right));

	if (room == NULL || left == NULL || right == NULL)
		memory_exhausted();
	stack_side(point, n, 1, room, left);
	stack_side(point, n, -1, room + n, right);
	for (size_t i = 0; i < n; i++)
		at[i] = merge(
		    point[i].n, point[i].right, left[i], right[n - 1 - i]);
	for (size_t i = 0; i <= n; i++)
		between[i] = merge(0, 0, left[i], right[n - i]);
	free(room);
	free(left);
	free(right);
}
