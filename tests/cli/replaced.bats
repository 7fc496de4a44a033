#!/usr/bin/env bats
# Policies that another writes while programs start: one or the other is in
# force, never a mixture.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	writer=
	policy 0.5 one >a
	policy 0.75 two >b
	cp a p
	echo '{"id":1,"ts":0,"confidence":0.6,"gate":true}' >in
	for p in a b; do hitl-route -p $p in; done | sort >both
	[ "$(sort -u both | wc -l)" -eq 2 ]
}

teardown() {
	[ "$writer" = '' ] || kill "$writer" 2>/dev/null || true
	[ ! -s pid ] || kill -KILL "$(cat pid)" 2>/dev/null || true
}

policy() { # THRESHOLD NAME
	echo "{\"risk\":{\"default\":\"low\"},\"route\":{\"threshold\":$1,\"gates\":[{\"name\":\"$2\",\"when\":\".gate\"}]}}"
}

# meanwhile PERL: again and again, until the test is over
meanwhile() {
	perl -MTime::HiRes=sleep -e 'my ($b, $a) = map { local (@ARGV, $/) = $_; <> } "b", "a"; my $to = getppid;
		while (getppid == $to) { for my $text ($a, $b) { '"$1"' } }' 3>&- &
	writer=$!
}

# whether both have been seen in what came out
both_seen() {
	sort -u out | cmp -s - both
}

# what came of one that was half written
half_seen() {
	grep -q '^2' codes
}

# route COMMAND...: a hundred times, and until both have been seen and COMMAND
# is true; who writes begins late, or at a pace of its own
route() {
	for n in $(seq 3000); do
		code=0
		hitl-route -p p in >>out 2>err || code=$?
		echo "$code $(cat err)" >>codes
		if [ "$n" -ge 100 ] && both_seen && "${@:-true}"; then break; fi
	done
	kill -0 $writer
}

@test "a policy that is renamed over another: one of both, never an error" {
	meanwhile 'open(my $f, ">", "p.new"); print $f $text; close $f; rename "p.new", "p"'
	route
	[ "$(sort -u codes)" = '0 ' ]
	sort -u out | cmp - both
}

@test "a policy that is written over in place: one of both, or it is told" {
	meanwhile 'open(my $f, ">", "p"); for (unpack("(a20)*", $text)) { syswrite $f, $_; sleep 0.001 } close $f; sleep 0.004'
	route half_seen
	grep -v '^0 $\|^2 hitl-route: p: line 1, column [0-9]*: \|^2 hitl-route: p: is being written' codes >strange || true
	[ ! -s strange ] || diff /dev/null strange
	[ "$(wc -l <out)" -eq "$(grep -c '^0' codes)" ]
	sort -u out | cmp - both
	half_seen
}

# read_as_written WRITER...: what becomes of hitl-route when that runs after it
# has read the policy, and before it looks at the file again
read_as_written() {
	rm -f trace
	touch -d '1 minute ago' p # the kernel's clock for files is a coarse one
	strace -o trace -P "$(pwd -P)/p" -e trace=read -e inject=read:signal=STOP:when=1 sh -c 'echo $$ >pid; exec hitl-route -p p in' >out 2>err 3>&- &
	tracer=$!
	await grep -qs 'stopped by SIGSTOP' trace
	[ ! -s out ]
	"$@"
	kill -CONT "$(cat pid)"
	await_end $tracer
	rm pid
}

@test "a policy that is written while it is read: told, whatever has been read" {
	command -v strace >/dev/null || skip 'no strace here'
	strace -o nothing true || skip 'no right to trace'
	read_as_written dd if=a of=p conv=notrunc status=none
	[ "$status" -eq 2 ]
	[ ! -s out ]
	[ "$(cat err)" = 'hitl-route: p: is being written; who replaces it should write another file and rename that' ]
	read_as_written true
	[ "$status" -eq 0 ]
	[ ! -s err ]
	[ "$(cat out)" = "$(hitl-route -p a in)" ]
}

@test "--watch: policies that are renamed over one another while records come" {
	meanwhile 'open(my $f, ">", "p.new"); print $f $text; close $f; rename "p.new", "p"; sleep rand 0.2'
	for n in $(seq 400); do
		if [ "$n" -gt 40 ] && both_seen; then break; fi
		echo "$n" >fed
		cat in
		sleep 0.08
	done | hitl-route -p p --watch >out 2>err
	[ "$(wc -l <out)" -eq "$(cat fed)" ]
	sort -u out | cmp - both
	[ -z "$(grep -v 'is in force' err)" ]
}
