#!/usr/bin/env bats
# Input made to break programs: each has a bound, and keeps it.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	echo '{"id":"good","ts":0,"confidence":0.5,"correct":true,"route":{"action":"QUEUE"}}' >good
	echo '{"id":"good","outcome":"approve"}' >reviews
	readers=("hitl-risk -p $policy" "hitl-route -p $policy" "hitl-metrics" "hitl-metrics agreement"
		"hitl-metrics capacity" "hitl-metrics drift --baseline good" "hitl-calibrate curve"
		"hitl-calibrate threshold --max-error 0.5" "hitl-calibrate report" "hitl-feedback join -r reviews"
		"hitl-feedback patterns" "hitl-feedback stats" "hitl-feedback export --as golden"
		"hitl-feedback learn" "hitl-feedback consensus" "hitl-queue push --db queue")
}

# The rest of those that read lines: what they need is made, too.
more_readers() {
	seq 20 | jq -c '{id: ., confidence: (. / 20), correct: (. % 2 == 0)}' >labelled
	hitl-calibrate fit --method platt labelled >model
	echo '{"case_id":"a","kind":"escalation"}' | hitl-queue push --db queue >/dev/null
	readers+=("hitl-metrics alarm --state alarm -p $policy" "hitl-metrics merge" "hitl-calibrate fit"
		"hitl-calibrate apply -m model" "hitl-calibrate cascade -p $policy" "hitl-calibrate labels"
		"hitl-feedback requests --rate 0.5" "hitl-queue submit --db queue --reviewer r"
		"hitl-queue import --db new" "hitl-act --journal journal")
}

# ended N...: with one of these statuses
ended() {
	[[ " $* " == *" $status "* ]] || status "$1"
}

# within MEGABYTES COMMAND...: with no more address space than that
within() {
	local most=$(($1 * 1024))
	[[ $B != *address* ]] || most=unlimited
	shift
	hitl bash -c 'ulimit -v "$1"; shift; exec "$@"' - "$most" "$@"
}

# records N TEMPLATE: so many, @ is the number
records() {
	perl -e 'for $i (1 .. $ARGV[0]) { ($x = $ARGV[1]) =~ s/@/$i/g; print "$x\n" }' "$1" "$2"
}

@test "a line of 1 GiB: rejected, in 400 MB of addresses, and the rest is read" {
	[[ $B != *address* ]] || skip 'too slow'
	for p in "${readers[@]}"; do
		run --separate-stderr bash -c "ulimit -v 400000; { head -c 1G /dev/zero | tr '\0' x; echo; cat good; } | $p"
		ended 3 1
		says '<stdin>:1: longer than 67108864 bytes'
	done
}

@test "a line one byte longer than --max-line: rejected by all" {
	more_readers
	{
		printf '{"id":1,"a":"%0985d"}\n{"id":2,"a":"%0986d"}\n' 0 0
		cat good
	} >in
	[ "$(sed -n 1p in | tr -d '\n' | wc -c)" -eq 1000 ]
	for p in "${readers[@]}"; do
		run=()
		[[ $p != hitl-act* ]] || run=(-- cat)
		hitl $p --max-line 1000 "${run[@]}" <in
		ended 3 1
		says '<stdin>:2: longer than 1000 bytes'
		[[ $stderr != *'<stdin>:1: longer'* ]]
		[[ $stderr != *'<stdin>:3: longer'* ]]
	done
}

@test "reviews and labels of 10 MB: compared in a few times as much" {
	[[ $B != *address* ]] || skip 'sanitizers need their own memory'
	perl -e '
		$flat = "[" . "1," x 5e6 . "1]"; $deep = "[" x 199 . $flat . "]" x 199;
		print qq({"id":"a","reviewer":"r$_","outcome":"correct","label":$deep,"correction":$flat}\n) for 1 .. 2' >in
	echo '{"id":"a"}' >one
	within 200 hitl-feedback join -r in one
	status 0
	jq -e '.review.reviews == 2 and .review.agree' <<<"$output" >/dev/null
	within 200 hitl-feedback consensus in
	status 0
	jq -e '.votes == 2 and .agreement_score == 1' <<<"$output" >/dev/null
}

@test "nesting of 100,000: rejected by all" {
	{
		head -c 100000 /dev/zero | tr '\0' '['
		echo
		printf '{"id":1,"a":'
		head -c 100000 /dev/zero | tr '\0' '['
		head -c 100000 /dev/zero | tr '\0' ']'
		echo '}'
		cat good
	} >in
	more_readers
	for p in "${readers[@]}"; do
		run=()
		[[ $p != hitl-act* ]] || run=(-- cat)
		within 400 $p "${run[@]}" <in
		ended 3 1
		says '<stdin>:1: column 513: nested deeper than 512'
		says '<stdin>:2: column 524: nested deeper than 512'
	done
	# what is read beside the records
	for p in "hitl-feedback join -r in good" "hitl-metrics drift --baseline in good" \
		"hitl-feedback requests --rate 0.5 --events in good" "hitl-route -p $policy --overdue in"; do
		within 400 $p
		status 3
		says 'in:2: column 524: nested deeper than 512'
	done
}

@test "policies nested, cut and repeated" {
	for text in "$(head -c 100000 /dev/zero | tr '\0' '[')" '{"route":{"threshold":0.5},"route":{}}' \
		'{"risk":{"tasks":{"a":"low","a":"high"}}}' '{"route":{"gates":[{"name":"g","when":"((((((((((((.a"}]}}'; do
		echo "$text" >p.json
		hitl hitl-route -p p.json good
		status 2
		[ "$output" = '' ]
	done
	size=$(stat -c %s "$policy")
	for cut in $(seq 0 37 $((size - 2))); do
		head -c "$cut" "$policy" >p.json
		hitl hitl-route -p p.json good
		status 2
		says 'p.json'
	done
}

# How many; ten million where there is time (DISTINCT=10000000).
distinct=${DISTINCT:-1000000}

@test "$distinct groups: as many as are allowed, in 300 MB of addresses" {
	records "$distinct" '{"id":"@","ts":1770000000,"confidence":0.9,"correct":true,"route":{"action":"AUTO"}}' >in
	within 200 hitl-metrics --by .id in
	status 0
	[ "$(wc -l <<<"$output")" -eq 10001 ]
	says 'beyond --max-groups'
	within 300 hitl-calibrate threshold --max-error 0.5 --by .id --max-groups 100 in
	status 0
	[ "$(jq '.groups | length' <<<"$output")" -le 101 ]
}

@test "groups that are all asked for, $((distinct / 10)) of them: each is counted" {
	records $((distinct / 10)) '{"id":"@","ts":1770000000,"confidence":0.9,"correct":true,"route":{"action":"AUTO"}}' >in
	hitl-metrics --by .id --max-groups $((distinct / 10)) in >out
	[ "$(wc -l <out)" -eq $((distinct / 10)) ]
	[ "$(grep -c '"n":1,' out)" -eq $((distinct / 10)) ]
}

@test "a million queues, a million reviewers: too many is said" {
	records 1000000 '{"id":"@","ts":1770000000,"confidence":0.9,"route":{"action":"QUEUE","queue":"q@"}}' >in
	within 300 hitl-metrics capacity in
	status 4
	says 'more than 10000 queues'
	records 1000000 '{"id":"i","reviewer":"r@","label":"x@"}' >in
	within 900 hitl-metrics agreement in
	status 4
	says 'more than 100000 reviewers'
}

@test "many labels of one item are not compared each with each" {
	records 60000 '{"id":"i","reviewer":"r@","label":"x@"}' >in
	hitl timeout 300 hitl-metrics agreement in
	status 0
	jq -e '.votes == 60000' <<<"$output"
}

@test "keys of one object: a million, and a million times the same" {
	{
		printf '{"id":"a"'
		seq 1000000 | sed 's/.*/,"k&":1/' | tr -d '\n'
		echo '}'
		printf '{"id":"b"'
		seq 1000000 | sed 's/.*/,"confidence":0.1/' | tr -d '\n'
		echo ',"confidence":0.9}'
	} >in
	for p in "hitl-risk -p $policy" "hitl-route -p $policy" "hitl-feedback join -r reviews"; do
		within 400 bash -o pipefail -c '"$@" in | wc -l' - $p
		status 0
		[ "$output" -eq 2 ]
	done
	hitl-route -p "$policy" in | tail -n 1 | grep -q '"route":{"action":"[A-Z_]*","respond":"[a-z_]*","confidence":0.9,'
}

# collide BITS: 2^BITS keys that are one to a hash that is h * 33 + c, as djb2
# is, and as many for h * 31 + c: pairs of letters of one value, put together.
collide() {
	perl -e 'for my $pair (["Ez", "FY"], ["Aa", "BB"]) {
		for my $i (0 .. 2 ** $ARGV[0] - 1) { print join("", map { $pair->[$i >> $_ & 1] } 0 .. $ARGV[0] - 1), "\n" } }' "$1"
}

@test "keys that collide in hashes without a secret cost no more than others" {
	local bits=17
	[[ $B != *address* ]] || bits=13 # time is not what sanitizers tell
	local n=$((2 << bits))
	collide $bits >keys
	[ "$(sort -u keys | wc -l)" -eq "$n" ]
	# records by id, groups, the members of one object
	sed 's/.*/{"id":"&","confidence":0.9,"correct":true,"route":{"action":"AUTO"}}/' keys >in
	hitl timeout 120 bash -o pipefail -c 'hitl-metrics --by .id --max-groups 300000 in | wc -l'
	status 0
	[ "$output" -eq "$n" ]
	sed 's/.*/{"id":"&","outcome":"approve"}/' keys >reviews
	hitl timeout 120 bash -o pipefail -c 'hitl-feedback join -r reviews in | grep -c "\"outcome\":\"approve\""'
	status 0
	[ "$output" -eq "$n" ]
	{
		printf '{"id":"a"'
		sed 's/.*/,"&":1/' keys | tr -d '\n'
		echo ',"confidence":0.9}'
	} >in
	hitl timeout 120 bash -o pipefail -c "hitl-route -p $policy in | tail -c 2000"
	status 0
	[[ $output == *'"confidence":0.9'* ]]
	# and a policy of them
	{
		printf '{"risk":{"default":"low","tasks":{"x":"low"'
		sed 's/.*/,"&":"high"/' keys | tr -d '\n'
		echo '}},"route":{"threshold":0.5}}'
	} >p.json
	hitl timeout 120 hitl-risk -p p.json <<<"{\"task_type\":\"$(tail -n 1 keys)\"}"
	status 0
	[ "$(jq -r .risk.level <<<"$output")" = high ]
}

@test "CSV: names that repeat, a quote without an end, a million columns" {
	{
		seq 20000 | sed 's/.*/a/' | paste -sd,
		seq 20000 | paste -sd,
	} >in
	run timeout 20 hitl-risk -p "$policy" --csv in
	[ "$status" -eq 0 ]
	[ "$(jq -r .a_20000 <<<"$output")" = 20000 ]
	printf 'id,text\n1,ok\n2,"never closed\n' >in
	hitl hitl-risk -p "$policy" --csv in
	status 3
	[ "${#lines[@]}" -eq 1 ]
	{
		seq 1000000 | sed 's/^/c/' | paste -sd,
		seq 1000000 | paste -sd,
	} >in
	within 400 hitl-risk -p "$policy" --csv in
	status 0
}

@test "names that drive a terminal, in messages, tables, explanations" {
	local name=$'x\033[31m\xe2\x80\xae\n\x7f\xc2\x9b'
	printf '{"id":"a","task_type":"\\u001b[31m\\u202e\xe2\x80\xae\xc2\x9b"}\n' >"$name"
	{
		hitl-risk -p "$policy" "$name.not" || true
		hitl-metrics --by .task_type -f table "$name"
		hitl-route -p "$policy" --explain a "$name"
		hitl-route -p "$name" "$name" || true
		hitl-calibrate threshold --max-error 0.1 --bogus "$name" || true
		hitl-queue show --db "$name" "$name" || true
	} >out 2>&1
	[ -s out ]
	! grep -qP '[\x00-\x08\x0b-\x1f\x7f]' out || false
	! grep -qP '\xe2\x80\xae|\xc2\x9b' out || false
	[ "$(tail -c 1 out | od -An -c | tr -d ' ')" = '\n' ]
}

@test "a file name with a newline is one line of a message" {
	hitl hitl-risk -p "$policy" $'two\nlines'
	status 4
	[ "${#stderr_lines[@]}" -eq 1 ]
}

gate() { # EXPRESSION
	printf %s "$1" >expression
	jq -n --rawfile e expression '{risk: {default: "low"}, route: {threshold: 0.5, gates: [{name: "g", when: $e}]}}' >p.json
}

# bounded: it was told in one line that there is no answer, or a person is asked
bounded() {
	if [ "$status" -eq 4 ]; then
		[ "${#stderr_lines[@]}" -eq 1 ]
		[ "$output" = '' ]
	else
		status 0
		jq -es 'length == 1 and .[0].route.action == "QUEUE" and any(.[0].route.reasons[]; startswith("gate:g"))' <<<"$output"
	fi
}

@test "expressions without an end or a bound: status 4 in time, or a person" {
	[[ $B != *address* ]] || skip 'sanitizers bound memory themselves'
	echo '{"id":"a","confidence":0.9,"s":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!","n":1000000000}' >in
	for e in 'def f: f; f' '[repeat(1)] | length > 3' '[limit(.n; repeat(1))] | length > 3' \
		'last(range(1e12)) > 1' 'until(false; .) | true' '("x" * 1e9 * 4) | length > 1' \
		'def f: [f]; f' 'def f: 1 + f; f > 1' 'reduce range(1e9) as $i (""; . + "xxxxxxxxxxxxxxxx") | length > 3' \
		'reduce range(1e7) as $i (1; [.]) | tostring | length > 3'; do
		gate "$e"
		hitl timeout 60 hitl-route -p p.json --max-time 2 in
		bounded
	done
	gate '.s | test("(a+)+$")'
	hitl timeout 60 hitl-route -p p.json --max-time 5 in
	bounded
	# what an expression may not do at all
	for e in 'input' '$ENV.HOME' 'env.HOME' 'halt' '"x" | halt_error' 'include "x"; .' 'debug' 'input_filename' '$__prog_args' 'get_search_list'; do
		gate "$e"
		hitl hitl-route -p p.json in
		status 2
	done
}

@test "chains of operators as long as a policy may be" {
	for link in ' + 1' ' // .a' ' and .a' ' | .a'; do
		gate ".a$(seq 20000 | sed "s:.*:$link:" | tr -d '\n')"
		hitl timeout 60 hitl-route -p p.json --max-time 5 good
		case $status in
		0) jq -es 'length == 1 and .[0].route.action != null' <<<"$output" ;;
		2) says 'p.json: route.gates[0].when: ' ;;
		*)
			status 4
			[ "${#stderr_lines[@]}" -eq 1 ]
			;;
		esac
	done
}

@test "an error is never an answer: no gate, rule, trigger or layer lets it pass" {
	for e in 'error' '.missing | error' 'error(null)' '.s | error' 'any(.missing | error; true)' '.n[0]' '.s.x'; do
		jq -n --arg e "$e" '{risk: {default: "low", rules: [{name: "r", when: $e, raise: "critical"}]},
			route: {threshold: 0.5, triggers: [{name: "t", when: $e, action: "ESCALATE"}]}}' >rule.json
		jq -n --arg e "$e" '{risk: {default: "low"}, route: {threshold: 0.5, cascade: [{name: "c", fail: $e}]}}' >layer.json
		gate "$e"
		for f in rule.json layer.json p.json; do
			hitl hitl-route -p $f <<<'{"id":"a","confidence":0.9,"s":"x","n":1}'
			status 0
			[[ $(jq -r .route.action <<<"$output") != AUTO* ]] || { echo "$e in $f: $output"; false; }
			[[ $output == *'(error)'* ]]
		done
	done
}

@test "time at its ends" {
	echo '{"risk":{"default":"low"},"route":{"threshold":0.8,"queues":[{"name":"g","sla":"4h"}]}}' >p.json
	for at in '"9999-12-31T23:59:59Z"' 253402300799 '"0001-01-01T00:00:00Z"' 1e400 -1e400 '"10000-01-01T00:00:00Z"' -62135596800; do
		hitl hitl-route -p p.json <<<"{\"id\":1,\"confidence\":0.5,\"ts\":$at}"
		status 0
		jq -er '.route.sla_deadline | . == null or test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T")' <<<"$output"
	done
}

@test "what is nested to the limit is not written into something deeper" {
	local deep
	deep=$(printf '{"id":"a","outcome":"correct","state":"rejected","case_id":"a","kind":"escalation","evidence":%s%s}' "$(head -c 505 /dev/zero | tr '\0' '[')" "$(head -c 505 /dev/zero | tr '\0' ']')")
	for p in "hitl-act --journal j -f json -- true" "hitl-feedback export --as prompt-tests -f json" "hitl-queue push --db q"; do
		hitl $p <<<"$deep"
		ended 3 1
		says 'nested deeper than 500'
	done
}

@test "thresholds, models, states and events that are none" {
	for text in '' 0 '[]' '{' '{"kind":"thresholds"}' '{"kind":"thresholds","default":{"threshold":1e9}}' \
		"$(head -c 3000 /dev/urandom | base64)" "$(head -c 100000 /dev/zero | tr '\0' '[')"; do
		# status, what is said, and of whom
		while IFS='	' read -r want say p; do
			echo "$text" >x
			hitl $p
			# shellcheck disable=SC2053 # a pattern
			[[ $status == $want ]] || status "$want"
			[ "$output" = '' ] || [ "$output" = '{"imported":0,"known":0}' ]
			says "$say"
			rm -f new new-*
		done <<-END
			2	x: 	hitl-route -p $policy -t x good
			2	x: 	hitl-calibrate apply -m x good
			2	x: 	hitl-metrics alarm -p $policy --state x good
			2	x: 	hitl-metrics capacity -t x good
			2	x: 	hitl-calibrate threshold --verify x good
			1	x:1: 	hitl-metrics merge x
			[13]	1: 	hitl-queue import --db new x
			[24]	x: 	hitl-queue list --db x
		END
	done
}

@test "a threshold above 1: nothing is confident enough, and all of it is work" {
	echo '{"kind":"thresholds","default":{"threshold":1.9}}' >t
	echo '{"id":1,"ts":0,"confidence":1,"route":{"action":"QUEUE","reasons":["confidence:below_threshold"]},"review":{"seconds":5}}' >in
	hitl hitl-metrics capacity -t t in
	status 0
	[ "$output" != '' ]
}

@test "an event whose task is none is not imported" {
	echo '{"case_id":"a1","kind":"escalation"}' | hitl-queue push --db q >/dev/null
	hitl-queue export --db q --as events | jq -c '.body = 1' >events
	hitl hitl-queue import --db new events
	status 1
	says 'events:1: '
	# nor does one that is in a queue go unseen
	hitl hitl-queue verify --db q
	status 0
	[ "$(jq -r .intact <<<"$output")" = true ]
	[ "$(sqlite3 q "update bodies set body = '1'; select changes()")" = 1 ]
	hitl hitl-queue verify --db q
	status 1
	[ "$(jq -c '[.intact, .why]' <<<"$output")" = '[false,"event 1 has a text that is not what it was"]' ]
}

# bound COMMAND...: that of a run on its memory, while it waits for `in`
bound() {
	rm -f in
	mkfifo in
	"$@" >/dev/null 2>&1 3>&- &
	local pid=$!
	exec 7>in # it has opened its end
	sed -n 's/^Max address space  *\([a-z0-9]*\).*/\1/p' "/proc/$pid/limits"
	exec 7>&-
	wait $pid || true
}

@test "whoever runs libjq has 4 GiB of memory" {
	[[ $B != *address* && $B != *thread* ]] || skip 'a sanitizer takes more'
	[ "$(ulimit -v)" = unlimited ] || skip 'there is a bound already'
	local four=4294967296 jq='[.x | strings | test("a")] | any'
	echo '{"risk":{"default":"low"}}' >p.json
	jq --arg x "$jq" '.risk.rules = [{name: "r", when: $x, set: "high"}]' p.json >q.json
	[ "$(bound hitl-risk -p p.json in)" = unlimited ]
	[ "$(bound hitl-risk -p q.json in)" = $four ]
	[ "$(bound hitl-route -p p.json --dry-run-policy p.json in)" = unlimited ]
	[ "$(bound hitl-route -p p.json --dry-run-policy q.json in)" = $four ]
	[ "$(bound hitl-route -p q.json --dry-run-policy p.json in)" = $four ]
	[ "$(bound hitl-feedback join -r in good)" = unlimited ]
	[ "$(bound hitl-feedback join -r in -F "review.comment=$jq" good)" = $four ]
	echo '{"case_id":"a","kind":"escalation"}' | hitl-queue push --db db >pushed
	[ "$(bound hitl-queue submit --db db in)" = unlimited ]
	[ "$(bound hitl-queue submit --db db -F "review.comment=$jq" in)" = $four ]
}

# Of judges that end at once: each record starts one.
@test "programs that threads start have no bound on their memory, and leave ours" {
	[[ $B != *address* && $B != *thread* ]] || skip 'a sanitizer takes more'
	[ "$(ulimit -v)" = unlimited ] || skip 'there is a bound already'
	printf '#!/bin/sh\nulimit -v >>limits\n' >judge
	chmod +x judge
	echo '{"risk":{"default":"low"},"fields":{"id":"[.id | tostring] | first"},"route":{"threshold":0.1,
		"cascade":[{"name":"j","command":["./judge"],"pass":0.5,"timeout":"60s"}]}}' >p.json
	seq 800 | jq -c '{id: ., ts: 0, confidence: 0.9, more: ("x" * 1000)}' >many
	: >limits
	mkfifo in
	hitl-route -p p.json --allow-commands -j 8 many in >out 2>&1 3>&- &
	local pid=$!
	exec 7>in # when it has opened its end, all of `many` is on its way
	for _ in $(seq 600); do
		ours=$(sed -n 's/^Max address space  *\([a-z0-9]*\).*/\1/p' "/proc/$pid/limits")
		[ "$(wc -l <limits)" -lt 800 ] || [ "$ours" != 4294967296 ] || break
		sleep 0.1
	done
	[ "$(sort -u limits)" = unlimited ]
	[ "$ours" = 4294967296 ]
	exec 7>&-
	wait $pid
}

@test "--explain-policy writes what it says where -o says, and nothing else" {
	hitl-calibrate threshold --max-error 0.99 good >t.json
	cp t.json before
	hitl hitl-calibrate threshold --max-error 0.5 --update t.json --explain-policy good
	status 0
	cmp t.json before
	[[ $output == *.confidence* ]]
}
