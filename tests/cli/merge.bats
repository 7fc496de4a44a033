#!/usr/bin/env bats
# hitl-metrics --state-out and merge, from outside.
load helper

setup_file() {
	cd "$BATS_FILE_TMPDIR"
	gen-log -n 8000 --per-day 1500 --reviews r >made
	hitl-route -p "$policy" made | hitl-feedback join -r r 2>/dev/null |
		jq -c '(.id | ltrimstr("d-") | tonumber) as $i
			| if $i % 3 == 0 then .rating = $i % 5 + 1 else . end
			| if $i % 4 == 0 then .thumbs = ($i % 8 == 0) else . end
			| if $i % 97 == 0 then del(.ts) else . end' >log
	split -n l/7 log part.
}

setup() {
	cd "$BATS_FILE_TMPDIR"
}

opts=(--window day --by .task_type)

@test "states of parts give the bytes of one run over all" {
	for p in part.a?; do hitl-metrics "${opts[@]}" --state-out "$BATS_TEST_TMPDIR/$p" "$p" >/dev/null 2>&1; done
	hitl-metrics "${opts[@]}" -p "$policy" log >whole 2>/dev/null
	hitl hitl-metrics merge -p "$policy" "$BATS_TEST_TMPDIR"/part.a?
	status 0
	diff <(printf '%s\n' "$output") whole
	# in any order, in any format, with any options of the rows
	for f in csv table; do
		hitl-metrics merge -p "$policy" -f $f --top 2 "$BATS_TEST_TMPDIR"/part.a{g,c,a,b,f,e,d} |
			cmp - <(hitl-metrics "${opts[@]}" -p "$policy" -f $f --top 2 log 2>/dev/null)
	done
	hitl hitl-metrics merge -p "$policy" --check "$BATS_TEST_TMPDIR"/part.a?
	status 1
	says "account_deletion: escalation_rate is 1"
}

@test "mapper, sort, combiner, sort, reducer" {
	map() { hitl-metrics "${opts[@]}" --state-out - "$1" 2>/dev/null; }
	for p in part.a?; do map $p | hitl-metrics merge --state-out -; done |
		LC_ALL=C sort | hitl-metrics merge >got
	hitl-metrics "${opts[@]}" log 2>/dev/null | cmp - got
	# what is before the tab names the cell: two reducers share the cells
	for p in part.a?; do map $p; done | LC_ALL=C sort >sorted
	awk -F'\t' '{ s = 0; for (i = 1; i <= length($1); i++) s += index("abcdefghijklmnop", substr($1, i, 1)); print > ("half." s % 2) }' sorted
	{ hitl-metrics merge half.0; hitl-metrics merge half.1; } | jq -c 'select(.n > 0)' | LC_ALL=C sort >got
	hitl-metrics "${opts[@]}" log 2>/dev/null | jq -c 'select(.n > 0)' | LC_ALL=C sort | cmp - got
	[ -s half.0 ]
	[ -s half.1 ]
	# each line is JSON, and its one tab is the only one
	jq -e .kind sorted >/dev/null
	awk -F'\t' 'NF != 2 { exit 1 }' sorted
}

@test "GNU parallel over many files" {
	command -v parallel >/dev/null
	parallel --will-cite -j 2 "hitl-metrics --window day --by .task_type --state-out - {} 2>/dev/null" ::: part.a? |
		hitl-metrics merge >got
	[ -s got ]
	hitl-metrics "${opts[@]}" log 2>/dev/null | cmp - got
	# one file, cut at its lines
	parallel --will-cite -j 2 --pipepart --block 1M -a log "hitl-metrics --window day --by .task_type --state-out - 2>/dev/null" |
		hitl-metrics merge | cmp - got
}

@test "with a zone, without windows, without groups" {
	for o in "--window week --tz Europe/Berlin" "--by .route.risk --by .route.action" "" "--window 12h"; do
		for p in part.a?; do hitl-metrics $o --state-out - $p 2>/dev/null; done | hitl-metrics merge >got
		[ -s got ]
		hitl-metrics $o log 2>/dev/null | cmp - got
	done
}

@test "--state-out FILE is written beside the rows; atomically" {
	hitl hitl-metrics --state-out "$BATS_TEST_TMPDIR/s" log
	status 0
	[ "$(jq .n <<<"$output")" -eq 8000 ]
	hitl hitl-metrics merge "$BATS_TEST_TMPDIR/s"
	[ "$(jq .n <<<"$output")" -eq 8000 ]
	hitl hitl-metrics --state-out none/s log
	status 4
	says "none/s"
}

@test "the same for any -j" {
	hitl-metrics "${opts[@]}" --state-out - log 2>/dev/null | LC_ALL=C sort >a
	[ -s a ]
	hitl-metrics -j 2 "${opts[@]}" --state-out - log 2>/dev/null | LC_ALL=C sort | cmp a -
}

@test "what cannot be merged is refused; a bad line is told" {
	hitl-metrics --window day --state-out - part.aa >a 2>/dev/null
	hitl-metrics --window hour --state-out - part.ab >b 2>/dev/null
	hitl hitl-metrics merge a b
	status 2
	says "b:1: another --window, --tz or --by than the lines before: they cannot be merged"
	sed '2s/"n":[0-9]*/"n":-1/' a >c
	hitl hitl-metrics merge c
	status 3
	says "c:2: n: is not what hitl-metrics --state-out writes"
	hitl hitl-metrics merge log
	status 1
	says "kind: is not what"
	[[ $stderr != *"is it CSV"* ]] # they are objects, of another kind
	: >empty
	hitl hitl-metrics merge empty
	status 1
}

@test "a mutated state never crashes, and never makes a rate of more than all" {
	hitl-metrics --by .task_type --state-out - part.aa >a 2>/dev/null
	awk 'BEGIN { srand(7) } { for (k = 0; k < 60; k++) { s = $0; n = 1 + int(rand() * 3);
		while (n--) { i = 1 + int(rand() * length(s)); c = substr("0123456789-,[]{}\"", 1 + int(rand() * 17), 1); s = substr(s, 1, i - 1) c substr(s, i + 1) } print s } }' a >m
	hitl hitl-metrics merge m
	[ "$status" -eq 1 ] || [ "$status" -eq 2 ] || [ "$status" -eq 3 ]
	local taken=0
	while read -r line; do
		hitl hitl-metrics merge - <<<"$line"
		[ "$status" -le 3 ]
		[ "$status" -ne 0 ] || taken=$((taken + 1))
		jq -se '[.[] | to_entries[] | select(.key | endswith("_rate")).value.value | values
			| select(. < 0 or . > 1)] == []' <<<"$output"
	done < <(head -40 m)
	[ $taken -gt 0 ]
}

@test "hitl-calibrate labels: what is found in states is found in the log" {
	split -n l/5 made lab.
	for p in lab.a?; do hitl-calibrate labels --by .task_type $p >"s.$p"; done
	for c in curve "curve --all" report "report --by .task_type" "threshold --max-error 0.06" \
		"threshold --max-error 0.1 --by .task_type" "threshold --max-error 0.05 --method empirical --grid 0.5:1:0.01" \
		"threshold --cost-error 10 --cost-review 1"; do
		hitl hitl-calibrate $c made
		want=$output told=$stderr code=$status
		[ "$want" != '' ]
		hitl hitl-calibrate $c --merge s.lab.a?
		[ "$output" = "$want" ] && [ "$stderr" = "$told" ] && [ "$status" -eq "$code" ] || {
			echo "$c: $status $stderr"
			return 1
		}
	done
	# combined on the way, in another order
	cat s.lab.a{e,c} s.lab.ab | LC_ALL=C sort | hitl-calibrate labels --merge --by .task_type |
		hitl-calibrate threshold --max-error 0.06 --merge s.lab.aa - s.lab.ad 2>/dev/null |
		cmp - <(hitl-calibrate threshold --max-error 0.06 made 2>/dev/null)
	[ -s s.lab.aa ]
	awk -F'\t' 'NF != 2 { exit 1 }' s.lab.aa
}

@test "hitl-calibrate --merge: what cannot be, is refused" {
	head -100 made | hitl-calibrate labels --by .task_type >s
	hitl hitl-calibrate threshold --max-error 0.5 --merge --by .tenant_id s
	status 2
	says "s:1: another --by than .tenant_id: it cannot be merged"
	hitl hitl-calibrate threshold --max-error 0.5 --merge --part 1/2 s
	status 2
	says "--merge: states have no ids"
	hitl hitl-calibrate curve --merge made
	says "made:1: is not what hitl-calibrate labels writes"
	status 1
	sed '2s/"right":[0-9]*/"right":1.5/; 3s/"confidence":[0-9.]*/"confidence":7/' s >bad
	hitl hitl-calibrate curve --merge bad
	status 3
	says "bad:2: .right?: is no count"
	says "bad:3: .confidence: is not in 0 to 1"
}

# One state a line of what no records can have led to, and what it is called.
impossible() {
	cat <<-'END'
		action	.action[2] += 1e6
		risk	.risk[0] += 1
		never	.never = 1e6
		autonomous	.autonomous += 1
		labelled	.labelled = .autonomous + 1
		errors	.errors = .labelled + 1
		confidence	.confidence[0] = 1e6
		confidence	.confidence[1] = "99999999999999"
		confidence	.confidence[2] = "1"
		threshold	.threshold[0] = 1e6
		doubt	.doubt[1] = "99999999999999"
		cost	.cost[0] = 1e6
		layers	.layers.judge[0] += 1e6
		layers	.other_layers[0] += 1e6
		reasons	.reasons["risk:high"] = 1e6
		strata	.strata[0][1] += 1
		strata	.strata[0][2] = .strata[0][1] + 1
		strata	.strata[0][3] = .strata[0][2] + 1
		strata	.strata[0][4] = .strata[0][1]
		strata	.errors = 0
		outcome	.outcome[0] = 1e6
		answered	.answered += 1
		accepted	.accepted = .answered + 1
		accepted	.accepted = 0
		used_known	.used_known = 1e6
		used	.used = .used_known + 1
		sla_known	.sla_known = 1e6
		sla_missed	.sla_missed = .sla_known + 1
		agree_known	.agree_known = 1e6
		agree	.agree = .agree_known + 1
		agree_approve	.agree_approve = .agree + 1
		latency	.latency.max = -1
		wait	.wait.min = .wait.max + 1
		handling	.handling.moments[1] = "1"
		edit	.edit.max = 2
		thumbs_known	.thumbs_known = 1e6
		thumbs_up	.thumbs_up = .thumbs_known + 1
		rating	.rating[1] = "1"
		rating	.rating[0] = 1e6
		bins	.bins[9][1] = .bins[9][0] + 1
		bins	.bins[9][2] = 1
		bins	.bins[9][0] = 1e6
		n	.n = 1e17
	END
}

@test "a state that no records lead to is refused, by the name of what cannot be" {
	cd "$BATS_TEST_TMPDIR"
	hitl-metrics --state-out - "$BATS_FILE_TMPDIR/log" >state 2>/dev/null
	hitl hitl-metrics merge state
	status 0
	while IFS=$'\t' read -r name change; do
		jq -c "$change" state >bad
		hitl hitl-metrics merge bad
		[ "$status" -eq 1 ] || { echo "$change" && false; }
		[[ $stderr == *"bad:1: $name: is not what hitl-metrics --state-out writes"* ]] || { echo "$change: $stderr" && false; }
	done < <(impossible)
	[ "$(impossible | wc -l)" -eq 43 ]
}

@test "states of more records than can be counted are refused" {
	cd "$BATS_TEST_TMPDIR"
	hitl-metrics --state-out - "$BATS_FILE_TMPDIR/log" 2>/dev/null | jq -c '.n = 9007199254740992' >one
	hitl hitl-metrics merge one
	status 0
	hitl hitl-metrics merge one one
	status 3
	says "one:1: n: is not what"
}

@test "a reason that a record gives twice counts once" {
	hitl hitl-metrics --top 3 - <<<'{"route":{"action":"QUEUE","reasons":["a","b","a"]}}'
	status 0
	[ "$(jq -c '[.reasons[] | [.reason, .n, .share]]' <<<"$output")" = '[["a",1,1],["b",1,1]]' ]
}

@test "-0 is 0, whichever of the two came first" {
	for seconds in '-0 0' '0 -0' '-0 -0.0'; do
		# shellcheck disable=SC2086 # two
		printf '{"review":{"outcome":"correct","seconds":%s}}\n' $seconds |
			hitl-metrics --only handling_time_p50,handling_time_p99 - >rows
		! grep -e '-0' rows || false
		[ "$(jq -c '[.handling_time_p50.value, .handling_time_p99.value]' rows)" = '[0,0]' ]
	done
}
