#!/usr/bin/env bats
# hitl-metrics agreement and capacity, from outside.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# Krippendorff's example: a row a reviewer, * for no vote.
krippendorff() {
	printf '%s\n' 'A *****34121133*3' 'B 1*213343*******' 'C **21344*21133*4' |
		jq -R -c 'split(" ") as [$r, $v] | range(15) as $i | $v[$i:$i + 1] | select(. != "*")
			| {id: $i, reviewer: $r, label: tonumber}'
}

# near KEY VALUE: of the output, to 1e-5
near() {
	jq -e --arg k "$1" --argjson v "$2" '.[$k] - $v | fabs < 1e-5' <<<"$output" >/dev/null || {
		echo "$1 is $(jq ".$1" <<<"$output"), not $2"
		return 1
	}
}

@test "alpha: the published values, nominal, ordinal, interval" {
	krippendorff >in
	hitl hitl-metrics agreement in
	status 0
	near krippendorff_alpha 0.69136
	jq -e '.reviewers == 3 and .votes == 27 and .judged_twice == 12 and .fleiss_kappa == null' <<<"$output"
	jq -e '.krippendorff_alpha_low < 0.69 and .krippendorff_alpha_high > 0.7' <<<"$output"
	hitl hitl-metrics agreement --level ordinal in
	near krippendorff_alpha 0.80672
	hitl hitl-metrics agreement --level interval in
	near krippendorff_alpha 0.81084
	# the order of the lines does not matter
	tac in >ni
	hitl hitl-metrics agreement --level ordinal ni
	near krippendorff_alpha 0.80672
}

@test "Fleiss' table: 0.210" {
	printf '%s\n' '0 0 0 0 14' '0 2 6 4 2' '0 0 3 5 6' '0 3 9 2 0' '2 2 8 1 1' \
		'7 7 0 0 0' '3 2 6 3 0' '2 5 3 2 2' '6 5 2 1 0' '0 2 2 3 7' |
		jq -R -c '[inputs, .] | .' -n | jq -c 'to_entries[] | .key as $i | .value
			| select(. != null) | [split(" ")[] | tonumber] | to_entries
			| [.[] | .key as $c | range(.value) | $c] | to_entries[]
			| {id: $i, reviewer: .key, label: .value}' >in
	[ "$(wc -l <in)" -eq 140 ]
	hitl hitl-metrics agreement in
	near fleiss_kappa 0.20993
}

@test "ordinal labels by --order; numbers of one value are one label" {
	printf '{"id":%s,"reviewer":"%s","label":"%s"}\n' 1 a low 1 b medium 2 a high 2 b critical 3 a low 3 b low >in
	hitl hitl-metrics agreement --level ordinal --order low,medium,high,critical in
	status 0
	far=$(jq .krippendorff_alpha <<<"$output")
	hitl hitl-metrics agreement in
	jq -e --argjson far "$far" '.krippendorff_alpha < $far' <<<"$output"
	hitl hitl-metrics agreement --level ordinal in
	status 1
	says "in:1: label: is no number; --level ordinal wants numbers, or --order"
	hitl hitl-metrics agreement --level ordinal --order low,high in
	says "label: is none of --order"
	hitl hitl-metrics agreement --order low,high in
	status 2
	printf '{"id":%s,"reviewer":"%s","label":%s}\n' 1 a 1 1 b 1.0 2 a 2 2 b 2e0 >in
	hitl hitl-metrics agreement --level interval in
	jq -e '.krippendorff_alpha == 1 and .ac1 == 1' <<<"$output"
}

@test "pairs and reviewers: counted by jq as well; speed and load" {
	gen-log -n 6000 --reviews r >/dev/null
	hitl hitl-metrics agreement r
	status 0
	jq -s -c 'group_by(.id) | map(map({(.reviewer): .outcome}) | add) as $items
		| [$items[] | to_entries | select(length == 2) | sort_by(.key)] | group_by(map(.key))
		| map({a: .[0][0].key, b: .[0][1].key, n: length, same: map(select(.[0].value == .[1].value)) | length})' r >want
	jq -c '.pairs | map({a: ([.a, .b] | min), b: ([.a, .b] | max), n, same: (.agreement * .n | round)}) | sort_by(.a, .b)' <<<"$output" | diff want -
	jq -s -c '[group_by(.reviewer)[] | {reviewer: .[0].reviewer, votes: (group_by(.id) | length)}] | sort_by(.reviewer)' r >want
	jq -c '[.by_reviewer[] | {reviewer, votes}] | sort_by(.reviewer)' <<<"$output" | diff want -
	jq -e 'all(.by_reviewer[]; .seconds_mean > 0 and .per_day > 0 and .accuracy > 0.5 and .with_others <= 1)
		and (.by_reviewer | map(.share) | add - 1 | fabs < 1e-9)' <<<"$output"
	# outcomes say what the model had
	jq -e '.with_model_n == .votes and .diagnosis == "fine"' <<<"$output"
}

@test "-f table: lists are tables of their own below" {
	krippendorff >in
	hitl hitl-metrics agreement -f table in
	[ "$(awk '$1 == "krippendorff_alpha" { print $2 }' <<<"$output")" = 0.6914 ]
	[ "$(sed '/^$/,$d' <<<"$output" | awk 'length > 100' | wc -l)" -eq 0 ]
	[ "$(sed -n '/^pairs:/,/^$/p' <<<"$output" | awk 'NF == 5' | wc -l)" -eq 4 ]
	[ "$(sed -n '/^by_reviewer:/,$p' <<<"$output" | awk '$1 ~ /^[ABC]$/ { print $1, $2 }' | tr '\n' ',')" = "A 9,B 7,C 11," ]
	[[ $output != *'{'* ]]
}

@test "accuracy: none for numbers, and where there are too many labels" {
	seq 3000 | jq -c '. as $i | range(3) | {id: $i, reviewer: "r\(.)", label: ($i * 7919 % 1000 + .)}' >in
	for level in interval ordinal; do
		hitl-metrics agreement --level $level in |
			jq -e '(.by_reviewer | length == 3) and all(.by_reviewer[]; .accuracy == null) and .krippendorff_alpha > 0.9'
	done
}

@test "low agreement with the model: the model, the reviewers, or too little to tell" {
	v() { for i in $(seq "$1" "$2"); do printf '{"id":%d,"reviewer":"a","outcome":"%s"}\n{"id":%d,"reviewer":"b","outcome":"%s"}\n' "$i" "$3" "$i" "$4"; done; }
	{ v 1 40 approve approve; v 41 80 reject reject; } >in
	hitl hitl-metrics agreement in
	jq -e '.diagnosis == "model" and .with_model == 0.5' <<<"$output"
	{ v 1 20 approve reject; v 21 40 reject approve; v 41 60 approve approve; v 61 80 reject reject; } >in
	hitl hitl-metrics agreement in
	jq -e '.diagnosis == "reviewers" and (.why | test("calibrate them"))' <<<"$output"
	{ v 1 5 approve approve; v 6 10 reject reject; } >in
	hitl hitl-metrics agreement in
	jq -e '.diagnosis == "too_few_overlaps"' <<<"$output"
	# the model as a reviewer
	printf '{"id":%d,"reviewer":"m","label":"x"}\n{"id":%d,"reviewer":"h","label":"%s"}\n' 1 1 x 2 2 y >in
	hitl hitl-metrics agreement --model m in
	jq -e '.with_model == 0.5 and .reviewers == 1 and .votes == 2' <<<"$output"
	hitl hitl-metrics agreement in
	jq -e '.diagnosis == "unknown"' <<<"$output"
}

@test "joined records, a vote twice, incomplete ones, none" {
	printf '%s\n' '{"id":1,"review":{"reviewer":"a","outcome":"approve","seconds":5}}' \
		'{"id":1,"review":{"reviewer":"a","outcome":"reject","seconds":7}}' '{"id":2}' >in
	hitl hitl-metrics agreement in
	says "1 records have no id, reviewer or label"
	says "1 votes replace an earlier one"
	jq -e '.votes == 1 and .with_model == 0 and .by_reviewer[0].seconds_mean == 6' <<<"$output"
	echo '{}' >in
	hitl hitl-metrics agreement in
	status 1
	hitl hitl-metrics agreement --reviewer .who --label .what - <<<'{"id":1,"who":"x","what":true}'
	status 0
	jq -e '.votes == 1' <<<"$output"
}

@test "capacity: Erlang's values" {
	for row in '4 0.50943 3.0566 13.928' '5 0.23615 0.70845 4.6574' '6 0.099143 0.19829 1.3691'; do
		set -- $row
		hitl hitl-metrics capacity --arrivals 30 --handling 6m --reviewers "$1"
		status 0
		jq -e --argjson p "$2" --argjson m "$3" --argjson q "$4" 'def near(x): . / x - 1 | fabs < 5e-5;
			(.wait_chance | near($p)) and (.wait_mean / 60 | near($m)) and (.wait_quantile / 60 | near($q))
			and .load == 3 and .keeps_up' <<<"$output"
	done
	hitl hitl-metrics capacity --arrivals 30 --handling 6m --wait 280s
	jq -e '.reviewers_needed == 5 and .reviewers == 5 and .wait_quantile < 280' <<<"$output"
	hitl hitl-metrics capacity --arrivals 30 --handling 6m --reviewers 3
	jq -e '.keeps_up == false and .wait_mean == null' <<<"$output"
	hitl hitl-metrics capacity --arrivals 30 --handling 6m --reviewers 2.5
	status 2
}

@test "capacity: arrivals and handling times of the log, by queue" {
	gen-log -n 6000 --reviews r >made
	hitl-route -p "$policy" made | hitl-feedback join -r r 2>/dev/null >log
	hitl hitl-metrics capacity --reviewers 5 --reviewers billing=2 log
	status 0
	jq -s -c '((map(.ts | fromdateiso8601) | max - min) / 3600) as $span
		| [.[] | select(.route.queue != null)] | def row: {n: length, span: $span,
			h: ([.[].review.seconds | select(. != null)] | if length == 0 then null else add / length end)};
		[(group_by(.route.queue)[] | {q: .[0].route.queue} + row), {q: null} + row] | sort_by(.q)' log >want
	jq -s -e --slurpfile w want 'sort_by(.queue) as $g | $w[0] as $w
		| ($g | length) == ($w | length) and all(range($g | length); . as $i
			| $g[$i].n == $w[$i].n and ($g[$i].arrivals_per_hour - $w[$i].n / $w[$i].span | fabs < 1e-6 * $w[$i].n)
			and ($g[$i].handling_seconds - $w[$i].h | fabs < 1e-6))' <<<"$output"
	jq -s -e 'map(select(.queue == "billing"))[0].reviewers == 2 and (map(select(.queue == null))[0].reviewers == 5)' <<<"$output"
	# a week of 42 hours has four times the cases in an hour
	all=$(jq -s 'map(select(.queue == null))[0].arrivals_per_hour' <<<"$output")
	hitl hitl-metrics capacity --open-hours 42 log
	jq -s -e --argjson a "$all" 'map(select(.queue == null))[0].arrivals_per_hour / $a - 4 | fabs < 1e-9' <<<"$output"
	jq -r 'select(.route.queue != null) | .ts[:13]' log | sort | uniq -c | sort -rn | awk 'NR == 1 { print $1 }' >want
	hitl hitl-metrics capacity --peak log
	jq -s -e --slurpfile w want 'map(select(.queue == null))[0] | .busiest_hour == $w[0] and .arrivals_per_hour == $w[0]' <<<"$output"
}

@test "capacity: records without a route are told" {
	printf '%s\n' '{"ts":0,"route":{"action":"QUEUE"}}' '{"ts":0}' '{"ts":0,"route":null}' bad >log
	hitl hitl-metrics capacity --handling 1m log
	status 3
	says "hitl-metrics: 2 of 3 records have no route (hitl-route adds it) and are left out"
	hitl hitl-metrics capacity --handling 1m <(head -1 log)
	[ -z "$stderr" ]
	hitl hitl-metrics capacity --handling 1m --arrivals 30
	[ -z "$stderr" ]
}

@test "capacity: a queue's cases arrive over all of the log" {
	# 50 hours from the first decision, which acts alone, to the last
	jq -cn 'def person($q; $s): {confidence: 0.5, review: {seconds: $s},
			route: {action: "QUEUE", queue: $q, reasons: ["confidence:below_threshold"]}};
		(1777593600, 1777773600 | {ts: ., confidence: 0.9, route: {action: "AUTO", reasons: []}}),
		(range(100) | {ts: (1777595400 + 1780 * .)} + person("often"; 60)),
		(range(5) | {ts: (1777600000 + 120 * .)} + person("seldom"; 1800))' | shuf --random-source=/bin/sh >log
	hitl hitl-metrics capacity log
	status 0
	# 100, 5 and 105 cases in 50 hours; 5 of half an hour each are 2.5 in 50
	jq -s -e 'map({key: (.queue // "all"), value: .}) | from_entries | def near(x): . - x | fabs < 1e-9;
		(.often.arrivals_per_hour | near(2)) and (.seldom.arrivals_per_hour | near(0.1))
		and (.all.arrivals_per_hour | near(2.1)) and (.seldom.load | near(0.05))
		and .seldom.busiest_hour == 5 and .seldom.reviewers_needed == 1' <<<"$output"
}

@test "capacity: the threshold the staff can carry, and the proven one" {
	# 100 cases in an hour, confidences 0.00 to 0.99; those below 0.5 went to a person
	seq 0 99 | jq -c '{confidence: (. / 100), ts: (1777593600 + . * 36.3636363), route: (if . < 50
		then {action: "QUEUE", queue: "q", reasons: ["confidence:below_threshold"]} else {action: "AUTO", reasons: []} end)}' >log
	# 50 cases in an hour at 0.5: one for each 0.01
	hitl hitl-metrics capacity --handling 60s --reviewers 2 --wait 60s log
	jq -s -e '.[1] | (.arrivals_per_hour - 50 | fabs < 1) and .arrivals_most > 40 and .arrivals_most < 45
		and (.threshold_most - .arrivals_most / .arrivals_per_hour * 0.5 | fabs < 0.011)' <<<"$output"
	printf '{"kind":"thresholds","default":{"threshold":0.9}}' >t.json
	hitl hitl-metrics capacity --handling 60s --reviewers 1 --wait 60s -t t.json log
	jq -s -e '.[1] | .threshold_proven == 0.9 and (.arrivals_proven / .arrivals_per_hour - 1.8 | fabs < 1e-9) and .feasible == false' <<<"$output"
	printf '{"kind":"thresholds","default":{"threshold":0.2}}' >t.json
	hitl hitl-metrics capacity --handling 60s --reviewers 2 --wait 60s -t t.json log
	jq -s -e '.[1].feasible == true' <<<"$output"
	# what has no route was never decided, whenever it came
	with=$output
	jq -c 'select(.confidence < 0.6) | del(.route), (del(.route) | .ts += 1e6), (.route.action = "?")' log >more
	[ "$(wc -l <more)" -eq 180 ]
	hitl hitl-metrics capacity --handling 60s --reviewers 2 --wait 60s -t t.json log more
	status 0
	[ "$output" = "$with" ]
}
