#!/usr/bin/env bats
# hitl-metrics from outside.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

@test "counted by jq, counted here: the same" {
	gen-log -n 5000 --reviews r >made
	hitl-route -p "$policy" made | hitl-feedback join -r r >log 2>/dev/null
	hitl-metrics -F correct=.none log >m
	jq -s -c '[length,
		(map(select(.route.action | test("QUEUE|ESC"))) | length) / length,
		(map(select(.route.action | test("AUTO"))) | length) / length,
		(map(select(.review)) | length),
		(map(select(.review.outcome == "approve")) | length) / (map(select(.review)) | length)]' log >want
	jq -c '[.n, .escalation_rate.value, .auto_resolve_rate.value,
		.reviewer_agreement.n, .reviewer_agreement.value]' m | diff want -
	jq -s '[.[] | select(.review.seconds and .review.wait_seconds) | .review.seconds + .review.wait_seconds]
		| sort | {mean: (add / length), p50: .[(length * 0.5 | ceil) - 1], p95: .[(length * 0.95 | ceil) - 1]}' log >lat
	jq -e --slurpfile l lat 'def near(x; y): (x / y - 1) | fabs < 0.0101;
		(.review_latency_mean.value / $l[0].mean - 1 | fabs < 1e-9) and
		near(.review_latency_p50.value; $l[0].p50) and
		near(.review_latency_p95.value; $l[0].p95)' m
}

@test "error escape: only the audited count, each for 1/rate" {
	for _ in $(seq 20); do echo '{"route":{"action":"AUTO","audit":{"selected":true,"rate":0.1}},"correct":true}'; done >in
	for _ in $(seq 180); do echo '{"route":{"action":"AUTO","audit":{"selected":false,"rate":0.1}}}'; done >>in
	for _ in $(seq 40); do echo '{"route":{"action":"AUTO_AUDIT","audit":{"selected":true,"rate":0.5}},"correct":false}'; done >>in
	for _ in $(seq 40); do echo '{"route":{"action":"AUTO_AUDIT","audit":{"selected":false,"rate":0.5}},"correct":null}'; done >>in
	hitl hitl-metrics in
	status 0
	# (40 / 0.5) / (20 / 0.1 + 40 / 0.5) = 80 / 280; naive 40 / 60
	jq -e '.error_escape_rate | (.value - 80/280 | fabs < 1e-12) and .n == 60 and
		(.naive - 40/60 | fabs < 1e-12) and .covered == 1' <<<"$output"
}

@test "error escape: nothing audited is no value, with a reason" {
	printf '%s\n' '{"route":{"action":"AUTO","audit":{"selected":false,"rate":0}},"correct":true}' \
		'{"route":{"action":"AUTO","audit":{"selected":false,"rate":0}}}' >in
	hitl hitl-metrics in
	jq -e '.error_escape_rate | .value == null and .low == null and (.why | length > 0)' <<<"$output"
	# an empty window has null, not 0
	jq -e '.review_latency_p95.value == null and .reviewer_agreement.value == null' <<<"$output"
}

@test "error escape: what no audit can reach widens the interval" {
	for _ in $(seq 100); do echo '{"route":{"action":"AUTO_AUDIT","audit":{"selected":true,"rate":1}},"correct":true}'; done >in
	for _ in $(seq 100); do echo '{"route":{"action":"AUTO","audit":{"selected":false,"rate":0}}}'; done >>in
	hitl hitl-metrics in
	jq -e '.error_escape_rate | .value == 0 and .covered == 0.5 and .high > 0.5' <<<"$output"
}

@test "--window and --by: rows in order, that add up" {
	gen-log -n 20000 --per-day 4000 | hitl-route -p "$policy" >log
	hitl hitl-metrics --window day --by .task_type log
	status 0
	[ "$(jq -s 'map(.n) | add' <<<"$output")" -eq 20000 ]
	jq -s -e 'map([.window, .group]) | . == sort' <<<"$output"
	jq -s -e 'map(.window) | unique | length > 3 and all(.[]; endswith("T00:00:00Z"))' <<<"$output"
	hitl hitl-metrics --window 30m log
	jq -s -e 'all(.[]; .window | test(":(00|30):00Z$"))' <<<"$output"
	tac log >gol
	hitl-metrics --window week --by .task_type log >a
	hitl-metrics --window week --by .task_type gol | cmp a -
}

@test "windows: weeks begin on Monday, months on the first" {
	r='"route":{"action":"AUTO","audit":{"selected":false,"rate":0}}}'
	printf '%s\n' "{\"ts\":\"2026-05-10T23:59:59Z\",$r" "{\"ts\":\"2026-05-11T00:00:00Z\",$r" "{\"ts\":\"1969-12-31T23:00:00Z\",$r" "{\"ts\":\"x\",$r" >in
	hitl hitl-metrics --window week in
	[ "$(jq -c 'select(.n > 0).window' <<<"$output" | tr '\n' ' ')" = 'null "1969-12-29T00:00:00Z" "2026-05-04T00:00:00Z" "2026-05-11T00:00:00Z" ' ]
	says "1 records have no usable time"
	hitl hitl-metrics --window month in
	[ "$(jq -c 'select(.n > 0).window' <<<"$output" | tr '\n' ' ')" = 'null "1969-12-01T00:00:00Z" "2026-05-01T00:00:00Z" ' ]
	hitl hitl-metrics --window fortnight in
	status 2
}

@test "--check: a miss is told and exits 1; in doubt it does not" {
	r() { for _ in $(seq "$1"); do echo "{\"route\":{\"action\":\"$2\",\"audit\":{\"selected\":false,\"rate\":0}}}"; done; }
	{ r 500 QUEUE; r 500 AUTO; } >in
	hitl hitl-metrics -p "$policy" --check in
	status 1
	says "escalation_rate is 0.5"
	says "above its target [0.15,0.30]"
	jq -e '.escalation_rate.ok == false' <<<"$output"
	{ r 4 QUEUE; r 8 AUTO; } >in	# 0.33, interval 0.14 to 0.61
	hitl hitl-metrics -p "$policy" --check in
	status 0
	jq -e '.escalation_rate.ok == null' <<<"$output"
	{ r 250 QUEUE; r 750 AUTO; } >in
	hitl hitl-metrics -p "$policy" --check in
	status 0
	jq -e '.escalation_rate.ok == true and .auto_resolve_rate.ok == true' <<<"$output"
}

@test "feedback utilisation: of the corrections, those used" {
	printf '{"review":{"outcome":"%s"%s}}\n' approve ',"used":true' correct ',"used":true' reject ',"used":false' correct '' reject ',"used":true' >in
	hitl hitl-metrics in
	jq -e '.feedback_utilisation | .n == 3 and (.value - 2/3 | fabs < 1e-12)' <<<"$output"
	jq -e '.reviewer_agreement | .n == 5 and .value == 0.2' <<<"$output"
	says "5 of 5 records have no route"
}

@test "--max-groups: the rest is one, and told" {
	seq 100 | jq -c '{g:., route:{action:"AUTO"}}' >in
	hitl hitl-metrics --by .g --max-groups 10 in
	[ "$(wc -l <<<"$output")" -eq 11 ]
	jq -s -e '(map(.n) | add) == 100 and (.[] | select(.group == "other") | .n == 90)' <<<"$output"
	says "90 records are in groups beyond --max-groups"
}

@test "formats: table, csv, tsv, json" {
	echo '{"route":{"action":"AUTO"},"g":"a,\"b"}' >in
	hitl hitl-metrics --by .g -f table in
	[[ $output == *"escalation_rate"* && $output == group* ]]
	hitl hitl-metrics --by .g -f csv in
	[ "$(head -1 <<<"$output" | cut -d, -f1-3)" = "group,n,escalation_rate.value" ]
	[[ $output == *'"a,""b",1,0,'* ]]
	hitl hitl-metrics --by .g -f tsv in
	[[ $output == *$'a,"b\t1\t0\t'* ]]
	hitl hitl-metrics --by .g -f json in
	jq -e 'length == 1' <<<"$output"
	printf '{"route":{"action":"AUTO"},"g":"\\u001b[31m\\u009b"}\n' >in
	hitl hitl-metrics --by .g -f table in
	[[ $output != *$'\e'* && $output != *$'\xc2\x9b'* ]]
}

# A routed and reviewed log, and what jq says of it.
@test "every rate and mean, counted by jq as well" {
	gen-log -n 6000 --reviews r >made
	hitl-route -p "$policy" made | hitl-feedback join -r r 2>/dev/null |
		jq -c '(.id | ltrimstr("d-") | tonumber) as $i
			| if $i % 3 == 0 then .rating = $i % 5 + 1 else . end
			| if $i % 4 == 0 then .thumbs = (["up", "down", true, 0][$i / 4 % 4]) else . end
			| if .review.sla_missed == false and $i % 5 == 0 then .review.sla_missed = true else . end
			| if .review and $i % 7 == 0 then .review.agree = ($i % 2 == 0) else . end' >log
	hitl-metrics log >m
	jq -s -c '
		def share(f): {value: (map(select(f)) | length / 1), n: length};
		def rate(f): if length == 0 then [null, 0] else [(map(select(f)) | length) / length, length] end;
		def mean: if length == 0 then [null, 0] else [add / length, length] end;
		def alone: .route.action | test("AUTO");
		def never: .route.reasons | any(.[]; test("^(risk:(critical|unknown)|threshold:none|gate:.*|confidence:(absent|null|not_a_number|out_of_range|error)|.*[(]error[)])$"));
		map(select(.review)) as $r | {
		never_auto_rate: rate(never),
		expected_error_rate: (map(select(alone) | .confidence | if type == "string" then (if endswith("%") then rtrimstr("%") | tonumber / 100 else tonumber end) else . end | 1 - .) | mean),
		approval_rate: ($r | rate(.review.outcome == "approve")),
		rejection_rate: ($r | rate(.review.outcome == "reject")),
		correction_rate: ($r | rate(.review.outcome == "correct")),
		draft_acceptance_rate: ($r | map(select(.review.outcome != "reject"))
			| rate(.review.outcome == "approve" or .review.edit_distance == 0)),
		sla_miss_rate: ($r | map(select(.review.sla_missed != null)) | rate(.review.sla_missed)),
		queue_wait_mean: ($r | map(.review.wait_seconds | select(. != null)) | mean),
		handling_time_mean: ($r | map(.review.seconds | select(. != null)) | mean),
		edit_distance_mean: ($r | map(.review.edit_distance | select(. != null)) | mean),
		satisfaction_mean: (map(.rating | select(. != null)) | mean),
		thumbs_up_rate: (map(select(.thumbs != null)) | rate(.thumbs == "up" or .thumbs == true)),
		cost_per_decision: (map(.route.cascade.cost // 0) | mean)
		}' log >want
	jq -n -r --slurpfile m m --slurpfile w want '$w[0] | to_entries[] | .key as $k
		| $m[0][$k] as $g | .value as [$v, $n]
		| select($g.n != $n or ($g.value - $v | fabs > 2e-6 * ($v + 1)) or $g.low > $v or $g.high < $v)
		| "\($k): \($g.value) of \($g.n), not \($v) of \($n)"' >wrong
	cat wrong
	[ ! -s wrong ]
	# what is called never auto is there, and so are all the others
	jq -e 'all(.never_auto_rate, .sla_miss_rate, .draft_acceptance_rate, .thumbs_up_rate, .cost_per_decision;
		.n > 100 and .value > 0)' m
}

@test "quantiles of wait and handling are right to 1 %" {
	gen-log -n 6000 --reviews r >made
	hitl-route -p "$policy" made | hitl-feedback join -r r 2>/dev/null >log
	hitl-metrics log >m
	for x in queue_wait:wait_seconds handling_time:seconds; do
		jq -s --arg x "${x#*:}" '[.[].review | select(. != null) | .[$x] | select(. != null)] | sort
			| [(0.5, 0.95, 0.99) as $q | .[(length * $q | ceil) - 1]]' log >want
		jq -e --slurpfile w want --arg x "${x%:*}" '[.[$x + "_p50"], .[$x + "_p95"], .[$x + "_p99"]] as $g
			| all(range(3); . as $i | ($g[$i].value / $w[0][$i] - 1 | fabs < 0.0101)
				and $g[$i].low <= $w[0][$i] * 1.0101 and $g[$i].high * 1.0101 >= $w[0][$i])' m
	done
}

@test "reasons and layers: the commonest first, all of them counted" {
	gen-log -n 4000 | hitl-route -p "$policy" >log
	hitl-metrics --top 3 log >m
	jq -s -c '[.[] | select(.route.action | test("QUEUE|ESC")) | .route.reasons[]] | group_by(.)
		| map({reason: .[0], n: length}) | sort_by(-.n, .reason) | .[:3]' log >want
	jq -c '.reasons | map({reason, n})' m | diff want -
	jq -s -c '[.[] | .route.cascade | select(. != null)] | group_by(.stopped_by)
		| map({layer: .[0].stopped_by, n: length})' log >want
	jq -c '.cascade | map({layer, n})' m | diff want -
	jq -e '.reasons[0].share <= 1 and (.cascade | length > 1)' m
	hitl-metrics --top 0 --only never_auto_rate log | jq -e 'keys == ["n", "never_auto_rate"]'
	hitl hitl-metrics --only never_autorate log
	status 2
	says "did you mean never_auto_rate?"
}

@test "expected errors part from the audited ones: time to recalibrate" {
	r() { for _ in $(seq "$1"); do echo "{\"confidence\":$2,\"route\":{\"action\":\"AUTO\",\"audit\":{\"selected\":true,\"rate\":1}},\"correct\":$3}"; done; }
	{ r 950 0.95 true; r 50 0.95 false; } >in
	hitl-metrics in | jq -e '.expected_error_rate | .value == 0.05 and .recalibrate == false'
	{ r 800 0.95 true; r 200 0.95 false; } >in
	hitl-metrics in | jq -e '(.expected_error_rate.recalibrate == true) and
		(.calibration_error | (.value - 0.15 | fabs < 1e-9) and .low > 0.1 and .high < 0.2 and .n == 1000)'
	# a calibrated confidence counts before the raw one
	sed 's/^{/{"calibrated":{"confidence":0.8},/' in >cal
	hitl-metrics cal | jq -e '(.expected_error_rate | (.value - 0.2 | fabs < 1e-9) and .recalibrate == false) and
		(.calibration_error.value | fabs < 1e-9)'
	head -3 in | sed 's/"selected":true,"rate":1/"selected":false,"rate":0/; s/"correct":[a-z]*/"x":1/' >in2
	hitl-metrics in2 | jq -e '.expected_error_rate.recalibrate == null'
}

@test "several --by: one row for each combination" {
	gen-log -n 3000 | hitl-route -p "$policy" >log
	hitl-metrics --by .task_type --by .route.risk log >m
	[ "$(wc -l <log)" -eq 3000 ]
	jq -s -c 'group_by([.task_type, .route.risk]) | map([[.[0].task_type, .[0].route.risk], length])' log >want
	jq -s -c 'map([.group, .n])' m | diff want -
	for n in 2 3; do hitl-metrics -j $n --by .task_type --by .route.risk --window day log | md5sum; done | uniq | wc -l | grep -qx 1
	hitl-metrics --by .task_type --by .route.risk --window day log | md5sum >a
	hitl-metrics -j 2 --by .task_type --by .route.risk --window day log | md5sum | diff a -
}

@test "a group named other and the rest are two rows" {
	printf '{"g":"%s"}\n' other a b c >in
	hitl hitl-metrics --by .g --max-groups 2 in
	[ "$(jq -c '[.group, .rest, .n]' <<<"$output" | tr '\n' ' ')" = '["a",null,1] ["other",null,1] ["other",true,2] ' ]
}

@test "gaps are rows without records" {
	for t in 2026-05-01T10 2026-05-04T10; do echo "{\"ts\":\"$t:00:00Z\",\"g\":1}"; done >in
	echo '{"ts":"2026-05-02T10:00:00Z","g":2}' >>in
	hitl hitl-metrics --window day in
	[ "$(jq -r '"\(.window[8:10])=\(.n)"' <<<"$output" | tr '\n' ' ')" = "01=1 02=1 03=0 04=1 " ]
	jq -s -e '.[2].escalation_rate.value == null' <<<"$output"
	hitl hitl-metrics --window day --by .g in
	[ "$(jq -r '"\(.group)\(.window[8:10])=\(.n)"' <<<"$output" | tr '\n' ' ')" = "101=1 201=0 102=0 202=1 103=0 203=0 104=1 204=0 " ]
	echo '{"ts":"1970-01-01T10:00:00Z","g":2}' >>in
	hitl hitl-metrics --window hour in
	says "more than 10000 windows have no record; they are left out"
	[ "$(wc -l <<<"$output")" -eq 4 ]
}

@test "--tz: days of 23 and 25 hours, hours that come twice, half-hour zones" {
	[ -e /usr/share/zoneinfo/Europe/Berlin ] || skip "no tzdata here"
	# 2026-03-29 has 23 hours in Berlin, 2026-10-25 has 25
	seq 0 $((366 * 24 - 1)) | jq -c '(1767225600 + . * 3600) as $t | {ts: $t}' >in
	hitl-metrics --window day --tz Europe/Berlin in >m 2>/dev/null
	[ "$(jq -r 'select(.n != 24) | "\(.window) \(.n)"' m | tr '\n' ' ')" = "2026-01-01T00:00:00+01:00 23 2026-03-29T00:00:00+01:00 23 2026-10-25T00:00:00+02:00 25 2027-01-02T00:00:00+01:00 1 " ]
	hitl-metrics --window hour --tz Europe/Berlin in 2>/dev/null |
		jq -r 'select(.window | startswith("2026-10-25T02")) | .window' | tr '\n' ' ' |
		grep -qx '2026-10-25T02:00:00+02:00 2026-10-25T02:00:00+01:00 '
	hitl-metrics --window hour --tz Asia/Kolkata in 2>/dev/null | head -1 | jq -e '.window == "2026-01-01T05:00:00+05:30"'
	hitl-metrics --window month --tz America/New_York in 2>/dev/null |
		jq -s -e '.[0].window == "2025-12-01T00:00:00-05:00" and .[0].n == 5 and (map(.n) | add) == 8784'
	# midnight does not exist in Beirut on this day
	printf '{"ts":"2026-03-28T%s:30:00Z"}\n' 21 22 23 >in
	hitl-metrics --window day --tz Asia/Beirut in 2>/dev/null | jq -r '"\(.window) \(.n)"' | tr '\n' ' ' |
		grep -qx '2026-03-28T00:00:00+02:00 1 2026-03-29T01:00:00+03:00 2 '
	hitl hitl-metrics --tz Europe/Atlantis in
	status 2
	says "--tz: Europe/Atlantis: the system knows no time zone"
}

@test "times: offsets, leap seconds, epoch seconds and milliseconds, none, future" {
	printf '{"ts":%s}\n' '"2026-05-01T23:59:60Z"' '"2026-05-02T02:30:00+02:00"' 1777680000 1777680000000 '"2026-05-01"' null '"2099-01-01T00:00:00Z"' >in
	hitl hitl-metrics --window day in
	[ "$(jq -r 'select(.n > 0) | "\(.window) \(.n)"' <<<"$output" | tr '\n' ' ')" = "null 2 2026-05-02T00:00:00Z 4 2099-01-01T00:00:00Z 1 " ]
	says "2 records have no usable time"
	says "1 records are later than now"
}

@test "--since, --until: from, and before" {
	[ -e /usr/share/zoneinfo/Europe/Berlin ] || skip "no tzdata here"
	for h in $(seq -w 0 23); do echo "{\"ts\":\"2026-05-01T$h:00:00Z\"}"; done >in
	n() { hitl-metrics "$@" in 2>/dev/null | jq .n; }
	[ "$(n --since 2026-05-01T06:00:00Z)" -eq 18 ]
	[ "$(n --until 2026-05-01T06:00:00Z)" -eq 6 ]
	[ "$(n --since 2026-05-01T06:00:00Z --until 2026-05-01T08:00:00Z)" -eq 2 ]
	[ "$(n --since 2026-05-01)" -eq 24 ]
	# in Berlin the second of May begins at 22:00
	[ "$(n --since 2026-05-02 --tz Europe/Berlin)" -eq 2 ]
	date -u -d '-2 days' '+{"ts":"%FT%TZ"}' >in
	[ "$(n --since 3d)" -eq 1 ]
	hitl hitl-metrics --since 1d in
	status 1
	echo '{}' >>in
	hitl hitl-metrics --since 3d in
	says "1 records have no usable time (field time); they are left out"
	hitl hitl-metrics --since yesterday in
	status 2
	says "--since: yesterday is neither a time"
}

@test "targets: a row is one line, however the policy is laid out" {
	echo '{"targets":{"escalation_rate":[0.1,0.3],"queue_wait_p50":["1m", "2h"]}}' | jq . >p
	echo '{"ts":0,"confidence":0.9,"route":{"action":"AUTO"}}' >in
	hitl hitl-metrics -p p in
	status 0
	[ "${#lines[@]}" -eq 1 ]
	jq -e '.escalation_rate.target == [0.1, 0.3] and .queue_wait_p50.target == ["1m", "2h"]' <<<"$output"
	hitl hitl-metrics alarm -p p --state s in
	[ "${#lines[@]}" -eq 1 ]
	jq -e '.escalation_rate.target == [0.1, 0.3]' <<<"$output"
}

@test "--check says what is likely the cause" {
	r() { for _ in $(seq "$1"); do echo "{\"ts\":\"2026-05-0$2T00:00:00Z\",\"confidence\":$3,\"route\":{\"action\":\"$4\",\"risk\":\"$5\",\"threshold\":$6,\"reasons\":[\"$7\"]}}"; done; }
	auto() { r "$1" "$2" "$3" AUTO low "$4" x; }
	calm=$(auto 300 1 0.9 0.8; r 100 1 0.7 QUEUE low 0.8 confidence:below_threshold)
	echo '{"targets":{"escalation_rate":0.3}}' >p
	{ echo "$calm"; auto 200 2 0.9 0.8; r 200 2 0.5 QUEUE low 0.8 confidence:below_threshold; } >in
	hitl hitl-metrics -p p --window day --check in
	status 1
	says "2026-05-02T00:00:00Z escalation_rate is 0.5 (95 %: 0.4512 to 0.5488, n 400), above its target 0.3; likely the model: mean confidence: from 0.85 to 0.7"
	{ echo "$calm"; auto 200 2 0.95 0.9; r 200 2 0.8 QUEUE low 0.9 confidence:below_threshold; } >in
	hitl hitl-metrics -p p --window day --check in
	says "likely the threshold, on average: from 0.8 to 0.9"
	{ echo "$calm"; auto 200 2 0.9 0.8; r 200 2 0.9 ESCALATE critical null risk:critical; } >in
	hitl hitl-metrics -p p --window day --check in
	says "likely the traffic mix: high-risk records and those that never act alone: from 0 to 0.5"
	# without a window before: of what kind they are
	hitl hitl-metrics -p p --check --since 2026-05-02 in
	says "; 100 % of these for risk:critical"
}

@test "--check without a target is an error, before anything is read" {
	echo '{"route":{"action":"AUTO"}}' >in
	echo '{"targets":{"escalation_rate":0.3}}' >p
	hitl-metrics --state-out state in >/dev/null
	for check in --check --check=value; do
		for verb in 'in' 'merge state' '--html page in'; do
			hitl hitl-metrics $verb $check -o out
			status 2
			says '--check: there are no targets: -p POLICY with a section "targets" is needed'
			for none in '{}' '{"targets":{}}'; do
				echo "$none" >without
				hitl hitl-metrics $verb $check -p without -o out
				status 2
				says '--check: without has no targets (section "targets"): there is nothing to check'
			done
			hitl hitl-metrics $verb $check -p p
			status 0
			[ ! -e out ]
		done
	done
}

@test "--check with --only: the targets of these metrics" {
	for _ in $(seq 400); do echo '{"route":{"action":"QUEUE"},"review":{"outcome":"approve"}}'; done >in
	echo '{"targets":{"escalation_rate":0.3,"approval_rate":0.5}}' >p
	hitl hitl-metrics -p p --check in
	status 1
	hitl hitl-metrics -p p --check --only approval_rate --html page in
	status 0
	[ -z "$stderr" ]
	grep -q 'No target is missed' page
	hitl hitl-metrics -p p --check --only approval_rate,escalation_rate in
	status 1
	hitl hitl-metrics -p p --check --only rejection_rate -o out in
	status 2
	says '--check: p has no target for a metric of --only: there is nothing to check'
	[ ! -e out ]
}

@test "--check: a target without a value is told, and is no miss" {
	echo '{"targets":{"escalation_rate":[0.15,0.3],"error_escape_rate":0.02,"satisfaction_mean":4}}' >p
	echo '{"ts":"2026-05-01T00:00:00Z","rating":5}' >in
	hitl hitl-metrics -p p -F rating=.rating --check in
	status 0
	says "hitl-metrics: escalation_rate has no value (nothing was routed), so its target [0.15,0.3] is not checked"
	says "hitl-metrics: error_escape_rate has no value (nothing acted alone), so its target 0.02 is not checked"
	[[ $stderr != *satisfaction_mean* ]]
	hitl hitl-metrics -p p -F rating=.rating in
	[[ $stderr != *checked* ]]
	# each window and group that has records; the days between have none
	echo '{"ts":"2026-05-04T00:00:00Z","task":"a","route":{"action":"QUEUE"}}' >>in
	hitl hitl-metrics -p p -F rating=.rating --window day --by .task --check in
	status 0
	says "2026-05-04T00:00:00Z a: satisfaction_mean has no value"
	[ "$(grep -c 'has no value' <<<"$stderr")" -eq 4 ]
}

@test "--check: of many targets without a value ten are told, the others counted" {
	echo '{"targets":{"escalation_rate":0.3,"error_escape_rate":0.02}}' >p
	{
		seq 10 | jq -c '{g: .}'
		for _ in $(seq 200); do echo '{"g":"x","route":{"action":"QUEUE"}}'; done
	} >in
	hitl hitl-metrics -p p --by .g --check in
	status 1
	[ "$(grep -c 'has no value' <<<"$stderr")" -eq 10 ]
	says "hitl-metrics: 11 more targets are not checked for want of a value"
	# what is missed is the last that is told
	[[ ${stderr##*$'\n'} == *"x: escalation_rate is 1 "*"above its target 0.3"* ]]
}

@test "--check=value: the value alone counts" {
	{ for _ in 1 2 3 4; do echo '{"route":{"action":"QUEUE"}}'; done; for _ in 1 2 3 4 5 6; do echo '{"route":{"action":"AUTO"}}'; done; } >in
	echo '{"targets":{"escalation_rate":0.3}}' >p
	hitl hitl-metrics -p p --check in
	status 0
	hitl hitl-metrics -p p --check=value in
	status 1
	says "escalation_rate is 0.4"
	hitl hitl-metrics -p p --check=other in
	status 2
}

@test "--check: a few that are alike prove no miss" {
	jq -n '{fields: {rating: ".rating"}, targets: {satisfaction_mean: 4, cost_per_decision: 0.02}}' >p
	rated() { for _ in $(seq "$1"); do echo "{\"rating\":$2}"; done; }
	rated 2 3 >in
	hitl hitl-metrics -p p --check in
	status 0
	jq -e '.satisfaction_mean | .value == 3 and .low == 1 and .high == 5 and .ok == null' <<<"$output"
	rated 40 3 >in
	hitl hitl-metrics -p p --check in
	status 1
	says "satisfaction_mean is 3 (95 %: 2.851 to 3.149, n 40), below its target 4"
	rated 2 5 >in
	hitl hitl-metrics -p p --check in
	status 0
	jq -e '.satisfaction_mean | .low < 4 and .high == 5 and .ok' <<<"$output"
	# costs have no end: of equal ones nothing is known above
	cost() { for _ in $(seq "$1"); do echo "{\"route\":{\"action\":\"AUTO\",\"cascade\":{\"stopped_by\":\"x\",\"cost\":$2}}}"; done; }
	cost 2 0.03 >in
	hitl hitl-metrics -p p --check in
	status 0
	jq -e '.cost_per_decision | .value == 0.03 and .low == 0 and .high == null and .ok == null' <<<"$output"
	cost 200 0.03 >in
	hitl hitl-metrics -p p --check in
	status 1
	says "cost_per_decision is 0.03 (95 %: 0.02955 or more, n 200), above its target"
}

@test "--check=value: of one record the value is told, and an interval if there is one" {
	jq -n '{fields: {rating: ".rating"}, targets: {satisfaction_mean: 4, cost_per_decision: 0.02, edit_distance_mean: 0.1}}' >p
	jq -c -n '{rating: 3, route: {action: "QUEUE", cascade: {stopped_by: "x", cost: 0.03}},
		review: {outcome: "correct", edit_distance: 0.5}}' >in
	hitl hitl-metrics -p p --check=value in
	status 1
	says "satisfaction_mean is 3 (95 %: 1 to 5, n 1), below its target 4"
	says "edit_distance_mean is 0.5 (95 %: 0 to 1, n 1), above its target 0.1"
	says "cost_per_decision is 0.03 (n 1), above its target 0.02"
	[[ $stderr != *nan* && $stderr != *inf* ]]
	hitl hitl-metrics -p p --check in
	status 0
}

@test "--check: agreement below target is diagnosed" {
	r() { for _ in $(seq "$1"); do echo "{\"review\":{\"outcome\":\"$2\",\"agree\":$3}}"; done; }
	echo '{"targets":{"reviewer_agreement":0.85}}' >p
	{ r 60 approve true; r 60 reject true; } >in
	hitl hitl-metrics -p p --check in
	says "reviewers agree with each other (alpha about 1.00): likely the model is poor"
	{ r 30 approve false; r 30 approve true; r 60 reject false; } >in
	hitl hitl-metrics -p p --check in
	says "reviewers disagree among themselves"
	{ r 60 approve null; r 60 reject null; } >in
	hitl hitl-metrics -p p --check in
	says "too few were judged twice (0) to tell the model from the reviewers"
}

@test "verbs: listed, suggested, and no less files" {
	hitl hitl-metrics --help
	[[ $output == *"agreement, alarm, capacity, drift, merge"* ]]
	hitl hitl-metrics agrement in
	status 2
	says "agrement: there is no such verb, nor file; did you mean agreement?"
	echo '{}' >drfit
	hitl hitl-metrics drfit
	status 0
	echo '{}' >drift
	hitl hitl-metrics ./drift
	status 0
	hitl hitl-metrics nosuchlog.ndjson
	status 4
	says "nosuchlog.ndjson: No such file or directory"
}
