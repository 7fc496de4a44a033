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

@test "hitl-act" {
	refused <<-'END'
		--retries goes with --retry|hitl-act --journal j --retries 3 -- true
		--backoff goes with --retry|hitl-act --journal j --backoff 3s -- true
		--list and --dry-run do not go together|hitl-act --journal j --list --dry-run
		--list and --settle do not go together|hitl-act --journal j --list --settle a=done
		--list and --now do not go together|hitl-act --journal j --list --now 2026-01-01T00:00:00Z
		--settle and --dry-run do not go together|hitl-act --journal j --settle a=done --dry-run
		--settle and --verify-policy do not go together|hitl-act --journal j --settle a=done --verify-policy
		--settle and --output do not go together|hitl-act --journal j --settle a=done -o out
	END
	[ ! -e j ]
}

@test "hitl-queue" {
	refused <<-'END'
		--by goes with FILEs|hitl-queue access --db q --by boss
		--by goes with --trust|hitl-queue clock --db q --by boss
		claim: --count, --queue and --kind do not go together with ids|hitl-queue claim --db q --reviewer r -n 3 a
		claim: --count, --queue and --kind do not go together with ids|hitl-queue claim --db q --reviewer r --queue x a
		claim: --count, --queue and --kind do not go together with ids|hitl-queue claim --db q --reviewer r --kind audit a
		for whom? give --reviewer R|hitl-queue claim --db q
	END
	[ ! -e q ]
}

@test "hitl-route" {
	refused <<-'END'
		--watch goes with --policy or --thresholds or --metrics|hitl-route --watch
	END
}
