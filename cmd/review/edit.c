/* hitl-review: a text in the reviewer's own editor. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/temporary.h"

#include "review/review.h"

extern char **environ;

enum { WORDS_MOST = 32 };

/* "vim -f" and the file, as arguments; no shell is between. */
static void
make_arguments(char *editor, char *file, char *argv[WORDS_MOST + 2])
{
	size_t n = 0;
	char *rest = NULL;

	for (char *word = strtok_r(editor, " \t", &rest);
	     word != NULL && n < WORDS_MOST;
	     word = strtok_r(NULL, " \t", &rest))
		argv[n++] = word;
	argv[n++] = file;
	argv[n] = NULL;
}

static int
run_editor(struct reviewing *r, char *file, struct err *e)
{
	const char *chosen = getenv("VISUAL");
	char *argv[WORDS_MOST + 2], *editor;
	int status = -1, bad;
	pid_t pid;

	if (chosen == NULL || chosen[strspn(chosen, " \t")] == '\0')
		chosen = getenv("EDITOR");
	if (chosen == NULL || chosen[strspn(chosen, " \t")] == '\0')
		chosen = "vi";
	if ((editor = strdup(chosen)) == NULL)
		memory_exhausted();
	make_arguments(editor, file, argv);
	r->how->suspend(r->face);
	bad = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
	if (bad == 0)
		while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
			;
	r->how->resume(r->face);
	if (bad != 0)
		err_errno(e, bad, "%s", argv[0]);
	else if (status != 0)
		bad = err_set(e, STATUS_SYSTEM, "%s: failed", argv[0]);
	free(editor);
	return bad == 0 ? 0 : -1;
}

static int
write_all(int fd, struct str text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.s, text.n);
		if (n == -1 && errno != EINTR)
			return -1;
		if (n > 0) {
			text.s += n;
			text.n -= (size_t)n;
		}
	}
	return 0;
}

int
review_edit(
    struct reviewing *r, struct str before, struct buf *after, struct err *e)
{
	char *file = NULL;
	int fd, bad = 0;
	bool newline = before.n > 0 && before.s[before.n - 1] == '\n';
	struct err ignored;

	if (asprintf(&file, "%s/hitl-review.XXXXXX",
		temporary_directory(NULL)) == -1)
		memory_exhausted();
	/* for its owner alone */
	if ((fd = mkostemp(file, O_CLOEXEC)) == -1) {
		err_errno(e, errno, "%s", file);
		free(file);
		return -1;
	}
	if (write_all(fd, before) == -1 ||
	    (!newline && write_all(fd, STR("\n")) == -1))
		bad = err_errno(e, errno, "%s", file);
	close(fd);
	if (bad == 0 && run_editor(r, file, &ignored) == -1) {
		/* that it could not be edited is no end of the work */
		review_say(r, "%.200s", ignored.msg);
		buf_str(after, before);
	} else if (bad == 0) {
		bad = file_read(file, after, e);
	}
	unlink(file);
	free(file);
	return bad == -1 ? -1 : 1;
}
