#!/usr/bin/env bats
# Policy files: every mistake has its place and what was meant.
load helper

@test "--explain-policy: what runs each expression" {
	cd "$BATS_TEST_TMPDIR"
	jq -c '.risk.rules += [{name: "x", when: "[.a[]] == [1]", raise: "high"}]' "$policy" >p.json
	hitl hitl-route -p p.json -F 'id=.a + .b' --explain-policy
	status 0
	grep -qxF $'native\tp.json: risk.rules[0].when\t.task_type == "return" and .context.amount < 50' <<<"$output"
	grep -qxF $'libjq\tp.json: risk.rules[4].when\t[.a[]] == [1]' <<<"$output"
	grep -qxF $'native\t-F id\t.a + .b' <<<"$output"
	grep -qxF $'native\tfield task\t.task_type' <<<"$output"
	[ "$(grep -c ^libjq <<<"$output")" -eq 1 ]
	hitl hitl-metrics --by '.x[0:2]' --explain-policy
	[ "$(grep -c ^libjq <<<"$output")" -eq 1 ]
}

# Each line: a jq program that spoils the policy, and what must be said.
@test "mistakes in a policy: exit 2 before any record, with place and hint" {
	cd "$BATS_TEST_TMPDIR"
	while IFS='	' read -r spoil say; do
		[ -n "$spoil" ] || continue
		jq "$spoil" "$policy" >bad.json
		for p in "hitl-risk -p bad.json" "hitl-route -p bad.json" "hitl-metrics -p bad.json" \
			"hitl-calibrate report -p bad.json"; do
			hitl $p nowhere
			status 2
			says "bad.json: $say"
			[ "$output" = "" ]
		done
	done <<-'X'
	.rout = 1	rout: there is no such key; did you mean route?
	.route.treshold = 1	route.treshold: there is no such key; did you mean threshold?
	.route.threshold = 1.4	route.threshold: 1.4 is outside [0, 1]
	.route.threshold = "0.8"	route.threshold: is string where number is expected
	.route = []	route: is array where object is expected
	.risk.default = "hgih"	risk.default: "hgih" is unknown; did you mean "high"?
	.risk.levels = ["low","high"]	risk.default: "medium" is not among risk.levels
	.risk.levels = ["high","low"]	risk.levels[1]: "low" is not above the level before it
	.risk.levels = []	risk.levels: is empty
	.risk.tasks.x = "severe"	risk.tasks.x: "severe" is unknown; one of low to critical is expected
	.risk.rules[1].when = ".a =="	risk.rules[1].when: syntax error, unexpected end
	.risk.rules[1].when = "nosuch(.)"	risk.rules[1].when: nosuch/1 is not defined
	.risk.rules[1].when = "env.HOME"	risk.rules[1].when: env is not allowed here
	.risk.rules[1].when = ""	risk.rules[1].when: is empty
	.risk.rules[1].name = "small_return"	risk.rules[1].name: "small_return" is the name of an earlier one
	.risk.rules[1].set = "low"	risk.rules[1]: needs either "set" or "raise"
	del(.risk.rules[0].set)	risk.rules[0]: needs either "set" or "raise"
	del(.risk.rules[0].when)	risk.rules[0]: "when" is missing
	.route.by_risk.hihg = 1	route.by_risk.hihg: "hihg" is unknown; did you mean "high"?
	.route.by_task.x = -1	route.by_task.x: -1 is outside [0, 1]
	.route.audit.rate = 2	route.audit.rate: 2 is outside [0, 1]
	del(.route.audit.key)	route.audit: "key" is missing
	.route.triggers[0].action = "AUTO"	route.triggers[0].action: a trigger can only
	.route.triggers[0].action = "ESCALTE"	route.triggers[0].action: "ESCALTE" is unknown; did you mean "ESCALATE"?
	.route.gates += [.route.gates[0]]	route.gates[1].name: "irreversible" is the name of an earlier one
	.route.queues[0].sla = "soon"	route.queues[0].sla: "soon" is no duration
	.route.queues[0].sla = "1bd" | del(.route.calendar)	route.queues[0].sla: business time needs a calendar
	.route.calendar.tz = "Mars/Olympus"	route.calendar.tz: the system knows no time zone "Mars/Olympus"
	.route.calendar.tz = "../../etc/passwd"	route.calendar.tz: the system knows no time zone
	.route.queues[0].tier = "expret"	route.queues[0].tier: "expret" is unknown; did you mean "expert"?
	.route.queues[0].skills = "x"	route.queues[0].skills: is string where array is expected
	.route.cascade[1].pass = 7	route.cascade[1].pass: 7 is outside [0, 1]
	del(.route.cascade[1].pass)	route.cascade[1]: "pass", the score that passes, is missing
	.route.cascade[0].pass = 1	route.cascade[0]: "pass" is for a score, not for "fail"
	.route.cascade[0].score = ".x"	route.cascade[0]: needs one of "fail", "score" and "command"
	del(.route.cascade[1].score)	route.cascade[1]: needs one of "fail", "score" and "command"
	.route.cascade[1] = {name:"j",command:"judge",pass:0.5}	route.cascade[1].command: is a list, the program and its arguments
	.route.cascade[1] = {name:"j",command:[],pass:0.5}	route.cascade[1].command: is empty
	.route.cascade[1] = {name:"j",command:["j",""],pass:0.5}	route.cascade[1].command[1]: is empty
	.route.cascade[1] = {name:"j",command:["j"],pass:0.5,timeout:"0s"}	route.cascade[1].timeout: is to be more than no time
	.route.cascade[1].timeout = "3s"	route.cascade[1]: "timeout" is for a command
	.route.gates[0].expires = "1bd" | del(.route.calendar)	route.gates[0].expires: business time needs a calendar
	.route.gates[0].priority = "urgnt"	route.gates[0].priority: "urgnt" is unknown; did you mean "urgent"?
	.route.queues[0].authority = ""	route.queues[0].authority: is empty
	.route.tiers = [{name:"x",tier:"expert",when:".a"}]	route.tiers[0]: a case moves up: above expert there is none
	.route.tiers = [{name:"x",tier:"agent",when:".a",next_tier:"ai"}]	route.tiers[0]: a case moves up: above agent there is expert
	.route.audit.by_risk = {critical:1}	route.audit.by_risk.critical: nothing of critical risk acts alone
	.route.audit.states = {initial:{},stable:{}}	route.audit.states: "degraded" is missing
	.route.audit.states = {initial:{},stable:{},degraded:{}} | del(.targets.error_escape_rate)	route.audit.states: need targets.error_escape_rate
	.signals = [{name:"a",value:".a"}]	signals: stand in for a confidence, but fields.confidence says
	del(.fields) | .signals = []	signals: is empty
	del(.fields) | .signals = [{name:"a",value:".a",weight:0}]	signals[0].weight: 0 is outside [1e-06, 1e+06]
	del(.fields) | .signals = [{name:"a",value:".a",missing:2}]	signals[0].missing: 2 is outside [0, 1]
	.task = {"tier":".x"}	task.tier: is what hitl-route says, and no expression
	.task = {"x":".a =="}	task.x: syntax error
	.["//"] = 7	//: is number where string is expected
	.route.calendar.hours = "9-5"	route.calendar.hours: hours are written
	.route.calendar.days = "Mo-Fr"	route.calendar.days: days are written
	.route.calendar.holidays = ["2026-02-30"]	route.calendar.holidays[0]: is no date
	.route.relief.risks = ["high"]	route.relief.risks[0]: thresholds are never lowered for high risk
	.targets.escalation_rat = 1	targets.escalation_rat: there is no such metric; did you mean escalation_rate?
	.targets.latency_p50 = 1	targets.latency_p50: there is no such metric; hitl-metrics(1) has them
	.targets.escalation_rate = [0.3,0.1]	targets.escalation_rate: the range is empty
	.targets.review_latency_p95 = "5x"	targets.review_latency_p95: "5x" is no duration
	.fields.confidenc = ".x"	fields.confidenc: there is no field "confidenc"; did you mean confidence
	.fields.confidence = 7	fields.confidence: is number where string is expected
	X
}

@test "not JSON, twice the same key, no file" {
	cd "$BATS_TEST_TMPDIR"
	printf '{"route":\n  {"threshold":0.8,}}' >bad.json
	hitl hitl-route -p bad.json
	status 2
	says "bad.json: line 2, column 20: expected a key in quotes"
	echo '{"route":{"threshold":0.8,"threshold":0.9}}' >bad.json
	hitl hitl-route -p bad.json
	status 2
	says "bad.json: route.threshold: is there twice"
	hitl hitl-route -p nowhere.json
	status 4
	says "nowhere.json: No such file"
}

@test "thresholds files that are none" {
	cd "$BATS_TEST_TMPDIR"
	for j in '{}' '[]' '{"kind":"thresholds"}' '{"kind":"thresholds","default":{"threshold":"x"}}' \
		'{"kind":"thresholds","default":{"threshold":7}}' \
		'{"kind":"thresholds","default":{"threshold":0.5},"groups":{"a":{"threshold":0.5}}}' \
		'{"kind":"thresholds","default":{"threshold":0.5},"by":".a","groups":{"a":1}}'; do
		echo "$j" >t.json
		hitl hitl-route -t t.json </dev/null
		status 2
		says "t.json: "
	done
}
