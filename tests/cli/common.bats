#!/usr/bin/env bats
# What holds for every program: bad input, lost output, usage.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	echo '{"id":"a","outcome":"approve"}' >reviews
	echo '{"id":"a","ts":0,"confidence":0.5,"correct":true,"route":{"action":"AUTO"}}' >good
	filters=("hitl-risk -p $policy" "hitl-route -p $policy" "hitl-feedback join -r reviews")
	counters=("hitl-calibrate curve --at 0.5" "hitl-calibrate threshold --max-error 0.99"
		"hitl-calibrate report" "hitl-metrics")
	all=("${filters[@]}" "${counters[@]}")
}

@test "a broken line in the middle: told, kept, the others go on, exit 3" {
	{
		cat good
		printf '%s\n' '{broken' 42 '[1,2]' '' '"text"' 'null'
		printf '{"a":"\xff"}\n'
		cat good
	} >in
	for p in "${all[@]}"; do
		hitl $p -R rejects in
		status 3
		says "in:2: column 2: expected a key in quotes"
		says "in:3: is a number, not an object"
		says "in:4: is an array, not an object"
		says "in:5: empty line"
		says "in:6: is a string, not an object"
		says "in:7: is a null, not an object"
		says "in:8: column 7: invalid UTF-8"
		sed -n 2,8p in | cmp - rejects
	done
	for p in "${filters[@]}"; do
		hitl $p in
		[ "$(wc -l <<<"$output")" -eq 2 ]
	done
}

@test "more than ten rejects: ten told, then their number" {
	seq 25 >in
	cat good >>in
	hitl hitl-metrics in
	status 3
	[ "$(grep -c 'not an object' <<<"$stderr")" -eq 10 ]
	says "25 lines rejected, the first 10 told"
}

@test "CSV without --csv: asked for" {
	printf 'a,b\n1,2\n' >in.csv
	hitl hitl-metrics in.csv
	says "no line is a JSON object; is it CSV (--csv)?"
	hitl hitl-metrics good
	[[ $stderr != *CSV* ]]
}

@test "what is no NDJSON: how to make it some" {
	jq -s . good >array
	jq . good >indented
	gzip <good >packed
	iconv -f UTF-8 -t UTF-16LE <(printf '\xef\xbb\xbf'; cat good) >wide
	jq -c -s . good >line
	while IFS='	' read -r file how; do
		[ "$(eval "$how" <$file | jq -c .)" = "$(jq -c . good)" ]
		hitl hitl-metrics <$file
		[ "$status" -ne 0 ]
		says "no line is a JSON object; "
		says "$how"
	done <<-'X'
	line	jq -c '.[]'
	array	jq -c '.[]'
	indented	jq -c .
	packed	zcat
	wide	iconv -f UTF-16 -t UTF-8
	X
}

@test "no message shows what a record holds" {
	printf '{"mail":"secret@example.org" oops}\n{"confidence":"secret@example.org","ts":"secret@example.org"}\n' >in
	for p in "${all[@]}"; do
		hitl $p in
		says 'in:1: '
		[[ $stderr != *secret* ]]
	done
}

@test "--strict stops at the first" {
	printf '1\n' >in
	cat good >>in
	hitl hitl-risk -p "$policy" --strict in
	status 3
	[ "$output" = "" ]
}

@test "no record, no result: a file that was to be replaced stays" {
	for p in "hitl-calibrate "{fit,"fit --signals .a,.b",curve,report,"report --compare .b"} \
		"hitl-calibrate cascade -p layers.json" "hitl-calibrate threshold --verify promise.json" \
		"hitl-metrics" "hitl-metrics -f csv" "hitl-metrics --html page --state-out state" \
		"hitl-metrics "{merge,agreement,capacity,"drift --baseline good"} \
		"hitl-feedback "{patterns,stats,consensus,"consensus --report report",learn} \
		"hitl-feedback export --as golden --used used" \
		"hitl-feedback export --as golden --split out=0.5,used=0.5" \
		"hitl-route --explain nobody"; do
		echo '{"route":{"cascade":[{"name":"a","fail":".x"}]}}' >layers.json
		echo '{"kind":"thresholds","max_error":0.1,"confidence_level":0.95,"default":{"threshold":0.5}}' >promise.json
		for f in out page state report used; do echo old >$f; done
		case $p in
		*--split*) o='{split}' ;;
		*) o=out ;;
		esac
		hitl $p -o "$o" /dev/null
		status 1
		[ -n "$stderr" ]
		for f in out page state report used; do
			[ "$(cat $f)" = old ] || { echo "$p: $f"; return 1; }
		done
		[ -z "$(find . -name '*.????????????')" ]
	done
	hitl hitl-metrics -f json /dev/null	# and a pipe gets what it has got
	status 1
	hitl hitl-calibrate report -f json /dev/null
	[ "$output" = '[]' ]
}

@test "no record through a filter: no record" {
	for p in "${filters[@]}" "hitl-feedback requests" "hitl-calibrate labels"; do
		echo old >out
		hitl $p -o out /dev/null
		status 0
		[ ! -s out ]
	done
}

@test "a usage error that is found late replaces nothing, either" {
	echo old >out
	hitl hitl-queue push --db q.db /dev/null
	hitl hitl-queue claim --db q.db -o out
	status 2
	[ "$(cat out)" = old ]
	hitl hitl-queue show --db q.db -o out nobody
	status 1
	[ "$(cat out)" = old ]
}

@test "two things have two places" {
	mkdir sub
	ln -s . here
	for there in no yes; do
		for p in "hitl-risk -p $policy -o F -R F" "hitl-metrics -o F --html F" \
			"hitl-metrics -o F --state-out F" "hitl-metrics --html F --state-out F" \
			"hitl-metrics --plot F --html F" "hitl-metrics merge -o F -R F" \
			"hitl-metrics alarm --state F -o F" "hitl-route -p $policy --tasks F -R F" \
			"hitl-route -p $policy --tasks F -o F" "hitl-calibrate threshold --max-error 0.1 --update F -R F" \
			"hitl-calibrate report --plot F -R F" "hitl-feedback join -r reviews --unmatched F --review-rejects F" \
			"hitl-feedback consensus --report F -R F" "hitl-feedback export --as golden --used F --manifest F" \
			"hitl-queue push --db q -o F -R F"; do
			for other in same.svg ./same.svg sub/../same.svg here/same.svg "$PWD/same.svg"; do
				rm -f same.svg
				[ $there = no ] || echo old >same.svg
				# the first is same.svg, the second by another name
				q=${p/F/same.svg}
				hitl ${q/F/"$other"} good
				status 2
				says "$other: something else is written there" ||
					says "same.svg: something else is written there"
				[ $there = no ] || [ "$(cat same.svg)" = old ]
				[ $there = yes ] || [ ! -e same.svg ]
			done
		done
	done
	for o in '-R d.a' '--manifest ./d.a' '--used d.b' '-R -' '--manifest -' '--take a --used d.a'; do
		hitl hitl-feedback export --as golden --split a=0.5,b=0.5 -o 'd.{split}' $o good
		status 2
	done
	hitl hitl-risk -p "$policy" -o sub/x -R x good	# the same name elsewhere
	status 0
	[ -s sub/x ]
	hitl hitl-risk -p "$policy" -o /dev/null -R /dev/null good
	status 0
}

@test "one thing alone goes to standard output" {
	echo bad >>good
	for p in "hitl-risk -p $policy -R" "hitl-metrics -R" "hitl-metrics --html" "hitl-route -p $policy --tasks" \
		"hitl-metrics --state-out - -R" "hitl-metrics --plot - -R" "hitl-feedback consensus --report" \
		"hitl-feedback join -r reviews --unmatched"; do
		hitl $p - good
		status 2
		says " -: standard output is taken already"
		[ -z "$output" ]
	done
	for p in "${all[@]}"; do
		hitl $p -o out -R - good
		status 3
		[ "$output" = bad ]
		[ -s out ]
	done
	hitl hitl-metrics --state-out - good
	status 3
	jq -e .n <<<"$output"
	hitl hitl-metrics -o rows --html - good
	status 3
	[[ $output == *"</html>"* ]]
	jq -e . rows
}

@test "what reads twice keeps all that is rejected" {
	id='{"id":"a","ts":0,"confidence":0.5,"user_id":"u","reviewer":"r","label":"x","quality":1,
		"event":"request","user":"w","at":"1970-01-01T00:00:00Z","deadline":"1970-01-08T00:00:00Z"}'
	id=$(tr -d '\n\t' <<<"$id")
	printf '%s\nsecond\n' "$id" >log
	printf 'first 1\n%s\nfirst 2\n' "$id" >other
	printf 'first 1\nfirst 2\nsecond\n' >expected
	for p in "hitl-metrics drift --baseline other" "hitl-feedback requests --now 1970-01-02T00:00:00Z --events other" \
		"hitl-feedback consensus --method weighted --quality other"; do
		hitl $p -R rejects log
		[[ $status =~ [13] ]]
		cmp expected rejects
		hitl $p -o out -R - log
		[ "$(tail -n 3 <<<"$output")" = "$(cat expected)" ]
		hitl $p -R rejects log nowhere
		status 4
		hitl $p -R /dev/full log
		status 4
		says /dev/full
		[ "$(grep -c /dev/full <<<"$stderr")" -eq 1 ]
	done
	[ -z "$(find . -name 'rejects.*')" ]
}

@test "--strict: what it has stopped replaces nothing" {
	{ cat good; echo bad; cat good; } >in
	for p in "${all[@]}" "hitl-route -p $policy --tasks tasks" "hitl-route -p $policy --explain a" \
		"hitl-route -p $policy --dry-run-policy $policy" "hitl-route --advise --max-error 0.1" \
		"hitl-metrics --html page --state-out state" "hitl-metrics alarm --state state" \
		"hitl-metrics drift --baseline in" "hitl-feedback consensus --report page" \
		"hitl-feedback requests --user .id --rate 1" "hitl-feedback join -r reviews --unmatched page" \
		"hitl-feedback learn" "hitl-feedback export --as golden --used page" "hitl-calibrate labels"; do
		rm -f state
		for f in out page tasks rejects; do echo old >$f; done
		hitl $p --strict -o out -R rejects in
		status 3
		says "in:2: column 1"
		for f in out page tasks; do
			[ "$(cat $f)" = old ] || { echo "$p: $f"; return 1; }
		done
		[ ! -s state ]	# made, but not written, by alarm
		[ "$(cat rejects)" = bad ]
	done
	for p in "${filters[@]}"; do	# standard output has what was written until then
		hitl $p --strict in
		status 3
		[ "$(wc -l <<<"$output")" -eq 1 ]
	done
	for p in "${counters[@]}"; do	# results of a part are none
		hitl $p --strict in
		status 3
		[ -z "$output" ]
	done
}

@test "CSV: a CR behind a closing quote is part of the newline" {
	printf 'a,b\n1,"x"\r\n2,"y"\r\r\n3,"x"\r,\n4,"x"\r"y"\n5,"x"\ry\n"6"\r,"x"\n7,x\ry\n8,"x\r"\n9,"z"\r' >in
	hitl hitl-risk -p "$policy" --csv -R rejects in
	status 3
	[ "$(jq -c '[.a,.b]' <<<"$output" | tr '\n' ' ')" = '[1,"x"] [7,"x\ry"] [8,"x\r"] [9,"z"] ' ]
	[ "$(grep -c 'text follows the closing quote of a cell' <<<"$stderr")" -eq 5 ]
	sed -n '3,7p' in | cmp - rejects
}

@test "--max-line: longer ones are rejected whole" {
	{ cat good; printf '{"x":"%02000d"}\n' 0; cat good; } >in
	hitl hitl-risk -p "$policy" --max-line 1000 -R rejects in
	status 3
	says "in:2: longer than 1000 bytes"
	[ "$(wc -l <<<"$output")" -eq 2 ]
	sed -n 2p in | cmp - rejects
	printf '{"x":"%01000000d"}' 0 >long	# several reads, no newline
	hitl hitl-risk -p "$policy" --max-line 1000 -R rejects long good
	[ "$(wc -l <<<"$output")" -eq 1 ]
	{ cat long; echo; } | cmp - rejects
	hitl hitl-risk -p "$policy" long
	status 0
}

@test "CRLF, a BOM, no last newline, NUL" {
	printf '\xef\xbb\xbf{"id":1,"ts":0}\r\n{"id":2,"ts":0}' >in
	hitl hitl-risk -p "$policy" in
	status 0
	[ "$(jq -c .id <<<"$output" | tr '\n' ' ')" = "1 2 " ]
	printf '{"id":1\0}\n' >in
	hitl hitl-risk -p "$policy" in
	status 3
	says "NUL byte"
}

@test "no such file, a directory, no permission: exit 4 before output" {
	for p in "${all[@]}"; do
		hitl $p good nowhere
		status 4
		says "nowhere: No such file or directory"
		[ "$output" = "" ]
		hitl $p .
		status 4
		says ".: Is a directory"
	done
	if [ "$(id -u)" -ne 0 ]; then
		chmod 0 good
		hitl hitl-metrics good
		status 4
		says "Permission denied"
	fi
}

@test "/dev/full: exit 4, never 0" {
	for p in "${all[@]}"; do
		run --separate-stderr bash -c "$p good >/dev/full"
		status 4
		says "No space left on device"
	done
}

@test "a full disk: whole lines, one message, exit 4" {
	gen-log -n 3000 >log
	for p in "${filters[@]}"; do
		run --separate-stderr bash -c "trap '' XFSZ; ulimit -f 300; $p log >out"
		status 4
		[ "$(grep -c 'File too large' <<<"$stderr")" -eq 1 ]
		[ "$(tail -c 1 out | od -An -c | tr -d ' ')" = '\n' ]
		jq -c . out >/dev/null
		rm out
	done
}

@test "a closed pipe: a quiet death" {
	gen-log -n 20000 >log
	for p in "${filters[@]}"; do
		{ $p log || echo $? >st; } 2>err | head -1 >/dev/null
		[ "$(cat st)" -eq 141 ]
		[ ! -s err ]
	done
}

@test "closed standard input or output: exit 4" {
	run --separate-stderr bash -c "hitl-risk -p $policy <&-"
	status 4
	run --separate-stderr bash -c "hitl-risk -p $policy good >&-"
	status 4
}

@test "empty input: nothing from filters, a statement from the others" {
	for p in "${filters[@]}"; do
		hitl $p /dev/null
		status 0
		[ "$output" = "" ]
	done
	for p in "${counters[@]}"; do
		hitl $p /dev/null
		status 1
		[ "$stderr" != "" ]
	done
}

@test "standard input is read for one thing" {
	echo old >out
	for p in "hitl-metrics drift --baseline" "hitl-feedback join -r" "hitl-feedback requests --events" \
		"hitl-feedback consensus --method weighted --quality" "hitl-calibrate apply -m"; do
		for files in "" - "good -"; do
			# shellcheck disable=SC2086
			hitl $p - -o out $files <good
			status 2
			says " -: standard input is read once; the records must come from a FILE"
			[ "$(cat out)" = old ]
		done
	done
	hitl hitl-metrics drift --baseline good --baseline - --baseline - good <good
	status 2
	hitl hitl-metrics drift --baseline - good <good
	status 0
}

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

@test "-o: complete or not at all" {
	echo old >out
	hitl hitl-risk -p "$policy" -o out good
	status 0
	[ "$output" = "" ]
	jq -e .risk out
	cp out before
	hitl hitl-risk -p "$policy" -o out nowhere
	status 4
	cmp out before
	[ "$(ls out.* 2>/dev/null)" = "" ]
	hitl hitl-risk -p "$policy" -o /nowhere/out good
	status 4
}

@test "-o: a symbolic link leads to the file that is replaced" {
	mkdir a b sub
	hitl-risk -p "$policy" good >want
	echo old >a/there
	chmod 600 a/there
	ln -s ../a/there b/link
	ln -s link b/twice
	ln -s "$PWD/a/new" b/dangling
	ln -s ../sub/../a b/directory
	for o in b/link b/twice b/dangling b/directory/third; do
		hitl hitl-risk -p "$policy" -o $o good
		status 0
		cmp want $o
		[ -L b/link ] && [ -L b/twice ] && [ -L b/dangling ] || false
		echo old >a/there
		[ -z "$(find a b -name '*.*')" ]
	done
	[ "$(stat -c %a a/there)" = 600 ]
	cmp want a/new
	cmp want a/third
	# not done: nothing is changed, there is nothing left
	hitl hitl-risk -p "$policy" -o b/link nowhere
	status 4
	[ "$(cat a/there)" = old ]
	[ "$(ls a)" = $'new\nthere\nthird' ]
	# opened once the program is confined
	hitl hitl-route -p "$policy" --tasks b/link -o b/dangling good
	status 0
	[ -L b/link ]
	hitl-route -p "$policy" --tasks tasks -o out good
	cmp tasks a/there
	cmp out a/new
	# two links to what is not there yet: one of both would be lost
	ln -s ../a/later b/first
	ln -s "$PWD/b/../a/later" b/second
	for other in b/second a/later; do
		hitl hitl-route -p "$policy" --tasks b/first -o "$other" good
		status 2
		says "--tasks b/first: something else is written there"
	done
	# to nothing that can be
	ln -s loop loop
	hitl hitl-risk -p "$policy" -o loop good
	status 4
	says "loop: "
	[ -L loop ]
	ln -s missing/file lost
	hitl hitl-risk -p "$policy" -o lost good
	status 4
	[ -L lost ]
}

# /dev/stdout is a link, too, but what it leads to is open already.
@test "-o /dev/stdout: written where standard output is" {
	hitl-risk -p "$policy" good >want
	echo before >out
	hitl-risk -p "$policy" -o /dev/stdout good >>out
	{ echo before; cat want; } | cmp - out
	[ -L /dev/stdout ]
	# a file behind another descriptor, which is opened under the sandbox
	{ cat good; echo broken; } >bad
	code=0
	hitl-risk -p "$policy" -R /dev/fd/4 bad 4>rejected >out 2>err || code=$?
	[ "$code" -eq 3 ]
	cmp out want
	[ "$(cat rejected)" = broken ]
}

@test "standard output and an option's file that are one: neither would be whole" {
	{ cat good; echo broken; } >bad
	code=0
	hitl-risk -p "$policy" -R same bad >same 2>err || code=$?
	[ "$code" -eq 2 ]
	grep -q 'rejects same: standard output is a file, and one of both would be lost there' err
	[ ! -s same ]
	code=0
	hitl-route -p "$policy" --tasks /dev/stdout good >same 2>err || code=$?
	[ "$code" -eq 2 ]
	# a pipe takes both
	hitl-route -p "$policy" --tasks /dev/stdout good | cat >both
	[ "$(wc -l <both)" -ge "$(wc -l <good)" ]
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
	hitl hitl-route -p "$policy" -F 'id=[limit(3; repeat(1))]' --max-time 0.3 good
	status 0
}

@test "CSV: types, quotes, newlines, names, ragged rows" {
	printf '\xef\xbb\xbfid,a,a,"x ""y"""\r\n007,1e3,TRUE,"p\nq, ""r"""\r\n,,false, \r\n1,2\r\n"1"z,2,3,4\r\n5,6,7,8' >in.csv
	hitl hitl-risk --csv -p "$policy" -R rejects in.csv
	status 3
	[ "$(jq -c 'del(.risk)' <<<"$output" | tr '\n' ' ')" = '{"id":"007","a":1000,"a_2":true,"x \"y\"":"p\nq, \"r\""} {"id":null,"a":null,"a_2":false,"x \"y\"":" "} {"id":5,"a":6,"a_2":7,"x \"y\"":8} ' ]
	says "in.csv:5: 2 cells where the header has 4"
	says "in.csv:6: text follows the closing quote"
	[ "$(head -1 rejects)" = $'1,2\r' ]
	printf 'a;b\n1;"x\n2;3\n' >open.csv
	hitl hitl-risk --csv --delimiter ';' -p "$policy" open.csv
	status 3
	says "open.csv:2: a quoted cell is opened and never closed"
	[ "$(jq -c .a <<<"$output")" = 2 ]
	printf 'a,b\n"\xff",1\n' >bad.csv
	hitl hitl-risk --csv -p "$policy" bad.csv
	status 3
	says "bad.csv:2: column 1: invalid UTF-8"
}

@test "CSV beyond --max-line: the same however it arrives, lines counted" {
	y=$(printf 'y%.0s' {1..60})
	printf 'a,b\n1,"xxxxxxxxxx\n%s"\n2,3\n1\n' "$y" >open.csv
	printf 'a,b\n"p\nq",%s\n2,3\n1\n' "$y" >long.csv
	for f in open long; do
		hitl hitl-risk -p "$policy" --csv --max-line 40 - <$f.csv
		status 3
		whole=$output$stderr
		says '<stdin>:5: 1 cells'
		mkfifo in
		hitl-risk -p "$policy" --csv --max-line 40 <in >out 2>err 3>&- &
		pid=$!
		exec 7>in
		rm in
		head -c 60 $f.csv >&7
		await drained 7
		tail -c +61 $f.csv >&7
		exec 7>&-
		await_end $pid
		[ "$status" -eq 3 ]
		[ "$(cat out)$(cat err)" = "$whole" ]
	done
}

@test "the pipeline on a real log" {
	need_shared mmlu-pro-gpt-4.1-mini.csv
	f=(-F confidence=.logit_perplexity_confidence -F task=.category -F 'id=.["Unnamed: 0"]')
	# there is no output in it that a cascade could check
	jq 'del(.route.cascade)' "$policy" >p.json
	hitl-risk --csv -p p.json "${f[@]}" "$shared/data/mmlu-pro-gpt-4.1-mini.csv" |
		hitl-route -p p.json "${f[@]}" |
		hitl-metrics -p p.json -F 'correct=.correct_answer == .extracted_answer' >m
	# 9,294 are at 0.85 or above, 1,777 of them wrong
	jq -e '.n == 12032 and .escalation_rate.value == 2738 / 12032 and
		.error_escape_rate.value == 1777 / 9294' m
}

@test "live: a record is not held back while the pipe waits" {
	mkfifo pipe
	hitl-risk -p "$policy" <pipe >out &
	exec 5>pipe
	cat good >&5
	await [ -s out ]
	[ "$(wc -l <out)" -eq 1 ]
	exec 5>&-
	wait
}

@test "--line-buffered: a line is out before the next is read" {
	seq 3 | sed 's/.*/{"id":&,"task_type":"t"}/' >three
	strace -o trace true || skip 'no strace here, or no right to it'
	strace -f -e trace=write -o trace hitl-risk -p "$policy" --line-buffered three >out
	[ "$(wc -l <out)" -eq 3 ]
	[ "$(grep -c '^[0-9 ]*write(1' trace)" -eq 3 ]
}

@test "-j and HITL_SIMD: the same bytes, messages, rejects and status" {
	gen-log -n 20000 >log
	# broken lines, some of them in a row, and a long one
	awk 'NR % 997 == 0 { print "{\"id\":" } NR % 1201 < 3 { print "[" NR "]" } { print }' log >bad
	head -c 300000 /dev/zero | tr '\0' x >>bad
	cat log >>bad
	# shellcheck disable=SC2034 # by their names, below
	route=(hitl-route -p "$policy" --max-line 200000)
	# shellcheck disable=SC2034
	metrics=(hitl-metrics --by .tenant_id --window day --max-groups 5)
	# shellcheck disable=SC2034
	curve=(hitl-calibrate threshold --max-error 0.1 --by .tenant_id --max-groups 5)
	for set in scalar sse2 avx2 avx512; do
		HITL_SIMD=$set hitl-risk --version || continue
		for jobs in 1 2 5; do
			for run in route metrics curve; do
				declare -n words=$run
				code=0
				HITL_SIMD=$set "${words[@]}" -j $jobs -R rejects.$run bad log >out.$run 2>err.$run || code=$?
				echo $code >>out.$run
				cat err.$run rejects.$run >>out.$run
				[ -e first.$run ] || cp out.$run first.$run
				cmp out.$run first.$run
			done
		done
	done
	[ "$(tail -n 100 first.route | grep -c xxx)" -ge 1 ]
	HITL_SIMD=mmx hitl hitl-risk --version
	status 2
	says 'HITL_SIMD: mmx is none of'
}

@test "-j: a closed pipe and a full disk are told once" {
	gen-log -n 50000 >log
	hitl bash -c "hitl-route -j 3 -p '$policy' log >/dev/full"
	status 4
	[ "$(grep -c 'No space' <<<"$stderr")" -eq 1 ]
	hitl hitl-route -j 500 -p "$policy" log
	status 2
}

@test "memory: filters stay small on a large log" {
	[[ $B != *address* ]] || skip "sanitizers need their own memory"
	gen-log --bytes 60M >log
	for p in "${filters[@]}"; do
		bash -c "ulimit -v 60000; $p log >out"
		[ "$(wc -l <out)" -eq "$(wc -l <log)" ]
	done
}
