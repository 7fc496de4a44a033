#!/usr/bin/env bats
# hitl-calibrate fit and apply from outside: models, what they refuse, and
# thresholds from what they give.
load helper

mini=mmlu-pro-gpt-4.1-mini.csv
three=.verbal_numerical_confidence,.logit_perplexity_confidence,.verbal_linguistic_confidence

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

# Labelled records of an overconfident model, with ids.
labelled() {
	jq -n -c --argjson n "${1:-600}" 'range($n) as $i | ($i * 7919 % 1000 / 1000) as $c
		| {id: "d\($i)", confidence: $c, second: (if $i % 5 == 0 then null else 1 - $c / 2 end),
		   correct: (($i * $i * 31 + $i * 17) % 1000 < 200 + 600 * $c)}'
}

@test "every method: a model, and probabilities from it" {
	labelled >log
	for method in platt temperature beta isotonic histogram venn-abers; do
		hitl hitl-calibrate fit --method $method log
		status 0
		printf '%s' "$output" >model
		jq -e --arg m $method '.kind == "calibrator" and .method == $m and .n == 600 and
			.fields.confidence == ".confidence" and .fields.correct == ".correct" and
			(.fitted_at | test("^20..-..-..T..:..:..Z$")) and (.folds | length) == 5 and
			.after.log_loss < 0.69 and .before.n == 600' model
		hitl hitl-calibrate apply -m model log
		status 0
		jq -s -e --arg m $method 'length == 600 and all(.calibrated.method == $m and
			(.calibrated.confidence | . >= 0 and . <= 1)) and
			(sort_by(.confidence) | map(.calibrated.confidence) | . as $a |
			 $m == "histogram" or all(range(1; 600); $a[. - 1] <= $a[.] + 1e-9))' <<<"$output"
	done
}

@test "auto: the least cross-validated log loss" {
	labelled 2000 >log
	hitl hitl-calibrate fit log
	status 0
	jq -e '(.cross_validated_log_loss | length) == 6 and
		.cross_validated_log_loss[.method] == (.cross_validated_log_loss | [.[]] | min)' <<<"$output"
}

@test "apply is a filter: bytes stay, twice is once, and any -j" {
	labelled >log
	hitl-calibrate fit --method beta log >model
	hitl-calibrate apply -m model log >once
	hitl-calibrate apply -m model once >twice
	cmp once twice
	sed 's/,"calibrated":{[^}]*}}$/}/' once >back
	cmp log back
	hitl-calibrate apply -m model -j 3 log >three
	cmp once three
	hitl-calibrate fit --method beta -j 3 log | jq 'del(.fitted_at)' >a
	jq 'del(.fitted_at)' model >b
	cmp a b
	hitl-calibrate fit --signals .confidence,.second -j 3 log | jq 'del(.fitted_at)' >a
	hitl-calibrate fit --signals .confidence,.second log | jq 'del(.fitted_at)' >b
	cmp a b
}

@test "a pipe: the model on standard input" {
	labelled >log
	hitl-calibrate fit log | hitl-calibrate apply -m - --cross-fit log >out
	[ "$(wc -l <out)" -eq 600 ]
	hitl hitl-calibrate apply -m - <log
	status 2
	says "the records must come from a FILE"
	hitl hitl-calibrate apply -m - log - <log
	status 2
}

@test "--cross-fit: each record by the fold that has not seen it" {
	labelled >log
	hitl-calibrate fit --method platt log >model
	hitl-calibrate apply -m model --cross-fit log >out
	# the reported measures are those of these predictions
	hitl hitl-calibrate report -F confidence=.calibrated.confidence out
	jq -n -e --argjson r "$output" --slurpfile m model \
		'$r.log_loss.value - $m[0].after.log_loss | fabs < 1e-6'
	# five curves, and one only of five gives a record
	jq -r '"\(.confidence) \(.calibrated.confidence)"' out | sort -u | wc -l >n
	jq -c 'del(.folds)' model >bare
	hitl hitl-calibrate apply -m bare --cross-fit log
	status 2
	says "has no fold models"
}

@test "signals: a missing one counts, none at all is null" {
	labelled >log
	hitl hitl-calibrate fit --signals '.confidence, .second' log
	status 0
	printf '%s' "$output" >model
	jq -e '.method == "logistic" and .fields.signals == [".confidence", ".second"] and
		.signals[1].missing == 120 and .parameters.signals[1].missing_weight != 0 and
		.signals[0].auroc > 0.6' model
	printf '{"confidence":0.9,"second":0.5}\n{"confidence":0.9}\n{"x":1}\n' >new
	hitl hitl-calibrate apply -m model new
	status 0
	says "1 records have no signal"
	[ "$(jq -c '.calibrated.confidence | . == null' <<<"$output" | tr '\n' ' ')" = "false false true " ]
	hitl hitl-calibrate fit --signals '[.confidence, .second] | max, (.x // "a,b" | length)' log
	status 0
	jq -e '.fields.signals == ["[.confidence, .second] | max", "(.x // \"a,b\" | length)"]' <<<"$output"
}

@test "a model of other fields, of another scale, damaged or none: refused" {
	labelled >log
	hitl-calibrate fit --method isotonic log >model
	hitl hitl-calibrate apply -m model -F confidence=.second log
	status 2
	says "was fitted on the confidence .confidence, here it is .second"
	hitl hitl-calibrate apply -m model --scale percent log
	status 2
	says "without --scale percent"
	hitl hitl-calibrate apply -m log log
	status 2
	for cut in 1 40 400 900; do
		head -c $cut model >short
		hitl hitl-calibrate apply -m short log
		status 2
		[ "$output" = "" ]
	done
	for break in '.method = "best"' 'del(.parameters)' '.parameters.x = [0.5]' '.parameters.x |= reverse' \
		'.parameters.y[0] = 7' '.folds = [1]' '.fields = 1' 'del(.scale)'; do
		jq -c "$break" model >broken
		hitl hitl-calibrate apply -m broken log
		status 2
		says "the model is damaged"
	done
	hitl hitl-calibrate apply -m nowhere log
	status 4
	hitl hitl-calibrate apply log
	status 2
	says "-m MODEL is missing"
}

@test "nothing to learn from: said, exit 1" {
	hitl hitl-calibrate fit </dev/null
	status 1
	says "no record with a label"
	labelled | jq -c '.correct = true' >log
	for way in "" "--method platt" "--method isotonic" "--signals .confidence"; do
		# shellcheck disable=SC2086
		hitl hitl-calibrate fit $way log
		status 1
		says "all labels say right"
		[ "$output" = "" ]
	done
	labelled | jq -c '.confidence = 0.5' >log
	hitl hitl-calibrate fit --method platt log
	status 1
	says "isotonic or histogram will"
	hitl hitl-calibrate fit --signals .nothing log
	status 1
	hitl hitl-calibrate fit --method best log
	status 2
	hitl hitl-calibrate fit --method platt --signals .confidence log
	status 2
	says "do not go together"
}

@test "signals: one whose values are lost next to a few is named" {
	labelled 2000 | jq -c '.second = (.confidence * 100 | floor)' >log
	hitl hitl-calibrate fit --signals .confidence,.second log
	status 0
	{ cat log; echo '{"id":"far","confidence":0.5,"second":1e200,"correct":true}'; } >far
	hitl hitl-calibrate fit --signals .confidence,.second far
	status 1
	says "nothing is fitted: .second has a few values so far away that most others are as good as equal"
	[ "$output" = "" ]
	hitl hitl-calibrate fit --signals '.confidence,(.second | if . > 1e9 then null else . end)' far
	status 0
	# from one end of what a double holds to the other
	for n in $(seq 60); do
		echo "{\"correct\":$([ $((n % 3)) -eq 0 ] && echo false || echo true),\"x\":1e308}"
		echo "{\"correct\":$([ $((n % 2)) -eq 0 ] && echo false || echo true),\"x\":-1e308}"
	done >ends
	hitl timeout 20 hitl-calibrate fit --signals .x ends
	[ "$status" -le 1 ]
	jq -c '.second *= 1e200' log >large
	hitl hitl-calibrate fit --signals .confidence,.second large
	status 0
}

@test "--part: two halves make the whole, by id" {
	labelled 1000 >log
	a=$(hitl-calibrate curve --at 0 --part 1/2 log | jq .n)
	b=$(hitl-calibrate curve --at 0 --part 2/2 log | jq .n)
	[ $((a + b)) -eq 1000 ]
	[ "$a" -gt 430 ]
	[ "$a" -lt 570 ]
	jq -c 'del(.id)' log >anonymous
	hitl hitl-calibrate curve --at 0 --part 1/2 anonymous
	says "1000 records have no id"
	for bad in 0/2 3/2 1 1/1 a/b 1/2x; do
		hitl hitl-calibrate curve --part $bad log
		status 2
	done
}

# The requirement on the log: at least 51 % act alone at a proven 10 %.
@test "shared log: three signals, fitted on one half, proven on the other" {
	need_shared $mini
	common=("${mmlu[@]}" -F 'id=.[""]')
	hitl-calibrate fit --part 1/2 --signals $three "${common[@]}" "$shared/data/$mini" >model
	hitl-calibrate apply -m model "${common[@]}" "$shared/data/$mini" >out
	hitl hitl-calibrate threshold --part 2/2 --max-error 0.1 "${common[@]:1}" \
		-F confidence=.calibrated.confidence out
	status 0
	jq -e '.default.automation_rate >= 0.51 and .default.n > 5800' <<<"$output"
	for one in ${three//,/ }; do
		hitl hitl-calibrate threshold --part 2/2 --max-error 0.1 "${common[@]}" -F confidence=$one "$shared/data/$mini"
		jq -e '.default.automation_rate < 0.4' <<<"$output"
	done
}

# Ceilings by scipy: tests/unit/power_reference.py.
@test "shared logs: at least 97 % of what one test at the right place proves" {
	need_shared $mini
	while read -r log score bound ceiling; do
		hitl-calibrate threshold --max-error "$bound" "${mmlu[@]}" -F "confidence=.${score}_confidence" \
			"$shared/data/mmlu-pro-$log.csv" 2>/dev/null |
			jq -c --argjson c "$ceiling" '.default.automation_rate / $c'
	done >ratios <<-END
		gpt-4.1-mini verbal_numerical 0.05 0.1222
		gpt-4.1-mini verbal_numerical 0.10 0.1222
		gpt-4.1-mini verbal_numerical 0.15 0.6401
		gpt-4.1-mini logit_perplexity 0.10 0.3054
		gpt-4.1-mini logit_perplexity 0.15 0.5522
		gpt-4.1-mini verbal_linguistic 0.15 0.6631
		gpt-4.1 verbal_numerical 0.10 0.5648
		gpt-4.1 verbal_numerical 0.15 0.5648
		gpt-4.1 logit_perplexity 0.10 0.3298
		gpt-4.1 logit_perplexity 0.15 0.5913
		gpt-4.1 verbal_linguistic 0.10 0.4927
		gpt-4.1 verbal_linguistic 0.15 0.4927
		gpt-4o-2024-08-06 verbal_numerical 0.15 0.2463
		gpt-4o-2024-08-06 logit_perplexity 0.15 0.2175
		gpt-4o-2024-08-06 verbal_linguistic 0.15 0.2254
	END
	jq -s -e 'length == 15 and add / length >= 0.97 and max <= 1.001 and min > 0.9' ratios
}
