/* The options of hitl-feedback export (export.h). */
#include <string.h>

#include "feedback/export.h"

enum {
	OPTION_AS = OPTION_VERB,
	OPTION_ASSERT,
	OPTION_BY,
	OPTION_DROP,
	OPTION_KEEP,
	OPTION_KEY,
	OPTION_MANIFEST,
	OPTION_MIN_CONFIDENCE,
	OPTION_SPLIT,
	OPTION_STABLE,
	OPTION_SYSTEM,
	OPTION_TAKE,
	OPTION_UNSAID,
	OPTION_USED,
	OPTION_WITH_ID,
};

static const struct option_row rows[] = {
	{ OPTION_AS, "as", "KIND",
	    "golden, hard-negatives, prompt-tests, fine-tune, preferences, "
	    "policy-examples or evals" },
	{ OPTION_SPLIT, "split", "NAME=SHARE,...",
	    "such as train=0.8,test=0.2; -o has {split} in it" },
	{ OPTION_STABLE, "stable", NULL,
	    "an id stays in its split as the log grows" },
	{ OPTION_TAKE, "take", "NAME", "write this split alone" },
	{ 'n', "size", "N", "so many items, in proportion of the strata" },
	{ OPTION_BY, "by", "EXPR",
	    "what strata are by (task, route and outcome)" },
	{ OPTION_KEY, "key", "TEXT", "another one is another order and split" },
	{ OPTION_DROP, "drop", "KEY,...",
	    "leave members of these names out, at any depth" },
	{ OPTION_KEEP, "keep", "NAME=EXPR",
	    "a further member of metadata; may be repeated" },
	{ OPTION_SYSTEM, "system", "TEXT", "what chats begin with" },
	{ OPTION_ASSERT, "assert", "TYPE",
	    "how prompt-tests compare the answer (equals)" },
	{ OPTION_MIN_CONFIDENCE, "min-confidence", "C",
	    "of hard negatives (0.8)" },
	{ OPTION_UNSAID, "unsaid", "SCOPE",
	    "what a correction's scope is that nobody gave, such as lasting" },
	{ OPTION_WITH_ID, "with-id", NULL, "the id in every item" },
	{ OPTION_MANIFEST, "manifest", "FILE",
	    "what is in it, what is left out and why, and hashes" },
	{ OPTION_USED, "used", "FILE",
	    "what is in it, as reviews that say so, for join" },
	BOUNDS_ROWS,
};

/* "a,b,c": each part in turn. */
static bool
next_part(const char **list, struct str *part)
{
	size_t n = strcspn(*list, ",");

	*part = (struct str){ *list, n };
	if (**list == '\0')
		return false;
	*list += n + ((*list)[n] == ',');
	return true;
}

/* "name=rest" */
static bool
cut_at_equals(struct str text, struct str *name, struct str *rest)
{
	const char *equals = memchr(text.s, '=', text.n);

	if (equals == NULL || equals == text.s)
		return false;
	*name = (struct str){ text.s, (size_t)(equals - text.s) };
	*rest =
	    (struct str){ equals + 1, text.n - (size_t)(equals - text.s) - 1 };
	return true;
}

static int
take_split(struct dataset_options *o, const char *list, struct err *e)
{
	struct str part, number;
	double sum = 0;

	for (o->nsplit = 0; next_part(&list, &part); o->nsplit++) {
		struct dataset_split *s = &o->split[o->nsplit];
		if (o->nsplit == DATASET_SPLITS)
			return err_set(e, STATUS_USAGE,
			    "--split: at most %d of them", DATASET_SPLITS);
		if (!cut_at_equals(part, &s->name, &number) ||
		    !decimal_parse(number, &s->share) || !(s->share > 0))
			return err_set(e, STATUS_USAGE,
			    "--split: %.*s is no NAME=SHARE, such as train=0.8",
			    (int)part.n, part.s);
		if (memchr(s->name.s, '/', s->name.n) != NULL)
			return err_set(
			    e, STATUS_USAGE, "--split: a name has no slash");
		for (size_t i = 0; i < o->nsplit; i++)
			if (str_eq(o->split[i].name, s->name))
				return err_set(e, STATUS_USAGE,
				    "--split: %.*s is there twice",
				    (int)s->name.n, s->name.s);
		sum += s->share;
	}
	if (!(sum > 0.999999 && sum < 1.000001))
		return err_set(e, STATUS_USAGE,
		    "--split: the shares add up to %g, not to 1", sum);
	return 0;
}

static int
take_keep(struct dataset_options *o, const char *argument, struct err *e)
{
	struct dataset_kept *k = &o->kept[o->nkept];

	if (o->nkept == DATASET_KEPT)
		return err_set(e, STATUS_USAGE, "--keep: at most %d of them",
		    DATASET_KEPT);
	if (!cut_at_equals(str_of(argument), &k->name, &k->text))
		return err_set(e, STATUS_USAGE,
		    "--keep: %s is no NAME=EXPR, such as tenant=.tenant_id",
		    argument);
	for (size_t i = 0; i < o->nkept; i++)
		if (str_eq(o->kept[i].name, k->name))
			return err_set(e, STATUS_USAGE,
			    "--keep: %.*s is there twice", (int)k->name.n,
			    k->name.s);
	o->nkept++;
	return 0;
}

static int
take(int id, const char *argument, void *own, struct err *e)
{
	struct export_options *o = own;
	struct dataset_options *d = &o->dataset;
	struct str part;
	int i;

	switch (id) {
	case OPTION_AS:
		if (word_option("--as", argument, dataset_kind_words, &i, e) ==
		    -1)
			return -1;
		d->as = (enum dataset_kind)i;
		o->given = true;
		return 0;
	case OPTION_SPLIT: return take_split(d, argument, e);
	case OPTION_STABLE: d->stable = true; return 0;
	case OPTION_TAKE: o->take = argument; return 0;
	case 'n': return count_option("--size", argument, 1, 1e15, &d->size, e);
	case OPTION_BY: d->by = argument; return 0;
	case OPTION_KEY: d->key = hash_key_derive(str_of(argument)); return 0;
	case OPTION_DROP:
		while (next_part(&argument, &part))
			map_put(&o->drop, part, NULL);
		return 0;
	case OPTION_KEEP: return take_keep(d, argument, e);
	case OPTION_SYSTEM: d->system = argument; return 0;
	case OPTION_ASSERT: d->assertion = argument; return 0;
	case OPTION_MIN_CONFIDENCE:
		return number_option(
		    "--min-confidence", argument, 0, 1, &d->min_confidence, e);
	case OPTION_UNSAID:
		if (word_option("--unsaid", argument, scope_words, &i, e) == -1)
			return -1;
		d->unsaid = i;
		return 0;
	case OPTION_WITH_ID: d->with_id = true; return 0;
	case OPTION_MANIFEST: o->manifest = argument; return 0;
	case OPTION_USED: o->used = argument; return 0;
	default: return bounds_take(&o->bounds, id, argument, e);
	}
}

/* What is opened later than its name is read. */
static const struct option_file files[] = {
	{ OPTION_MANIFEST, SANDBOX_REPLACE }, { OPTION_USED, SANDBOX_REPLACE },
	{ 'T', SANDBOX_SCRATCH }, { 0, SANDBOX_NONE }
};

static const struct option_rule rules[] = {
	{ OPTION_STABLE, .with = { OPTION_SPLIT } },
	{ OPTION_TAKE, .with = { OPTION_SPLIT } },
	/* what strata are for */
	{ OPTION_BY, .with = { 'n', OPTION_SPLIT, OPTION_MANIFEST } },
	{ 0 },
};

const struct command export_command = {
	.usage = "export --as KIND [OPTION...] [FILE...]",
	.about = "Datasets of what reviewers said, to train and to test with.",
	.own = rows,
	.nown = LENGTH(rows),
	.results = true,
	.file = files,
	.confidences = true,
	.rule = rules,
	.take = take,
};

/* What some kinds have and others have not. */
static int
check_kind(const struct dataset_options *d, struct err *e)
{
	if (d->system != NULL && d->as != DATASET_FINE_TUNE &&
	    d->as != DATASET_PREFERENCES && d->as != DATASET_EVALS)
		return err_set(e, STATUS_USAGE,
		    "--system goes with fine-tune, preferences and evals");
	if (d->assertion != NULL && d->as != DATASET_PROMPT_TESTS)
		return err_set(
		    e, STATUS_USAGE, "--assert goes with prompt-tests");
	if (d->min_confidence >= 0 && d->as != DATASET_HARD_NEGATIVES)
		return err_set(e, STATUS_USAGE,
		    "--min-confidence goes with hard-negatives");
	return 0;
}

const char *
export_split_path(const char *pattern, struct str name, struct arena *a)
{
	const char *at = pattern == NULL ? NULL : strstr(pattern, EXPORT_PLACE);

	if (at == NULL)
		return pattern;
	return arena_printf(a, "%.*s%.*s%s", (int)(at - pattern), pattern,
	    (int)name.n, name.s, at + strlen(EXPORT_PLACE));
}

/* Each split has a file; then nothing goes to standard output. */
static int
check_splits(const struct export_options *o, const struct options *options,
    struct arena *a, struct err *e)
{
	const struct dataset_options *d = &o->dataset;
	const char *pattern = options->output;
	const char *file[DATASET_SPLITS + 1];
	size_t n = 0;

	if (o->take != NULL) {
		file[n++] = export_split_path(pattern, str_of(o->take), a);
	} else if (pattern == NULL || strstr(pattern, EXPORT_PLACE) == NULL) {
		return err_set(e, STATUS_USAGE,
		    "--split: -o needs {split} in its name, such as "
		    "data.{split}.ndjson; or --take says which one is wanted");
	} else {
		file[n++] = "-"; /* is opened all the same */
		for (size_t k = 0; k < d->nsplit; k++)
			file[n++] =
			    export_split_path(pattern, d->split[k].name, a);
	}
	if (file_option("--manifest", o->manifest, file, n, e) == -1 ||
	    file_option("--used", o->used, file, n, e) == -1)
		return -1;
	return file_option("--rejects", options->stream.rejects, file, n, e);
}

int
export_check(const struct export_options *o, const struct options *options,
    struct arena *a, struct err *e)
{
	const struct dataset_options *d = &o->dataset;
	bool known = o->take == NULL;

	if (!o->given)
		return err_set(e, STATUS_USAGE, "export: --as KIND is missing");
	for (size_t i = 0; i < d->nsplit && !known; i++)
		known = str_eq(d->split[i].name, str_of(o->take));
	if (!known)
		return err_set(
		    e, STATUS_USAGE, "--take: %s is none of --split", o->take);
	if (d->nsplit > 0 && check_splits(o, options, a, e) == -1)
		return -1;
	return check_kind(d, e);
}
