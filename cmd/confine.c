/* What a program may still do once its input is open (options.h). */
#include "base/sandbox.h"
#include "base/temporary.h"
#include "base/zone.h"
#include "expr/watch.h"
#include "options.h"

void
allow_file(const struct command *c, int id, const char *argument)
{
	for (size_t i = 0; c->file != NULL && c->file[i].id != 0; i++)
		if (c->file[i].id == id)
			sandbox_allow(argument, c->file[i].right);
}

/* Where temporary files are when nobody says where. */
void
allow_scratch(const struct command *c)
{
	for (size_t i = 0; c->file != NULL && c->file[i].id != 0; i++)
		if (c->file[i].right == SANDBOX_SCRATCH)
			sandbox_allow(
			    temporary_directory(NULL), SANDBOX_SCRATCH);
}

/* Who counts the lines that run (make coverage) writes files at the end. */
#ifdef HITL_COVERAGE
static const bool counted = true;
#else
static const bool counted = false;
#endif

void
program_confine(const struct options *o)
{
	if (!o->sandbox || program_sanitized || counted)
		return;
	if (o->output != NULL)
		sandbox_allow(o->output, SANDBOX_REPLACE);
	for (char **file = o->file; *file != NULL; file++)
		sandbox_allow(*file, SANDBOX_READ);
	sandbox_allow(zone_directory(), SANDBOX_READ_ALL);
	sandbox_allow("/etc/localtime", SANDBOX_READ);
	watch_rest();
	sandbox_enter();
}
