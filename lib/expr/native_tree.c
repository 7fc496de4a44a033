/* The tree of a native expression and its paths (native_tree.h). */
#include "expr/native_tree.h"

bool
native_tries(const struct native *n)
{
	if (n == NULL)
		return false;
	for (size_t i = 0; i < n->path.n; i++)
		if (n->path.step[i].optional)
			return true;
	return n->op == OP_TRY || native_tries(n->left) ||
	       native_tries(n->right) || native_tries(n->third);
}

static void
use_path(struct native *n, struct fields *f)
{
	struct path prefix = n->path;

	n->node = arena_new(f->arena, uint32_t, n->path.n + 1);
	n->last = 0;
	for (size_t i = 0; i < n->path.n; i++) {
		prefix.n = i + 1;
		n->last = n->node[i] = fields_add(f, &prefix);
	}
}

void
native_use(struct native *n, struct fields *f)
{
	if (n->op == OP_PATH || n->op == OP_HAS)
		use_path(n, f);
	if (n->left != NULL)
		native_use(n->left, f);
	if (n->right != NULL)
		native_use(n->right, f);
	if (n->third != NULL)
		native_use(n->third, f);
}

void
native_plain_path(const struct native *n, uint32_t *node, uint32_t *above)
{
	if (n->op != OP_PATH || n->path.n == 0 ||
	    n->path.step[n->path.n - 1].is_index)
		return;
	*node = n->last;
	*above = n->path.n == 1 ? 0 : n->node[n->path.n - 2];
}
