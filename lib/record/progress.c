/* How far the reading of a file is (progress.h). */
#include <sys/stat.h>
#include <unistd.h>

#include "base/diag.h"
#include "record/progress.h"

enum { LARGE = 256 << 20 }; /* bytes of a file that are worth it */

void
progress_start(struct progress *p, const char *name, int fd, bool asked)
{
	struct stat st;

	p->name = name;
	p->fd = fd;
	p->size = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) ? st.st_size : 0;
	p->shown = asked || (p->size >= LARGE && diag_on_terminal());
}

void
progress_show(struct progress *p, uint64_t records)
{
	unsigned long long n = records;
	struct timespec now;
	off_t at;

	if (!p->shown)
		return;
	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	if (now.tv_sec == p->told_at)
		return;
	p->told_at = now.tv_sec;
	at = lseek(p->fd, 0, SEEK_CUR);
	if (p->size > 0 && at >= 0)
		diag("%s: %llu records, %d %%", p->name, n,
		    (int)(100 * at / p->size));
	else
		diag("%s: %llu records", p->name, n);
}
