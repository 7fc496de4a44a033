#!/usr/bin/env bats
# What holds for every program: what it reads.
load helper
load common

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

@test "no record through a filter: no record" {
	for p in "${filters[@]}" "hitl-feedback requests" "hitl-calibrate labels"; do
		echo old >out
		hitl $p -o out /dev/null
		status 0
		[ ! -s out ]
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
	[ "${#lines[@]}" -eq 1 ]
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

@test "memory: filters stay small on a large log" {
	[[ $B != *address* ]] || skip "sanitizers need their own memory"
	gen-log --bytes 60M >log
	for p in "${filters[@]}"; do
		bash -c "ulimit -v 60000; $p log >out"
		[ "$(wc -l <out)" -eq "$(wc -l <log)" ]
	done
}
