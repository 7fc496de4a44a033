#!/usr/bin/env bats
# hitl-queue from outside: what comes into it, and what is seen of it.
load helper
load queue

@test "push: routed records and tasks; what acts alone is passed over" {
	gen-log -n 500 >log
	hitl-route -p "$policy" --tasks tasks log >routed
	at 10:00 push -p "$policy" routed
	status 0
	people=$(jq -c 'select(.route.action == "QUEUE" or .route.action == "ESCALATE" or .route.audit.selected)' routed | wc -l)
	[ "$people" -gt 50 ]
	[ "$(jq -c '[.read, .pushed, .known, .alone]' <<<"$output")" = "[500,$people,0,$((500 - people))]" ]
	# the same tasks as hitl-route has written
	at 10:00 push tasks
	[ "$(jq -c '[.pushed, .again, .known]' <<<"$output")" = "[0,0,$people]" ]
	hitl-queue export --as tasks | jq -cS 'del(.status)' | sort >kept
	jq -cS . tasks | sort >written
	cmp kept written
	intact
}

@test "push: what is no task is rejected, with its line" {
	{
		echo '{"id":"a"}'
		echo '{"id":"b","route":{"action":"MAYBE"}}'
		task c '{"case_id":null}'
		task d '{"priority":"now"}'
		task e '{"skills":[1]}'
		task f '{"reviews_required":0}'
		task g '{"sla_deadline":"soon"}'
		task h '{"kind":"party"}'
		task i '{"case_id":"a\u0000b"}'
		task good
	} >mixed
	at 10:00 push -R bad mixed
	status 3
	[ "$(wc -l <bad)" -eq 9 ]
	[ "$(jq .pushed <<<"$output")" -eq 1 ]
	says 'mixed:1: route: is not there'
	says 'mixed:3: case_id: is neither a string nor a number'
	says 'mixed:6: reviews_required: is no whole number in 1..100'
	[[ $stderr != *party* ]]
}

@test "push: a gate that is none does not let its record pass for other work" {
	for gate in '"g"' true '["g"]' 0; do
		echo '{"id":"a","route":{"action":"QUEUE","queue":"general","gate":'"$gate"'}}' >one
		at 10:00 push one
		status 3
		says 'one:1: route.gate: is neither an object nor null'
		[ "$(jq .pushed <<<"$output")" -eq 0 ]
	done
}

@test "push: a route that asks for what is no number of reviews is rejected" {
	routed() { # MEMBER VALUE ID
		jq -cn --arg id "$3" --argjson x "$2" --arg m "$1" '{id: $id, ts: "2026-05-01T10:00:00Z",
			route: {action: "QUEUE", queue: "general", gate: {name: "g", key: "k"}}}
			| setpath(["route"] + ($m / "."); $x)'
	}
	n=0
	for member in gate.reviews_required reviews_required; do
		for x in 0 -1 101 1e400 2.5 '"2"' true '[]' '{}'; do
			n=$((n + 1))
			routed $member "$x" "bad$n" >one
			# jq spells it as it likes
			[ "$x" != 1e400 ] || sed -i 's/1\.79[0-9e+]*/1e400/' one
			at 10:00 push one
			status 3
			says "one:1: route.$member: is no whole number in 1..100"
			[ "$(jq -c '[.read, .pushed]' <<<"$output")" = '[0,0]' ]
		done
	done
	[ $n -eq 18 ]
	# the higher of both; what is not said asks for one; 2.0 is 2
	{
		routed gate.reviews_required 100 a
		routed reviews_required 3 b
		routed gate.reviews_required 2 c | jq -c '.route.reviews_required = 3'
		routed gate.reviews_required null d
		routed x 1 e | sed 's/"x":1/"reviews_required":2.0/'
		# what nobody is to look at may say what it likes
		routed gate.reviews_required 0 f | jq -c '.route.action = "AUTO"'
	} >good
	at 10:00 push good
	status 0
	[ "$(jq -c '[.read, .pushed, .alone]' <<<"$output")" = '[6,5,1]' ]
	[ "$(hitl-queue export --as tasks | jq -c '[.case_id, .reviews_required]' | sort | tr '\n' ' ')" = '["a",100] ["b",3] ["c",3] ["d",1] ["e",2] ' ]
}

@test "--explain-policy makes no queue, and needs none" {
	for verb in push submit expire; do
		hitl hitl-queue $verb --db none --explain-policy </dev/null
		status 0
		[ ! -e none ]
		hitl env -u HITL_DB hitl-queue $verb --explain-policy </dev/null
		status 0
	done
	hitl hitl-queue push --db none -F 'id=nosuch(1)' </dev/null
	status 2
	[ ! -e none ]
}

@test "expire: missed deadlines are told once, and what is sent instead" {
	{
		task a '{"risk_level":"low"}'
		task b '{"risk_level":"low","reason_for_escalation":["gate:x"]}'
		task c '{"risk_level":"high"}'
		task d '{"sla_deadline":"2026-05-01T20:00:00Z"}'
	} >tasks
	at 10:00 push tasks
	at 14:30 expire -p "$policy"
	status 0
	hitl-route -p "$policy" --now 2026-05-01T14:30:00Z --overdue tasks | jq -c '[.case_id, .fallback]' | head -3 >as_route_says
	[ "$(jq -c '[.id, .fallback]' <<<"$output")" = "$(cat as_route_says)" ]
	[ "$(jq -c '[.event, .id, .fallback.send, .model_draft]' <<<"$output")" = '["fallback","a",true,"On its way"]
["fallback","b",false,null]
["fallback","c",false,null]' ]
	at 14:31 expire -p "$policy"
	[ -z "$output" ]
	# they wait on, and are still to be reviewed
	hitl hitl-queue list
	[ "$(wc -l <<<"$output")" -eq 4 ]
	intact
}

@test "stats: what waits, who is at it, and for how long" {
	for i in 1 2 3 4 5 6 7 8; do task t$i; done >tasks
	approval p k '{"queue":"billing"}' >>tasks
	at 10:00 push tasks
	at 10:00 claim --reviewer r1 --queue general -n 3
	for i in 1 2; do echo "{\"id\":\"t$i\",\"outcome\":\"approve\"}"; done >reviews
	at 10:10 submit --reviewer r1 reviews
	at 10:20 claim --reviewer r2 --queue general -n 1
	at 10:20 stats --by queue
	# 6 reviews are wanted, 2 came in 20 minutes: an hour
	[ "$(jq -c 'select(.queue == "general") | [.pending, .in_review, .completed, .oldest_age_seconds, .reviews, .reviewers, .handling_seconds_mean, .estimated_wait_seconds]' <<<"$output")" = '[5,1,2,1200,2,1,600,3600]' ]
	[ "$(jq -c 'select(.queue == "billing") | [.pending, .reviews, .estimated_wait_seconds]' <<<"$output")" = '[1,0,null]' ]
	at 10:20 stats
	[ "$(jq -c '[.pending, .in_review, .completed, .estimated_wait_seconds]' <<<"$output")" = '[6,1,2,4200]' ]
	at 10:20 stats --by tier
	[ "$(jq -c '[.tier, .pending + .in_review + .completed]' <<<"$output" | sort | tr '\n' ' ')" = '["agent",9] ' ]
	at 10:20 stats --by risk
	[ "$(jq -c '[.risk, .pending + .in_review + .completed]' <<<"$output" | sort | tr '\n' ' ')" = '["medium",9] ' ]
	at 15:00 stats -f csv --by kind
	[ "${lines[0]}" = 'kind,pending,in_review,completed,approved,rejected,needs_revision,expired,overdue,oldest_age_seconds,reviews,reviewers,handling_seconds_mean,estimated_wait_seconds' ]
	[ "${lines[2]}" = 'escalation,6,0,2,0,0,0,0,6,18000,2,1,600,54000' ]
}

@test "stats: times that cannot be count as if they were not there" {
	# from a record of the next year; it waits since it was pushed
	task t '{"created_at":"2027-05-01T10:00:00Z"}' >future
	at 10:00 push future
	at 10:05 stats
	[ "$(jq .oldest_age_seconds <<<"$output")" = 300 ]
	# by a clock that was set back it does not wait yet
	at 09:00 stats
	[ "$(jq .oldest_age_seconds <<<"$output")" = 0 ]
	for i in 1 2 3 4; do task "r$i"; done >tasks
	at 10:00 push tasks
	at 10:00 claim --reviewer r -n 5
	for i in 1 2 3 4; do echo "{\"id\":\"r$i\",\"outcome\":\"approve\"}"; done >reviews
	at 10:10 submit --reviewer r reviews
	# backwards, a hundred years, and nobody knows
	sql "UPDATE reviews SET claimed = at + 1000000 WHERE id = 'r1'"
	sql "UPDATE reviews SET claimed = at - 3153600000000000 WHERE id = 'r2'"
	sql "UPDATE reviews SET claimed = NULL WHERE id = 'r3'"
	at 10:20 stats
	[ "$(jq -c '[.reviews, .handling_seconds_mean]' <<<"$output")" = '[4,600]' ]
	sql "UPDATE reviews SET claimed = NULL"
	at 10:20 stats
	[ "$(jq -c '[.reviews, .handling_seconds_mean]' <<<"$output")" = '[4,null]' ]
}

@test "stats: times that add up to more than a number holds" {
	for i in $(seq 40); do task "t$i"; done >tasks
	at 10:00 push tasks
	for i in $(seq 40); do echo "{\"id\":\"t$i\",\"outcome\":\"approve\"}"; done >reviews
	at 10:00 submit --claim --reviewer r reviews
	# 40 times that is beyond 2^63; and 5 years, to the microsecond
	sql "UPDATE reviews SET claimed = -300000000000000000"
	at 10:20 stats
	[ "$(jq -c '[.reviews, .handling_seconds_mean]' <<<"$output")" = '[40,null]' ]
	sql "UPDATE reviews SET claimed = at - 157680000500000"
	at 10:20 stats
	[ "$(jq -c '[.reviews, .handling_seconds_mean]' <<<"$output")" = '[40,157680000.5]' ]
}

@test "list: of a kind, a risk, so many; show: what is there" {
	{ task a '{"risk_level":"low"}'; task b '{"risk_level":"high"}'; approval c k '{"risk_level":"high"}'; } >tasks
	at 10:00 push tasks
	at 10:01 list --kind approval
	[ "$(ids)" = 'c ' ]
	at 10:01 list --risk high
	[ "$(ids)" = 'b c ' ]
	at 10:01 list --risk high --kind escalation
	[ "$(ids)" = 'b ' ]
	at 10:01 list -n 1
	[ "$(ids)" = 'a ' ]
	at 10:01 show c nobody a
	status 1
	[ "$(ids)" = 'c a ' ]
	says 'nobody: is not in the queue'
}

@test "push: what no database could keep, or nobody tell from another" {
	{
		task "$(printf '%0600d' 7)"
		task a "$(jq -cn '{skills: [range(400) | "skill-\(.)"]}')"
		task b '{"sla_deadline":"9999-12-31T23:59:59-14:00"}'
		task c | sed "s/\"evidence\":null/\"evidence\":$(printf '[%.0s' $(seq 500))$(printf ']%.0s' $(seq 500))/"
		echo '{"case_id":"\ud800","kind":"audit"}'
		echo '{"case_id":"\ufffd","kind":"audit"}'
		task good | sed "s/\"evidence\":null/\"evidence\":$(printf '[%.0s' $(seq 499))$(printf ']%.0s' $(seq 499))/"
		echo '{"case_id":"\ufffd\udfff","kind":"audit"}'
	} >mixed
	at 10:00 push mixed
	status 3
	[ "$(jq .pushed <<<"$output")" -eq 2 ]
	says 'mixed:1: case_id: is longer than 512 bytes'
	says 'mixed:2: skills: take more than 2000 bytes'
	says 'mixed:3: sla_deadline: is no time before the year 9000'
	says 'mixed:4: is nested deeper than 500'
	says 'mixed:5: case_id: has half of a surrogate pair in it'
	says 'mixed:8: case_id: has half of a surrogate pair in it'
	hitl-queue export --as events >events
	hitl hitl-queue import --db "$PWD/there.db" events
	status 0
	at 10:00 claim --reviewer "$(printf '%0600d' 7)"
	status 2
	at 9999-12-31T23:59:00Z claim --reviewer r1
	status 2
	intact
}

@test "usage: which queue, whom, what" {
	unset HITL_DB
	hitl hitl-queue list
	status 2
	says 'give --db FILE, or set HITL_DB'
	hitl hitl-queue list --db "$PWD/nothing.db"
	status 2
	says 'there is no such queue; hitl-queue push makes one'
	echo 'hello, world: this is no database, but a text' >text.db
	hitl hitl-queue list --db "$PWD/text.db"
	status 4
	says 'text.db: '
	sqlite3 else.db 'CREATE TABLE t (x)'
	hitl hitl-queue push --db "$PWD/else.db" /dev/null
	status 2
	says 'is a database of something else'
	hitl hitl-queue claim --db "$PWD/else.db"
	status 2
	hitl hitl-queue push --db :memory: /dev/null
	status 2
	hitl hitl-queue access --db "$PWD/typo.db"
	status 2
	[ ! -e typo.db ]
	hitl hitl-queue list --db "$PWD/nothing.db" --state bogus
	status 2
	says '--state: bogus is unknown'
	hitl hitl-queue claim --db "$PWD/nothing.db" --reviewer r --queue ,
	says '--queue: names none'
	hitl hitl-queue clam
	status 2
	says 'did you mean claim'
	hitl hitl-queue list --db 'postgres://me:secret@127.0.0.1:1/x'
	status 4
	says 'postgres://me@127.0.0.1:1/x: '
	[[ $stderr != *secret* ]]
}
