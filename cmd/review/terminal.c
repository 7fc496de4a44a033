/* hitl-review on a terminal: how it is taken, and given back. */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "review/screen.h"

#include <term.h>

static SCREEN *ours;
/* For review_leave_screen(), where curses may not be called. */
static volatile sig_atomic_t taken;
static struct termios before;
static char leaving[256];
static size_t nleaving;

static int
collect(int c)
{
	if (nleaving < sizeof(leaving))
		leaving[nleaving++] = (char)c;
	return c;
}

/* What tells the terminal that the screen is over. */
static void
prepare_leaving(void)
{
	static const char *const name[] = { "sgr0", "rmkx", "cnorm", "rmcup" };

	for (size_t i = 0; i < LENGTH(name); i++) {
		const char *text = tigetstr(name[i]);
		if (text != NULL && text != (char *)-1)
			tputs(text, 1, collect);
	}
}

void
review_leave_screen(void)
{
	struct pollfd p = { .fd = STDOUT_FILENO, .events = POLLOUT };

	if (taken == 0)
		return;
	signal(SIGTTOU, SIG_IGN); /* also from the background */
	(void)tcsetattr(STDOUT_FILENO, TCSANOW, &before);
	/* one that takes nothing is not waited for */
	if (poll(&p, 1, 0) == 1 && (p.revents & POLLOUT) != 0 &&
	    write(STDOUT_FILENO, leaving, nleaving) == -1)
		return;
}

static int
take_terminal(struct err *e)
{
	const char *name = getenv("TERM");
	int found;

	if (name == NULL || *name == '\0')
		return err_set(e, STATUS_SYSTEM,
		    "TERM is not set, so that this terminal is not known; see "
		    "--plain");
	/* one on which nothing can be put in its place has no screen */
	if (setupterm(NULL, STDOUT_FILENO, &found) == ERR ||
	    tigetstr("cup") == NULL ||
	    (ours = newterm(NULL, stdout, stdin)) == NULL)
		return err_set(e, STATUS_SYSTEM,
		    "TERM: %.60s: no screen is known of such a terminal; see "
		    "--plain",
		    name);
	return 0;
}

int
screen_begin(struct err *e)
{
	(void)tcgetattr(STDOUT_FILENO, &before);
	if (take_terminal(e) == -1)
		return -1;
	prepare_leaving();
	taken = 1;
	raw(); /* ^C is a key: what is in hand is given back */
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	set_escdelay(50);
	curs_set(0);
	timeout(1000);
	if (has_colors()) {
		start_color();
		use_default_colors();
		init_pair(COLOUR_ALERT, COLOR_YELLOW, -1);
		init_pair(COLOUR_REMOVED, COLOR_RED, -1);
		init_pair(COLOUR_ADDED, COLOR_GREEN, -1);
	}
	return 0;
}

void
screen_end(void)
{
	endwin();
	taken = 0;
	delscreen(ours);
}

void
screen_suspend(void *face)
{
	(void)face;
	def_prog_mode();
	endwin();
	taken = 0;
}

void
screen_resume(void *face)
{
	(void)face;
	taken = 1;
	reset_prog_mode();
	clearok(stdscr, TRUE);
	refresh();
}
