/*
 * Any bytes as a task, an event, rules of access, and as what is shown of
 * them: refused with a message, or what is written of them is read again as
 * the same.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#include "base/hash.h"
#include "queue/access.h"
#include "queue/event.h"
#include "queue/page.h"

/* What is asked of a reviewer says the same when it is read again. */
static void
check_need(const struct need *need, struct arena *a)
{
	struct buf once = { 0 }, twice = { 0 };
	struct need again;
	struct err e;

	need_write(need, &once);
	if (need_read(&again, json_parse(buf_view(&once), a, &e), a) == -1)
		FINDING("a need that cannot be read");
	need_write(&again, &twice);
	if (!str_eq(buf_view(&once), buf_view(&twice)))
		FINDING("a need that is another one");
	buf_release(&once);
	buf_release(&twice);
}

static void
check_task(struct str text, struct arena *a)
{
	struct err e = { .msg = "" };
	struct task t;

	if (task_read(&t, text, 0, a, &e) == -1) {
		if (e.code != STATUS_REJECTED || e.msg[0] == '\0')
			FINDING("refused without a word");
		return;
	}
	if (t.id.n == 0 || t.required < 1 || t.required > TASK_REVIEWS_MOST)
		FINDING("a task that none could keep");
	check_need(&t.need, a);
}

/* What is written of an event is the same event. */
static void
check_event(struct str text, struct arena *a)
{
	struct buf once = { 0 }, twice = { 0 };
	struct event v;
	struct err e;
	const struct json *j = json_parse(text, a, &e);

	if (j == NULL || event_read(&v, j, a) == -1)
		return;
	buf_cstr(&once, "{\"n\":1");
	event_write(&v, &once);
	buf_char(&once, '}');
	if (event_read(&v, json_parse(buf_view(&once), a, &e), a) == -1)
		FINDING("an event that cannot be read again");
	buf_cstr(&twice, "{\"n\":1");
	event_write(&v, &twice);
	buf_char(&twice, '}');
	if (!str_eq(buf_view(&once), buf_view(&twice)))
		FINDING("an event that is another one");
	buf_release(&once);
	buf_release(&twice);
}

static void
check_access(struct str text, struct arena *a)
{
	struct need need = { .kind = TASK_APPROVAL,
		.risk = RISK_CRITICAL,
		.queue = STR("general"),
		.tier = -1 };
	struct err e = { .msg = "" };
	const struct access *access = access_read(text, "rules", a, &e);

	if (access == NULL && e.msg[0] == '\0')
		FINDING("refused without a word");
	if (access == NULL)
		return;
	access_may(access, STR("ann"), &need, NULL, 0, NULL);
	if (access_required(access, &need) < 1)
		FINDING("decided by nobody");
	if (!access_covers(access, &need, &need))
		FINDING("a need that asks for more than itself");
}

/* Nothing on a page controls a terminal, and all lines fit. */
static void
check_page(struct str text, struct arena *a)
{
	struct page page = { 0 };
	struct err e;
	const struct json *j = json_parse(text, a, &e);

	if (j == NULL || j->value.type != JSON_OBJECT)
		return;
	page_begin(&page, 20);
	page_task(&page, j, 0);
	for (size_t i = 0; i < page.text.n; i++)
		if ((unsigned char)page.text.s[i] < ' ' ||
		    page.text.s[i] == 0x7f)
			FINDING("a control character on a page");
	page_release(&page);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct str text = { (const char *)data, size };
	struct arena a = { 0 };

	if (!ready)
		hash_init(abort);
	ready = true;
	check_task(text, &a);
	check_event(text, &a);
	if (size > 0)
		check_access(text, &a);
	check_page(text, &a);
	arena_release(&a);
	return 0;
}
