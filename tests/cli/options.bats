#!/usr/bin/env bats
# An option that would be ignored is refused, before anything is read.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# refused: each line of the input is a message, a bar, and a command that ends
# with 2 and has it
refused() {
	local says command
	while IFS='|' read -r says command; do
		# shellcheck disable=SC2086 # words
		hitl $command </dev/null
		status 2
		says "${command%% *}: $says"
		[ -z "$output" ]
	done
}

@test "hitl-calibrate" {
	refused <<-'END'
		--all and --at do not go together|hitl-calibrate curve --all --at 0.5
		--all and --grid do not go together|hitl-calibrate curve --grid 0:1:0.1 --all
		--at and --grid do not go together|hitl-calibrate curve --at 0.5 --grid 0:1:0.1
		--merge and --field do not go together|hitl-calibrate curve --merge -F correct=.x
		--merge and --csv do not go together|hitl-calibrate curve --merge --csv
		--merge and --scale do not go together|hitl-calibrate curve --merge --scale percent
		--merge and --scale do not go together|hitl-calibrate labels --merge --scale percent
		--merge and --field do not go together|hitl-calibrate report --merge -F confidence=.x
		--merge and --field do not go together|hitl-calibrate threshold --max-error 0.1 --merge -F correct=.x
		--compare and --merge do not go together|hitl-calibrate report --merge --compare .x
		--max-groups goes with --by|hitl-calibrate labels --max-groups 3
		--max-groups goes with --by|hitl-calibrate report --max-groups 3
		--max-groups goes with --by or --verify|hitl-calibrate threshold --max-error 0.1 --max-groups 3
		--power goes with --max-error|hitl-calibrate plan --width 0.1 --power 0.9
		--days goes with --max-error or --width|hitl-calibrate plan --labels 100 --days 7
	END
}

@test "hitl-metrics" {
	refused <<-'END'
		--max-groups goes with --by|hitl-metrics --max-groups 3
		--max-groups goes with --by|hitl-metrics alarm --state s --max-groups 3
		--max-groups goes with --by|hitl-metrics drift --baseline b --max-groups 3
		--format and --state-out - do not go together|hitl-metrics --state-out - -f csv
		--format and --state-out - do not go together|hitl-metrics merge --state-out - -f prometheus
		--plot and --format do not go together|hitl-metrics merge --plot p.svg -f csv
		-F: there is no such option|hitl-metrics merge -F correct=.x
		--csv: there is no such option|hitl-metrics merge --csv
		--delimiter: there is no such option|hitl-metrics merge --delimiter ;
		--arrivals and --peak do not go together|hitl-metrics capacity --arrivals 3 --peak
		--arrivals and --open-hours do not go together|hitl-metrics capacity --arrivals 3 --open-hours 40
		--open-hours and --peak do not go together|hitl-metrics capacity --open-hours 40 --peak
	END
}

@test "hitl-feedback" {
	refused <<-'END'
		--threshold goes with --strategy threshold|hitl-feedback learn --threshold 0.5
		--threshold goes with --strategy threshold|hitl-feedback learn --strategy margin --threshold 0.5
		--margin goes with --strategy margin|hitl-feedback learn --margin .m
		--key goes with --strategy weight or random, which draw|hitl-feedback learn --key foo
		--key goes with --strategy weight or random, which draw|hitl-feedback learn --strategy noise --key foo
		--max-groups goes with --by|hitl-feedback learn --max-groups 3
		--ready and --scale do not go together|hitl-feedback learn --ready --scale percent
		--status and --field do not go together|hitl-feedback requests --status -F id=.x
		--by goes with --size or --split or --manifest|hitl-feedback export --as golden --by .task
	END
	echo '{"id":1,"confidence":0.5,"signals":{"margin":0.1},"m":0.2}' >log
	for strategy in 'random --key a' 'weight --key a' 'threshold --threshold 0.4' 'margin --margin .m'; do
		# shellcheck disable=SC2086 # words
		hitl hitl-feedback learn --strategy $strategy log
		status 0
	done
}
