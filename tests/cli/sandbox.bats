#!/usr/bin/env bats
# Pure filters give up what they do not need once their files are open.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	[[ $B != *address* ]] || skip 'sanitizers need what a sandbox takes'
	gen-log -n 50 --review-rate 1 --reviews reviews >log
	hitl-route -p "$policy" log >routed
	# what of it there is here is the kernel's to say, not the programs'
	kernel=$(python3 "$BATS_TEST_DIRNAME/kernel.py")
}

# state_of PID: privileges, seccomp and how many filters, as the kernel says
state_of() {
	sed -nE 's/^(NoNewPrivs|Seccomp|Seccomp_filters):\s*//p' "/proc/$1/status" | paste -sd' '
}

# state COMMAND...: what the kernel says of it while it waits for records,
# when it has read some
state() {
	mkfifo in
	"$@" <in >/dev/null 2>&1 3>&- &
	local pid=$!
	exec 7>in
	rm in
	cat routed >&7
	await drained 7
	state_of $pid
	exec 7>&-
	wait $pid || [ $? -eq 1 ]
}

# Of a shell, and of what is in a sandbox; seccomp for the architectures whose
# system calls it knows (sandbox_calls.c).
states() {
	local calls filters
	free=$(state_of $$)
	read -r _ calls filters <<<"$free"
	case $(uname -m) in
	x86_64 | aarch64 | riscv64)
		[[ $kernel != *seccomp* ]] || calls=2 filters=${filters:+$((filters + 1))}
		;;
	esac
	confined="1 $calls${filters:+ $filters}"
	[ "$confined" != "$free" ] || skip 'in a sandbox already, and nothing can be added'
}

filters=("hitl-risk -p POLICY" "hitl-route -p POLICY" "hitl-route --advise" "hitl-metrics" "hitl-metrics agreement"
	"hitl-metrics capacity" "hitl-metrics drift --baseline log" "hitl-metrics alarm -p POLICY --state s" "hitl-metrics merge"
	"hitl-calibrate curve" "hitl-calibrate threshold --max-error 0.3" "hitl-calibrate fit" "hitl-calibrate report"
	"hitl-calibrate labels" "hitl-calibrate cascade -p POLICY" "hitl-feedback join -r reviews" "hitl-feedback export --as golden"
	"hitl-feedback patterns" "hitl-feedback stats" "hitl-feedback learn" "hitl-feedback requests" "hitl-feedback consensus")

@test "every filter is in one, and --no-sandbox is not" {
	states
	for f in "${filters[@]}"; do
		local words
		read -ra words <<<"${f//POLICY/$policy}"
		[ "$(state "${words[@]}")" = "$confined" ] || { echo "$f is not"; false; }
		[ "$(state "${words[@]}" --no-sandbox)" = "$free" ] || { echo "$f --no-sandbox is"; false; }
	done
}

@test "what needs other programs, or what takes a file's place, is not" {
	states
	[ "$(state hitl-route -p "$policy" --watch)" = "$free" ]
	printf '#!/bin/sh\ntouch ran\nexec cat\n' >judge
	chmod +x judge
	jq '.route.cascade = [{name: "j", command: ["./judge"], pass: 0.5}]' "$policy" >judged
	[ "$(state hitl-route -p judged --allow-commands)" = "$free" ]
	[ -e ran ]
	# only who may run them needs them
	[ "$(state hitl-risk -p judged)" = "$confined" ]
}

# replaced COMMAND...: another file takes the place of one that it has yet to
# read, while it waits for records
replaced() {
	cp routed later
	mkfifo in
	"$@" in later >out 2>err 3>&- &
	local pid=$!
	exec 7>in
	rm in
	cat routed >&7
	await drained 7
	cp log new
	mv new later
	exec 7>&-
	status=0
	wait $pid || status=$?
}

@test "a file that was not there when it was entered is not read" {
	[[ $kernel == *landlock* ]] || skip 'the kernel has no Landlock'
	replaced hitl-risk -p "$policy"
	[ "$status" -eq 4 ]
	grep -q 'later: Permission denied' err
	[ "$(wc -l <out)" -eq 50 ]
	replaced hitl-risk -p "$policy" --no-sandbox
	[ "$status" -eq 0 ]
	[ "$(wc -l <out)" -eq 100 ]
}

@test "the same output with and without" {
	for f in "hitl-risk -p $policy -j 2 log" "hitl-route -p $policy --tasks TASKS log" "hitl-feedback join -r reviews routed" \
		"hitl-calibrate threshold --max-error 0.3 --by .task_type log" "hitl-metrics --window day --tz Europe/Berlin --state-out - routed"; do
		read -ra words <<<"${f//TASKS/t1}"
		"${words[@]}" >with 2>with.err
		read -ra words <<<"${f//TASKS/t2}"
		"${words[@]}" --no-sandbox >without 2>without.err
		cmp with without
		cmp with.err without.err
	done
	cmp t1 t2
}

@test "files in other directories, links, pipes, descriptors" {
	mkdir -p a b c
	mv log a
	ln -s ../a/log b/log
	hitl-risk -p "$policy" a/log >want
	hitl-risk -p "$policy" b/log | cmp - want
	hitl-risk -p "$policy" <(cat a/log) | cmp - want
	hitl-risk -p "$policy" /dev/stdin <a/log | cmp - want
	hitl-risk -p "$policy" /dev/fd/7 7<a/log | cmp - want
	cat a/log | hitl-risk -p "$policy" - | cmp - want
	hitl-risk -p "$policy" -o c/out -R b/rejects a/log
	cmp c/out want
	hitl-risk -p "$policy" -o /dev/stdout a/log | cmp - want
	(cd c && hitl-risk -p "$policy" -o ../b/up ../a/log)
	cmp b/up want
}

@test "spilling to temporary files" {
	gen-log -n 20000 --review-rate 1 --reviews r >l
	mkdir t
	hitl-feedback join -r r --max-memory 1M -T t l >one 2>/dev/null
	TMPDIR=$PWD/t hitl-feedback join -r r --max-memory 1M l >two 2>/dev/null
	cmp one two
	[ -z "$(ls t)" ]
}

# 2026-05-22 12:15 UTC. A zone of the program's own is not that of expressions.
@test "local times of libjq are those of TZ, with a calendar in another zone, too" {
	for row in "UTC 12" "Europe/Berlin 14"; do
		read -r tz hour <<<"$row"
		jq -n --arg h $hour '{risk: {default: "low", rules: [
			{name: "r", when: "(.t | strflocaltime(\"%H\")) == \"\($h)\"", set: "medium"}]},
			route: {threshold: 0.9, queues: [{name: "q", sla: "1bd"}], calendar: {tz: "Asia/Tokyo"}}}' >p.json
		TZ=$tz hitl hitl-route -p p.json <<<'{"t":1779452103,"confidence":0.1,"ts":"2026-05-20T03:00:00Z"}'
		status 0
		jq -e '.route.risk == "medium" and .route.sla_deadline == "2026-05-21T03:00:00Z"' <<<"$output"
		TZ=$tz hitl hitl-metrics --window day --tz Asia/Tokyo --by '.t | strflocaltime("%H")' \
			<<<'{"t":1779452103,"ts":"2026-05-20T16:00:00Z","route":{"action":"AUTO"}}'
		status 0
		jq -e --arg h $hour '.group == $h and (.window | startswith("2026-05-21T00:00:00+09:00"))' <<<"$output"
	done
}

@test "local times of libjq" {
	jq -n '{risk: {default: "low", rules: [{name: "r", when: "(.t | strflocaltime(\"%H\")) == \"14\"", set: "high"}]}}' >p.json
	for sandbox in '' --no-sandbox; do
		TZ=Europe/Berlin hitl hitl-risk $sandbox -p p.json <<<'{"t":1779452103}'
		[ "$(jq -r .risk.level <<<"$output")" = high ]
		TZ=UTC hitl hitl-risk $sandbox -p p.json <<<'{"t":1779452103}'
		[ "$(jq -r .risk.level <<<"$output")" = low ]
	done
}
