#!/usr/bin/env bats
# What holds for every program: its options, and the expressions in them.
load helper
load common

@test "unknown options: one line of usage, a suggestion, exit 2" {
	for p in "${all[@]}"; do
		hitl $p --stritc
		status 2
		says "did you mean --strict?"
		[ "$(grep -c usage: <<<"$stderr")" -eq 1 ]
		hitl $p -Z
		status 2
		says "-Z: there is no such option"
		hitl $p -F
		status 2
		says "an argument is expected"
		for o in strict=1 csv=yes help=foo version=; do
			hitl $p --$o
			status 2
			says ": --${o%=*} takes no argument"
			[ -z "$output" ]
		done
	done
	hitl hitl-metrics --check=all
	status 2
	says '--check: all is not "value"'
}

@test "--help and --version of every program" {
	for p in hitl-risk hitl-route hitl-calibrate hitl-metrics hitl-feedback; do
		hitl $p --help
		status 0
		[[ $output == "usage: $p "* ]]
		[ "$stderr" = "" ]
		hitl $p --version
		status 0
		[[ $output =~ ^$p\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	done
}

@test "abbreviated options, as getopt_long has them" {
	hitl-risk --policy "$policy" good >want
	hitl hitl-risk --pol "$policy" good
	status 0
	[ "$output" = "$(cat want)" ]
	[ -s want ]
}

@test "-F: unknown name, no =, bad expression, refused builtins" {
	hitl hitl-metrics -F confidenc=.x good
	status 2
	says "did you mean confidence"
	hitl hitl-metrics -F confidence good
	status 2
	says "NAME=EXPR"
	hitl hitl-metrics -F 'correct=.a ==' good
	status 2
	says "-F correct: syntax error"
	for x in 'env.HOME' '$ENV' 'input' '[inputs]' 'input_filename' 'debug' 'halt' \
		'import "a" as a; .' '"\(env)"' 'include "x"; .' '1) | (env' '("a' '.a]'; do
		hitl hitl-metrics -F "correct=$x" good
		status 2
	done
	hitl hitl-metrics -F 'correct=.env.input["debug"] | {halt: 1} | true' good
	status 0
}

@test "no expression, nor a task's text, gets hold of the environment" {
	export HITL_SECRET=hunter2
	echo '{"id":"a"}' >one
	for x in '$ ENV' $'$\nENV' $'$\tENV' $'$#c\nENV' $'$ # c\n ENV' '$ENV' env; do
		for expression in "$x.HITL_SECRET" "\"\\($x.HITL_SECRET)\"" \
			"@base64 \"\\($x.HITL_SECRET)\" | @base64d" \
			".id, ($x | .HITL_SECRET)" "{a: $x.HITL_SECRET} | .a"; do
			hitl hitl-metrics --by "$expression" one
			status 2
			[[ $output$stderr != *hunter2* ]]
			jq -n --arg x "$expression" '{task: {note: $x}, risk: {default: "low"},
				route: {threshold: null}}' >p.json
			hitl hitl-route -p p.json --tasks tasks one
			status 2
			[ ! -e tasks ]
		done
	done
	for x in '$ __prog_args' $'$\n__prog_args' get_jq_origin modulemeta; do
		hitl hitl-metrics --by "$x | tojson" one
		status 2
	done
	hitl hitl-metrics --by $'.id as $x | "$ ENV: \\($x)" # $ ENV' one
	status 0
	[ "$(jq -r .group <<<"$output")" = '$ ENV: a' ]
}

@test "expressions beyond paths run in libjq, with its answers" {
	hitl hitl-calibrate curve --at 0 -F 'correct=.a == .b' -F 'confidence=[.c, .d] | max' <<-'X'
	{"a":1,"b":1.0,"c":0.2,"d":0.9}
	{"a":"x","b":1,"c":0.2,"d":0.3}
	X
	status 0
	jq -e '.n == 2 and .errors == 1 and .autonomous == 2' <<<"$output"
}

@test "--max-time: an expression without an end ends the program" {
	hitl bash -c "cat good good | hitl-route -p '$policy' -F 'id=last(repeat(1))' --max-time 0.3"
	status 4
	says 'than --max-time allows'
	[ "$output" = "" ]
	# one that ends is not bothered
	hitl hitl-route -p "$policy" -F 'id=[limit(3; repeat(1))]' --max-time 60 good
	status 0
}
