/* What is in a dataset (dataset.h). */
#include "feedback/dataset_data.h"

static void
write_left_out(const struct dataset *d, struct buf *out)
{
	const char *comma = "";

	buf_cstr(out, ",\"left_out\":{");
	for (int i = 0; i < LEFT_REASONS; i++) {
		if (d->left[i] == 0)
			continue;
		buf_printf(out, "%s\"%s\":%llu", comma, left_out_words[i],
		    (unsigned long long)d->left[i]);
		comma = ",";
	}
	buf_char(out, '}');
}

static void
write_splits(const struct dataset *d, struct buf *out)
{
	buf_cstr(out, ",\"splits\":{");
	for (size_t k = 0; k < d->options.nsplit; k++) {
		if (k > 0)
			buf_char(out, ',');
		buf_json_string(out, d->options.split[k].name);
		buf_printf(out, ":{\"items\":%llu,\"sha256\":\"%s\"}",
		    (unsigned long long)d->items[k], d->hash[k]);
	}
	buf_char(out, '}');
}

static void
write_strata(const struct dataset *d, struct buf *out)
{
	buf_cstr(out, ",\"strata\":[");
	for (size_t i = 0; i < d->names.n; i++) {
		const struct stratum *s = &d->stratum[d->order[i]];
		buf_cstr(out, i == 0 ? "{\"stratum\":" : ",{\"stratum\":");
		buf_str(out, s->name);
		buf_json_count(out, "found", s->found);
		buf_json_count(out, "items", s->wanted);
		for (size_t k = 0; k < d->options.nsplit; k++) {
			buf_cstr(out, k == 0 ? ",\"splits\":{" : ",");
			buf_json_string(out, d->options.split[k].name);
			buf_printf(
			    out, ":%llu", (unsigned long long)s->split[k]);
		}
		buf_cstr(out, d->options.nsplit > 0 ? "}}" : "}");
	}
	buf_char(out, ']');
}

static void
write_dropped(const struct dataset *d, struct buf *out)
{
	const struct map *drop = d->options.drop;

	buf_cstr(out, ",\"dropped\":[");
	for (size_t i = 0; i < drop->n; i++) {
		if (i > 0)
			buf_char(out, ',');
		buf_json_string(out, drop->key[i]);
	}
	buf_char(out, ']');
}

void
dataset_write_manifest(const struct dataset *d, struct buf *out)
{
	const struct dataset_options *o = &d->options;

	buf_printf(out, "{\"kind\":\"dataset\",\"as\":\"%s\"",
	    dataset_kind_words[o->as]);
	buf_json_count(out, "read", d->read);
	buf_json_count(out, "items", dataset_items(d));
	if (o->nsplit == 0)
		buf_printf(out, ",\"sha256\":\"%s\"", d->hash[0]);
	else
		write_splits(d, out);
	write_left_out(d, out);
	write_dropped(d, out);
	write_strata(d, out);
	buf_char(out, '}');
}
