// simdjson merely parsing a log: what any program has to beat or to bear.
// usage: simdjson parse|walk FILE; prints how many records it has read.
//   parse  a tree of every record (DOM)
//   walk   on demand: structure found, one field taken, the rest skipped
#include <cstdio>
#include <cstring>
#include <simdjson.h>

using namespace simdjson;

static size_t
parse(const padded_string &text)
{
	dom::parser parser;
	dom::document_stream records;
	size_t n = 0;

	if (parser.parse_many(text).get(records) == SUCCESS)
		for (auto record : records)
			n += !record.error();
	return n;
}

static size_t
walk(const padded_string &text)
{
	ondemand::parser parser;
	ondemand::document_stream records;
	size_t n = 0;
	double confidence;

	if (parser.iterate_many(text).get(records) == SUCCESS)
		for (auto record : records)
			n += !record["confidence"].get(confidence);
	return n;
}

int
main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	auto text = padded_string::load(argv[2]);
	if (text.error())
		return 2;
	bool tree = strcmp(argv[1], "parse") == 0;
	printf("%zu\n", tree ? parse(text.value()) : walk(text.value()));
	return 0;
}
