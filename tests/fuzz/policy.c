/*
 * Any bytes as a policy and as a thresholds file: loaded or refused with a
 * usage error and a message, nothing else.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

#include "base/hash.h"
#include "policy/thresholds.h"

static void
check_error(const struct err *e)
{
	if (e->code != STATUS_USAGE || e->msg[0] == '\0')
		FINDING("status %d: %s", (int)e->code, e->msg);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = { 0 };
	struct thresholds *t;
	struct policy *p;
	char file[64];
	struct err e;
	static bool ready;
	int fd;

	if (!ready)
		hash_init(abort);
	ready = true;
	fd = memfd_create("policy", 0);
	if (fd == -1 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(file, sizeof(file), "/proc/self/fd/%d", fd);
	if ((p = policy_load(file, NULL, 0, &a, &e)) == NULL)
		check_error(&e);
	policy_free(p);
	if ((p = policy_load(NULL, NULL, 0, &a, &e)) == NULL)
		abort();
	if ((t = thresholds_load(file, p, &a, &e)) == NULL)
		check_error(&e);
	thresholds_free(t);
	policy_free(p);
	arena_release(&a);
	close(fd);
	return 0;
}
