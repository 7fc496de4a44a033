/* hitl-review: a text in the reviewer's own editor. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/io.h"
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

/* What is typed to the editor is for the editor, ^C as well. */
static int
run_alone(char *const argv[], int *status)
{
	static const int theirs[] = { SIGINT, SIGQUIT };
	struct sigaction ignore = { .sa_handler = SIG_IGN }, ours[2];
	posix_spawnattr_t how;
	sigset_t set;
	pid_t pid;
	int bad;

	for (int i = 0; i < 2; i++)
		sigaction(theirs[i], &ignore, &ours[i]);
	posix_spawnattr_init(&how);
	sigfillset(&set);
	posix_spawnattr_setsigdefault(&how, &set);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGDEF);
	bad = posix_spawnp(&pid, argv[0], NULL, &how, argv, environ);
	posix_spawnattr_destroy(&how);
	if (bad == 0)
		while (waitpid(pid, status, 0) == -1 && errno == EINTR)
			;
	for (int i = 0; i < 2; i++)
		sigaction(theirs[i], &ours[i], NULL);
	return bad;
}

/* 0, or -1, and it is said why. */
static int
run_editor(struct reviewing *r, char *file)
{
	const char *chosen = getenv("VISUAL");
	char *argv[WORDS_MOST + 2], *editor;
	int status = -1, bad;

	if (chosen == NULL || chosen[strspn(chosen, " \t")] == '\0')
		chosen = getenv("EDITOR");
	if (chosen == NULL || chosen[strspn(chosen, " \t")] == '\0')
		chosen = "vi";
	if ((editor = strdup(chosen)) == NULL)
		memory_exhausted();
	make_arguments(editor, file, argv);
	r->how->suspend(r->face);
	bad = run_alone(argv, &status);
	r->how->resume(r->face);
	if (bad != 0)
		review_say(
		    r, "nothing is sent: %.100s: %s", argv[0], strerror(bad));
	else if (status != 0)
		review_say(r, "nothing is sent: %.100s failed", argv[0]);
	free(editor);
	return bad == 0 && status == 0 ? 0 : -1;
}

static int
write_all(int fd, struct str text)
{
	return io_write(fd, text.s, text.n) == text.n ? 0 : -1;
}

/* A file for its owner alone; -1 with errno. */
static int
make_file(char **file)
{
	if (asprintf(
		file, "%s/hitl-review.XXXXXX", temporary_directory(NULL)) == -1)
		memory_exhausted();
	return mkostemp(*file, O_CLOEXEC);
}

char *
review_keep(struct str text)
{
	char *file;
	int fd = make_file(&file);

	if (fd != -1 && write_all(fd, text) == 0 && close(fd) == 0)
		return file;
	if (fd != -1)
		unlink(file); /* half of it is of no use */
	free(file);
	return NULL;
}

void
review_say_kept(struct reviewing *r, const char *file)
{
	char why[160];

	snprintf(why, sizeof(why), "%s%.150s",
	    r->message[0] == '\0' ? "" : "; ", r->message);
	if (file == NULL)
		review_say(r, "your text could not be kept%s", why);
	else
		review_say(r, "your text is in %s%s", file, why);
	r->kept = file != NULL;
}

/* What he has made of it; false if that cannot be read. */
static bool
read_back(const char *file, bool newline, struct buf *after, struct err *e)
{
	if (file_read(file, after, e) == -1)
		return false;
	/* a line of its own in an editor's file is no newline in the text */
	if (!newline && after->n > 0 && after->s[after->n - 1] == '\n')
		after->n--;
	return true;
}

int
review_edit(struct reviewing *r, struct str before, struct buf *after)
{
	const bool newline = before.n > 0 && before.s[before.n - 1] == '\n';
	char *file;
	int fd = make_file(&file), done = 0;
	bool read = true;
	struct err e;

	if (fd == -1 || write_all(fd, before) == -1 ||
	    (!newline && write_all(fd, STR("\n")) == -1)) {
		review_say(
		    r, "nothing is sent: %.100s: %s", file, strerror(errno));
	} else {
		done = run_editor(r, file) == 0;
		read = read_back(file, newline, after, &e);
		if (done && !read)
			review_say(r, "nothing is sent: %.100s", e.msg);
		if (access(file, F_OK) == 0 &&
		    (!read || (!done && !str_eq(before, buf_view(after)))))
			review_say_kept(r, file);
	}
	if (fd != -1)
		close(fd);
	if (fd != -1 && !r->kept)
		unlink(file);
	free(file);
	return done && read;
}
