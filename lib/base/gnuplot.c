/* Pictures by gnuplot (gnuplot.h). */
#include <stdlib.h>
#include <string.h>

#include "base/gnuplot.h"
#include "base/spawn.h"

int
plot_terminal_of(const char *file, enum plot_terminal *t, struct err *e)
{
	size_t n = strlen(file);

	if (strcmp(file, "-") == 0)
		*t = PLOT_TEXT;
	else if (n > 4 && strcmp(file + n - 4, ".svg") == 0)
		*t = PLOT_SVG;
	else if (n > 4 && strcmp(file + n - 4, ".png") == 0)
		*t = PLOT_PNG;
	else
		return err_set(e, STATUS_USAGE,
		    "--plot: %s: a file.svg, a file.png, or - for the "
		    "terminal is expected",
		    file);
	return 0;
}

/* Of the terminal, by $COLUMNS; 80 if it is not said. */
static int
columns_of_terminal(void)
{
	const char *columns = getenv("COLUMNS");
	int n = columns == NULL ? 80 : atoi(columns);

	return n < 40 || n > 400 ? 80 : n;
}

void
plot_terminal(
    enum plot_terminal t, int width, int height, int lines, struct buf *script)
{
	switch (t) {
	case PLOT_SVG:
		buf_printf(script,
		    "set terminal svg size %d,%d font 'sans-serif,14' "
		    "background 'white' name 'report'\n",
		    width, height);
		break;
	case PLOT_PNG:
		buf_printf(script,
		    "set terminal pngcairo size %d,%d font 'sans,12' "
		    "background 'white'\n",
		    width, height);
		break;
	case PLOT_TEXT:
		buf_printf(script, "set terminal dumb size %d,%d\n",
		    columns_of_terminal(), lines);
		break;
	}
}

int
gnuplot_run(const struct buf *script, struct buf *out, struct err *e)
{
	static char gnuplot[] = "gnuplot", input[] = "-";
	char *const argv[] = { gnuplot, input, NULL };
	struct spawn_end end;
	struct err why;

	if (spawn_within(argv, buf_view(script), 0, SIZE_MAX - out->n, out,
		&end, &why) == -1)
		return err_set(e, why.code,
		    "%s; the plot needs gnuplot (Debian: gnuplot-nox)",
		    why.msg);
	if (end.exit == -1 && end.signal == 0)
		return err_set(
		    e, STATUS_SYSTEM, "gnuplot: how it ended is not known");
	if (end.exit == -1)
		return err_set(e, STATUS_SYSTEM,
		    "gnuplot: it was ended by signal %d (%s)", end.signal,
		    strsignal(end.signal));
	if (end.exit > 0)
		return err_set(e, STATUS_SYSTEM,
		    "gnuplot: it ended with status %d; what it said is above",
		    end.exit);
	if (end.lost)
		return err_set(
		    e, STATUS_SYSTEM, "gnuplot: its picture could not be read");
	return 0;
}
