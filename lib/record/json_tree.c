/*
 * A whole JSON file as a tree (json_tree.h).  The scanner has checked the
 * text before a node is made, so the builder recurses no deeper than 512
 * and meets no errors.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "record/json_scan.h"
#include "record/json_tree.h"
#include "record/json_values.h"
#include "record/number.h"

enum { FILE_MAX = 256 << 20 }; /* a policy of 256 MiB is a mistake */

struct builder {
	const char *p;
	const size_t *items; /* of the containers that are to come */
	struct arena *arena;
};

static void build(struct builder *, struct json *);

static void
blanks(struct builder *b)
{
	b->p = json_skip_blanks(b->p);
}

/*
 * How many items each container has, in the order they open: commas, plus 1.
 * One pass for all of them, however deep; to be freed.
 */
static size_t *
count_items(const char *p)
{
	size_t owner[JSON_DEPTH_MAX] = { 0 }, depth = 0, n = 0, cap = 0;
	size_t *items = NULL;

	for (; *p != '\0'; p++) {
		switch (*p) {
		case '"':
			json_string_span(&p);
			p--;
			break;
		case '[':
		case '{':
			VEC_ROOM(items, n, cap);
			owner[depth++] = n;
			items[n++] = 1;
			break;
		case ']':
		case '}': depth--; break;
		case ',':
			assert(items != NULL && depth > 0);
			items[owner[depth - 1]]++;
			break;
		default: break;
		}
	}
	return items;
}

static void
build_items(struct builder *b, struct json *j, char close)
{
	size_t n;

	assert(b->items != NULL);
	n = *b->items++;
	b->p++;
	blanks(b);
	if (*b->p == close) {
		b->p++;
		return;
	}
	if (close == '}')
		j->member = arena_new(b->arena, struct json_member, n);
	else
		j->element = arena_new(b->arena, struct json, n);
	for (j->n = 0; j->n < n; j->n++) {
		blanks(b);
		if (close == '}') {
			struct value key = json_string_span(&b->p);
			j->member[j->n].key = value_string(&key, b->arena);
			blanks(b);
			b->p++; /* the colon */
			build(b, &j->member[j->n].json);
		} else {
			build(b, &j->element[j->n]);
		}
		blanks(b);
		b->p++; /* the comma or the end */
	}
}

static void
build(struct builder *b, struct json *j)
{
	const char *start;

	blanks(b);
	start = b->p;
	switch (*start) {
	case '{':
		j->value.type = JSON_OBJECT;
		build_items(b, j, '}');
		break;
	case '[':
		j->value.type = JSON_ARRAY;
		build_items(b, j, ']');
		break;
	case '"':
		j->value = json_string_span(&b->p);
		j->string = value_string(&j->value, b->arena);
		break;
	case 't':
		j->value.type = JSON_TRUE;
		b->p += 4;
		break;
	case 'f':
		j->value.type = JSON_FALSE;
		b->p += 5;
		break;
	case 'n':
		j->value.type = JSON_NULL;
		b->p += 4;
		break;
	default:
		j->value.type = JSON_NUMBER;
		b->p += strcspn(b->p, ",]} \t\r\n");
		j->number =
		    number_value((struct str){ start, (size_t)(b->p - start) });
		break;
	}
	j->value.text = (struct str){ start, (size_t)(b->p - start) };
}

/* From an offset to the line and column an editor shows. */
static int
position_error(struct str text, const struct json_error *bad, struct err *e)
{
	size_t line = 1, column = 1;

	for (size_t i = 0; i < bad->offset && i < text.n; i++) {
		column++;
		if (text.s[i] == '\n') {
			line++;
			column = 1;
		}
	}
	return err_set(e, STATUS_USAGE, "line %zu, column %zu: %s", line,
	    column, bad->what);
}

const struct json *
json_parse(struct str text, struct arena *a, struct err *e)
{
	struct json *root = arena_new(a, struct json, 1);
	struct json_error bad;
	enum json_type type;
	struct builder b;
	size_t *items;

	if (str_has_prefix(text, STR("\xef\xbb\xbf")))
		text = (struct str){ text.s + 3, text.n - 3 };
	if (json_check(&text, a, &type, &bad) == -1) {
		position_error(text, &bad, e);
		return NULL;
	}
	items = count_items(text.s);
	b = (struct builder){ text.s, items, a };
	build(&b, root);
	free(items);
	return root;
}

static int
read_all(int fd, struct buf *out)
{
	ssize_t n;

	for (;;) {
		if (out->n > FILE_MAX)
			return errno = EFBIG, -1;
		buf_reserve(out, 65536);
		n = io_read(fd, out->s + out->n, out->cap - out->n);
		if (n <= 0)
			return (int)n;
		out->n += (size_t)n;
	}
}

/* Whether one text may have become another while so many bytes were read. */
static bool
was_written(const struct stat *before, const struct stat *after, size_t read)
{
	return before->st_size != after->st_size ||
	       /* a file of /proc has no size */
	       (after->st_size > 0 && (off_t)read != after->st_size) ||
	       before->st_mtim.tv_sec != after->st_mtim.tv_sec ||
	       before->st_mtim.tv_nsec != after->st_mtim.tv_nsec;
}

int
file_read(const char *file, struct buf *out, struct err *e)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), errnum = 0;
	struct stat before, after = { 0 };
	size_t had = out->n;

	if (fd == -1)
		return err_errno(e, errno, "%s", file);
	if (fstat(fd, &before) == -1 || read_all(fd, out) == -1 ||
	    fstat(fd, &after) == -1)
		errnum = errno;
	close(fd);
	if (errnum != 0)
		return err_errno(e, errnum, "%s", file);
	if (S_ISREG(after.st_mode) &&
	    was_written(&before, &after, out->n - had))
		return err_set(e, STATUS_USAGE,
		    "%s: is being written; who replaces it should write "
		    "another file and rename that",
		    file);
	return 0;
}

const struct json *
json_load(const char *file, struct arena *a, struct str *bytes, struct err *e)
{
	const struct json *root = NULL;
	struct buf text = { 0 };

	if (file_read(file, &text, e) == 0) {
		*bytes = arena_str(a, buf_view(&text));
		root = json_parse(*bytes, a, e);
		if (root == NULL)
			err_prefix(e, "%s", file);
	}
	buf_release(&text);
	return root;
}

const struct json *
json_find(const struct json *j, struct str key)
{
	if (j == NULL || j->value.type != JSON_OBJECT)
		return NULL;
	for (size_t i = j->n; i-- > 0;)
		if (str_eq(j->member[i].key, key))
			return &j->member[i].json;
	return NULL;
}

const struct json *
json_get(const struct json *j, const char *key)
{
	return json_find(j, str_of(key));
}

double
json_get_number(const struct json *j, const char *key)
{
	const struct json *x = json_get(j, key);

	return x != NULL && x->value.type == JSON_NUMBER ? x->number : NAN;
}

bool
json_is_count(const struct json *j)
{
	return j != NULL && j->value.type == JSON_NUMBER && j->number >= 0 &&
	       j->number <= 0x1p53 && j->number == floor(j->number);
}
