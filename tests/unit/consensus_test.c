/*
 * One label out of several votes (stats/consensus.h, stats/dawid_skene.h):
 * the table of Dawid & Skene (1979), whose shares they give as .40, .42, .11
 * and .07, and a made-up crowd; figures by consensus_reference.py, numpy.
 */
#include <stdlib.h>
#include <string.h>

#include "testing.h"

#include "stats/dawid_skene.h"

enum { MOST = 3000, LABELS = 4 };

static struct vote vote[MOST];

/* Their table 1: 45 patients; observer 1 three times, then 2 to 5. */
static const char table[] = "1111111333433411221222223121222322222233221222111"
			    "3333433222222323222234444444222334311111112223212"
			    "1211111111211111111111111111222222122213222222222"
			    "2222221222322222122221111111111111123222221111111"
			    "1111111112112111111113333233111111122222222223232"
			    "4334343221223223232333333432111111111111111212111"
			    "232222212111112222222";

static struct votes
table_votes(void)
{
	struct votes v = { vote, 0, 45, 5, LABELS, NULL };

	assert_int_equal(strlen(table), 45 * 7);
	for (uint32_t i = 0; i < 45; i++)
		for (uint32_t k = 0; k < 7; k++)
			vote[v.n++] = (struct vote){ i, k < 2 ? 0 : k - 2,
				(uint32_t)(table[7 * i + k] - '1') };
	votes_sort(&v);
	return v;
}

/* 500 items, 15 raters from poor to good, about a third of the votes. */
static struct votes
crowd_votes(void)
{
	struct votes v = { vote, 0, 500, 15, LABELS, NULL };
	uint32_t state = 12345;

	for (uint32_t i = 0; i < 500; i++) {
		uint32_t truth = lcg(&state) % 4;
		for (uint32_t r = 0; r < 15; r++) {
			if (lcg(&state) % 3 != 0)
				continue;
			bool right = lcg(&state) % 20 < 7 + r % 12;
			vote[v.n++] = (struct vote){ i, r,
				right ? truth : lcg(&state) % 4 };
		}
	}
	assert_int_equal(v.n, 2443);
	votes_sort(&v);
	return v;
}

static const struct {
	const char *what;
	bool crowd;
	void (*run)(const struct votes *, struct consensus *);
	double share[LABELS]; /* 0: not given */
	double log_likelihood;
	double skill[15];
	double confusion[LABELS * LABELS]; /* of rater 1 */
	const char *labels;
	double squares; /* of all chances, together */
	double item2[LABELS];
} expected[] = {
	{
	    .what = "table, dawid-skene",
	    .crowd = false,
	    .run = dawid_skene,
	    .share = { 0.39955475, 0.42198339, 0.11179519, 0.06666667 },
	    .log_likelihood = -192.89088121,
	    .skill = { 0.82876328, 0.77886884, 0.77664845, 0.86694346,
		0.84237195 },
	    .confusion = { 0.83421408, 0.16578592, 0.00000000, 0.00000000,
		0.05270670, 0.63294620, 0.31434710, 0.00000000, 0.00000000,
		0.00000000, 1.00000000, 0.00000000, 0.00000000, 0.00000000,
		0.00000000, 1.00000000 },
	    .labels = "031111021132010000111111001000020113122000101",
	    .squares = 44.82050545,
	    .item2 = { 0.00000000, 1.00000000, 0.00000000, 0.00000000 },
	},
	{
	    .what = "table, one coin",
	    .crowd = false,
	    .run = one_coin,
	    .share = { 0.40191973, 0.45109979, 0.12462898, 0.02235151 },
	    .log_likelihood = -242.50598702,
	    .skill = { 0.88543049, 0.70072488, 0.81146501, 0.85306773,
		0.80891976 },
	    .labels = "021111021131010000111111001000020112122000101",
	    .squares = 44.08875794,
	    .item2 = { 0.14651088, 0.85348140, 0.00000655, 0.00000117 },
	},
	{
	    .what = "table, wawa",
	    .crowd = false,
	    .run = wawa,
	    .skill = { 0.87878788, 0.72727273, 0.81818182, 0.88636364,
		0.84090909 },
	    .labels = "021111021131010000111111001000020112122000101",
	    .squares = 34.59041749,
	},
	{
	    .what = "crowd, dawid-skene",
	    .crowd = true,
	    .run = dawid_skene,
	    .share = { 0.20995735, 0.25246828, 0.25768691, 0.27988746 },
	    .log_likelihood = -2701.20984238,
	    .skill = { 0.54972125, 0.51713918, 0.61751046, 0.68543986,
		0.64272935, 0.64682583, 0.75929603, 0.77456734, 0.79195616,
		0.83670986, 0.88759301, 0.91454816, 0.50733931, 0.57583909,
		0.64144016 },
	    .confusion = { 0.59768297, 0.06640855, 0.22221893, 0.11368955,
		0.21304486, 0.49607947, 0.19302669, 0.09784898, 0.13349186,
		0.19720111, 0.50375930, 0.16554773, 0.21559611, 0.17129154,
		0.10820240, 0.50490995 },
	    .labels =
		"011122331023000203020113202120323231020010011332212203001313"
		"032132302122320232231102101113001312120301132001202003302201"
		"330323312230312132232232113323002000332312320310332112323023"
		"330133330023132132030211113303303002133003321333013331023310"
		"322010121031101312103323102301223130113211110321012103130222"
		"113010232022312230223233111312213331322212333002012101312223"
		"213102233113022233302220022333133301320310223111100221001222"
		"333201320222313102130111102112212000113113331022330031111232"
		"00132013113031312231",
	    .squares = 451.73266232,
	    .item2 = { 0.03265666, 0.92544160, 0.01599796, 0.02590378 },
	},
	{
	    .what = "crowd, one coin",
	    .crowd = true,
	    .run = one_coin,
	    .share = { 0.22166976, 0.26771691, 0.24482302, 0.26579031 },
	    .log_likelihood = -2799.89461700,
	    .skill = { 0.54104407, 0.51589121, 0.60997660, 0.69197421,
		0.65256660, 0.65272981, 0.76403138, 0.75455730, 0.77562912,
		0.83986826, 0.89311287, 0.93228526, 0.50533413, 0.56549439,
		0.63395089 },
	    .labels =
		"011122331023000223020113202020323231020010011332212203001313"
		"032132300121320232231102001113001312120301132001202003302200"
		"330323312230312132232232113323002000332312320310332112123023"
		"330133330023132132030211110303303112033003121332013331021310"
		"322010121031101311103323102301223130113211110321012103130222"
		"113010232022312230233233111212213331322212333002012101312223"
		"213122133110022133302200012333133301320310223111100221001222"
		"330201320222313102110111102112212010113113331022330031111232"
		"00032013113031312231",
	    .squares = 432.80408940,
	    .item2 = { 0.01556297, 0.94858793, 0.01718851, 0.01866058 },
	},
	{
	    .what = "crowd, wawa",
	    .crowd = true,
	    .run = wawa,
	    .skill = { 0.63970588, 0.62068966, 0.65693431, 0.74482759,
		0.66433566, 0.71428571, 0.78823529, 0.80128205, 0.79310345,
		0.86330935, 0.87730061, 0.93959732, 0.57792208, 0.63829787,
		0.70469799 },
	    .labels =
		"011122331023000203020113202020323231020010011332212303001313"
		"032132302121320232231202001113001312120301132001202003302201"
		"330323312230312132230232113323002000332312320310332112123023"
		"330133330023132132030211110303303112133003121332013331021310"
		"322010021031101311103323102301223130113211110321012103130222"
		"113010232022312230233233111212213331322212333002012101312223"
		"213122133110022133302200012333133301320010223111100221001222"
		"330201320222313102110111102112212000113113331022330031111232"
		"00032013113011312231",
	    .squares = 318.63084516,
	},
};

static void
check(size_t k)
{
	struct votes v = expected[k].crowd ? crowd_votes() : table_votes();
	struct consensus c;
	double squares = 0;
	bool tied;

	expected[k].run(&v, &c);
	assert_true(c.converged);
	for (uint32_t t = 0; t < LABELS && expected[k].share[0] > 0; t++)
		near(c.share[t], expected[k].share[t], 1e-6);
	if (expected[k].log_likelihood != 0)
		near(c.log_likelihood, expected[k].log_likelihood, 1e-6);
	for (uint32_t r = 0; r < v.raters; r++)
		near(c.skill[r], expected[k].skill[r], 1e-6);
	for (uint32_t i = 0; i < LABELS * LABELS && c.confusion != NULL; i++)
		near(c.confusion[LABELS * LABELS + i], expected[k].confusion[i],
		    1e-6);
	for (uint32_t i = 0; i < v.items; i++)
		assert_int_equal(
		    consensus_label(&c, i, &tied), expected[k].labels[i] - '0');
	for (size_t i = 0; i < (size_t)v.items * LABELS; i++)
		squares += c.posterior[i] * c.posterior[i];
	near(squares, expected[k].squares, 1e-5);
	for (uint32_t t = 0; t < LABELS && expected[k].item2[1] > 0; t++)
		near(c.posterior[2 * LABELS + t], expected[k].item2[t], 1e-6);
	consensus_release(&c);
}

static void
test_reference(void **state)
{
	(void)state;
	for (size_t k = 0; k < LENGTH(expected); k++)
		check(k);
}

/*
 * Three who judge 60 items of two labels and are wrong on some; a fourth who
 * judges the 30 of the first label only, always right.  The reference's `few'.
 */
static void
test_not_met(void **state)
{
	static const double skill[] = { 0.88729833, 0.88729833, 0.88729833,
		0.96475800 };
	struct votes v = { vote, 0, 60, 4, 2, NULL };
	struct consensus c;

	(void)state;
	for (uint32_t i = 0; i < 60; i++) {
		for (uint32_t r = 0; r < 3; r++)
			vote[v.n++] = (struct vote){ i, r,
				(i >= 30) != (i % 10 == r + 3 * (i / 30)) };
		if (i < 30)
			vote[v.n++] = (struct vote){ i, 3, 0 };
	}
	votes_sort(&v);
	dawid_skene(&v, &c);
	for (uint32_t r = 0; r < 4; r++)
		near(c.skill[r], skill[r], 1e-6);
	consensus_release(&c);
	/* who has no vote at all */
	v.raters = 5;
	dawid_skene(&v, &c);
	assert_true(isnan(c.skill[4]));
	near(c.skill[3], skill[3], 1e-6);
	consensus_release(&c);
}

/* What cannot be told is told so. */
static void
test_edges(void **state)
{
	static const double none[2] = { 0, 0 };
	struct votes v = { vote, 0, 0, 0, 0, NULL };
	struct consensus c;
	bool tied;

	(void)state;
	dawid_skene(&v, &c);
	consensus_release(&c);
	one_coin(&v, &c);
	consensus_release(&c);
	/* two of two minds, and one item that nobody has looked at */
	v = (struct votes){ vote, 2, 2, 2, 2, NULL };
	vote[0] = (struct vote){ 0, 0, 1 };
	vote[1] = (struct vote){ 0, 1, 0 };
	majority(&v, NULL, &c);
	assert_int_equal(consensus_label(&c, 0, &tied), 0);
	assert_true(tied && isnan(c.skill[0]) && isnan(c.skill[1]));
	consensus_release(&c);
	wawa(&v, &c); /* nobody's skill is known */
	consensus_label(&c, 0, &tied);
	assert_true(tied);
	consensus_release(&c);
	majority(&v, none, &c);
	consensus_label(&c, 0, &tied);
	assert_true(tied);
	consensus_release(&c);
	one_coin(&v, &c);
	near(c.posterior[0], 0.5, 1e-9);
	consensus_release(&c);
	/* all of one mind, one label: nobody can be wrong */
	v.labels = 1;
	vote[0].label = vote[1].label = 0;
	one_coin(&v, &c);
	near(c.posterior[0], 1, 0);
	near(c.skill[0], 1, 0);
	consensus_release(&c);
	dawid_skene(&v, &c);
	near(c.skill[1], 1, 1e-12);
	near(c.log_likelihood, 0, 1e-12);
	consensus_release(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reference),
		cmocka_unit_test(test_not_met),
		cmocka_unit_test(test_edges),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("consensus", tests, NULL, NULL);
}
