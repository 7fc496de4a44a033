/* The domain's words (words.h). */
#include "policy/words.h"

const char *const risk_words[] = {
	[RISK_LOW] = "low",
	[RISK_MEDIUM] = "medium",
	[RISK_HIGH] = "high",
	[RISK_CRITICAL] = "critical",
	NULL,
};

const char *const action_words[] = {
	[ACTION_AUTO] = "AUTO",
	[ACTION_AUTO_AUDIT] = "AUTO_AUDIT",
	[ACTION_QUEUE] = "QUEUE",
	[ACTION_ESCALATE] = "ESCALATE",
	NULL,
};

const char *const responder_words[] = {
	[RESPOND_MODEL] = "model",
	[RESPOND_MODEL_FLAGGED] = "model_flagged",
	[RESPOND_HUMAN] = "human",
	NULL,
};

const char *const priority_words[] = {
	[PRIORITY_LOW] = "low",
	[PRIORITY_NORMAL] = "normal",
	[PRIORITY_HIGH] = "high",
	[PRIORITY_URGENT] = "urgent",
	NULL,
};

const char *const tier_words[] = {
	[TIER_AI] = "ai",
	[TIER_AGENT] = "agent",
	[TIER_EXPERT] = "expert",
	NULL,
};

const char *const outcome_words[] = {
	[OUTCOME_APPROVE] = "approve",
	[OUTCOME_REJECT] = "reject",
	[OUTCOME_CORRECT] = "correct",
	NULL,
};

/* What else they are called. */
static const struct {
	const char *word;
	enum outcome outcome;
} outcomes[] = {
	{ "approved", OUTCOME_APPROVE },
	{ "rejected", OUTCOME_REJECT },
	{ "corrected", OUTCOME_CORRECT },
	{ "edit", OUTCOME_CORRECT },
	{ "edited", OUTCOME_CORRECT },
	{ "needs_revision", OUTCOME_CORRECT },
};

int
word_index(const char *const list[], struct str word)
{
	for (int i = 0; list[i] != NULL; i++)
		if (str_eq(str_of(list[i]), word))
			return i;
	return -1;
}

int
value_word(
    const struct value *v, const char *const list[], struct arena *scratch)
{
	return v->type == JSON_STRING
		   ? word_index(list, value_string(v, scratch))
		   : -1;
}

size_t
word_count(const char *const list[])
{
	size_t n = 0;

	while (list[n] != NULL)
		n++;
	return n;
}

enum priority
priority_of(enum risk_level level)
{
	static const enum priority priority[] = {
		[RISK_LOW] = PRIORITY_LOW,
		[RISK_MEDIUM] = PRIORITY_NORMAL,
		[RISK_HIGH] = PRIORITY_HIGH,
		[RISK_CRITICAL] = PRIORITY_URGENT,
		[RISK_UNKNOWN] = PRIORITY_URGENT,
	};

	return priority[level];
}

int
outcome_parse(struct str word)
{
	int usual = word_index(outcome_words, word);

	if (usual != -1)
		return usual;
	for (size_t i = 0; i < LENGTH(outcomes); i++)
		if (str_eq(str_of(outcomes[i].word), word))
			return (int)outcomes[i].outcome;
	return -1;
}

const char *
outcome_word(enum outcome outcome)
{
	return outcome_words[outcome];
}
