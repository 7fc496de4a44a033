#!/usr/bin/env bats
# hitl-metrics alarm and drift, from outside.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	echo '{"targets":{"error_escape_rate":0.02}}' >p
}

# audits N K RATE [FIRST]: N audited decisions, the first K of them wrong
audits() {
	seq "${4:-1}" $((${4:-1} + $1 - 1)) | jq -c --argjson k "$2" --argjson from "${4:-1}" --argjson r "$3" \
		'{id: ., route: {action: "AUTO", audit: {selected: true, rate: $r}}, correct: (. - $from >= $k)}'
}

@test "one rate: the interval and the evidence of the literature" {
	audits 1000 30 1 >in
	hitl hitl-metrics alarm --state s -p p in
	status 0
	# Howard et al., beta-binomial: 30 of 1,000
	jq -e '.error_escape_rate | (.low - 0.01428 | fabs < 1e-5) and (.high - 0.05402 | fabs < 1e-5)
		and .value == 0.03 and .n == 1000 and (.evidence | log + 1.4660359986 | fabs < 1e-6)
		and (.enough - 20 | fabs < 1e-9) and .alarm == false and .ok == null and .more > 0' <<<"$output"
}

@test "without a target of a rate it is told that there is no alarm" {
	audits 100 3 1 >in
	echo '{"targets":{"review_latency_p95":"5m"}}' >slow
	for policy in "" "-p slow"; do
		# shellcheck disable=SC2086 # words
		hitl hitl-metrics alarm --state "s$policy" $policy in
		status 0
		says 'hitl-metrics: no rate has a target (the policy'"'"'s section "targets"), so none can be in alarm'
	done
	hitl hitl-metrics alarm --state s -p p in
	[[ $stderr != *"in alarm"* ]]
}

@test "counts add up over runs; an alarm stays, is told, and exits 1" {
	audits 500 20 1 >a
	audits 500 20 1 501 >b
	audits 500 25 1 1001 >c
	hitl hitl-metrics alarm --state s -p p a
	status 0
	hitl hitl-metrics alarm --state s -p p b
	status 1
	says "error_escape_rate is 0.04 (at all times within"
	says "above its target 0.02, since 20"
	jq -e '.error_escape_rate | .n == 1000 and .alarm and .ok == false and .evidence > 20' <<<"$output"
	since=$(jq -r .error_escape_rate.since <<<"$output")
	# in one run it is the same
	cat a b >ab
	hitl-metrics alarm --state s2 -p p ab 2>/dev/null | jq -c '.error_escape_rate | del(.since)' >one
	jq -c '.error_escape_rate | del(.since)' <<<"$output" | diff one -
	# it stays, even when better days follow
	audits 5000 0 1 1501 >d
	hitl hitl-metrics alarm --state s -p p d
	status 1
	jq -e --arg s "$since" '.error_escape_rate | .alarm and .since == $s' <<<"$output"
	hitl hitl-metrics alarm --state s -p p --restart c
	says "1 rates begin anew"
	jq -e '.error_escape_rate.n == 500' <<<"$output"
}

@test "the same records again are refused, and change nothing" {
	audits 100 0 1 >a
	hitl hitl-metrics alarm --state s -p p a
	status 0
	cp s before
	tac a >b
	hitl hitl-metrics alarm --state s -p p b
	status 2
	says "these 100 records were counted on 20"
	cmp s before
	[ -z "$output" ]
}

@test "rows that could not be written are not counted: the run can be made again" {
	audits 500 5 1 >in
	hitl hitl-metrics alarm --state s -p p -o out in
	jq .groups s >want
	cp out rows
	rm s
	for to in '>/dev/full' '-o none/out'; do
		hitl sh -c "hitl-metrics alarm --state s -p p in $to"
		status 4
		[ ! -s s ]
	done
	hitl hitl-metrics alarm --state s -p p in
	[ "$output" = "$(cat rows)" ]
	jq .groups s | diff want -
}

@test "a log that has grown is refused: what was counted would count again" {
	audits 100 0 1 >a
	hitl hitl-metrics alarm --state s -p p a
	status 0
	cp s before
	{ cat a; audits 50 0 1 101; } >grown
	hitl hitl-metrics alarm --state s -p p grown
	status 2
	says "about 66.7 % of these records were counted before, by their ids"
	# also with other labels, and mended lines
	jq -c '.correct = false' a | tail -n 60 >relabelled
	hitl hitl-metrics alarm --state s -p p relabelled
	status 2
	says "about 100 %"
	cmp s before
	# without ids by their lines
	jq -c 'del(.id) | .x = .' a | head -n 1 >plain
	hitl hitl-metrics alarm --state s -p p plain
	status 0
	{ cat plain; echo '{"y":1}'; } >more
	hitl hitl-metrics alarm --state s -p p more
	status 2
	says "about 50 %"
}

@test "among many records some that were counted are found by a sample" {
	audits 60000 0 1 >a
	audits 60000 0 1 60001 >b
	{ tail -n 20000 b; audits 40000 0 1 120001; } >c
	hitl hitl-metrics alarm --state s -p p a
	status 0
	hitl hitl-metrics alarm -j 2 --state s -p p b
	status 0
	hitl hitl-metrics alarm --state s -p p c
	status 2
	share=$(sed -n 's/.*about \([0-9.]*\) %.*/\1/p' <<<"$stderr")
	# a third, of a sample of some 680
	awk -v s="$share" 'BEGIN { exit !(s > 25 && s < 42) }'
	[ "$(stat -c %s s)" -lt 50000 ]
}

@test "kinds audited at different rates: together, and what no audit reaches" {
	{ audits 700 7 0.7; audits 300 9 0.3 701; } >in
	hitl hitl-metrics alarm --state s -p p in
	# each stands for its share of the decisions
	jq -e '.error_escape_rate | (.value - 0.016 | fabs < 1e-12) and .n == 1000 and .low < 0.016 and .high > 0.016' <<<"$output"
	{ audits 1000 0 1; seq 1001 2000 | jq -c '{id: ., route: {action: "AUTO", audit: {selected: false, rate: 0}}}'; } >in
	hitl hitl-metrics alarm --state s2 -p p in
	jq -e '.error_escape_rate | .low == 0 and .high > 0.5' <<<"$output"
	# nothing audited yet
	echo '{"route":{"action":"AUTO","audit":{"selected":false,"rate":0.1}}}' >in
	hitl hitl-metrics alarm --state s3 -p p in
	status 0
	jq -e '.error_escape_rate | .value == null and .n == 0 and .ok == null' <<<"$output"
}

@test "both ends of a range; the chance of a false alarm is shared" {
	echo '{"targets":{"error_escape_rate":0.02,"escalation_rate":[0.2,0.3]}}' >p
	{ seq 100 | jq -c '{id: ., route: {action: "QUEUE"}}'; seq 101 1000 | jq -c '{id: ., route: {action: "AUTO"}}'; } >in
	hitl hitl-metrics alarm --state s -p p in
	status 1
	says "escalation_rate is 0.1 (at all times within"
	says "below its target [0.2,0.3]"
	jq -e '.escalation_rate.enough - 60 | fabs < 1e-9' <<<"$output"
}

@test "groups: each its own, and hitl-route takes the rows for its audits" {
	{ audits 3000 5 1 | jq -c '.task_type = "a"'; audits 3000 150 1 3001 | jq -c '.task_type = "b"'; } >in
	hitl hitl-metrics alarm --state s -p p --by .task_type in
	status 1
	says "b: error_escape_rate is 0.05"
	[[ $stderr != *"a: error"* ]]
	printf '%s\n' "$output" >rows
	echo '{"risk":{"default":"low"},"route":{"threshold":0.5,"audit":{"rate":0.1,"auto_rate":0.1,"key":"k","by":".task_type",
		"states":{"initial":{"rate":0.1,"auto_rate":0.1},"degraded":{"rate":1,"auto_rate":1},"stable":{"rate":0.05,"auto_rate":0.05}}}},"targets":{"error_escape_rate":0.02}}' >rp
	printf '{"id":1,"task_type":"%s","confidence":0.9}\n' a b c |
		hitl-route -p rp --metrics rows | jq -r '"\(.task_type) \(.route.audit.state) \(.route.audit.rate)"' >got
	printf '%s\n' 'a stable 0.05' 'b degraded 1' 'c initial 0.1' | diff - got
	[ "$(jq -c .by s)" = '[".task_type"]' ]
	hitl hitl-metrics alarm --state s -p p in
	status 2
	says "s: other groups take another --state: this one was begun with --by '.task_type', and can only go on so"
}

@test "groups by something else have a state of their own" {
	audits 100 2 1 | jq -c '.task = "a" | .region = "x"' >one
	audits 100 2 1 101 | jq -c '.task = "a" | .region = "y"' >two
	hitl hitl-metrics alarm --state s -p p --by .task one
	status 0
	cp s before
	for by in '--by .region' '' '--by .task --by .region' '--by .region --by .task' '--by .TASK'; do
		# shellcheck disable=SC2086
		hitl hitl-metrics alarm --state s -p p $by two
		status 2
		says "this one was begun with --by '.task', and can only go on so"
		[ -z "$output" ]
		cmp s before
		# nor are its rows shown as those of others
		# shellcheck disable=SC2086
		hitl hitl-metrics alarm --state s -p p $by /dev/null
		status 2
		cmp s before
	done
	hitl hitl-metrics alarm --state s -p p --by .task two
	status 0
	jq -e '.group == "a" and .n == 200 and .error_escape_rate.n == 200' <<<"$output"
	# one without groups, and one by two
	hitl hitl-metrics alarm --state plain -p p one
	status 0
	hitl hitl-metrics alarm --state plain -p p --by .task two
	status 2
	says "this one was begun without --by, and can only go on so"
	hitl hitl-metrics alarm --state both -p p --by .task --by .region one
	status 0
	jq -e '.group | type == "array" and length == 2' <<<"$output"
	hitl hitl-metrics alarm --state both -p p --by .region --by .task two
	status 2
	says "this one was begun with --by '.task' --by '.region', and can only go on so"
	# what has counted nothing has not begun
	hitl hitl-metrics alarm --state new -p p --by .region /dev/null
	hitl hitl-metrics alarm --state new -p p --by .task one
	status 0
	[ "$(jq -c .by new)" = '[".task"]' ]
	# what does not say what its groups are by, or not what they are
	for by in 'del(.by)' '.by = 7' '.by = [7]' '.by = []' '.groups[0].group = null'; do
		jq "$by" s >odd
		hitl hitl-metrics alarm --state odd -p p --by .task two
		status 2
		says 'odd: '
	done
	hitl hitl-metrics alarm --state never -p p --by $'.["\xff"]' one
	status 2
	says '--by: is not UTF-8'
	jq 'del(.by)' plain >old
	hitl hitl-metrics alarm --state old -p p two
	status 0
	jq -e '.n == 200' <<<"$output"
}

@test "a state that is none, a target of nothing, no state" {
	audits 10 0 1 >in
	hitl hitl-metrics alarm -p p in
	status 2
	says "--state FILE is needed"
	echo '{"kind":"model"}' >s
	hitl hitl-metrics alarm --state s -p p in
	status 2
	says "s: is no state of hitl-metrics alarm"
	echo '{"kind":"alarm-state","key":"00112233445566778899aabbccddeeff","seen":[],"groups":[{"group":null,"n":1,"rates":{"error_escape_rate":{"parts":[{"rate":1,"all":1,"n":1,"k":2}]}}}]}' >s
	hitl hitl-metrics alarm --state s -p p in
	status 2
	says "k is above n"
	for seen in '' '"seen":7,' '"seen":["0"],' '"seen":["00000000000000xx"],' '"seen":["0000000000000002","0000000000000001"],'; do
		echo "{\"kind\":\"alarm-state\",\"key\":\"00112233445566778899aabbccddeeff\",$seen\"groups\":[]}" >s
		hitl hitl-metrics alarm --state s -p p in
		status 2
	done
	hitl hitl-metrics alarm --state none/s -p p in
	status 4
	hitl hitl-metrics alarm --state s --window day -p p in
	status 2
	: >empty # mktemp makes such a one
	hitl hitl-metrics alarm --state empty -p p in
	status 0
	for blank in '' ' ' $'\t\r\n'; do
		echo "$blank" | tee s >before
		hitl hitl-metrics alarm --state s -p p in
		status 2
		says "s: is blank, no state of hitl-metrics alarm; remove it to count from nothing"
		cmp s before
	done
}

@test "runs that overlap come one after another" {
	for i in 1 2 3 4 5 6; do audits 100 1 1 $((i * 100)) >in$i; done
	for i in 1 2 3 4 5 6; do hitl-metrics alarm --state s -p p in$i >/dev/null & done
	wait
	audits 1 0 1 9999 >in
	hitl hitl-metrics alarm --state s -p p in
	jq -e '.error_escape_rate.n == 601 and .n == 601' <<<"$output"
	[ "$(jq '.runs | length' s)" -eq 7 ]
}

@test "-j: the same counts and the same fingerprint" {
	gen-log -n 20000 --reviews r >made
	hitl-route -p "$policy" made | hitl-feedback join -r r 2>/dev/null >in
	hitl-metrics alarm --state s -p "$policy" --by .task_type in >one || true
	cp s s2
	hitl hitl-metrics alarm -j 2 --state s2 -p "$policy" --by .task_type in
	status 2
	says "these 20000 records were counted"
	rm s2
	hitl-metrics alarm -j 2 --state s2 -p "$policy" --by .task_type in >two || true
	flat() { jq -S -c 'walk(if type == "object" then del(.since) else . end)' "$1" | sort; }
	[ "$(flat one | wc -l)" -eq 10 ]
	flat two >flat2
	flat one | diff - flat2
}

@test "drift: the same log has none, another one has" {
	gen-log -n 4000 --seed 1 | hitl-route -p "$policy" >a
	gen-log -n 4000 --seed 2 | hitl-route -p "$policy" >b
	hitl hitl-metrics drift --check --baseline a a
	status 0
	jq -e '.psi == 0 and .jensen_shannon == 0 and .ks == 0 and .ks_p == 1 and .drifted == false' <<<"$output"
	[ -z "$stderr" ]
	jq -c 'if .id[-1:] == "1" then del(.route) else . end' a >mixed
	hitl hitl-metrics drift --baseline a mixed
	says "hitl-metrics: 400 of 8000 records have no route (hitl-route adds it) and are in no rate of routes"
	hitl hitl-metrics drift --check --baseline a b
	status 0
	jq -e '.drifted == false and .psi < 0.1 and .baseline_n == 4000 and .n == 4000' <<<"$output"
	jq -c 'if .confidence | type == "number" then .confidence |= . * 0.9 else . end' b >c
	hitl hitl-metrics drift --check --baseline a c
	status 1
	jq -e '.drifted and .psi > 0.25 and .ks_p < 1e-6' <<<"$output"
}

# The baseline's last record has the place in its file that the log's first one
# has: an expression of libjq is asked of each.
@test "drift: a record of the log is not taken for one of the baseline" {
	echo '{"g":"a","confidence":0.9}' >a
	echo '{"g":"b","confidence":0.9}' >b
	hitl hitl-metrics drift --by '.g|tojson|fromjson' --baseline a b
	status 0
	jq -s -e '.[1:] | map([.group, .baseline_n, .n]) == [["a", 1, 0], ["b", 0, 1]]' <<<"$output"
}

@test "drift: changes with intervals, and which groups moved the total" {
	r() { for i in $(seq "$1"); do echo "{\"g\":\"$2\",\"route\":{\"action\":\"$3\"}}"; done; }
	{ r 48 x QUEUE; r 32 x AUTO; r 10 y QUEUE; r 90 y AUTO; } >a
	{ r 56 x QUEUE; r 14 x AUTO; r 30 y QUEUE; r 170 y AUTO; } >b
	hitl hitl-metrics drift --by .g --baseline a b
	status 0
	# scipy, Newcombe's method 10: 86/270 - 58/180
	jq -s -e '.[0].group == null and (.[0].changes.escalation_rate
		| (.change - (86/270 - 58/180) | fabs < 1e-12) and (.low + 0.0924 | fabs < 1e-3) and (.high - 0.0827 | fabs < 1e-3) and .significant == false)' <<<"$output"
	# Kitagawa: the parts of all groups sum up to the change
	jq -s -e '.[0].changes.escalation_rate.change as $c | (.[0].mix + .[0].within - $c | fabs < 1e-12)
		and (.[1:] | map(.mix + .within) | add - $c | fabs < 1e-12)' <<<"$output"
	# x: (80/180 to 70/270) at (0.6 + 0.8) / 2, and 0.2 more at half of (80/180 + 70/270)
	jq -s -e 'map(select(.group == "x"))[0] | (.mix - (70/270 - 80/180) * 0.7 | fabs < 1e-12)
		and (.within - 0.2 * (80/180 + 70/270) / 2 | fabs < 1e-12)' <<<"$output"
	# for people: a line a group, the changes of all below
	hitl hitl-metrics drift --by .g -f table --baseline a b
	[ "$(sed '/^$/,$d' <<<"$output" | wc -l)" -eq 4 ]
	[ "$(sed -n '/^changes:/,$p' <<<"$output" | awk '$1 == "escalation_rate" { print $2, $3 }')" = "0.3222 0.3185" ]
	[[ $output != *'{'* ]]
	# where nothing was routed nothing moved a rate
	jq -c '{g, confidence: 0.5}' a >plain
	hitl hitl-metrics drift --by .g --baseline plain plain
	jq -s -e 'length == 3 and all(.[]; .mix == null and .within == null and .ks == 0)' <<<"$output"
	hitl hitl-metrics drift b
	status 2
	says "--baseline FILE is needed"
	hitl hitl-metrics drift --baseline none b
	status 4
	: >empty
	hitl hitl-metrics drift --baseline empty b
	status 1
}
