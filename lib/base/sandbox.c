/* What a program gives up (sandbox.h). */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/links.h"
#include "base/sandbox.h"
#include "base/sandbox_calls.h"
#include "base/text.h"

static struct {
	struct allowed {
		const char *path;
		enum sandbox_right right;
	} * list;
	size_t n, cap;
} allowed;

void
sandbox_allow(const char *path, enum sandbox_right right)
{
	if (right == SANDBOX_NONE || strcmp(path, "-") == 0)
		return;
	VEC_ROOM(allowed.list, allowed.n, allowed.cap);
	allowed.list[allowed.n++] = (struct allowed){ path, right };
}

/*
 * Rights that newer kernels know, by version of Landlock's interface, for
 * which Debian 12's headers have no names.
 */
#define ACCESS_FS_REFER     (UINT64_C(1) << 13) /* 2 */
#define ACCESS_FS_TRUNCATE  (UINT64_C(1) << 14) /* 3 */
#define ACCESS_FS_IOCTL_DEV (UINT64_C(1) << 15) /* 5 */
#define ACCESS_NET_TCP      (UINT64_C(3)) /* 4: to bind and to connect */
#define SCOPES              (UINT64_C(3)) /* 6: abstract sockets, signals */

struct ruleset {
	uint64_t files, net, scopes;
};

static struct ruleset
all_rights(int version, size_t *size)
{
	struct ruleset r = { .files = ACCESS_FS_REFER - 1 };

	if (version >= 2)
		r.files |= ACCESS_FS_REFER;
	if (version >= 3)
		r.files |= ACCESS_FS_TRUNCATE;
	if (version >= 4)
		r.net = ACCESS_NET_TCP;
	if (version >= 5)
		r.files |= ACCESS_FS_IOCTL_DEV;
	if (version >= 6)
		r.scopes = SCOPES;
	*size = version >= 6   ? sizeof(r)
		: version >= 4 ? 2 * sizeof(uint64_t)
			       : sizeof(uint64_t);
	return r;
}

/*
 * Where a file will be replaced, or is watched; to be freed.  NULL: it is that
 * of a descriptor (/dev/fd/2), and written to where it is.
 */
static char *
directory_for(const struct allowed *x)
{
	char *target = NULL, *directory;

	if (x->right == SANDBOX_REPLACE &&
	    links_follow(x->path, &target) == 0 && target == NULL)
		return NULL;
	directory = links_directory(target != NULL ? target : x->path);
	free(target);
	return directory;
}

/* What does not exist needs no rule: it cannot be opened anyway. */
static void
add_rule(int ruleset, const char *path, uint64_t rights)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = rights,
		.parent_fd = open(path, O_PATH | O_CLOEXEC) };

	if (rule.parent_fd == -1)
		return;
	syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH,
	    &rule, 0);
	close(rule.parent_fd);
}

static void
add_right(int ruleset, const struct allowed *x, uint64_t known)
{
	const uint64_t read = LANDLOCK_ACCESS_FS_READ_FILE;
	const uint64_t write =
	    LANDLOCK_ACCESS_FS_WRITE_FILE | (known & ACCESS_FS_TRUNCATE);
	char *directory;

	switch (x->right) {
	case SANDBOX_READ:
	case SANDBOX_READ_ALL: add_rule(ruleset, x->path, read); return;
	case SANDBOX_SCRATCH: add_rule(ruleset, x->path, read | write); return;
	case SANDBOX_WATCH:
	case SANDBOX_REPLACE:
		directory = directory_for(x);
		if (directory == NULL)
			add_rule(ruleset, x->path, write);
		else
			add_rule(ruleset, directory,
			    x->right == SANDBOX_WATCH
				? read
				: write | LANDLOCK_ACCESS_FS_MAKE_REG |
				      LANDLOCK_ACCESS_FS_REMOVE_FILE);
		free(directory);
		return;
	case SANDBOX_NONE: return;
	}
}

static bool
give_up_files(void)
{
	int version = (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
	    LANDLOCK_CREATE_RULESET_VERSION);
	struct ruleset r;
	size_t size;
	bool done;
	int fd;

	if (version < 1)
		return false;
	r = all_rights(version, &size);
	fd = (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
	if (fd == -1)
		return false;
	for (size_t i = 0; i < allowed.n; i++)
		add_right(fd, &allowed.list[i], r.files);
	done = syscall(SYS_landlock_restrict_self, fd, 0) == 0;
	close(fd);
	return done;
}

struct sandbox_state
sandbox_enter(void)
{
	struct sandbox_state s = { 0 };

	/* what follows takes no privileges, but this is how they say so */
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1)
		return s;
	s.files = give_up_files();
	s.calls = sandbox_give_up_calls();
	return s;
}
