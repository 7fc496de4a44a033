#!/usr/bin/env bats
# hitl-calibrate report: by group, and drawn.
load helper

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	gen-log -n 5000 >log
	hitl-calibrate threshold --max-error 0.06 log >t.json 2>/dev/null
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

@test "--by: a row a group, as of each group alone" {
	hitl hitl-calibrate report --by .task_type log
	status 0
	printf '%s\n' "$output" >rows
	jq -s -e '(map(.n + .without_confidence.n) | add) == 5000 and (map(.group) | unique | length) == length' rows
	for group in refund tag_generation; do
		jq -c --arg g $group 'select(.task_type == $g)' log >part
		hitl hitl-calibrate report part
		jq -n -e --argjson a "$output" --slurpfile rows rows --arg g $group '
			($rows | map(select(.group == $g))[0]) as $b |
			["n", "auroc", "brier", "ece_10", "aurc", "without_confidence"] | all(. as $k | $a[$k] == $b[$k])'
	done
	# two of three without a confidence are wrong, and the one with it is not
	printf '{"task_type":"%s","confidence":%s,"correct":%s}\n' a 0.9 true a null false a '"?"' false a null true \
		b 0.9 false c null false >few
	hitl hitl-calibrate report --by .task_type few
	jq -s -c 'map([.group, .without_confidence])' <<<"$output" | diff - <(
		echo '[["a",{"n":3,"error_rate":0.6666666666666666}],["b",{"n":0,"error_rate":null}],["c",{"n":1,"error_rate":1}]]')
}

@test "--compare: two confidences, each as it would be alone" {
	hitl-calibrate fit --method beta log >model 2>/dev/null
	hitl-calibrate apply -m model --cross-fit log >applied 2>/dev/null
	hitl hitl-calibrate report --compare .calibrated.confidence -j 2 applied
	status 0
	printf '%s\n' "$output" >rows
	for c in .confidence .calibrated.confidence; do
		hitl hitl-calibrate report -F confidence=$c applied
		jq -n -e --argjson a "$output" --slurpfile rows rows --arg c $c '
			($rows | map(select(.confidence == $c)) | length == 1 and (.[0] | del(.confidence)) == $a)'
	done
	jq -s -e '.[1].log_loss.value < .[0].log_loss.value' rows
	hitl hitl-calibrate report --compare .x --by .task_type log
	status 2
	hitl hitl-calibrate report --compare '.x |' log
	status 2
}

@test "--plot: a picture by the file's name, or text" {
	hitl hitl-calibrate report --plot r.svg -t t.json log
	status 0
	[ "$output" = "" ]
	grep -q '^</svg>' r.svg
	for text in 'labelled decisions' 'mean confidence of the bin' 'share that is right' 'Risk and coverage' \
		'error rate among them' 'records' 'act alone' 'are wrong'; do
		grep -q "$text" r.svg
	done
	hitl hitl-calibrate report --plot r.png log
	status 0
	[ "$(head -c 4 r.png | tail -c 3)" = PNG ]
	hitl hitl-calibrate report --plot - log
	status 0
	[[ $output == *"share of decisions that act alone"* ]]
	[ "$(awk 'length > 81' <<<"$output" | wc -l)" -eq 0 ]
}

# The threshold in the picture is where hitl-calibrate curve puts it.
@test "--plot: what is marked is what the threshold does" {
	t=$(jq .default.threshold t.json)
	hitl hitl-calibrate curve --at "$t" log
	said=$(jq -r '"\(.automation_rate * 1000 | round / 10) % act alone"' <<<"$output")
	[[ $said == [0-9]* ]]
	hitl hitl-calibrate report --plot - -t t.json log
	[[ $output == *"$said"* ]]
}

@test "--plot: odd scores are drawn, too" {
	for scores in '0.5' '1' '0' '0.5 0.5 0.5' '0.9999995 0.9999996 0.9999997' '0 1'; do
		for c in $scores; do
			printf '{"confidence":%s,"correct":1}\n{"confidence":%s,"correct":0}\n' "$c" "$c"
		done >odd
		hitl hitl-calibrate report --plot odd.svg odd
		status 0
		grep -q '^</svg>' odd.svg
		[ "$stderr" = "" ] || [[ $stderr == *"exactly 0"* ]]
	done
}

@test "--plot: where nothing is wrong there is no warning" {
	for scores in '0.5' '1' '0.5 0.9'; do
		for c in $scores; do
			printf '{"confidence":%s,"correct":1}\n' "$c"
		done >right
		for file in right.svg right.png -; do
			hitl hitl-calibrate report --plot $file right
			status 0
			[ -z "$stderr" ]
		done
	done
}

# bats test_tags=spawn
@test "--plot: without gnuplot" {
	echo old >keep.svg
	mkdir -p none
	ln -sf "$(command -v hitl-calibrate)" none/
	hitl env PATH="$PWD/none" hitl-calibrate report --plot keep.svg log
	status 4
	says "gnuplot: No such file or directory; the plot needs gnuplot (Debian: gnuplot-nox)"
	[ "$(cat keep.svg)" = old ]
	[ "$(find . -name 'keep.svg?*' | wc -l)" -eq 0 ]
}

@test "--plot: what cannot be drawn leaves the old picture" {
	echo old >keep.svg
	hitl hitl-calibrate report --plot keep.svg </dev/null
	status 1
	mkdir -p bin
	ln -sf "$(command -v hitl-calibrate)" bin/
	printf '#!/bin/sh\necho no font >&2; exit 3\n' >bin/gnuplot
	chmod +x bin/gnuplot
	hitl env PATH="$PWD/bin" hitl-calibrate report --plot keep.svg log
	status 4
	says "no font"
	says "gnuplot: it ended with status 3; what it said is above"
	printf '#!/bin/sh\nkill -9 $$\n' >bin/gnuplot
	hitl env PATH="$PWD/bin" hitl-calibrate report --plot keep.svg log
	status 4
	says "gnuplot: it was ended by signal 9 (Killed)"
	hitl timeout 60 env --ignore-signal=CHLD PATH="$PWD/bin" hitl-calibrate report --plot keep.svg log
	status 4
	says "gnuplot: it was ended by signal 9 (Killed)"
	[ "$(cat keep.svg)" = old ]
	[ "$(find . -name 'keep.svg?*' | wc -l)" -eq 0 ]
	for a in "--plot keep.gif" "--plot keep.svg --by .task_type" "--plot keep.svg -f table" "--plot keep.svg -o x" "-t t.json"; do
		# shellcheck disable=SC2086
		hitl hitl-calibrate report $a log
		status 2
	done
	hitl hitl-calibrate report --plot keep.svg -t log log
	status 2
}
