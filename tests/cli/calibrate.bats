#!/usr/bin/env bats
# hitl-calibrate from outside: the reference table, the real logs, bad labels.
load helper

mini=mmlu-pro-gpt-4.1-mini.csv
logit=(-F confidence=.logit_perplexity_confidence)
verbal=(-F confidence=.verbal_numerical_confidence)

# The figures of the model-confidence logs, given in the data's description
# and checked with numpy and scikit-learn.
@test "shared log: curve" {
	need_shared $mini
	hitl hitl-calibrate curve --at 0.6,0.75,0.85,0.92 "${mmlu[@]}" "${logit[@]}" "$shared/data/$mini"
	status 0
	[ "$(jq -c '[.n,.autonomous,.errors]' <<<"$output" | tr '\n' ' ')" = \
		"[12032,12032,3015] [12032,12015,3000] [12032,9294,1777] [12032,4064,409] " ]
}

@test "shared log: the textbook sweep" {
	need_shared $mini
	hitl hitl-calibrate threshold --method empirical --grid 0.5:1:0.01 --max-error 0.15 "${mmlu[@]}" "${logit[@]}" "$shared/data/$mini"
	status 0
	[ "$(jq -c '.default|[.threshold,.autonomous,.errors]' <<<"$output")" = "[0.89,6351,878]" ]
	hitl hitl-calibrate threshold --method empirical --grid 0.5:1:0.01 --max-error 0.02 "${mmlu[@]}" "${logit[@]}" "$shared/data/$mini"
	status 0
	[ "$(jq -c '.default|[.threshold,.autonomous]' <<<"$output")" = "[0.98,46]" ]
}

@test "shared log: the proof" {
	need_shared $mini
	hitl hitl-calibrate threshold --max-error 0.15 "${mmlu[@]}" "${logit[@]}" "$shared/data/$mini"
	status 0
	jq -e '.method == "ltt" and .default.automation_rate >= 0.54 and .default.error_rate < 0.15' <<<"$output"
	hitl hitl-calibrate threshold --max-error 0.02 "${mmlu[@]}" "${logit[@]}" "$shared/data/$mini"
	status 1
	jq -e '.default.threshold == null' <<<"$output"
	says "no threshold proves an error rate of at most 0.02"
	says "labels of the same kind would do"
}

@test "shared log: report" {
	need_shared $mini
	hitl hitl-calibrate report "${mmlu[@]}" "${logit[@]}" "$shared/data/$mini"
	status 0
	# numpy and scikit-learn: see tests/unit/stats_reference.py for how
	jq -e 'def near(x; y): (x - y) | fabs < 1e-9;
		near(.auroc.value; 0.71516915441277) and
		near(.brier.value; 0.19609464236506) and
		near(.ece_10.value; 0.1417437265717178) and
		near(.ece_15.value; 0.14168996358063374) and
		near(.accuracy.value; 9017 / 12032)' <<<"$output"
}

@test "shared log: missing confidences stay in the denominator" {
	need_shared $mini
	hitl hitl-calibrate curve --at 0 "${mmlu[@]}" "${verbal[@]}" "$shared/data/$mini"
	status 0
	jq -e '.n == 12032 and .autonomous == 11861' <<<"$output"
	says "171 records have no usable confidence"
	[ "$(grep -c 171 <<<"$stderr")" -eq 1 ]
	hitl hitl-calibrate report "${mmlu[@]}" "${verbal[@]}" "$shared/data/$mini"
	jq -e '.n == 11861 and .without_confidence.n == 171 and
		(.auroc.value - 0.765069 | fabs < 1e-6)' <<<"$output"
}

@test "the reference table comes back" {
	gen-log --shape reference >"$BATS_TEST_TMPDIR/log"
	hitl hitl-calibrate curve --at .6,.75,.85,.92 "$BATS_TEST_TMPDIR/log"
	status 0
	[ "$(jq -c '[.threshold,.autonomous,.errors,.n]' <<<"$output" | tr '\n' ' ')" = \
		"[0.6,8800,722,10000] [0.75,7200,223,10000] [0.85,5900,82,10000] [0.92,4200,13,10000] " ]
	# what the textbook's function picks: the first t of the sweep at 2 %
	want=$(jq -s -c '. as $r | [range(50; 100) | . / 100] | map(. as $t
		| ($r | map(select(.confidence >= $t))) as $a
		| {$t, n: ($a | length), k: ($a | map(select(.correct | not)) | length)})
		| map(select(.n > 0 and .k / .n <= 0.02)) | first | [.t, .n, .k]' "$BATS_TEST_TMPDIR/log")
	hitl hitl-calibrate threshold --method empirical --max-error 0.02 "$BATS_TEST_TMPDIR/log"
	[ "$(jq -c '.default | [.threshold,.autonomous,.errors]' <<<"$output")" = "$want" ]
	[ "$want" = "[0.8,6550,131]" ]
}

@test "curve --all: ties move together" {
	printf '{"confidence":%s,"correct":%s}\n' 0.8 1 0.8 0 0.9 true 0.5 false >"$BATS_TEST_TMPDIR/in"
	hitl hitl-calibrate curve --all "$BATS_TEST_TMPDIR/in"
	[ "$(jq -c '[.threshold,.autonomous,.errors]' <<<"$output" | tr '\n' ' ')" = "[0.9,1,0] [0.8,3,1] [0.5,4,2] " ]
}

@test "what is printed is what the threshold does" {
	gen-log -n 20000 >"$BATS_TEST_TMPDIR/log"
	hitl hitl-calibrate threshold --max-error 0.05 "$BATS_TEST_TMPDIR/log"
	status 0
	t=$(jq .default.threshold <<<"$output") want=$(jq -c '.default|[.autonomous,.errors]' <<<"$output")
	[[ $want =~ ^\[[0-9]+,[0-9]+\]$ ]]
	hitl hitl-calibrate curve --at "$t" "$BATS_TEST_TMPDIR/log"
	status 0
	[ "$(jq -c '[.autonomous,.errors]' <<<"$output")" = "$want" ]
}

@test "--by: delta is shared, small groups prove nothing" {
	gen-log -n 20000 >"$BATS_TEST_TMPDIR/log"
	hitl hitl-calibrate threshold --by .task_type --max-error 0.05 "$BATS_TEST_TMPDIR/log"
	status 0
	jq -e '.by == ".task_type" and (.groups | length) == 10 and
		(.default.delta - 0.05 / 11 | fabs < 1e-12) and
		([.groups[].n] | add) == .n and
		.groups.account_deletion.proven == false' <<<"$output"
	printf '%s' "$output" >"$BATS_TEST_TMPDIR/t.json"
	hitl-route -p "$policy" -t "$BATS_TEST_TMPDIR/t.json" "$BATS_TEST_TMPDIR/log" >/dev/null
}

@test "no labels, no confidence, no records: said, and exit 1" {
	hitl hitl-calibrate report <<<'{"confidence":0.5}'
	status 1
	says "no label"
	hitl hitl-calibrate report <<<'{"correct":true}'
	status 1
	hitl hitl-calibrate curve </dev/null
	status 1
	says "nothing to count"
	hitl hitl-calibrate threshold --max-error 0.1 </dev/null
	status 1
	jq -e '.n == 0 and .default.threshold == null' <<<"$output"
}

@test "one class only, constant scores: numbers or null, never NaN" {
	for _ in 1 2 3; do echo '{"confidence":0.5,"correct":1}'; done >"$BATS_TEST_TMPDIR/in"
	hitl hitl-calibrate report "$BATS_TEST_TMPDIR/in"
	status 0
	jq -e '.auroc.value == null and .accuracy.value == 1' <<<"$output"
	[[ $output != *nan* && $output != *inf* ]]
}

@test "report: a few records prove nothing about all" {
	cd "$BATS_TEST_TMPDIR"
	for _ in 1 2; do echo '{"confidence":1,"correct":true}'; done >two
	hitl hitl-calibrate report two
	status 0
	jq -e '.brier == {value: 0, low: 0, high: 1, n: 2} and .log_loss.high > 10 and .accuracy.low < 0.4' <<<"$output"
	jq -e '[.uncertainty, .ece_10, .mce, .aurc, .eaurc][] | .value == 0 and .low == null and .high == null' <<<"$output"
	# all apart: with two pairs of their own P(so | AUROC) is at most its square
	{ cat two; for _ in 1 2; do echo '{"confidence":0.5,"correct":false}'; done; } >four
	hitl hitl-calibrate report four
	jq -e '.auroc | .value == 1 and (.low - (0.025 | sqrt) | fabs < 1e-9) and .high == 1' <<<"$output"
	jq -e '.eaurc.low == null and .brier.low == 0 and .brier.high > 0.5' <<<"$output"
	# all tied
	jq -c '.confidence = 0.7' four >tied
	hitl hitl-calibrate report tied
	jq -e '.auroc | .value == 0.5 and .low < 0.02 and .high > 0.98' <<<"$output"
}

@test "weights: proven by bets; where they would be ignored, refused" {
	cd "$BATS_TEST_TMPDIR"
	gen-log -n 20000 >log
	# what is confident was audited at a rate of 1 in 7
	jq -c 'if (.confidence | type) == "number" and .confidence > 0.8
		then select((.id | explode | add) % 7 == 0) | .w = 7 else .w = 1 end' log >audited
	hitl hitl-calibrate threshold --max-error 0.08 -F weight=.w --max-weight 7 audited
	status 0
	jq -e '.bound == "betting" and .max_weight == 7 and .effective_n < .n and .default.proven and
		.default.error_rate < .default.error_high and .default.error_high <= 0.08 and
		.default.automation_rate > 0.8' <<<"$output"
	hitl-route -p "$policy" -t <(printf '%s' "$output") log >/dev/null
	hitl hitl-calibrate threshold --max-error 0.08 -F weight=.w --max-weight 7 -j 3 audited
	want=$output
	hitl hitl-calibrate threshold --max-error 0.08 -F weight=.w --max-weight 7 audited
	[ "$output" = "$want" ]
	hitl hitl-calibrate threshold --max-error 0.01 -F weight=.w --max-weight 7 audited
	status 1
	says "weighted labels"
	for a in report "curve --at 0.5" "threshold --max-error 0.1 --by .task_type" \
		"threshold --cost-error 2 --cost-review 1" "fit"; do
		# shellcheck disable=SC2086
		hitl hitl-calibrate $a -F weight=.w audited
		status 2
		says "field weight"
	done
	# no weight is guessed
	for w in 0 -1 '"2"' null 1e-9 1e300; do
		hitl hitl-calibrate threshold --max-error 0.5 -F weight=.w --max-weight 1e12 <<<"{\"confidence\":1,\"correct\":1,\"w\":$w}"
		says "a finite number above 0 is expected"
	done
	# the largest is not what happens to have a label
	hitl hitl-calibrate threshold --max-error 0.08 -F weight=.w audited
	status 2
	says "field weight: --max-weight W is missing"
	hitl hitl-calibrate threshold --max-error 0.08 --max-weight 7 audited
	status 2
	says "there is no field weight"
	hitl hitl-calibrate threshold --max-error 0.5 -F weight=.w --max-weight 7 <<<'{"confidence":1,"correct":1,"w":8}'
	status 1
	says "field weight: 8 is above --max-weight"
}

@test "bad arguments: exit 2 and what is meant" {
	for a in "threshold" "curve --at 1.5" "curve --grid 0.5:1" "threshold --max-error 2" \
		"threshold --method best" "report --confidence-level 95" "treshold"; do
		# shellcheck disable=SC2086
		hitl hitl-calibrate $a </dev/null
		status 2
		says "hitl-calibrate: "
		[ "$output" = "" ]
	done
	says "did you mean threshold?"
	hitl hitl-calibrate threshold </dev/null
	says "--max-error A is missing"
}
