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
	for i in $(seq 20); do echo '{"route":{"action":"AUTO","audit":{"selected":true,"rate":0.1}},"correct":true}'; done >in
	for i in $(seq 180); do echo '{"route":{"action":"AUTO","audit":{"selected":false,"rate":0.1}}}'; done >>in
	for i in $(seq 40); do echo '{"route":{"action":"AUTO_AUDIT","audit":{"selected":true,"rate":0.5}},"correct":false}'; done >>in
	for i in $(seq 40); do echo '{"route":{"action":"AUTO_AUDIT","audit":{"selected":false,"rate":0.5}},"correct":null}'; done >>in
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
	for i in $(seq 100); do echo '{"route":{"action":"AUTO_AUDIT","audit":{"selected":true,"rate":1}},"correct":true}'; done >in
	for i in $(seq 100); do echo '{"route":{"action":"AUTO","audit":{"selected":false,"rate":0}}}'; done >>in
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
	[ "$(jq -c .window <<<"$output" | tr '\n' ' ')" = 'null "1969-12-29T00:00:00Z" "2026-05-04T00:00:00Z" "2026-05-11T00:00:00Z" ' ]
	says "1 records have no usable time"
	hitl hitl-metrics --window month in
	[ "$(jq -c .window <<<"$output" | tr '\n' ' ')" = 'null "1969-12-01T00:00:00Z" "2026-05-01T00:00:00Z" ' ]
	hitl hitl-metrics --window fortnight in
	status 2
}

@test "--check: a miss is told and exits 1; in doubt it does not" {
	r() { for i in $(seq "$1"); do echo "{\"route\":{\"action\":\"$2\",\"audit\":{\"selected\":false,\"rate\":0}}}"; done; }
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
