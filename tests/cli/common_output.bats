#!/usr/bin/env bats
# What holds for every program: what it writes, whole or not at all.
load helper
load common

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
		[ "${#lines[@]}" -eq 1 ]
	done
	for p in "${counters[@]}"; do	# results of a part are none
		hitl $p --strict in
		status 3
		[ -z "$output" ]
	done
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
	[ "$(grep -c '^[0-9 ]*write(1, "{' trace)" -eq 3 ]
}

@test "-j: a closed pipe and a full disk are told once" {
	gen-log -n 50000 >log
	hitl bash -c "hitl-route -j 3 -p '$policy' log >/dev/full"
	status 4
	[ "$(grep -c 'No space' <<<"$stderr")" -eq 1 ]
	hitl hitl-route -j 500 -p "$policy" log
	status 2
}
