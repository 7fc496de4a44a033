#!/usr/bin/env bats
# hitl-route's production patterns from outside: gates, cascade, tasks,
# queues and tiers, signals.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

@test "the table of patterns: levels, boundaries, gates, triggers, cascade, queues" {
	conform "$golden/patterns.ndjson" route hitl-route -p "$golden/patterns.json"
}

# The same by way of hitl-risk, by several threads, and once more.
@test "the table of patterns: however it is run" {
	jq -c .record "$golden/patterns.ndjson" >in
	hitl-route -p "$golden/patterns.json" in >want
	[ "$(wc -l <want)" -eq "$(wc -l <in)" ]
	hitl-risk -p "$golden/patterns.json" in | hitl-route -p "$golden/patterns.json" | jq -c .route >got
	jq -c .route want | cmp - got
	for _ in $(seq 500); do cat in; done >many
	hitl-route -p "$golden/patterns.json" many >one
	hitl-route -p "$golden/patterns.json" -j 3 many | cmp - one
	hitl-route -p "$golden/patterns.json" want | cmp - want
}

gate_key() {
	echo "$1" | hitl-route -p "$golden/patterns.json" | jq -r .route.gate.key
}

# sha256 of the id as a JSON string, a newline, and what the action means.
@test "gate: the key is of the id and of what the action means" {
	a='{"id":"a\"b","ts":0,"action":{"irreversible":true,"sum":12345678901234567890,"to":"Zo\u00eb","x":[1, {"b":2,"a":null}]}}'
	want=$(printf '%s\n%s' '"a\"b"' '{"irreversible":true,"sum":12345678901234567890,"to":"Zoë","x":[1,{"a":null,"b":2}]}' |
		sha256sum | cut -c1-32)
	[ "$(gate_key "$a")" = "$want" ]
	# spelled otherwise, with another confidence, the last of two keys
	[ "$(gate_key '{"action":{"x":[ 1,{"a":null,"b":2}],"to":"?","to":"Zoë" ,"sum":12345678901234567890,"irreversible":true},"confidence":0.3,"ts":9,"id":"a\u0022b"}')" = "$want" ]
	for other in "${a/a\\\"b/ab}" "${a/890/891}" "${a/null/0}"; do
		[ "$(gate_key "$other")" != "$want" ]
	done
}

@test "cascade: a person's answer is not checked, and costs nothing" {
	gen-log -n 3000 | hitl-route -p "$policy" >out
	run jq -c 'select((.route.cascade == null) != (.route.respond == "human"
		and (.route.reasons | any(startswith("cascade:")) | not)))' out
	[ "$output" = "" ]
	run jq -c 'select(.route.cascade != null) | select(
		(.route.cascade.stopped_by == "judge") != (.judge.score < 0.8)
		or .route.cascade.cost != 0.005)' out
	[ "$output" = "" ]
	[ "$(grep -c '"stopped_by":"judge"' out)" -gt 200 ]
}

@test "tasks: one for each record that a person is to look at, with all he needs" {
	gen-log -n 4000 >log
	hitl-route -p "$policy" --tasks tasks log >routed
	hitl-route -p "$policy" log | cmp - routed
	jq -c 'select((.route.action | test("QUEUE|ESC")) or .route.audit.selected) | {
		case_id: .id, tenant_id, user_question: .input, model_draft: .output, evidence: null, tool_results: null,
		kind: (if .route.gate then "approval" elif .route.audit.selected then "audit" else "escalation" end),
		risk_level: .route.risk,
		reason_for_escalation: (.route.reasons + if .route.audit.selected then ["audit:selected"] else [] end),
		confidence: .route.confidence, threshold: .route.threshold, respond: .route.respond, gate: .route.gate,
		cascade: .route.cascade, queue: .route.queue, skills: .route.skills, authority: .route.authority,
		reviews_required: 1, tier: .route.tier, next_tier: .route.next_tier, priority: .route.priority, created_at: .ts,
		sla_deadline: .route.sla_deadline, proposed_action: .action, proposed_by: null, previous: null, policy: .route.policy}' routed >want
	jq -c . tasks | cmp - want
	hitl-route -p "$policy" --tasks t3 -j 3 log | cmp - routed
	cmp tasks t3
	hitl-route -p "$policy" --tasks t1 --line-buffered log | cmp - routed
	cmp tasks t1
	# a routed log again: the same tasks
	hitl-route -p "$policy" --tasks t2 routed >/dev/null
	cmp tasks t2
}

@test "tasks: those without an id are told" {
	for id in '' '"id":null,' '"id":"",' '"id":[1],' '"id":0,' '"id":"x",'; do
		echo "{$id\"ts\":0,\"confidence\":0.1}"
	done >log
	for j in 1 2; do
		hitl hitl-route -j $j -p "$golden/patterns.json" --tasks t log
		status 0
		[ "$(wc -l <t)" -eq 6 ]
		says "hitl-route: tasks without a case_id, which no queue takes: 4; where does the id stand? see -F id=EXPR"
	done
	hitl hitl-route -p "$golden/patterns.json" log
	[ "$stderr" = "" ]
	hitl hitl-route -p "$golden/patterns.json" -F 'id=.id // 1 | tostring + "a"' --tasks t log
	[ "$stderr" = "" ]
	jq '.task = {"case_id":".nr"}' "$golden/patterns.json" >p.json
	hitl hitl-route -p p.json --tasks t <<<'{"id":1,"nr":null,"ts":0,"confidence":0.1}'
	says "tasks without a case_id, which no queue takes: 1;"
}

@test "tasks: the policy's template" {
	jq '.task = {"user_question":".messages[-1].text","evidence":"[.docs[]? | .title]","language":".lang","trace":"."}' \
		"$golden/patterns.json" >p.json
	r='{"id":9007199254740993,"ts":0,"confidence":0.1,"messages":[{"text":"a"},{"text":"b\u0000"}],"docs":[{"title":"T"}],"lang":"de"}'
	hitl-route -p p.json --tasks t <<<"$r" >/dev/null
	[ "$(jq -c '[.user_question, .evidence, .language, .trace.lang]' t)" = '["b\u0000",["T"],"de","de"]' ]
	grep -qF '"case_id":9007199254740993,' t
	# what an expression cannot say is null
	hitl-route -p p.json --tasks t <<<'{"id":1,"ts":0,"messages":7}' >/dev/null
	[ "$(jq -c '[.user_question, .evidence, .model_draft]' t)" = '[null,[],null]' ]
	jq '.task = {"queue":".q"}' "$golden/patterns.json" >p.json
	hitl hitl-route -p p.json
	status 2
	says "p.json: task.queue: is what hitl-route says"
}

@test "tasks: what hitl-route says of them no template can say" {
	hitl-route -p "$golden/patterns.json" --tasks t <<<'{"id":1,"ts":0,"confidence":0.1}' >/dev/null
	usual='["case_id","tenant_id","user_question","model_draft","evidence","tool_results","proposed_action","proposed_by"]'
	[ "$(jq -c --argjson u "$usual" '$u - keys' t)" = '[]' ]
	jq -r --argjson u "$usual" '(keys - $u)[]' t >others
	grep -qx kind others
	for key in $(cat others); do
		jq --arg k "$key" '.task = {($k): ".x"}' "$golden/patterns.json" >p.json
		hitl hitl-route -p p.json </dev/null
		status 2
	done
}

@test "tasks: by how many people, the queue's or the gate's number" {
	jq '.route.queues[-1].reviews = 2 | .route.gates[0] += {"reviews":3,"when":".danger"}' "$golden/patterns.json" >p.json
	hitl-route -p p.json --tasks t >out <<-'X'
		{"id":1,"ts":0,"confidence":0.1}
		{"id":2,"ts":0,"confidence":0.1,"danger":true}
	X
	[ "$(jq -c '[.reviews_required, .gate.reviews_required]' t)" = $'[2,null]\n[3,3]' ]
	[ "$(jq -c '[.route.reviews_required, .route.gate.reviews_required]' out)" = $'[2,null]\n[2,3]' ]
	for bad in 0 101 1.5 '"2"'; do
		jq --argjson bad "$bad" '.route.gates[0].reviews = $bad' "$golden/patterns.json" >p.json
		hitl hitl-route -p p.json </dev/null
		status 2
		says 'p.json: route.gates[0].reviews: '
	done
}

@test "tasks: a case that comes again keeps its past" {
	r='{"id":1,"ts":0,"confidence":0.1,"tenant_id":7,"route":{"tier":"ai"},"review":{"outcome":"escalate","reason":"unsure"}}'
	hitl-route -p "$golden/patterns.json" --tasks t <<<"$r" >/dev/null
	[ "$(jq -c '[.tier, .next_tier, .previous]' t)" = \
		'["agent","expert",{"review":{"outcome":"escalate","reason":"unsure"},"route":{"tier":"ai"}}]' ]
}

@test "tasks: what cannot be written is told, and nothing is half" {
	gen-log -n 3000 >log
	hitl hitl-route -p "$policy" --tasks /dev/full -o routed log
	status 4
	says "/dev/full"
	[ ! -e routed ]
	hitl hitl-route -p "$policy" --tasks nowhere/tasks log
	status 4
	[ "$output" = "" ]
	for o in "--tasks -" "--tasks - -o -"; do
		# shellcheck disable=SC2086
		hitl hitl-route -p "$policy" $o log
		status 2
		says "--tasks -: standard output is taken already"
	done
	echo before >tasks
	hitl-route -p "$policy" --tasks tasks log >/dev/full 2>err || [ $? -eq 4 ]
	[ "$(cat tasks)" = before ]
	mkfifo pipe
	wc -l <pipe >n &
	hitl-route -p "$policy" --tasks pipe log >routed
	wait
	[ "$(cat n)" -eq "$(grep -c '"queue":"' routed)" ]
}

# Half of the time: one step up; all of it: urgent.  sla 4h from 08:00.
@test "priority: from risk, SLA and age" {
	age() {
		echo "{\"id\":1,\"ts\":\"2026-05-08T08:00:00Z\",\"confidence\":0.1,\"language\":\"de\",\"task_type\":\"$1\"}" |
			hitl-route -p "$golden/patterns.json" ${2:+--now "$2"} | jq -r .route.priority
	}
	[ "$(age l) $(age m) $(age h) $(age c)" = "low normal high urgent" ]
	[ "$(age l 2026-05-08T09:59:59Z)" = low ]
	[ "$(age l 2026-05-08T10:00:00Z)" = normal ]
	[ "$(age h 2026-05-08T10:00:00Z)" = urgent ]
	[ "$(age l 2026-05-08T11:59:59Z)" = normal ]
	[ "$(age l 2026-05-08T12:00:00Z)" = urgent ]
	[ "$(age l now)" = urgent ]
}

signals='{"signals":[{"name":"retrieval","value":".signals.retrieval_score","weight":2},
	{"name":"margin","value":".signals.margin","missing":0.25},
	{"name":"tool","value":".signals.tool_status == \"ok\"","weight":0.5},
	{"name":"grounded","value":".signals.groundedness","missing":null}],
	"risk":{"default":"low"},"route":{"threshold":0.6}}'

@test "signals: their weighted mean stands in for a confidence" {
	echo "$signals" >p.json
	gen-log -n 3000 | jq -c 'if (.id | test("[05]$")) then del(.signals.margin) else . end
		| if (.id | test("7$")) then .signals.groundedness = null else . end' >log
	hitl-route -p p.json log | jq -c '[.route.confidence, .route.action, .route.reasons]' >got
	jq -c '.signals | if .groundedness == null then [null, "QUEUE", ["confidence:absent"]] else
		((2 * .retrieval_score + (.margin // 0.25) + (if .tool_status == "ok" then 0.5 else 0 end) + .groundedness) / 4.5)
		| if . >= 0.6 then [., "AUTO", []] else [., "QUEUE", ["confidence:below_threshold"]] end end' log >want
	paste -d '\n' got want | jq -n -e '[inputs] as $x | all(range(0; $x | length; 2);
		$x[.][1:] == $x[. + 1][1:] and ($x[.][0] == $x[. + 1][0] or ($x[.][0] - $x[. + 1][0] | fabs) < 1e-12))'
	[ "$(wc -l <got)" -eq 3000 ]
	# and for hitl-calibrate, so that thresholds can be proven for it
	n=$(jq -s 'map(select(.[0] != null and .[0] >= 0.6)) | length' got)
	[ "$(hitl-calibrate curve -p p.json --at 0.6 log 2>err | jq .autonomous)" -eq "$n" ]
	# -F goes before it
	[ "$(head -n 1 log | hitl-route -p p.json -F confidence=.confidence | jq .route.confidence)" = "$(head -n 1 log | jq .confidence)" ]
}

@test "signals: what cannot be read is no signal" {
	echo "$signals" >p.json
	for s in '{"retrieval_score":"x","groundedness":1}' '{"retrieval_score":1.5,"groundedness":1}' '7' '{"groundedness":[]}'; do
		[ "$(echo "{\"id\":1,\"signals\":$s}" | hitl-route -p p.json | jq -c '[.route.action,.route.confidence]')" = '["QUEUE",null]' ]
	done
	[ "$(echo '{"id":1,"signals":{"retrieval_score":"95%","groundedness":1,"tool_status":"ok","margin":1}}' |
		hitl-route -p p.json | jq '.route.confidence * 1000 | round')" = 978 ]
	hitl hitl-route -p p.json --explain 1 <<<'{"id":1,"signals":{"retrieval_score":0.5,"groundedness":1}}'
	[[ $output == *"signal retrieval, weight 2: 0.5 (.signals.retrieval_score); missing counts as 0"* ]]
	[[ $output == *"signal grounded, weight 1: 1 (.signals.groundedness); without it there is no confidence"* ]]
}

@test "--explain: layers, tiers and signals, in words" {
	hitl hitl-route -p "$golden/patterns.json" --explain 1 \
		<<<'{"id":1,"ts":0,"confidence":0.9,"output":"x","judge":0.4,"tenant_id":7,"review":{"outcome":"escalate"}}'
	status 0
	for line in '  layer schema: passes; must not hold: no; .output == null, where .output is "x"' \
		'  layer judge: stops it; must reach 0.5: 0.4 (.judge)' \
		'  tier rule unsolved, from ai to agent: yes; .review.outcome == "escalate", where .review.outcome is "escalate"' \
		'  an answer that passes this layer (cascade:judge)'; do
		grep -qxF -- "$line" <<<"$output" || { echo "missing: $line"; echo "$output"; return 1; }
	done
}

# id, risk, reasons, kind, respond and draft of a task that waits since 2 h
overdue() {
	jq -n -c --arg risk "$1" --argjson reasons "$2" --arg kind "$3" --arg respond "$4" --argjson draft "$5" \
		'{case_id: 1, model_draft: $draft, kind: $kind, risk_level: $risk, reason_for_escalation: $reasons,
		respond: $respond, sla_deadline: "2026-05-08T10:00:00Z"}' >task
	hitl-route "${@:6}" --overdue task --now 2026-05-08T12:00:00Z | jq -c '.fallback | [.overdue, .send, .why]'
}

@test "--overdue: only what is low, unsure and nothing worse may be sent" {
	below='["confidence:below_threshold"]'
	[ "$(overdue low "$below" escalation human '"x"')" = '[true,true,null]' ]
	[ "$(overdue medium "$below" escalation human '"x"')" = '[true,false,"risk"]' ]
	for risk in high critical null unknown; do
		[ "$(overdue $risk "$below" escalation human '"x"')" = '[true,false,"risk"]' ]
	done
	echo '{"route":{"relief":{"backlog":1,"lower_by":0.1,"floor":0.1,"risks":["medium"]}}}' >relief.json
	[ "$(overdue medium "$below" escalation human '"x"' -p relief.json)" = '[true,true,null]' ]
	[ "$(overdue low "$below" escalation human '"x"' -p relief.json)" = '[true,false,"risk"]' ]
	[ "$(overdue high "$below" escalation human '"x"' -p relief.json)" = '[true,false,"risk"]' ]
	[ "$(overdue low '["confidence:below_threshold","cascade:judge"]' escalation human '"x"')" = '[true,false,"reason"]' ]
	[ "$(overdue low '["trigger:asked_for_person"]' escalation human '"x"')" = '[true,false,"reason"]' ]
	[ "$(overdue low '[]' escalation human '"x"')" = '[true,false,"reason"]' ]
	[ "$(overdue low "$below" approval human '"x"')" = '[true,false,"it is no escalation"]' ]
	[ "$(overdue low "$below" audit model '"x"')" = '[true,false,"it is no escalation"]' ]
	[ "$(overdue low "$below" escalation model_flagged '"x"')" = '[true,false,"it is answered"]' ]
	[ "$(overdue low "$below" escalation human null)" = '[true,false,"there is no draft"]' ]
	hitl-route --overdue task --now 2026-05-08T10:00:00Z | jq -e '.fallback.overdue and .fallback.overdue_seconds == 0'
	hitl-route --overdue task --now 2026-05-08T09:59:59Z | jq -e '.fallback == {"overdue":false,"send":false}'
	hitl hitl-route --overdue task more
	status 2
}

@test "--overdue: of the tasks that hitl-route itself writes" {
	gen-log -n 5000 | hitl-route -p "$policy" --tasks tasks >/dev/null
	hitl-route -p "$policy" --overdue tasks >marked
	jq -c 'del(.fallback)' marked >a
	jq -c . tasks | cmp - a
	[ "$(jq -c 'select(.fallback.send)' marked | wc -l)" -gt 10 ]
	run jq -c 'select(.fallback.send) | select(.risk_level != "low" or .gate or .reason_for_escalation != ["confidence:below_threshold"])' marked
	[ "$output" = "" ]
	hitl-route -p "$policy" -j 3 --now 2026-05-02T00:00:00Z --overdue tasks >three
	hitl-route -p "$policy" --now 2026-05-02T00:00:00Z --overdue tasks | cmp - three
}
