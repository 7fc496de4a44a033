#!/usr/bin/env bats
# Ends that come from outside: signals, closed descriptors, a pipe that does
# not block, memory and time that run out in libjq.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# what was written is whole lines, and there is nothing beside it
whole() {
	[ "$(tail -c 1 "$1" | od -An -c | tr -d ' ')" = '\n' ]
	jq -c . "$1" >/dev/null
}

@test "a signal while a pipe is full: the line at hand is completed" {
	gen-log -n 20000 >log
	for signal in TERM INT HUP; do
		mkfifo pipe
		{ sleep 0.4; cat; } <pipe >out 3>&- &
		local reader=$!
		env --default-signal=INT,HUP hitl-risk -p "$policy" log >pipe 3>&- &
		local pid=$!
		sleep 0.2
		kill -$signal $pid
		status=0
		wait $pid || status=$?
		wait $reader
		[ "$status" -eq $((128 + $(kill -l $signal))) ]
		[ -s out ]
		whole out
		[ "$(wc -l <out)" -lt 20000 ]
		rm pipe
	done
}

@test "a second signal does not wait for a reader who has stopped" {
	gen-log -n 20000 >log
	mkfifo pipe
	sleep 20 <pipe 3>&- &
	local reader=$!
	hitl-risk -p "$policy" log >pipe 3>&- &
	local pid=$!
	sleep 0.3
	kill -TERM $pid
	sleep 0.1
	kill -TERM $pid
	status=0
	wait $pid || status=$?
	kill $reader
	[ "$status" -eq 143 ]
}

@test "a signal leaves no file behind, and the old one as it was" {
	echo old >out
	{ gen-log -n 100; sleep 5; } | hitl-route -p "$policy" -o out --tasks tasks 3>&- &
	sleep 0.5
	[ "$(ls -d out.* tasks.* | wc -l)" -eq 2 ]
	pkill -TERM -f "hitl-route -p $policy -o out --tasks tasks"
	sleep 0.2
	[ "$(cat out)" = old ]
	[ "$(ls)" = out ]
}

@test "a reader who goes away: no file of --tasks is left behind" {
	gen-log -n 20000 >log
	run bash -c "hitl-route -p '$policy' --tasks tasks log | head -n 1 >first; echo \${PIPESTATUS[0]}"
	[ "$output" = 141 ]
	[ "$(ls)" = "$(printf 'first\nlog')" ]
}

@test "descriptors that are closed: told, never written elsewhere" {
	gen-log -n 10 >log
	run --separate-stderr bash -c "hitl-risk -p '$policy' log >&-"
	status 4
	says 'standard output: Bad file descriptor'
	run --separate-stderr bash -c "hitl-risk -p '$policy' <&-"
	status 4
	run bash -c "hitl-risk -p '$policy' log 2>&- | wc -l"
	[ "$output" = 10 ]
	# without one for messages, none of them gets into what is written
	run bash -c "{ cat log; echo broken; } | hitl-risk -p '$policy' -o out 2>&-; cat out"
	[ "${#lines[@]}" -eq 10 ]
}

@test "standard input and output that do not block" {
	gen-log -n 20000 >log
	hitl-risk -p "$policy" log >want
	# a program that sets both ends so, and is slow on both of them
	perl -MFcntl -e '
		pipe(my $r, my $w); pipe(my $s, my $t);
		for ($r, $t) { fcntl($_, F_SETFL, O_NONBLOCK | fcntl($_, F_GETFL, 0)) }
		if (!fork) { close $r; close $s; close $t; open(my $f, "<", "log"); while (read($f, my $x, 100000)) { select(undef, undef, undef, 0.01); syswrite($w, $x) } exit }
		if (!fork) { close $w; close $s; open(STDIN, "<&", $r); open(STDOUT, ">&", $t); exec @ARGV }
		close $r; close $w; close $t; select(undef, undef, undef, 0.1);
		while (sysread($s, my $x, 100000)) { print $x }' \
		hitl-risk -p "$policy" >out
	cmp want out
}

libjq() { # EXPRESSION: a policy that asks it
	jq -n --arg e "$1" '{risk: {default: "low", rules: [{name: "r", when: $e, raise: "high"}]}}' >p.json
	{ echo '{"id":"a"}'; echo '{"id":"b","n":1000000000}'; } >in
}

@test "memory that runs out in libjq: status 4, a message, whole lines" {
	[[ $B != *address* ]] || skip 'sanitizers bound memory themselves'
	libjq '[range(.n // 0)] | length > 5'
	for j in 1 2; do
		hitl hitl-risk -p p.json --max-time 0 -j $j in
		status 4
		says 'libjq broke down'
		[[ $stderr != *'jq: error'* ]]
	done
	# where libjq says so itself before it gives up
	libjq 'def f: 1 + f; if .n then f else 0 end > 1'
	hitl hitl-risk -p p.json --max-time 0 in
	status 4
	[ "${#stderr_lines[@]}" -eq 1 ]
	says 'libjq broke down'
	libjq '[range(.n // 0)] | length > 5'
	hitl hitl-risk -p p.json --max-time 0 -o out in
	status 4
	[ ! -e out ]
	[ "$(ls | grep -c out)" -eq 0 ]
}

@test "time that runs out in libjq: status 4, and what was done is there" {
	libjq 'def f: if .n == null then 1 else f end; f > 5'
	for j in 1 2; do
		hitl hitl-risk -p p.json --max-time 0.3 -j $j in
		status 4
		says 'than --max-time allows'
	done
	hitl hitl-risk -p p.json --max-time 0.3 in
	[ "$(wc -l <<<"$output")" -eq 1 ]
}
