#!/usr/bin/env bats
# hitl-risk and hitl-route from outside.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

@test "risk: the table of levels" {
	conform "$golden/risk.ndjson" risk hitl-risk -p "$policy"
}

@test "route: the table of zones, gates, triggers, doubts" {
	conform "$golden/route.ndjson" route hitl-route -p "$policy"
}

@test "route: a record rated before and one rated on the way go alike" {
	gen-log -n 3000 >"$BATS_TEST_TMPDIR/log"
	hitl-risk -p "$policy" log | hitl-route -p "$policy" | jq -c .route >a
	hitl-route -p "$policy" log | jq -c .route >b
	cmp a b
	[ "$(wc -l <a)" -eq 3000 ]
	# whatever of its risk is asked for
	for when in '.risk.base == "low"' '.risk.rules[0] == "large_amount"' '.risk.rules == []' '.risk.level == "high" and .risk.nothing == null' \
		'.risk | length == 3' '.risk.base == null'; do
		jq --arg when "$when" '.route.queues = [{"name":"first","when":$when},{"name":"rest"}]' "$policy" >p.json
		hitl-risk -p p.json log | hitl-route -p p.json | jq -c .route >a
		hitl-route -p p.json log | jq -c .route | cmp a -
	done
}

@test "risk: more rules than are tried at once, several threads: the same" {
	gen-log -n 9000 --seed 5 >"$BATS_TEST_TMPDIR/log"
	hitl-risk -p "$policy" log >one
	[ "$(wc -l <one)" -eq 9000 ]
	# 66 that match nothing, before and behind those that do
	jq '.risk.rules = [range(40) | {name: "no\(.)", when: ".nobody == \(.)", set: "critical"}]
		+ .risk.rules + [range(26) | {name: "never\(.)", when: ".task_type == \"x\(.)\"", raise: "critical"}]' "$policy" >many.json
	[ "$(jq '.risk.rules | length' many.json)" -gt 64 ]
	hitl-risk -p many.json log >other
	cmp one other
	hitl-risk -p "$policy" -j 3 log >other
	cmp one other
	hitl-risk -p many.json -j 2 log >other
	cmp one other
}

@test "twice is as good as once, and no other byte is touched" {
	printf '%s\n' '{ "b":1.0000000000000000000001 ,"id":12345678901234567890,"ts":0,"k\u0065y":"\ud83d\ude00\/"  } ' >in
	hitl-risk -p "$policy" in >once
	hitl-risk -p "$policy" once >twice
	cmp once twice
	[ "$(cat once)" = '{ "b":1.0000000000000000000001 ,"id":12345678901234567890,"ts":0,"k\u0065y":"\ud83d\ude00\/"  ,"risk":{"level":"medium","base":"medium","rules":[]}} ' ]
	hitl-route -p "$policy" once >routed
	hitl-route -p "$policy" routed >again
	cmp routed again
	gen-log -n 2000 | hitl-route -p "$policy" >c
	hitl-route -p "$policy" c | cmp - c
}

@test "an old value in the middle is replaced where it stands" {
	hitl hitl-risk -p "$policy" <<<'{"risk":{"x":[1,{}]},"a":1}'
	[ "$output" = '{"risk":{"level":"medium","base":"medium","rules":[]},"a":1}' ]
	hitl hitl-risk -p "$policy" <<<'{"risk":1,"risk":2}'
	[ "$output" = '{"risk":1,"risk":{"level":"medium","base":"medium","rules":[]}}' ]
	hitl hitl-risk -p "$policy" <<<'{}'
	[ "$output" = '{"risk":{"level":"medium","base":"medium","rules":[]}}' ]
}

@test "audits: the share is the rate, the sample the same again" {
	seq 40000 | jq -c '{id:"d\(.)",ts:0,confidence:1,risk:{level:"high"},output:"x",judge:{score:1}}' >in
	hitl-route -p "$policy" in | jq -c .route.audit >a
	n=$(grep -c true a)
	# 6,000 expected, standard error 71
	[ "$n" -gt 5714 ]
	[ "$n" -lt 6286 ]
	tac in | hitl-route -p "$policy" | jq -c .route.audit | tac | cmp - a
	sed 's/2026-q2/2026-q3/' "$policy" >other.json
	hitl-route -p other.json in | jq -c .route.audit >b
	both=$(paste -d' ' a b | grep -c 'true.*true')
	# independent: 900 expected, standard error 30
	[ "$both" -gt 780 ]
	[ "$both" -lt 1020 ]
	sort -u a | grep -q '"rate":0.15'
}

@test "never AUTO without a confidence at or above a threshold" {
	gen-log -n 20000 | hitl-route -p "$policy" >out
	[ "$(wc -l <out)" -eq 20000 ]
	run jq -c 'select(.route.action | startswith("AUTO")) | .route
		| select(.confidence == null or .threshold == null
			or .confidence < .threshold or .risk == "critical"
			or .risk == null)' out
	[ "$output" = "" ]
	run jq -c 'select(.action.irreversible or .user_escalation)
		| select(.route.action | startswith("AUTO"))' out
	[ "$output" = "" ]
}

@test "a percentage is its decimal, to the last digit" {
	echo '{"risk":{"default":"low"},"route":{"threshold":0.936}}' >p
	echo '{"ts":0,"confidence":0.936}' >decimal
	printf '{"ts":0,"confidence":%s}\n' '"93.6%"' '"93.6 %"' '"93.60%"' '"936e-1%"' >percent
	printf '{"ts":0,"confidence":%s}\n' 93.6 93.60 '"93.6"' '"93.6%"' >plain
	for in in decimal percent "--scale percent plain"; do
		# shellcheck disable=SC2086
		hitl hitl-route -p p $in
		status 0
		[ "$(jq -c '[.route.action, .route.confidence]' <<<"$output" | sort -u)" = '["AUTO",0.936]' ]
	done
	for i in $(seq 999); do
		printf '{"id":%d,"ts":0,"confidence":"%d.%d%%"}\n' "$i" $((i / 10)) $((i % 10))
	done >log
	seq 999 | sed 's/.*/000&/; s/.*\(...\)$/0.\1/; s/0*$//' >expected
	hitl-route -p p log | sed 's/.*"confidence":\(0[0-9.]*\),.*/\1/' | cmp expected
}

@test "thresholds file: its group, else its default; the highest counts" {
	cat >t.json <<-'X'
	{"kind":"thresholds","by":".task_type","default":{"threshold":0.8},
	 "groups":{"a":{"threshold":0.9},"b":{"threshold":null},"c":{"threshold":0.1}}}
	X
	printf '%s\n' '{"id":1,"ts":0,"confidence":0.85,"task_type":"a","risk":{"level":"low"}}' \
		'{"id":1,"ts":0,"confidence":0.99,"task_type":"b","risk":{"level":"low"}}' \
		'{"id":1,"ts":0,"confidence":0.69,"task_type":"c","risk":{"level":"low"}}' \
		'{"id":1,"ts":0,"confidence":0.85,"task_type":"z","risk":{"level":"low"}}' >in
	jq 'del(.route.cascade)' "$policy" >p.json
	hitl-route -p p.json -t t.json in | jq -c '[.route.action,.route.threshold]' >out
	diff out - <<-'X'
	["QUEUE",0.9]
	["QUEUE",null]
	["QUEUE",0.7]
	["AUTO",0.8]
	X
}

@test "thresholds file: as hitl-calibrate writes it, with and without groups" {
	gen-log -n 5000 >log
	for by in .task_type ''; do
		hitl-calibrate threshold --max-error 0.06 ${by:+--by "$by"} log >t.json 2>err
		sed 's/^{/{"risk":{"level":"medium"},/' log >rated
		hitl hitl-route -t t.json rated
		status 0
	done
	want=$(jq .default.threshold t.json)
	[[ $want == 0.* ]]
	[ "$(head -1 <<<"$output" | jq .route.threshold)" = "$want" ]
}

@test "no policy, no threshold: to a person" {
	hitl hitl-route <<<'{"id":1,"ts":0,"confidence":1}'
	status 0
	[[ $output == *'"action":"ESCALATE"'*'"policy":null'* ]]
	hitl hitl-risk
	status 2
	says "-p POLICY is missing"
}

@test "the fingerprint is the policy's SHA-256" {
	want=$(sha256sum "$policy" | cut -c1-12)
	hitl hitl-route -p "$policy" <<<'{"id":1,"ts":0}'
	[[ $output == *"\"policy\":\"$want\""* ]]
}

@test "--now stands in for a missing time" {
	hitl hitl-route -p "$policy" --now 2026-05-09T18:00:00Z <<<'{"id":1,"confidence":0}'
	[[ $output == *'"sla_deadline":"2026-05-10T18:00:00Z"'* ]]
	hitl hitl-route --now yesterday
	status 2
	says "--now"
}

@test "deadlines in business time, by the policy's calendar" {
	jq -c '.route.queues = [{"name":"all","sla":"1bd"}] | .route.threshold = null | .route.by_risk = {}
		| .route.calendar = {"tz":"Europe/Berlin","holidays":["2026-05-14"]}' "$policy" >"$BATS_TEST_TMPDIR/p.json"
	for row in "2026-05-13T10:00:00Z 2026-05-15T10:00:00Z" "2026-05-15T12:00:00Z 2026-05-18T12:00:00Z" \
		"2026-05-16T12:00:00Z 2026-05-19T07:00:00Z" "2026-03-27T09:00:00Z 2026-03-30T08:00:00Z"; do
		hitl hitl-route -p "$BATS_TEST_TMPDIR/p.json" <<<"{\"id\":1,\"ts\":\"${row% *}\",\"confidence\":0.5}"
		status 0
		[ "$(jq -r .route.sla_deadline <<<"$output")" = "${row#* }" ]
	done
}

# Every condition with its values, the threshold's makers, and the way out.
@test "--explain: why, in words" {
	echo '{"kind":"thresholds","default":{"threshold":0.8},"by":".task_type","groups":{"refund":{"threshold":0.97}}}' >t.json
	printf '%s\n' '{"id":"a","ts":"2026-05-08T10:00:00Z","task_type":"refund","confidence":0.9,"context":{"amount":12.5},"output":"x","judge":{"score":0.9}}' \
		'{"id":"b","task_type":"account_deletion","confidence":"x"}' >log
	hitl hitl-route -p "$policy" -t t.json --explain a log
	status 0
	[ "$stderr" = "" ]
	for line in 'decision "a"' 'risk: medium' 'confidence: 0.9 (.confidence)' \
		'threshold: 0.97, the highest of those that speak' '  t.json: 0.97' \
		'so: QUEUE, the model answers, marked as under review' '  queue billing' \
		'  a confidence of at least 0.97 (confidence:below_threshold)'; do
		grep -qxF -- "$line" <<<"$output" || { echo "missing: $line"; echo "$output"; return 1; }
	done
	[[ $output == *"rule large_amount, which raises it to critical: no; .context.amount > 10000, where .context.amount is 12.5"* ]]
	hitl hitl-route -p "$policy" --explain b log
	[[ $output == *"a lower risk; no confidence is enough at this one"* ]]
	[[ $output == *"a confidence that can be read (confidence:not_a_number)"* ]]
	# who rates it: the record itself, or nobody
	echo '{"id":"c","ts":0,"confidence":0.9,"risk":{"level":"high"},"x":"\u0007\ud83d\ude00"}' >log
	echo '{"route":{"threshold":0.5}}' >bare.json
	hitl hitl-route -p bare.json --explain c log
	[[ $output == *'the record says so itself (.risk)'* ]]
	sed -i 's/"risk":{"level":"high"},//' log
	hitl hitl-route -p bare.json --explain c log
	[[ $output == *'neither the record nor the policy rates it'* ]]
	hitl hitl-route -p "$policy" --explain nobody log
	status 1
	says "no record has the id nobody"
}

# It says of each record what the routing does.
@test "--explain agrees with the routing" {
	gen-log -n 300 >log
	hitl-route -p "$policy" log >routed
	[ "$(wc -l <routed)" -eq 300 ]
	for id in $(jq -r .id routed | awk 'NR % 15 == 0'); do
		want=$(jq -r --arg id "$id" 'select(.id == $id).route | "so: \(.action), risk: \(.risk), \(.threshold)"' routed)
		hitl hitl-route -p "$policy" --explain "$id" log
		got=$(awk '/^so: / { sub(",.*", ""); so = $0 } /^risk: / { risk = $0 }
			/^threshold: / { t = $2 == "none," ? "null" : $2; sub(",", "", t) }
			END { print so ", " risk ", " t }' <<<"$output")
		[ "$got" = "$want" ] || { echo "$id: $got, routed: $want"; return 1; }
	done
}

@test "--explain: nothing in a record steers the terminal" {
	printf '{"id":"a\xc2\x9b31m","confidence":"\xe2\x80\xae\x7f\\u001b[2J","task_type":"%s"}\n' \
		"$(head -c 500 /dev/zero | tr '\0' y)" >"$BATS_TEST_TMPDIR/log"
	hitl hitl-route -p "$policy" --explain "$(printf 'a\xc2\x9b31m')" "$BATS_TEST_TMPDIR/log"
	status 0
	[[ $output == *'decision "a\u009b31m"'* ]]
	[[ $output == *'\u202e\u007f\u001b[2J'* ]]
	[ "$(awk 'length > 300' <<<"$output" | wc -l)" -eq 0 ]
}

# Against both policies' own output, joined by jq.
@test "--dry-run-policy: the moves from one policy to another" {
	gen-log -n 3000 >log
	jq '.route.threshold = 0.95 | .route.by_risk.low = 0.9 | .risk.rules[1].when = ".context.amount > 1000"
		| .risk.tasks.refund = "low"' "$policy" >new.json
	hitl-route -p "$policy" log >old.out
	hitl-route -p new.json log >new.out
	paste <(jq -r .route.action old.out) <(jq -r .route.action new.out) | sort | uniq -c |
		awk '{ print $2, $3, $1 }' | sort >want
	hitl hitl-route -p new.json --dry-run-policy "$policy" log
	status 0
	jq -r '"\(.from) \(.to) \(.n)"' <<<"$output" | sort | diff - want
	jq -s -e '(map(.n) | add) == 3000 and ((map(.share) | add) - 1 | fabs < 1e-9) and
		all((.from == .to) == (.examples == []))' <<<"$output"
	# an example is one of its move
	read -r from to id < <(jq -r 'select(.from != .to) | "\(.from) \(.to) \(.examples[0])"' <<<"$output" | head -n 1)
	[ "$(jq -r --arg id "$id" 'select(.id == $id).route.action' old.out)" = "$from" ]
	[ "$(jq -r --arg id "$id" 'select(.id == $id).route.action' new.out)" = "$to" ]
}

# 2026-10-25 02:30 in Berlin is 00:30Z and 01:30Z; the first of them counts.
@test "deadlines: an hour that comes twice is the same after any record, in any thread" {
	echo '{"risk":{"default":"low"},"route":{"threshold":0.9,"queues":[{"name":"q","when":"true","sla":"1bd"}],
		"calendar":{"tz":"Europe/Berlin","days":"Mon-Sun","hours":"00:00-24:00"}}}' >p.json
	for before in "" 2026-06-01 2026-12-01; do
		for day in $before 2026-10-24; do
			echo "{\"id\":1,\"confidence\":0.1,\"ts\":\"${day}T00:30:00Z\"}"
		done >log
		hitl hitl-route -p p.json log
		status 0
		[ "$(tail -n 1 <<<"$output" | jq -r .route.sla_deadline)" = 2026-10-25T00:30:00Z ]
	done
	jq -n -c 'range(20000) | {id: ., confidence: 0.1, ts: (["2026-10-24T00:30:00Z", "2026-06-01T00:30:00Z",
		"2026-12-01T00:30:00Z"][(. * 7919 % 10007) % 3])}' >log
	hitl-route -p p.json log >one
	hitl-route -p p.json -j 4 log | cmp one -
	[ "$(jq -r 'select(.ts | startswith("2026-10")).route.sla_deadline' one | sort -u)" = 2026-10-25T00:30:00Z ]
}

@test "--explain: shows the record's values, not those of an item's paths" {
	jq -n '{risk: {default: "low", rules: [
		{name: "dear", when: "any(.items[]; .price > 10)", set: "high"},
		{name: "many", when: "(.items | map(.price) | add) > .limit", set: "high"}]}}' >p.json
	hitl hitl-route -p p.json --explain x <<<'{"id":"x","confidence":0.9,"limit":30,"items":[{"price":4},{"price":20}]}'
	status 0
	grep -xF '  rule dear, which sets it to high: yes; any(.items[]; .price > 10), where .items is [{"price":4},{"price":20}]' <<<"$output"
	grep -xF '  rule many, which sets it to high: no; (.items | map(.price) | add) > .limit, where .items is [{"price":4},{"price":20}], .limit is 30' <<<"$output"
}

# Each side by itself and both together: what was found out about a record must
# never be taken for another one's, whichever side gives it a risk. Rules of
# libjq and native ones, and more of them than are tried in one go; the amounts
# go up and down, so that records differ from those before them.
@test "--dry-run-policy: no side answers with another record's values" {
	local rules='[range(70) | {name: "r\(.)", when: ".amount > \(3000 + .)", raise: "high"}]'
	gen-log -n 500 | jq -c '.context.amount = null | .amount = [9000, input_line_number, 5000, 1][input_line_number % 4]' >log
	echo '{"route":{"threshold":0.5}}' >none.json
	jq -n '{risk: {default: "low", rules: [{name: "a", when: ".amount|tostring|tonumber|. > 100", raise: "critical"}]},
		route: {threshold: 0.5, triggers: [{name: "t", when: ".amount|tostring|length > 3", action: "ESCALATE"}]}}' >libjq.json
	jq -n '{risk: {default: "low", rules: [{name: "a", when: ".amount > 100", raise: "critical"}]},
		route: {threshold: 0.5, triggers: [{name: "t", when: ".amount < 5 or .amount > 8000", action: "ESCALATE"}]}}' >flat.json
	jq -n "{risk: {default: \"low\", rules: $rules}, route: {threshold: 0.5,
		triggers: [{name: \"t\", when: \".amount > 8000\", action: \"ESCALATE\"}]}}" >many.json
	for p in none libjq flat many; do
		hitl-route -p $p.json log | jq -r .route.action >$p.out
	done
	[ "$(cat libjq.out flat.out many.out | sort -u | wc -l)" -ge 3 ]
	for a in none libjq flat many; do
		for b in none libjq flat many; do
			paste $a.out $b.out | sort | uniq -c | awk '{ print $2, $3, $1 }' | sort >want
			for j in 1 4; do
				hitl hitl-route -j $j -p $b.json --dry-run-policy $a.json log
				status 0
				jq -r '"\(.from) \(.to) \(.n)"' <<<"$output" | sort | diff - want
			done
		done
	done
}

@test "--dry-run-policy: thresholds of both sides, and what makes no sense" {
	gen-log -n 1000 >log
	echo '{"kind":"thresholds","default":{"threshold":0.99}}' >strict.json
	echo '{"kind":"thresholds","default":{"threshold":0.1}}' >lax.json
	hitl hitl-route -p "$policy" --dry-run-policy "$policy" -t strict.json log
	status 0
	jq -s -e 'all(.from == .to)' <<<"$output"
	hitl hitl-route -p "$policy" --dry-run-policy "$policy" -t strict.json --dry-run-thresholds lax.json -f csv log
	status 0
	[[ $output == *AUTO,QUEUE* ]]
	for a in "-f table" "--dry-run-thresholds lax.json" "--dry-run-policy $policy --explain x" "--dry-run-policy lax.json"; do
		# shellcheck disable=SC2086
		hitl hitl-route -p "$policy" $a log
		status 2
	done
	printf 'bad\n{"id":1}\n' >odd
	hitl hitl-route -p "$policy" --dry-run-policy "$policy" odd
	status 3
}

# Thresholds 0.8 by policy, lowered by 0.1 while more than 10 wait, not below
# 0.65, and not below what is proven.
@test "relief: lowered under a backlog, within bounds, and the record says so" {
	echo '{"risk":{"default":"low","tasks":{"m":"medium","h":"high"}},"route":{"threshold":0.8,
		"relief":{"backlog":10,"lower_by":0.1,"floor":0.65}}}' >p.json
	one() {
		echo "{\"id\":1,\"confidence\":$1,\"task_type\":\"$2\"}" | hitl-route -p p.json "${@:3}" |
			jq -c '.route | [.action, .threshold, .reasons]'
	}
	[ "$(one 0.75 l)" = '["QUEUE",0.8,["confidence:below_threshold"]]' ]
	[ "$(one 0.75 l --backlog 10)" = '["QUEUE",0.8,["confidence:below_threshold"]]' ]
	[ "$(one 0.75 l --backlog 11)" = '["AUTO",0.7,["relief:backlog"]]' ]
	[ "$(one 0.7 l --backlog 11)" = '["AUTO",0.7,["relief:backlog"]]' ]
	[ "$(one 0.69 l --backlog 11)" = '["QUEUE",0.7,["confidence:below_threshold"]]' ]
	[ "$(one 0.9 l --backlog 11)" = '["AUTO",0.7,[]]' ]
	# medium only where the policy says so, high never
	[ "$(one 0.75 m --backlog 11)" = '["QUEUE",0.8,["confidence:below_threshold"]]' ]
	[ "$(one 0.75 h --backlog 11)" = '["ESCALATE",0.8,["confidence:below_threshold"]]' ]
	jq '.route.relief.risks = ["medium"] | .route.relief.lower_by = 0.5' p.json >q.json && mv q.json p.json
	[ "$(one 0.66 m --backlog 11)" = '["AUTO",0.65,["relief:backlog"]]' ]
	[ "$(one 0.75 l --backlog 11)" = '["QUEUE",0.8,["confidence:below_threshold"]]' ]
	# what is proven is proven for no less
	echo '{"kind":"thresholds","default":{"threshold":0.77}}' >t.json
	jq '.route.by_risk.medium = 0.8' p.json >q.json && mv q.json p.json
	[ "$(one 0.78 m --backlog 11 -t t.json)" = '["AUTO",0.77,["relief:backlog"]]' ]
	[ "$(one 0.76 m --backlog 11 -t t.json)" = '["QUEUE",0.77,["confidence:below_threshold"]]' ]
	echo '{"kind":"thresholds","default":{"threshold":null}}' >t.json
	[ "$(one 0.99 m --backlog 11 -t t.json)" = '["QUEUE",null,["threshold:none"]]' ]
	hitl hitl-route -p p.json --backlog 11 --explain 1 <<<'{"id":1,"confidence":0.7,"task_type":"m"}'
	[[ $output == *"lowered to 0.65, because more than 10 tasks wait"* ]]
}

@test "relief from a file: read again when it changes" {
	echo '{"risk":{"default":"low"},"route":{"threshold":0.8,"relief":{"backlog":10,"lower_by":0.1,"floor":0.65}}}' >p.json
	echo 5 >waiting
	mkfifo in
	hitl-route -p p.json --backlog-file waiting in >out &
	exec 7>in
	record='{"id":1,"confidence":0.75}'
	echo "$record" >&7
	await eval '[ "$(wc -l <out)" -eq 1 ]'
	echo 12 >waiting.new && mv waiting.new waiting
	sleep 1.2
	echo "$record" >&7
	await eval '[ "$(wc -l <out)" -eq 2 ]'
	echo nonsense >waiting
	sleep 1.2
	echo "$record" >&7
	exec 7>&-
	wait
	[ "$(jq -r .route.action out | tr '\n' ' ')" = "QUEUE AUTO QUEUE " ]
	hitl hitl-route -p p.json --backlog-file waiting </dev/null
	status 4
	says "a number of waiting tasks is expected"
	hitl hitl-route -p p.json --backlog-file nowhere </dev/null
	status 4
	hitl hitl-route -p p.json --backlog-file waiting --backlog 3 </dev/null
	status 2
}
