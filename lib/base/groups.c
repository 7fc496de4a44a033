/* Groups by name (groups.h). */
#include <stdlib.h>

#include "base/groups.h"

void
groups_init(struct groups *g, size_t max)
{
	*g = (struct groups){ .max = max, .lock = PTHREAD_MUTEX_INITIALIZER };
}

void
groups_release(struct groups *g)
{
	map_release(&g->names);
}

void
group_view_init(struct group_view *v, struct groups *all)
{
	*v = (struct group_view){ .all = all };
}

void
group_view_release(struct group_view *v)
{
	map_release(&v->names);
	free(v->number);
}

static uint32_t
add_place(struct group_view *v, struct str name, uint32_t number)
{
	bool added;
	uint32_t place = map_put(&v->names, name, &added);

	if (added) {
		VEC_ROOM(v->number, place, v->cap);
		v->number[place] = number;
	}
	return place;
}

uint32_t
group_view_place(struct group_view *v, struct str name)
{
	uint32_t place = map_find_recent(&v->names, &v->recent, name), number;

	if (place != MAP_NONE)
		return place < v->decided && v->number[place] == GROUP_NONE
			   ? GROUP_NONE
			   : place;
	if (!v->full)
		return add_place(v, name, GROUP_NONE);
	/* others may have seen it before there were too many */
	pthread_mutex_lock(&v->all->lock);
	number = map_find(&v->all->names, name);
	pthread_mutex_unlock(&v->all->lock);
	if (number == MAP_NONE)
		return GROUP_NONE;
	place = add_place(v, name, number);
	v->decided = v->names.n;
	return place;
}

void
group_view_decide(struct group_view *v)
{
	struct groups *all = v->all;

	if (v->decided == v->names.n && v->full)
		return;
	pthread_mutex_lock(&all->lock);
	for (; v->decided < v->names.n; v->decided++) {
		struct str name = v->names.key[v->decided];
		v->number[v->decided] = all->names.n < all->max
					    ? map_put(&all->names, name, NULL)
					    : map_find(&all->names, name);
	}
	v->full = all->names.n >= all->max;
	pthread_mutex_unlock(&all->lock);
}
