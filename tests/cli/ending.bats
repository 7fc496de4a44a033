#!/usr/bin/env bats
# Ends that come from outside: signals, closed descriptors, a pipe that does
# not block, memory and time that run out in libjq.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	at='--now 2026-06-01T12:00:00Z'
}

# what was written is whole lines, and there is nothing beside it
whole() {
	[ "$(tail -c 1 "$1" | od -An -c | tr -d ' ')" = '\n' ]
	jq -c . "$1" >/dev/null
}

# stuck PID: it writes to the pipe of descriptor 7, which is full
stuck() {
	[ "$(in_pipe 7)" -gt 60000 ] || return 1
	sleeping "$1"
}

@test "a signal while a pipe is full: the line at hand is completed" {
	gen-log -n 20000 >log
	for signal in TERM INT HUP; do
		mkfifo pipe
		env --default-signal=INT,HUP hitl-risk -p "$policy" log >pipe 3>&- &
		local pid=$!
		exec 7<pipe
		await stuck $pid
		kill -$signal $pid
		await taken $pid
		timeout 120 cat <&7 >out
		exec 7<&-
		await_end $pid
		[ "$status" -eq $((128 + $(kill -l $signal))) ]
		[ -s out ]
		whole out
		[ "$(wc -l <out)" -lt 20000 ]
		rm pipe
	done
}

@test "a signal in mid-stream, of each program: its status, whole lines, no file left" {
	# more than a pipe holds: when all is in it some has been read
	gen-log -n 400 --review-rate 1 --reviews reviews >log
	hitl-calibrate fit --method platt log >model 2>/dev/null
	hitl-route -p "$policy" log | hitl-feedback join -r reviews >joined
	jq -c '. + {case_id: .id, kind: "audit"}' log >tasks
	head -n 1 tasks | hitl-queue push $at --db queue >/dev/null
	cp queue more
	hitl-queue push $at --db more tasks >/dev/null
	hitl-queue export --db more --as events >events
	hitl-metrics alarm --state alarm -p "$policy" log >/dev/null || [ $? -eq 1 ]
	touch out err
	ls >before
	for signal in TERM INT PIPE; do
		# program, what it reads, and whether it writes as it goes
		while IFS='	' read -r program file live; do
			cp queue made
			cp alarm made.alarm
			: >out
			mkfifo pipe
			env --default-signal=INT,TERM,PIPE $program <pipe >out 2>err 3>&- &
			local pid=$!
			exec 7>pipe
			rm pipe
			cat $file >&7 || { echo "$program: $(cat err)"; false; }
			[ "$live" = '' ] || await [ -s out ]
			kill -$signal $pid
			await_end $pid
			exec 7>&-
			[ "$status" -eq $((128 + $(kill -l $signal))) ] || { echo "$program: $signal, $status, $(cat err)"; false; }
			if [ "$live" != '' ]; then
				[ -s out ]
				whole out
			else
				[ ! -s out ]
			fi
			# the state and the queue are as before, or hold whole tasks
			cmp alarm made.alarm
			[ "$(hitl-queue verify --db made | jq .intact)" = true ]
			rm -f made made.alarm
			ls | diff before - || { echo "$program: $signal leaves these"; false; }
		done <<-END
			hitl-risk -p $policy	log	live
			hitl-risk -p $policy -o made.out	log
			hitl-route -p $policy	log	live
			hitl-route -p $policy -j 2 -o made.out --tasks made.tasks -R made.rejects	log
			hitl-metrics -o made.out --state-out made.state --html made.html	joined
			hitl-metrics alarm --state made.alarm -p $policy	joined
			hitl-calibrate fit -o made.out	log
			hitl-calibrate apply -m model	log	live
			hitl-calibrate apply -m model -o made.out	log
			hitl-calibrate threshold --max-error 0.1 -o made.out	log
			hitl-feedback join -r reviews	joined	live
			hitl-feedback join -r reviews -o made.out	joined
			hitl-feedback export --as golden -o made.out --manifest made.manifest	joined
			hitl-feedback learn --max-memory 1M -o made.out	log
			hitl-queue push $at --db made	tasks
			hitl-queue import $at --db made	events
			hitl-queue submit $at --db made --reviewer r	log
		END
	done
}

@test "a second signal does not wait for a reader who has stopped" {
	gen-log -n 20000 >log
	mkfifo pipe
	hitl-risk -p "$policy" log >pipe 3>&- &
	local pid=$!
	exec 7<pipe
	await stuck $pid
	kill -TERM $pid
	await taken $pid
	await sleeping $pid
	kill -TERM $pid
	await_end $pid
	[ "$status" -eq 143 ]
	[ "$(in_pipe 7)" -gt 60000 ]
	exec 7<&-
}

@test "a signal leaves no file behind, and the old one as it was" {
	echo old >out
	mkfifo pipe
	hitl-route -p "$policy" -o out --tasks tasks <pipe 3>&- &
	local pid=$!
	exec 7>pipe
	rm pipe
	gen-log -n 100 >&7
	await drained 7
	[ "$(ls -d out.* tasks.* | wc -l)" -eq 2 ]
	kill -TERM $pid
	await_end $pid
	exec 7>&-
	[ "$status" -eq 143 ]
	[ "$(cat out)" = old ]
	[ "$(ls)" = out ]
}

@test "a reader who goes away: no file of --tasks is left behind" {
	gen-log -n 20000 >log
	run bash -c "hitl-route -p '$policy' --tasks tasks log | head -n 1 >first; echo \${PIPESTATUS[0]}"
	[ "$output" = 141 ]
	[ "$(ls)" = "$(printf 'first\nlog')" ]
}

# What the tables below are about: small files, and a queue to be copied.
files() {
	gen-log -n 20 --seed 3 --review-rate 1 --reviews reviews | jq -c '.correct = (input_line_number % 3 != 0)' >log
	hitl-calibrate fit --method platt log >model 2>/dev/null
	jq -c "del(.correct) | .user_id = .tenant_id" log >asked
	hitl-route -p "$policy" --tasks tasks log >routed
	hitl-feedback join -r reviews routed | jq -c 'if input_line_number % 5 == 0 then .review.outcome = "reject" else . end' >joined
	jq -c '{id, reviewer, label: (.outcome == "approve")}' reviews >votes
	hitl-metrics --state-out state joined >/dev/null 2>&1
	hitl-queue push --db queue $at tasks >/dev/null
	hitl-queue export --db queue --as events >events
	hitl-queue list --db queue $at | jq -c '{id, outcome: "approve"}' >decided
	echo '{"case_id":"g1","kind":"approval","gate":{"name":"g","key":"k1"}}' | hitl-queue push $at --db gates >/dev/null
	hitl-queue approve $at --db gates --reviewer boss g1 >/dev/null
	hitl-queue export --db gates --as approvals >approvals
	# program, what it reads, what follows that
	cat >programs <<-END
		hitl-risk -p $policy	log
		hitl-route -p $policy --tasks made.tasks	log
		hitl-route -p $policy $at --overdue tasks
		hitl-metrics --state-out made.state	joined
		hitl-metrics agreement	votes
		hitl-metrics alarm --state made.alarm -p $policy	joined
		hitl-metrics capacity	joined
		hitl-metrics drift --baseline log	log
		hitl-metrics merge	state
		hitl-calibrate curve	log
		hitl-calibrate threshold --max-error 0.8	log
		hitl-calibrate fit --method platt	log
		hitl-calibrate apply -m model	log
		hitl-calibrate report	log
		hitl-calibrate labels	log
		hitl-calibrate cascade -p $policy	log
		hitl-calibrate plan --max-error 0.1
		hitl-feedback consensus	votes
		hitl-feedback export --as golden	joined
		hitl-feedback join -r reviews	routed
		hitl-feedback learn --strategy random	asked
		hitl-feedback patterns --min-count 1	joined
		hitl-feedback requests --rate 0.5	asked
		hitl-feedback stats	joined
		hitl-queue push $at --db made	tasks
		hitl-queue import $at --db made	events
		hitl-queue submit $at --claim --reviewer r --db made	decided
		hitl-queue claim $at --reviewer r --db made
		hitl-queue list $at --db made
		hitl-queue export --as events --db made
		hitl-queue verify --db made
		hitl-act $at --journal made.journal	approvals	-- cat
	END
}

# one REDIRECTION ARG...: the program of this row so; sets $code, out, err
one() {
	local redirection=$1
	shift
	rm -f made* out err
	cp queue made
	code=0
	bash -c "\"\$@\" $redirection" - $program "$@" $end >out 2>err </dev/null || code=$?
	intact=true
	[[ $program != *made ]] || intact=$(hitl-queue verify --db made | jq .intact)
	timeless out
}

# timeless FILE: without what another moment makes another
timeless() {
	sed -i 's/"20[0-9-]*T[0-9:.]*Z"/"T"/g; s/"\(hash\|prev\)":"[0-9a-f]*"/"\1":""/g' "$1"
}

# is STATUS FILE: and this output
is() {
	[ "$code" -eq "$1" ] && cmp "$2" out && [ "$intact" = true ] || {
		echo "$program: status $code where $1 is due; queue: $intact"
		head -n 5 out err
		return 1
	}
}

@test "descriptors that are closed, of each program: told, never written elsewhere" {
	files
	sha256sum log model reviews routed joined votes state tasks events decided approvals queue >sums
	: >nothing
	while IFS='	' read -r program file end; do
		one '' $file
		[ "$code" -eq 0 ] || { echo "$program: $(cat err)"; false; }
		[ -s out ] || { echo "$program: nothing"; false; }
		cp out want
		# what is not read is not missed
		one '<&-' $file
		is 0 want
		one '2>&-' $file
		is 0 want
		one '>&-' $file
		is 4 nothing
		grep -q 'standard output: Bad file descriptor' err
		one '<&- >&- 2>&-' $file
		is 4 nothing
		# what is opened instead gets none of what is said
		one '<&- >&- 2>&-' -o made.out $file
		mv made.out out
		timeless out
		is 0 want
		[ "$file" != '' ] || continue
		one '<&-'
		[ "$code" -eq 4 ]
		grep -q '<stdin>: Bad file descriptor' err
	done <programs
	sha256sum --quiet -c sums
	# without one for messages, none of them gets into what is written
	run bash -c "{ cat log; echo broken; } | hitl-risk -p '$policy' -o out 2>&-; cat out"
	[ "${#lines[@]}" -eq 20 ]
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

# scant COMMAND...: in a quarter of the addresses that the programs allow
# themselves, which any machine has
scant() {
	hitl bash -c 'ulimit -v 1000000; exec "$@"' - "$@"
}

@test "memory that runs out in libjq: status 4, a message, whole lines" {
	[[ $B != *address* ]] || skip 'sanitizers bound memory themselves'
	libjq '[range(.n // 0)] | length > 5'
	# of one thread it is known where it is
	for j in 1 2; do
		line='in:2: '
		[ $j -eq 1 ] || line=
		scant hitl-risk -p p.json --max-time 0 -j $j in
		status 4
		says "hitl-risk: ${line}libjq broke down on p.json: risk.rules[0].when: it ran out of memory"
		[[ $stderr != *'jq: error'* ]]
	done
	# where libjq says so itself before it gives up
	libjq 'def f: 1 + f; if .n then f else 0 end > 1'
	scant hitl-risk -p p.json --max-time 0 in
	status 4
	[ "${#stderr_lines[@]}" -eq 1 ]
	says 'libjq broke down'
	libjq '[range(.n // 0)] | length > 5'
	scant hitl-risk -p p.json --max-time 0 -o out in
	status 4
	[ ! -e out ]
	[ "$(find . -name '*out*' | wc -l)" -eq 0 ]
}

# The message is told while the clock of the same expression still runs.
@test "memory, then time runs out in libjq while nobody reads of it: one end" {
	[[ $B != *address* ]] || skip 'sanitizers bound memory themselves'
	libjq '[range(.n // 0)] | length > 5'
	mkfifo pipe
	exec 7<>pipe
	head -c 65536 /dev/zero >&7
	bash -c 'ulimit -v 150000; exec hitl-risk -p p.json --max-time 5 in' >out 2>pipe 3>&- 7>&- &
	local pid=$!
	await stuck $pid
	sleep 6 # if it is not over, this shows nothing, but does not fail
	head -c 65536 <&7 >/dev/null
	await_end $pid
	[ "$status" -eq 4 ]
	exec 7<&-
}

@test "time that runs out in libjq: status 4, and what was written is there" {
	# what ends is to end well within it: to compile takes time, too
	libjq 'def f: if .n == null then 1 else f end; f > 5'
	for j in 1 2; do
		line='in:2: ' on=
		[ $j -eq 1 ] || line='' on=' on one record'
		hitl hitl-risk -p p.json --max-time 2 -j $j in
		status 4
		says "hitl-risk: ${line}p.json: risk.rules[0].when takes longer$on than --max-time allows; does it end?"
	done
	# of several, which they are
	jq '.risk.rules += [range(5) | {name: "r\(.)", when: ".x | ltrimstr(\"x\")", raise: "high"}]' p.json >several.json
	hitl hitl-risk -p several.json --max-time 2 in
	status 4
	file=several.json
	says "in:2: one of $file: risk.rules[0].when, $file: risk.rules[1].when, $file: risk.rules[2].when, $file: risk.rules[3].when or 2 others takes"
	# each line as soon as it is done, or a good many at once
	hitl hitl-risk -p p.json --max-time 2 --line-buffered in
	[ "${#lines[@]}" -eq 1 ]
	{ yes '{"id":"a"}' | head -n 200000; cat in; } >long
	hitl-risk -p p.json --max-time 2 long >out 2>/dev/null || [ $? -eq 4 ]
	whole out
	[ "$(wc -l <out)" -gt 100000 ]
	[ "$(sort -u out | jq -r .id)" = a ]
}
