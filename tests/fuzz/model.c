/*
 * Any bytes as a model file, and as a thresholds file: refused with a
 * message, or a model whose every answer is a probability or none.
 */
#include <stdlib.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

#include "base/hash.h"
#include "calibrate/model.h"
#include "calibrate/update.h"

static void
check_answer(double p)
{
	if (!isnan(p) && !(p >= 0 && p <= 1))
		FINDING("%g is no probability", p);
}

static void
check_model(const char *file)
{
	static const double at[] = { 0, 1, 0.5, 1e-300, 0.9999999999999999, 0.8,
		2, -1, 1e300, NAN };
	struct arena a = { 0 };
	struct buf text = { 0 };
	struct err e;
	struct model *m = model_load(file, &a, &e);

	if (m == NULL) {
		if (e.msg[0] == '\0')
			FINDING("refused without a word");
		arena_release(&a);
		return;
	}
	for (size_t i = 0; i < LENGTH(at); i++) {
		double x[SIGNALS_MOST];
		/* a confidence is in [0, 1]; a signal may be anything */
		if (!m->all.combines && !(at[i] >= 0 && at[i] <= 1))
			continue;
		for (size_t k = 0; k < SIGNALS_MOST; k++)
			x[k] = at[(i + k) % (LENGTH(at))];
		check_answer(predictor_apply(&m->all, x));
		for (int f = 0; f < FOLDS && m->has_folds; f++)
			check_answer(predictor_apply(&m->fold[f], x));
	}
	predictor_write(&text, &m->all);
	buf_release(&text);
	model_release(m);
	arena_release(&a);
}

static void
check_thresholds(const char *file)
{
	struct arena a = { 0 };
	struct err e;
	struct policy *p = policy_load(NULL, NULL, 0, &a, &e);
	struct buf why = { 0 };
	struct thresholds *t;
	struct str bytes;

	if (p == NULL)
		abort();
	if ((t = thresholds_load(file, p, &a, &e)) != NULL)
		update_allowed(t, false, json_load(file, &a, &bytes, &e), &why);
	buf_release(&why);
	thresholds_free(t);
	policy_free(p);
	arena_release(&a);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	char file[64];
	int fd = memfd_create("model", 0);

	if (!ready)
		hash_init(abort);
	ready = true;
	if (fd == -1 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(file, sizeof(file), "/proc/self/fd/%d", fd);
	check_model(file);
	check_thresholds(file);
	close(fd);
	return 0;
}
