/* A fuzzer without an engine: each file of a directory is one case, in TAP. */
#include <dirent.h>
#include <string.h>

#include "fuzz.h"

static void
run_file(const char *dir, const char *name)
{
	static uint8_t data[1 << 20];
	char path[4096];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if ((f = fopen(path, "rb")) == NULL) {
		perror(path);
		exit(1);
	}
	n = fread(data, 1, sizeof(data), f);
	fclose(f);
	LLVMFuzzerTestOneInput(data, n);
}

int
main(int argc, char *argv[])
{
	struct dirent **list;
	int n, cases = 0;

	if (argc != 2 || (n = scandir(argv[1], &list, NULL, alphasort)) == -1) {
		fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
		return 2;
	}
	setlinebuf(stdout); /* the case behind the last ok is the one */
	for (int i = 0; i < n; i++) {
		if (list[i]->d_name[0] != '.') {
			run_file(argv[1], list[i]->d_name);
			printf("ok %d - %s\n", ++cases, list[i]->d_name);
		}
		free(list[i]);
	}
	free(list);
	printf("1..%d\n", cases);
	return cases == 0;
}
