/*
 * Measures and thresholds on a real log (stats/measures.h, stats/proof.h):
 * the MMLU-Pro answers of gpt-4.1-mini in $HITL_SHARED/data, skipped where
 * that is absent.  Expected figures are from scikit-learn 1.2 (roc_auc_score,
 * log_loss with p clipped at 1e-15) and numpy 1.24 on the same rows:
 *	e = arange(11) / 10; b = clip(searchsorted(e, c, "left") - 1, 0, 9)
 *	ece = sum(abs((y[b == i] - c[b == i]).sum()) for i in range(10)) / n
 * DeLong from placements with var(ddof=1); AURC from errors averaged within
 * each distinct confidence, mean(cumsum(e) / arange(1, n + 1)).
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "testing.h"

#include "stats/curve.h"
#include "stats/measures.h"
#include "stats/proof.h"

enum { ROWS = 12032, COLUMNS = 10 };

/* Columns, from 0. */
enum { CORRECT = 4, EXTRACTED = 5, VERBAL = 6, LOGIT = 7 };

/* No cell of this log has a comma or a quote in it. */
static size_t
cells(char *line, char *cell[COLUMNS])
{
	size_t n = 0;

	line[strcspn(line, "\r\n")] = '\0';
	while (line != NULL && n < COLUMNS)
		cell[n++] = strsep(&line, ",");
	return n;
}

/*
 * Labelled decisions from a column, sorted; *n 0 if there is no log.  The
 * tests then return: cmocka's skip() is a "not ok" that prove counts.
 */
static struct decision *
load(size_t column, size_t *n)
{
	const char *shared = getenv("HITL_SHARED");
	char path[4096], line[4096], *cell[COLUMNS];
	struct decision *d = calloc(ROWS + 1, sizeof(*d));
	FILE *f;

	*n = 0;
	snprintf(path, sizeof(path), "%s/data/mmlu-pro-gpt-4.1-mini.csv",
	    shared != NULL ? shared : "../shared");
	if ((f = fopen(path, "r")) == NULL) {
		print_message("# no %s: skipped\n", path);
		return d;
	}
	if (fgets(line, sizeof(line), f) == NULL)
		line[0] = '\0'; /* the header */
	while (*n < ROWS && fgets(line, sizeof(line), f) != NULL) {
		if (cells(line, cell) < COLUMNS || *cell[column] == '\0')
			continue;
		d[*n].confidence = strtod(cell[column], NULL);
		d[(*n)++].error = strcmp(cell[CORRECT], cell[EXTRACTED]) != 0;
	}
	fclose(f);
	decisions_sort(d, *n);
	return d;
}

static void
test_logit(void **state)
{
	struct measured m[MEASURES];
	size_t n;
	struct decision *d = load(LOGIT, &n);

	(void)state;
	if (n == 0) {
		free(d);
		return;
	}
	assert_int_equal(n, 12032);
	measures(d, n, 0.95, m);
	near(m[MEASURE_ACCURACY].value, 0.749418218085, 1e-9);
	near(m[MEASURE_AUROC].value, 0.715169154413, 1e-9);
	near(m[MEASURE_AUROC].low, 0.704933352734, 1e-9);
	near(m[MEASURE_AUROC].high, 0.725404956092, 1e-9);
	near(m[MEASURE_BRIER].value, 0.196094642365, 1e-9);
	near(m[MEASURE_LOG_LOSS].value, 0.595127042487, 1e-9);
	near(m[MEASURE_ECE_10].value, 0.141743726572, 1e-9);
	near(m[MEASURE_ECE_15].value, 0.141689963581, 1e-9);
	near(m[MEASURE_MCE].value, 0.381149634880, 1e-9);
	near(m[MEASURE_AURC].value, 0.134680062416, 1e-9);
	near(m[MEASURE_EAURC].value, 0.100263610021, 1e-9);
	free(d);
}

/* Fifteen distinct values in 11,861 rows: ties, and confidences of 0 and 1. */
static void
test_verbal(void **state)
{
	struct measured m[MEASURES];
	size_t n;
	struct decision *d = load(VERBAL, &n);

	(void)state;
	if (n == 0) {
		free(d);
		return;
	}
	assert_int_equal(n, 11861);
	measures(d, n, 0.95, m);
	near(m[MEASURE_ACCURACY].value, 0.760053958351, 1e-9);
	near(m[MEASURE_AUROC].value, 0.765068740356, 1e-9);
	near(m[MEASURE_AUROC].low, 0.755604754581, 1e-9);
	near(m[MEASURE_AUROC].high, 0.774532726131, 1e-9);
	near(m[MEASURE_BRIER].value, 0.194158266588, 1e-9);
	near(m[MEASURE_BRIER].value,
	    m[MEASURE_RELIABILITY].value - m[MEASURE_RESOLUTION].value +
		m[MEASURE_UNCERTAINTY].value,
	    1e-9);
	near(m[MEASURE_LOG_LOSS].value, 0.767161693104, 1e-9);
	near(m[MEASURE_ECE_10].value, 0.168592867380, 1e-9);
	near(m[MEASURE_ECE_15].value, 0.168609729365, 1e-9);
	near(m[MEASURE_MCE].value, 0.469551282051, 1e-9);
	near(m[MEASURE_AURC].value, 0.114447282412, 1e-9);
	near(m[MEASURE_EAURC].value, 0.083023976803, 1e-9);
	free(d);
}

/* What a proof automates here; STATS.md section 2 has .283 and .540. */
static void
test_automation(void **state)
{
	struct proof p;
	size_t n;
	struct decision *d = load(LOGIT, &n);

	(void)state;
	if (n == 0) {
		free(d);
		return;
	}
	prove_threshold(d, n, 0.15, 0.05, &p);
	assert_true(p.found && (double)p.autonomous >= 0.54 * ROWS);
	assert_int_equal(p.autonomous, decisions_above(d, n, p.threshold));
	prove_threshold(d, n, 0.10, 0.05, &p);
	assert_true(p.found && (double)p.autonomous >= 0.28 * ROWS);
	prove_threshold(d, n, 0.02, 0.05, &p);
	assert_false(p.found);
	assert_true(p.best_alpha > 0.02 && p.best_alpha < 0.1);
	free(d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_logit),
		cmocka_unit_test(test_verbal),
		cmocka_unit_test(test_automation),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("measures", tests, NULL, NULL);
}
