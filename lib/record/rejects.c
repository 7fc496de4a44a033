/* Lines that are refused (rejects.h). */
#include "record/rejects.h"
#include "base/array.h"
#include "base/diag.h"
#include "record/stream.h"

typedef int open_fn(struct output *, const char *path, struct err *);

static int
open_by(struct rejects *r, open_fn *open, const char *file, struct err *e)
{
	*r = (struct rejects){ 0 };
	if (file == NULL)
		return 0;
	if (open(&r->own, file, e) == -1)
		return -1;
	r->kept = &r->own;
	return 0;
}

int
rejects_of_run(
    struct rejects *r, const struct stream_options *options, struct err *e)
{
	if (options->rejects_into == NULL)
		return open_by(r, output_open, options->rejects, e);
	*r = (struct rejects){ .kept = options->rejects_into };
	return 0;
}

int
rejects_open_end(struct rejects *r, const char *file, struct err *e)
{
	return open_by(r, output_open_end, file, e);
}

void
rejects_begin(struct rejects *r, const char *file, uint64_t lineno,
    const char *why, struct str raw)
{
	for (size_t i = 0; r->n == 0 && i < raw.n && i < LENGTH(r->begins); i++)
		r->begins[i] = (unsigned char)raw.s[i];
	r->n++;
	if (r->told++ < STREAM_REJECTS_TOLD)
		diag("%s:%llu: %s", file, (unsigned long long)lineno, why);
	rejects_more(r, raw);
}

void
rejects_more(struct rejects *r, struct str text)
{
	if (r->kept == NULL)
		return;
	buf_str(&r->kept->buf, text);
	if (r->kept->buf.n > OUTPUT_SIZE)
		output_flush(r->kept);
}

int
rejects_end(struct rejects *r)
{
	return r->kept != NULL ? output_line(r->kept) : 0;
}

int
rejects_add(struct rejects *r, const char *file, uint64_t lineno,
    const char *why, struct str raw)
{
	rejects_begin(r, file, lineno, why, raw);
	return rejects_end(r);
}

const char *
rejects_hint(const struct rejects *r)
{
	switch (r->begins[0] << 8 | r->begins[1]) {
	case 0x1f8b: /* RFC 1952, 2.3.1 */
		return "it is compressed: read it by zcat";
	case 0x28b5: /* RFC 8878, 3.1.1 */
		return "it is compressed: read it by zstdcat";
	case 0xfffe: /* RFC 2781, 3.2 */
	case 0xfeff: return "it is UTF-16: read it by iconv -f UTF-16 -t UTF-8";
	}
	switch (r->begins[0]) {
	case '[': return "jq -c '.[]' makes lines of an array's objects";
	case '{': return "jq -c . makes a line of each object";
	default: return "is it CSV (--csv)?";
	}
}

int
rejects_keep(struct rejects *r, struct err *e)
{
	if (r->kept == NULL || output_sync(r->kept) == 0)
		return 0;
	return output_error(r->kept, e);
}

int
rejects_close(struct rejects *r, struct err *e)
{
	bool told = r->kept != NULL && r->kept->told;

	if (r->told > STREAM_REJECTS_TOLD)
		diag("%llu lines rejected, the first %d told",
		    (unsigned long long)r->n, STREAM_REJECTS_TOLD);
	if (r->kept == NULL)
		return 0;
	if (r->kept != &r->own)
		return output_flush(r->kept) == 0 || told
			   ? 0
			   : output_error(r->kept, e);
	return output_close(r->kept, true, e) == 0 || told ? 0 : -1;
}
