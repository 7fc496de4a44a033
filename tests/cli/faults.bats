#!/usr/bin/env bats
# Every program and verb with its system calls failing in turn (tests/fault):
# it survives, with all of its output, or it says so: status 4, a message,
# whole lines, and files that are as before or as they should be.
load helper
load servers

# So many calls of each kind fail, spread evenly over all; FAULTS=0, make faults:
# each one.
faults=${FAULTS:-4}

setup_file() {
	[[ ${B:-build} != *address* ]] || return 0
	make -s -C "$BATS_TEST_DIRNAME/../.." fault-tools
	mkdir "$BATS_FILE_TMPDIR/d"
	cd "$BATS_FILE_TMPDIR/d"
	load helper
	gen-log -n 60 --seed 3 --review-rate 1 --reviews reviews >log
	cp "$golden/policy.json" policy
	jq 'del(.route.cascade) | .risk.rules += [{name: "odd", when: "(.id | tostring | length) % 97 == 96", set: "low"}]' policy >jq_policy
	hitl-calibrate threshold --max-error 0.4 log >thresholds 2>/dev/null || true
	hitl-calibrate fit --method platt log >model 2>/dev/null
	hitl-route -p policy -t thresholds --tasks tasks log >routed
	hitl-feedback join -r reviews routed >joined 2>/dev/null
	jq -c '{id, reviewer, label: (.outcome == "approve")}' reviews >votes
	jq -c 'select(.outcome != null) | {id, reviewer, outcome, category, reason}' reviews >plain
	printf 'id,confidence,correct\n1,0.9,true\n2,0.8,false\n"3\n4",0.7,1\n' >csv
	printf '{"id":1}\nbroken\n{"id":2}\n' >broken
	hitl-metrics --state-out state joined >/dev/null 2>&1
	jq -c '{case_id: ("case-" + .case_id), kind: "escalation", risk_level, queue, model_draft: "yes"}' tasks | head -5 >five
	for g in 1 2; do
		echo '{"case_id":"g'$g'","kind":"approval","gate":{"name":"g","key":"k'$g'"}}'
	done >>five
	at='--now 2026-06-01T12:00:00Z'
	hitl-queue push --db queue $at five >/dev/null
	hitl-queue claim --db queue $at --reviewer r1 -n 2 --lease 1h >mine
	jq -c '{id: .case_id, outcome: "approve"}' mine >decided
	hitl-queue approve --db queue $at --reviewer boss g1 >/dev/null
	cp queue reviewed
	hitl-queue submit --db reviewed $at --reviewer r1 decided >/dev/null
	hitl-queue export --db queue --as approvals >approvals
	hitl-queue export --db queue --as events >events
	echo '{"reviewers":[{"reviewer":"r1","authority":["finance"]}]}' >access
	cp queue ruled
	hitl-queue access --db ruled access
	jq -c 'del(.correct)' log >unlabelled
	printf '#!/bin/sh\nexec jq -c --unbuffered "{nonce, score: 1}"\n' >judge
	chmod +x judge
	echo '{"risk":{"default":"low"},"route":{"threshold":0.5,"cascade":[
		{"name":"judge","command":["./judge"],"pass":0.8,"timeout":"30s"}]}}' >judged
	head -5 log >few
	: >alarm # there from the beginning, to be locked
}

setup() {
	# a shim and the sanitizers cannot both be in the way of malloc()
	[[ $B != *address* ]] || skip 'on the plain build'
	cd "$BATS_FILE_TMPDIR"
	at='--now 2026-06-01T12:00:00Z --patience 1s'
}

teardown() {
	stop_postgres
	stop_redis
}

teardown_file() {
	[ ! -e "$BATS_FILE_TMPDIR/totals" ] ||
		awk '{ n += $1; s += $3; t += $5; b += $7 }
			END { printf "# %d faults: %d survived, %d told, %d ended badly\n", n, s, t, b }' "$BATS_FILE_TMPDIR/totals" >&3
}

# sweep [OPTION...] -- COMMAND...: all of it must be well
sweep() {
	run "$B/fault/sweep" -n "$faults" -d d "$@"
	tail -n 1 <<<"$output" >>totals
	[ "$status" -eq 0 ] || echo "sweep $*: $(tail -n 30 <<<"$output")" >>bad
	echo "$*: $output" | tail -n 30
	[ "$status" -eq 0 ]
}

@test "hitl-risk" {
	sweep -- hitl-risk -p policy log
	sweep -i d/log -- hitl-risk -p policy
	sweep -w out -- hitl-risk -p policy -o out log
	sweep -e 3 -l bad -- hitl-risk -p policy -R bad broken log
	sweep -- hitl-risk -p policy --csv csv
	sweep -- hitl-risk -p policy -j 2 log
}

@test "hitl-risk, with libjq" {
	sweep -- hitl-risk -p jq_policy log
}

@test "hitl-route" {
	sweep -w tasks -- hitl-route -p policy -t thresholds --tasks tasks log
	sweep -w out -w tasks -- hitl-route -p policy -t thresholds -o out --tasks tasks log
	sweep -- hitl-route -p policy -t thresholds --explain d-00000003 log
	sweep -v -- hitl-route --advise log
	sweep -- hitl-route -p policy --dry-run-policy policy log
	sweep -- hitl-route -p policy --overdue tasks --now 2026-06-01T12:00:00Z
	sweep -v -- hitl-route -p judged --allow-commands few
}

@test "hitl-calibrate" {
	sweep -- hitl-calibrate curve --at 0.5,0.9 log
	sweep -- hitl-calibrate threshold --max-error 0.4 --by .task_type log
	sweep -- hitl-calibrate threshold --cost-error 5 --cost-review 1 --by .task_type log
	sweep -- hitl-calibrate threshold --verify thresholds log
	sweep -v -- hitl-calibrate fit --method isotonic log
	sweep -v -- hitl-calibrate fit --signals .confidence,.judge.score log
	sweep -w out -- hitl-calibrate apply -m model -o out log
	sweep -- hitl-calibrate report log
	sweep -w plot.svg -- hitl-calibrate report --plot plot.svg log
	sweep -- hitl-calibrate plan --max-error 0.02
	sweep -- hitl-calibrate cascade -p policy log
	sweep -- hitl-calibrate labels log
}

@test "hitl-metrics" {
	sweep -w state -- hitl-metrics -p policy --window day --state-out state joined
	sweep -v -w html -- hitl-metrics -p policy --window day --html html joined
	sweep -- hitl-metrics agreement reviews
	sweep -v -w alarm -- hitl-metrics alarm --state alarm -p policy joined
	sweep -- hitl-metrics capacity --wait 10m joined
	sweep -- hitl-metrics drift --baseline log log
	sweep -- hitl-metrics merge state
}

@test "hitl-feedback" {
	sweep -- hitl-feedback consensus --method dawid-skene votes
	sweep -w golden -w manifest -- hitl-feedback export --as golden -o golden --manifest manifest joined
	sweep -- hitl-feedback join -r reviews routed
	sweep -- hitl-feedback learn unlabelled
	sweep -- hitl-feedback patterns --min-count 1 joined
	sweep -- hitl-feedback requests --rate 0.5 --user .tenant_id routed
	sweep -- hitl-feedback stats joined
}

# its tables may be as before or as they should be, but never in between
intact='hitl-queue verify --db queue >/dev/null'

@test "hitl-queue: what changes it" {
	sweep -v -c "$intact" -- hitl-queue push --db queue $at tasks
	sweep -c "hitl-queue verify --db new >/dev/null || [ ! -s new ] || [ \$(sqlite3 new 'select count(*) from sqlite_master') = 0 ]" -v -- hitl-queue push --db new $at tasks
	sweep -v -c "$intact" -- hitl-queue claim --db queue $at --reviewer r1 -n 2
	sweep -c "$intact" -- hitl-queue submit --db queue $at --reviewer r1 decided
	sweep -c "$intact" -- hitl-queue release --db queue $at --reviewer r1 case-d-00000005
	sweep -c "$intact" -- hitl-queue renew --db queue $at --reviewer r1 case-d-00000005
	sweep -c "$intact" -- hitl-queue decline --db queue $at --reviewer r1 case-d-00000005
	sweep -c "$intact" -- hitl-queue escalate --db queue $at --reviewer r1 case-d-00000005
	sweep -c "$intact" -- hitl-queue approve --db queue $at --reviewer r2 g2
	sweep -c "$intact" -- hitl-queue reject --db queue $at --reviewer boss g2
	sweep -c "$intact" -- hitl-queue withdraw --db reviewed $at --reviewer r1 case-d-00000005
	sweep -c "$intact" -- hitl-queue clock --db queue --trust --now 2026-07-01T12:00:00Z --patience 1s
	sweep -c "$intact" -- hitl-queue expire --db queue --now 2026-07-01T12:00:00Z --patience 1s
	sweep -q -c "$intact" -- hitl-queue access --db queue $at access
	sweep -v -- hitl-queue import --db copy --patience 1s events
}

@test "hitl-queue: what reads it" {
	sweep -- hitl-queue list --db queue $at
	sweep -- hitl-queue show --db queue $at g1
	sweep -- hitl-queue stats --db queue $at
	for as in reviews approvals tasks events; do
		sweep -- hitl-queue export --db queue --as $as
	done
	sweep -- hitl-queue verify --db queue
	sweep -- hitl-queue access --db ruled
	sweep -- hitl-queue clock --db queue $at
}

@test "hitl-queue: with PostgreSQL and Redis" {
	start_postgres
	# libgssapi does not survive a lack of memory, and is not our own to mend
	POSTGRES="$POSTGRES?gssencmode=disable&sslmode=disable"
	sweep -v -- hitl-queue push --db "$POSTGRES" $at tasks
	sweep -- hitl-queue list --db "$POSTGRES" $at
	sweep -- hitl-queue verify --db "$POSTGRES"
	start_redis
	# what is taken is acknowledged: fill it anew, before and behind each run
	jq -c . d/tasks | while read -r task; do
		jq -n --arg t "$task" -r '"XADD tasks * record \($t | tojson)"'
	done >filling
	fill="{ echo DEL tasks; cat $PWD/filling; } | redis-cli --no-auth-warning -a secret -p ${REDIS#*:} >/dev/null"
	sh -c "$fill"
	[ "$(redis XLEN tasks)" -eq "$(wc -l <d/tasks)" ]
	# hiredis 0.14 does not survive a lack of memory; to hiredis an answer put
	# off is one that does not come in time
	for mode in once from; do
		sweep -x -v -m $mode -c "$intact && $fill" -- hitl-queue push --from "redis://:secret@$REDIS/tasks" --db queue $at
		sweep -x -q -v -m $mode -c "$intact" -- hitl-queue export --db queue --after 0 --patience 1s --as events --to "redis://:secret@$REDIS/out"
	done
}

@test "hitl-act" {
	sweep -v -c 'test $(cat ran 2>/dev/null | wc -l) -le 1' -- hitl-act --journal journal --now 2026-06-01T12:00:00Z approvals -- sh -c 'echo >>ran'
}

@test "hitl-review" {
	printf 'a\nq\n' >answers
	sweep -t -i answers -c "$intact" -- hitl-review --db queue $at --reviewer r1 --plain
	# who has said something, and is thinking
	echo a >answer
	sweep -t -i answer -m term -c "$intact" -- hitl-review --db queue $at --reviewer r1 --plain
}

@test "no program and no verb is left out" {
	local program verb n=0
	for program in risk route act review; do
		grep -qE "^	+sweep .*-- hitl-$program " "$BATS_TEST_FILENAME"
	done
	for program in calibrate metrics feedback queue; do
		for verb in $(verbs hitl-$program); do
			n=$((n + 1))
			grep -qE "^	+sweep .*-- hitl-$program $verb " "$BATS_TEST_FILENAME"
		done
	done
	[ $n -gt 35 ]
}
