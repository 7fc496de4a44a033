#!/usr/bin/env bats
# Files that end too early, at each of their bytes: records, and what is read
# beside them.
load helper

# A run under the sanitizers takes ten times as long: not at each byte there.
step=1
[[ $B != *address* ]] || step=7
# above this, at one byte of five
long=400

setup() {
	cd "$BATS_TEST_TMPDIR"
	# what is made anew each time, where no disk is waited for
	made=$BATS_TEST_TMPDIR/made
	[ ! -w /dev/shm ] || made=$(mktemp -u /dev/shm/hitl-cut.XXXXXX)
	at='--now 2026-06-01T12:00:00Z'
	printf '%s\n' '{"id":"é","confidence":0.9,"correct":true}' '{"id":"\u00e9"}' >log
	echo '{"risk":{"default":"low"},"route":{"threshold":0.5,"cascade":[{"name":"c","fail":".x"}]},"targets":{"escalation_rate":0.2}}' >p
	seq 20 | jq -c '{confidence: (. / 20), correct: (. % 3 == 0)}' >labelled
	hitl-calibrate fit --method platt labelled | jq -c '{kind, method, fields, scale, n, parameters}' >model
}

teardown() {
	rm -f "$made"*
}

# the status is right, lines are whole, what went wrong is said, and $also
fits() {
	[ "$code" -eq "$due" ] || return 1
	[[ ${#lines[@]} -eq 0 || ${lines[-1]} == *$'\n' ]] || return 1
	[[ $code -eq 0 || ${#told[@]} -gt 0 ]] || return 1
	[[ ${told[*]} != *Sanitizer* && ${told[*]} != *'runtime error'* ]] || return 1
	[ "$also" = '' ] || $also
}

# cuts FILE DUE COMMAND...: with each beginning of FILE as the file `cut`.
# DUE is told how many bytes these are of $text, and sets $due to the status
# that the command must have; `also`, if set, looks further.
cuts() {
	local file=$1 what=$2 LC_ALL=C n code lines told by=$step
	shift 2
	IFS= read -r -d '' text <"$file" || true
	[ ${#text} -le $long ] || by=$((5 * step))
	for ((n = 0; n <= ${#text}; n += by)); do
		[ ! -e "$made" ] || rm "$made"*
		printf %s "${text:0:n}" >cut
		code=0
		"$@" >out 2>err </dev/null || code=$?
		mapfile lines <out
		mapfile -d '' told <err
		$what "$n"
		fits || {
			echo "$* at byte $n: status $code where $due is due, output $(cat out), messages $(cat err)"
			return 1
		}
	done
	[ "$n" -gt "$by" ]
}

# How many lines are whole, and what is left of another: that is status 3,
# but 1 for want of anything to count where fewer than $least are whole.
of_lines() {
	local head=${text:0:$1}
	whole=${head//[^$'\n']/}
	whole=${#whole}
	rest=${head##*$'\n'}
	# where the newline alone is missing, nothing is
	if [ "$rest" != '' ] && [ "${text:$1:1}" = $'\n' ]; then
		whole=$((whole + 1))
		rest=
	fi
	due=0
	[ "$rest" = '' ] || due=3
	[ "$whole" -ge "$least" ] || due=1
}

# what was rejected is what is left, to the byte
rejected() {
	local kept=
	[ ! -e rejects ] || IFS= read -r -d '' kept <rejects || true
	[ "$kept" = "$rest${rest:+$'\n'}" ]
}

# and out of each whole line came another
each() {
	[ "${#lines[@]}" -eq "$whole" ] || return 1
	rejected
}

# records LEAST ALSO FILE COMMAND...
records() {
	least=$1 also=$2
	cuts "$3" of_lines "${@:4}" -R rejects cut
}

@test "hitl-risk, hitl-route" {
	records 0 each log hitl-risk -p p
	records 0 each log hitl-route -p p
	records 0 each log hitl-route -p p -j 2
	records 1 rejected log hitl-route --advise
	least=0 also=each
	cuts log of_lines hitl-route -p p $at -R rejects --overdue cut
}

@test "hitl-metrics" {
	printf '%s\n' '{"id":1,"reviewer":"r","label":1}' '{"id":1,"reviewer":"s","label":2}' >votes
	echo '{"route":{"action":"QUEUE"},"review":{"seconds":5}}' >routed
	hitl-metrics --state-out - log 2>/dev/null >state
	records 1 rejected log hitl-metrics
	records 1 rejected votes hitl-metrics agreement
	records 0 rejected log hitl-metrics alarm --state "$made" -p p
	records 1 rejected routed hitl-metrics capacity
	records 1 rejected log hitl-metrics drift --baseline log
	records 1 rejected state hitl-metrics merge
	least=1 also=
	cuts log of_lines hitl-metrics drift --baseline cut log
}

@test "hitl-calibrate" {
	printf '%s\n' '{"c":0.1,"k":true}' '{"c":0.2,"k":false}' '{"c":0.8,"k":true}' '{"c":0.9,"k":false}' >four
	records 1 rejected log hitl-calibrate curve --at 0.5
	records 1 rejected log hitl-calibrate threshold --max-error 0.99
	records 4 rejected four hitl-calibrate fit --method histogram -F confidence=.c -F correct=.k
	records 0 each log hitl-calibrate apply -m model
	records 1 rejected log hitl-calibrate report
	records 0 each log hitl-calibrate labels
	records 1 rejected log hitl-calibrate cascade -p p
}

@test "hitl-feedback" {
	printf '%s\n' '{"id":1,"reviewer":"r","label":1}' '{"id":2,"reviewer":"s","label":2}' >votes
	printf '%s\n' '{"id":1,"input":"i","output":"o","review":{"outcome":"correct","correction":"c"}}' '{"id":2}' >joined
	printf '%s\n' '{"id":1,"user_id":"u","confidence":0.1}' '{"id":2,"user_id":"v","confidence":0.2}' >users
	printf '%s\n' '{"id":1,"outcome":"reject"}' '{"id":2,"outcome":"approve"}' >reviews
	records 1 rejected votes hitl-feedback consensus
	records 1 rejected joined hitl-feedback export --as golden
	records 0 each log hitl-feedback join -r reviews
	least=0 also=
	cuts reviews of_lines hitl-feedback join -r cut users
	records 1 rejected users hitl-feedback learn
	records 1 rejected joined hitl-feedback patterns --min-count 1
	records 0 each users hitl-feedback requests --rate 1
	records 1 rejected joined hitl-feedback stats
}

@test "hitl-queue, hitl-act" {
	printf '%s\n' '{"case_id":"a","kind":"audit"}' '{"case_id":"b","kind":"audit"}' >tasks
	printf '%s\n' '{"id":"a","outcome":"approve"}' '{"id":"b","outcome":"reject"}' >reviews
	hitl-queue push $at --db queue tasks >/dev/null
	hitl-queue export --db queue --as events | head -n 1 >events
	echo '{"case_id":"g","kind":"approval","gate":{"name":"g","key":"k"}}' | hitl-queue push $at --db gates >/dev/null
	hitl-queue approve $at --db gates --reviewer boss g >/dev/null
	hitl-queue export --db gates --as approvals | jq -c 'del(.approval["reviews", "by", "decided_at"])' >approvals
	records 0 rejected tasks hitl-queue push $at --db "$made"
	records 0 rejected events hitl-queue import --db "$made"
	records 0 each reviews hitl-queue submit $at --claim --reviewer r --db queue
	least=0 also=each
	cuts approvals of_lines hitl-act $at --journal "$made" -R rejects cut -- true
}

# one object, which is whole but for its newline: until then status 2, the
# file's name, nothing written, and the file as it is
of_object() {
	due=2
	[ "$1" -lt $((${#text} - 1)) ] || due=0
}

named() {
	local kept
	IFS= read -r -d '' kept <cut || true
	[ "$code" -eq 0 ] || [[ ${#lines[@]} -eq 0 && ${told[*]} == *' cut: '* && $kept = "${text:0:n}" ]]
}

@test "policies, thresholds, models" {
	also=named
	cuts p of_object hitl-route -p cut log
	cuts p of_object hitl-risk -p cut log
	echo '{"kind":"thresholds","default":{"threshold":0.5},"groups":{}}' >thresholds
	cuts thresholds of_object hitl-route -p p -t cut log
	echo '{"ts":0,"route":{"action":"QUEUE"},"review":{"seconds":5}}' >routed
	cuts thresholds of_object hitl-metrics capacity -t cut routed
	cuts model of_object hitl-calibrate apply -m cut log
}

@test "an alarm's state, a queue's rules" {
	hitl-metrics alarm --state state -p p log >/dev/null
	grep -q '"seen":\[".*"' state
	# none at all is a beginning: mktemp makes such a file
	of_state() {
		of_object "$1"
		[ "$1" -gt 0 ] || due=0
	}
	also=named
	echo '{"id":7}' >other
	cuts state of_state hitl-metrics alarm --state cut -p p other
	echo '{"case_id":"a","kind":"audit"}' | hitl-queue push --db queue >/dev/null
	echo '{"reviewers":[{"reviewer":"r","authority":["x"]}]}' >rules
	hitl hitl-queue access --db queue rules
	cuts rules of_object hitl-queue access --db queue cut
}
