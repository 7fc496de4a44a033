/*
 * What the fuzzers have in common: libFuzzer and AFL++ call the function;
 * without either, alone.c reads files and calls it for each.
 */
#ifndef HITL_FUZZ_H
#define HITL_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A promise is broken: the input is a finding. */
#define FINDING(...)                                                           \
	do {                                                                   \
		fprintf(stderr, "finding: " __VA_ARGS__);                      \
		fputc('\n', stderr);                                           \
		abort();                                                       \
	} while (0)

#endif
