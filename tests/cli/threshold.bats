#!/usr/bin/env bats
# hitl-calibrate threshold over time, and by cost: --verify, --update,
# --max-escalation, --cost-error; and plan.
load helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	gen-log -n 20000 >log
	# a model that has become worse
	jq -c 'if .correct and (.id | endswith("7")) then .correct = false else . end' log >worse
	hitl-calibrate threshold --max-error 0.05 log >t.json 2>/dev/null
	hitl-calibrate threshold --max-error 0.05 --by .task_type log >by.json 2>/dev/null
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

@test "--verify: fresh labels refute a promise, or do not" {
	hitl hitl-calibrate threshold --verify t.json log
	status 0
	jq -e '.verdict == "proven_anew" and .group == null and .n == 20000' <<<"$output"
	[ "$(jq -c '[.autonomous, .errors]' <<<"$output")" = "$(jq -c '.default | [.autonomous, .errors]' t.json)" ]
	hitl hitl-calibrate threshold --verify t.json worse
	status 1
	jq -e '.verdict == "refuted" and .p_value < 1e-9' <<<"$output"
	says "t.json: refuted: "
	says "where at most 5 % were promised"
	head -n 200 log >few
	hitl hitl-calibrate threshold --verify t.json few
	status 0
	jq -e '.verdict == "not_refuted"' <<<"$output"
}

@test "--verify by group: the file's own expression, every claim" {
	hitl hitl-calibrate threshold --verify by.json log
	status 0
	jq -s -e --slurpfile t by.json '
		(map(select(.group != null)) | map({key: .group, value: [.threshold, .autonomous, .errors]}) | from_entries) ==
		($t[0].groups | map_values([.threshold, .autonomous, .errors])) and
		(map(.n) | add) == 20000' <<<"$output"
	hitl hitl-calibrate threshold --verify by.json worse
	status 1
	says 'group "'
	# a group that the file does not know goes by its default
	jq -c '.task_type = "new"' log >new
	hitl hitl-calibrate threshold --verify by.json new
	jq -s -e 'map(select(.group == null and .n == 20000)) | length == 1' <<<"$output"
}

@test "--verify wants a promise, and nothing else" {
	echo '{"kind":"thresholds","default":{"threshold":0.8}}' >hand.json
	hitl hitl-calibrate threshold --verify hand.json log
	status 2
	says "it promises nothing"
	hitl hitl-calibrate threshold --verify t.json --max-error 0.1 log
	status 2
	hitl hitl-calibrate threshold --verify t.json --confidence-level 0.6 log
	status 2
	says "--verify and --confidence-level do not go together"
	hitl hitl-calibrate threshold --verify log log
	status 2
	hitl hitl-calibrate threshold --verify t.json </dev/null
	status 1
}

@test "--grid is for those who have no candidates of their own" {
	hitl hitl-calibrate threshold --max-error 0.1 --method ltt --grid 0.5:1:0.1 log
	status 2
	says "--grid goes with --method empirical"
	hitl hitl-calibrate threshold --max-error 0.1 --method empirical --grid 0.5:1:0.1 log
	status 0
}

@test "--update: made where there is none, replaced by as good a one" {
	rm -f u.json
	hitl hitl-calibrate threshold --max-error 0.05 --update u.json log
	status 0
	[ "$output" = "" ]
	cmp u.json t.json
	hitl hitl-calibrate threshold --max-error 0.04 --update u.json log
	status 0
	jq -e '.max_error == 0.04' u.json
}

@test "--update: a better founded file stays, and why is said" {
	kept() {
		cp t.json u.json
		before=$(stat -c %i u.json)
		hitl hitl-calibrate threshold --update u.json "$@"
		status 1
		says "u.json stays as it is: "
		cmp t.json u.json
		[ "$before" = "$(stat -c %i u.json)" ]
		[ "$(find . -name 'u.json?*' | wc -l)" -eq 0 ]
	}
	kept --max-error 0.06 log
	says "promises an error of at most 0.05, the new one 0.06"
	kept --max-error 0.05 --confidence-level 0.9 log
	says "its confidence level is 0.95"
	kept --max-error 0.05 --method empirical log
	says "it is proven, the new one is not"
	kept --max-error 0.05 --by .task_type log
	says "grouped by another expression"
	head -n 5000 log >quarter
	kept --max-error 0.05 quarter
	says "less than half as many"
	kept --max-error 0.0002 log
	says "prove no threshold"
	kept --max-error 0.05 </dev/null
}

@test "--update: a refuted promise does not stay, whatever comes" {
	cp t.json u.json
	hitl hitl-calibrate threshold --max-error 0.05 --update u.json worse
	status 1
	says "u.json: refuted"
	jq -e '.default.threshold == null' u.json
	hitl hitl-calibrate threshold --max-error 0.05 --update log log
	status 2
	hitl hitl-calibrate threshold --max-error 0.05 --update u.json -o v.json log
	status 2
}

@test "--update: a group without labels does not come to act alone by that" {
	rows() { # GROUP WRONG RIGHT
		yes "{\"task_type\":\"$1\",\"confidence\":0.9,\"correct\":false}" | head -n "$2"
		yes "{\"task_type\":\"$1\",\"confidence\":0.9,\"correct\":true}" | head -n "$3"
	}
	grouped=(threshold --max-error 0.06 --by .task_type)
	acts() { # GROUP
		echo "{\"id\":1,\"task_type\":\"$1\",\"confidence\":0.95}" |
			hitl-route -p p -t u.json | jq -r .route.action
	}
	echo '{"risk":{"default":"low"},"route":{"audit":{"auto_rate":0,"key":"k"}}}' >p
	{ rows risky 80 120; rows safe 20 2980; } >both
	rows safe 20 2980 >one
	rm -f u.json
	hitl hitl-calibrate "${grouped[@]}" --update u.json both
	status 0
	jq -e '.groups.risky.threshold == null and .groups.safe.threshold == 0' u.json
	[ "$(acts risky)" = QUEUE ]
	hitl hitl-calibrate "${grouped[@]}" --update u.json one
	status 0
	says "u.json: no labels are counted for the group risky now: it does not act alone until there are some"
	jq -e '.groups.risky | .threshold == null and .n == 0 and .proven == false and .best_provable_error == null' u.json
	[ "$(acts risky)" = QUEUE ]
	[ "$(acts safe)" = AUTO ]
	# night after night, until it has labels that prove something
	hitl hitl-calibrate "${grouped[@]}" --update u.json one
	says "no labels are counted for the group risky now"
	[ "$(acts risky)" = QUEUE ]
	{ rows risky 0 500; rows safe 20 2980; } >good
	hitl hitl-calibrate "${grouped[@]}" --update u.json good
	status 0
	[ "$stderr" = "" ]
	[ "$(acts risky)" = AUTO ]
	# many are a sentence, too
	{ rows risky 80 120; rows risque 80 120; rows safe 20 2980; } >three
	hitl hitl-calibrate "${grouped[@]}" --update w.json three
	hitl hitl-calibrate "${grouped[@]}" --update w.json one
	says "w.json: no labels are counted for 2 groups now, "
	says " among them: they do not act alone until there are some"
	# what it had proven for itself is not taken from it
	jq '.groups.risky.threshold = 0.92 | .groups.safe.threshold = null' u.json >v.json
	cp v.json u.json
	hitl hitl-calibrate "${grouped[@]}" --update u.json one
	status 1
	says "u.json stays as it is: it has a threshold for the group risky, of which no labels are counted now"
	cmp u.json v.json
	# unless the file is refuted: then it is not the default's
	rows safe 900 2100 >bad
	jq '.groups.safe.threshold = 0.5' v.json >u.json
	hitl hitl-calibrate "${grouped[@]}" --update u.json bad
	says "refuted"
	says "no labels are counted for the group risky now"
	[ "$(acts risky)" = QUEUE ]
}

@test "--max-escalation: a wish, told when it cannot be had" {
	hitl hitl-calibrate threshold --max-error 0.05 --max-escalation 0.3 log
	status 0
	jq -e '.escalation_met and .escalation_rate < 0.3' <<<"$output"
	hitl hitl-calibrate threshold --max-error 0.05 --max-escalation 0.1 log
	status 1
	jq -e '.escalation_met == false and .default.threshold != null' <<<"$output"
	e=$(jq .error_at_max_escalation <<<"$output")
	says "an error of at most $e could be promised"
	hitl hitl-calibrate threshold --max-error "$e" log
	jq -e '.default.automation_rate >= 0.9' <<<"$output"
	hitl hitl-calibrate threshold --max-error "$(jq -n "$e - 0.001")" log
	jq -e '.default.automation_rate < 0.9' <<<"$output"
}

@test "--max-escalation --by: what has no group acts by the default" {
	# 800 are sure and right, half of them in the one group there is room for; 200 are neither
	jq -cn 'def some($n; $c; $g): range($n) | {id: "\($g)\($c)\(.)", ts: 0, g: $g, confidence: $c, correct: ($c > 0.5)};
		some(400; 0.9; "a"), some(300; 0.9; "b"), some(100; 0.9; 7), some(100; 0.1; "b"), some(100; 0.1; 7)' >few
	by='.g | ascii_downcase' # which 7 has not
	hitl hitl-calibrate threshold --max-error 0.05 --by "$by" --max-groups 1 --max-escalation 0.2 few
	status 0
	jq -e '(.groups | keys) == ["a"] and .groups.a.autonomous == 400 and .default.autonomous == 800
		and .escalation_rate == 0.2 and .escalation_met' <<<"$output"
	# as they are routed
	printf '%s\n' "$output" >few.json
	echo '{"risk":{"default":"low"}}' >low.json
	[ "$(hitl-route -p low.json -t few.json few | jq -r .route.action | sort | uniq -c | xargs)" = '800 AUTO 200 QUEUE' ]
	hitl hitl-calibrate threshold --max-error 0.05 --by "$by" --max-groups 1 --max-escalation 0.19 few
	status 1
	jq -e '.escalation_rate == 0.2 and .escalation_met == false' <<<"$output"
	# without a default nothing acts alone: 800 labels prove no 0.1 %
	hitl hitl-calibrate threshold --max-error 0.001 --by "$by" --max-groups 1 --max-escalation 0.9 few
	status 1
	jq -e '.default.threshold == null and .escalation_rate == 1' <<<"$output"
}

@test "the cheapest threshold: as counted from the curve" {
	hitl hitl-calibrate threshold --cost-error 20 --cost-review 1 --cost-delay 0.5 log
	status 0
	printf '%s' "$output" >c.json
	hitl hitl-calibrate curve --all log
	jq -s -e --slurpfile c c.json '(map(20 * .errors + 1.5 * (.n - .autonomous)) | min) == $c[0].default.cost' <<<"$output"
	jq -e '.method == "cost" and .max_error == null and .default.break_even == 0.925 and
		.default.threshold_low <= .default.threshold and .default.threshold <= .default.threshold_high' c.json
	hitl-route -p "$policy" -t c.json log | tail -n 1 | jq -e .route >/dev/null
	# with a bound, never below what is proven
	hitl hitl-calibrate threshold --cost-error 1 --cost-review 3 --max-error 0.05 log
	status 0
	jq -e --slurpfile t t.json '.default.proven and .default.threshold >= $t[0].default.threshold' <<<"$output"
	# the cheapest is proven itself: 12 records without an error prove nothing
	few() { # AT-0.99
		for c in "0.99 $1 0" "0.9 1410 0" "0.9 90 1" "0.5 500 1"; do
			set -- $c
			yes "{\"confidence\":$1,\"correct\":$([ "$3" -eq 0 ] && echo true || echo false)}" | head -n "$2"
		done
	}
	few 12 >top
	hitl hitl-calibrate threshold --max-error 0.1 top
	jq -e '.default | .proven and .autonomous == 1512' <<<"$output"
	hitl hitl-calibrate threshold --max-error 0.1 --cost-error 100 --cost-review 4 top
	status 1
	says "cheaper than any threshold that is proven"
	jq -e '.default.threshold == null' <<<"$output"
	few 200 >top
	hitl hitl-calibrate threshold --max-error 0.1 --cost-error 100 --cost-review 4 top
	status 0
	# nothing is below what is proven, where a band could be
	head -200 top >high
	hitl hitl-calibrate threshold --max-error 0.1 --cost-error 100 --cost-review 4 --cost-flagged-error 9 high
	status 0
	hitl hitl-calibrate threshold --max-error 0.1 --cost-error 100 --cost-review 4 top
	jq -e '.default | .proven and .autonomous == 200 and .error_high <= 0.1 and .cost == 4 * 2000' <<<"$output"
	hitl hitl-calibrate threshold --cost-error 20 --cost-review 1 --cost-delay 0.5 --cost-flagged-error 3 log
	jq -e '.default.review_band < .default.threshold' <<<"$output"
	jq -c '.correct = false' log >wrong
	hitl hitl-calibrate threshold --cost-error 20 --cost-review 1 wrong
	status 1
	says "reviewing everything is the cheapest"
	jq -e '.default.threshold == null' <<<"$output"
}

@test "break_even of calibrated confidences is the cheapest threshold" {
	# 0.50 to 0.99, of 100 each as many right as it says
	for c in $(seq 50 99); do
		yes "{\"confidence\":0.$c,\"correct\":true}" | head -n "$c"
		yes "{\"confidence\":0.$c,\"correct\":false}" | head -n $((100 - c))
	done >calibrated
	even() { hitl hitl-calibrate threshold --cost-error 21 --cost-review 1 "$@" calibrated; }
	even
	jq -e '.default | .threshold == 0.96 and (.break_even - 20 / 21 | fabs < 1e-12)' <<<"$output"
	even --cost-delay 5
	jq -e '.default | .threshold == 0.72 and (.break_even - 15 / 21 | fabs < 1e-12)' <<<"$output"
	# at 0.91 an error costs 21 * 0.09 alone and 1 + 10 * 0.09 under review, at 0.9 2.1 and 2
	even --cost-delay 5 --cost-flagged-error 10
	jq -e '.default | .threshold == 0.91 and (.break_even - 10 / 11 | fabs < 1e-12)' <<<"$output"
	# where a band is of no use a person is cheaper at once
	even --cost-delay 0.5 --cost-flagged-error 20.5
	jq -e '.default | .threshold == 0.93 and .review_band == null and (.break_even - 19.5 / 21 | fabs < 1e-12)' <<<"$output"
	even --cost-delay 30
	jq -e '.default.break_even == 0' <<<"$output"
}

@test "costs that make no sense: exit 2" {
	for a in "--cost-error 3" "--cost-review 3 --max-error 0.1" "--cost-error 3 --cost-review -1" \
		"--cost-error 3 --cost-review 1 --method ltt" "--max-error 0.1 --cost-delay 2" \
		"--cost-error 3 --cost-review 1 --cost-flagged-error 4" "--max-error 0.1 -f table --update x"; do
		# shellcheck disable=SC2086
		hitl hitl-calibrate threshold $a log
		status 2
	done
}

@test "-f: what each group can and cannot promise, as rows" {
	hitl hitl-calibrate threshold --max-error 0.05 --by .task_type -f ndjson log
	status 0
	jq -s -e --slurpfile t by.json '
		(map({key: (.group // "default"), value: del(.group)}) | from_entries) ==
		($t[0].groups + {default: $t[0].default})' <<<"$output"
	hitl hitl-calibrate threshold --max-error 0.05 --by .task_type -f table log
	[[ $output == *best_provable_error* ]]
	hitl hitl-calibrate threshold --max-error 0.05 -f csv log
	[ "$(wc -l <<<"$output")" -eq 2 ]
}

# ln(0.05) / ln(0.98) = 148.3; scipy's search is in tests/unit/plan_test.c.
# By hand: the rule of three, -ln(0.05) / 1e6; and Wilson's for 10 of 1e6, with z^2 = 3.841459:
# (1e-5 + z^2 / 2e6 -+ z sqrt(1e-11 (1 - 1e-5) + z^2 / 4e12)) / (1 + z^2 / 1e6).
@test "plan: small rates can be read in a table, and zero is 0" {
	hitl hitl-calibrate plan --labels 1000000 --error-rate 0.00001 -f table
	status 0
	for row in 'error_rate 1e-05' 'error_low 5.432e-06' 'error_high 1.841e-05' \
		'provable_error_without_error 2.996e-06' 'confidence_level 0.9500'; do
		tr -s ' ' <<<"$output" | grep -qx "$row"
	done
	hitl hitl-calibrate plan --labels 1000000 --error-rate 0 -f table
	tr -s ' ' <<<"$output" | grep -qx 'error_low 0'
}

@test "plan: labels for a proof, for a width, and what they buy" {
	hitl hitl-calibrate plan --max-error 0.02
	status 0
	jq -e '.labels == 969 and .errors_allowed == 12 and .labels_without_error == 149' <<<"$output"
	# one error of 32 is 0.152 wide; 22 to 24 have none and do, but for the next
	hitl hitl-calibrate plan --width 0.15 --error-rate 0.02
	jq -e '.labels == 33' <<<"$output"
	hitl hitl-calibrate plan --width 0.02 --days 30
	jq -e '.labels_per_day == ((.labels / 30) | ceil)' <<<"$output"
	hitl hitl-calibrate plan --labels 148 --error-rate 0 -f csv
	[[ $output == *0.0200379516891* ]]
	for a in "" "--error-rate 0.01"; do
		# shellcheck disable=SC2086
		hitl hitl-calibrate plan $a
		status 2
		says "hitl-calibrate: plan: what is asked is missing: --max-error A, --width W or --labels N"
	done
	hitl hitl-calibrate plan --width 0.1 --labels 3
	says "hitl-calibrate: plan: one question at a time: --max-error A, --width W or --labels N"
	for a in "--max-error 0.1 --labels 3" "--max-error 0.1 --error-rate 0.2" "--width 0.1 log" "--labels 0"; do
		# shellcheck disable=SC2086
		hitl hitl-calibrate plan $a
		status 2
	done
}

@test "cascade: what layers stop and cost, as jq counts it" {
	jq -c 'if .id[-1:] == "3" then .output = null elif .id[-1:] == "4" then del(.judge) elif .id[-1:] == "5"
		then .judge.score = "0.9" elif .id[-1:] == "6" then del(.correct) else . end' log >odd
	hitl hitl-calibrate cascade -p "$policy" -t t.json --cost-error 20 --cost-review 1 odd
	status 0
	jq -s -e --slurpfile r odd --slurpfile t t.json '
		def usable: (.confidence | type) == "number" and .confidence >= 0 and .confidence <= 1 or
			((.confidence | type) == "string" and (.confidence | test("^[0-9.]+%?$")));
		def value: .confidence | if type == "string" then (if endswith("%") then (.[:-1] | tonumber / 100) else tonumber end) else . end;
		($r | group_by(if .output == null then 0
			elif (.judge.score | type != "number" or . < 0.8) then 1
			elif (usable | not) or value < $t[0].default.threshold then 2 else 3 end)) as $g |
		[.[0, 1, 2, 4] | [.stopped, .stopped_labelled, .stopped_wrong]] ==
			[$g[] | [length, (map(select(.correct != null)) | length), (map(select(.correct == false)) | length)]] and
		.[0].reached == 20000 and .[1].reached == 20000 - .[0].stopped and
		(.[1].cost - 0.005 * .[1].reached | fabs < 1e-9) and
		.[3].cost == .[3].reached and
		(.[5].cost - ([.[0, 1, 3, 4].cost] | add) | fabs < 1e-6)' <<<"$output"
	want=$output
	hitl hitl-calibrate cascade -p "$policy" -t t.json --cost-error 20 --cost-review 1 -j 3 odd
	[ "$output" = "$want" ]
	hitl hitl-calibrate cascade log
	status 2
	says "route.cascade"
	hitl hitl-calibrate cascade -p "$policy" </dev/null
	status 1
}
