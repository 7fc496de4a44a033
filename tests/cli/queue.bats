#!/usr/bin/env bats
# hitl-queue from outside; a file of SQLite's, and, by the name that ends in
# _postgres, a server.
load helper
load servers

setup_file() {
	if [[ $BATS_TEST_FILENAME == *_postgres.bats ]]; then
		start_postgres
	fi
}

teardown_file() {
	stop_postgres
}

# a queue of its own for each test
setup() {
	cd "$BATS_TEST_TMPDIR"
	HITL_DB=$PWD/queue.db
	[ -z "${POSTGRES:-}" ] || HITL_DB=$(schema one)
	export HITL_DB
}

# schema NAME: the URI of a schema of its own
schema() {
	local name=t$BATS_TEST_NUMBER$1
	psql -qX "$POSTGRES" -c "CREATE SCHEMA $name" >&2
	echo "$POSTGRES?options=-csearch_path%3D$name"
}

# sql TEXT: straight into the database
sql() {
	if [ -n "${POSTGRES:-}" ]; then
		psql -qAtX "$HITL_DB" -c "$1"
	else
		sqlite3 "$HITL_DB" "$1"
	fi
}

# task ID [JSON]: with what is to be otherwise
task() {
	jq -cn --arg id "$1" --argjson more "${2:-{\}}" '{case_id: $id,
		user_question: "Where is it?", model_draft: "On its way", evidence: null,
		tool_results: null, kind: "escalation", risk_level: "medium",
		reason_for_escalation: ["confidence:below_threshold"], confidence: 0.6,
		threshold: 0.85, respond: "human", gate: null, cascade: null,
		queue: "general", skills: [], authority: null, reviews_required: 1,
		tier: "agent", next_tier: "expert", priority: "normal",
		created_at: "2026-05-01T10:00:00Z", sla_deadline: "2026-05-01T14:00:00Z",
		proposed_action: null, proposed_by: null, previous: null, policy: null} + $more'
}

# approval ID KEY [JSON]: of an action that is gated
approval() {
	task "$1" "$(jq -cn --arg key "$2" --argjson more "${3:-{\}}" '{kind: "approval",
		gate: {name: "irreversible", key: $key, expires_at: "2026-05-02T10:00:00Z"},
		proposed_action: {type: "refund", amount: 900, irreversible: true}} + $more')"
}

# at TIME VERB...: then, on the day of the tests
at() {
	local time=$1 verb=$2
	shift 2
	[[ $time == *T* ]] || time=2026-05-01T$time:00Z
	hitl hitl-queue "$verb" --now "$time" "$@"
}

ids() {
	jq -r '.case_id // .id' <<<"$output" | tr '\n' ' '
}

intact() {
	hitl hitl-queue verify
	status 0
	[ "$(jq -r .intact <<<"$output")" = true ]
}

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

@test "claim: critical to low, then the deadline, then the age" {
	{
		task low '{"priority":"low","sla_deadline":"2026-05-01T10:01:00Z"}'
		task late '{"sla_deadline":"2026-05-01T15:00:00Z"}'
		task soon '{"sla_deadline":"2026-05-01T11:00:00Z"}'
		task never '{"sla_deadline":null}'
		task older '{"sla_deadline":"2026-05-01T15:00:00Z","created_at":"2026-05-01T09:00:00Z"}'
		task urgent '{"priority":"urgent","sla_deadline":null}'
		task high '{"priority":"high"}'
	} >tasks
	at 10:00 push tasks
	at 10:00 list
	[ "$(ids)" = 'urgent high soon older late never low ' ]
	at 10:00 claim --reviewer r1 -n 3
	[ "$(ids)" = 'urgent high soon ' ]
	at 10:00 claim --reviewer r2 -n 9
	[ "$(ids)" = 'older late never low ' ]
	at 10:00 claim --reviewer r3
	status 1
	[ -z "$output" ]
	intact
}

@test "claim: a task with how it stands, as it was pushed" {
	task a '{"evidence":[{"text":"Größe \ud83d\ude22","score":0.91}],"id64":9007199254740993}' | sed 's/:0.6,/:0.600,/' >task
	at 10:00 push task
	at 10:05 claim --reviewer r1 --lease 30m
	status 0
	[ "$(sed 's/,"status":.*/}/' <<<"$output")" = "$(cat task)" ]
	[ "$(jq -c .status.claimed_by <<<"$output")" = '[{"reviewer":"r1","claimed_at":"2026-05-01T10:05:00Z","expires_at":"2026-05-01T10:35:00Z"}]' ]
	at 10:06 list
	[ "$(jq -c .claimed_by <<<"$output")" = '["r1"]' ]
	at 10:05 show a
	# what comes out can be put in again
	echo "$output" >out
	at 10:05 push out
	[ "$(jq -c .known <<<"$output")" = 1 ]
}

@test "claim: skills, queues and kinds; by name" {
	{
		task a '{"skills":["legal","security"],"queue":"security"}'
		task b '{"queue":"billing"}'
		task c '{"kind":"audit"}'
	} >tasks
	at 10:00 push tasks
	at 10:00 claim --reviewer r1 --skills legal -n 9 --queue security,other
	status 1
	at 10:00 claim --reviewer r1 --kind audit -n 9
	[ "$(ids)" = 'c ' ]
	at 10:00 claim --reviewer r1 --skills legal,security,tax --queue security -n 9
	[ "$(ids)" = 'a ' ]
	at 10:00 claim --reviewer r2 a b nothing
	status 1
	[ "$(jq -c '[.case_id // .id, .why]' <<<"$output")" = '["a","not his skills"]
["b",null]
["nothing","there is no such task"]' ]
	at 10:00 claim --reviewer r2 --skills legal,security a b
	[ "$(jq -r .why <<<"$output" | tr '\n' ,)" = 'others have it,he has it already,' ]
}

@test "claim: a lease that has ended comes back, and not before" {
	task a >task
	at 10:00 push task
	at 10:00 claim --reviewer r1 --lease 10m
	at 10:09 claim --reviewer r2
	status 1
	at 10:10 claim --reviewer r2
	status 0
	[ "$(jq -r '.status.claimed_by[].reviewer' <<<"$output")" = r2 ]
	# the first one is too late now
	echo '{"id":"a","reviewer":"r1","outcome":"approve"}' >review
	at 10:11 submit review
	status 1
	[ "$(jq -r .why <<<"$output")" = 'he has not claimed it, or his lease has ended' ]
	# but as long as nobody else takes it, it is still his
	at 10:30 submit --reviewer r2 <<<'{"id":"a","outcome":"approve"}'
	status 0
	intact
}

@test "a clock that is set back takes no lease away, and keeps none for ever" {
	task a >task
	at 10:00 push task
	at 10:00 claim --reviewer r1 --lease 10m
	# two hours back: r1 has it still, for ten minutes at most
	at 08:00 claim --reviewer r2
	status 1
	at 08:09 claim --reviewer r2
	status 1
	at 08:05 show a
	[ "$(jq -r '.status.claimed_by[0].expires_at' <<<"$output")" = 2026-05-01T08:10:00Z ]
	at 08:10 claim --reviewer r2
	status 0
	intact
}

@test "a clock that is set back does not make an expired approval good" {
	approval a k1 >task
	at 10:00 push task
	at 2026-05-02T09:59:00Z approve --reviewer boss a
	status 0
	approval b k2 >task
	at 10:00 push task
	task c >task
	at 2026-05-02T11:00:00Z push task
	at 09:00 approve --reviewer boss b
	status 1
	[ "$(jq -r .why <<<"$output")" = 'it has expired by a clock that was ahead; see hitl-queue clock' ]
	# nor does one that was ahead end what is not over
	at 09:00 expire
	says 'approvals are left as they are'
	at 09:00 clock
	status 1
	[ "$output" = '{"now":"2026-05-01T09:00:00Z","latest":"2026-05-02T11:00:00Z","behind":true}' ]
	# until a person says which of them is right
	at 09:00 clock --trust --by root
	status 0
	at 09:00 approve --reviewer boss b
	status 0
	intact
}

@test "submit: checked, with the edit distance; the same again is no other" {
	{ task a; task b; task c; } >tasks
	at 10:00 push tasks
	at 10:00 claim --reviewer r1 -n 3
	cat >reviews <<-'E'
		{"id":"a","outcome":"correct","correction":"On its say","category":"wrong_place","reason":"it is not","comment":"see\nmap"}
		{"id":"b","outcome":"perhaps"}
		{"id":"b","reviewer":"r9","outcome":"approve"}
		{"id":"c","outcome":"approve","rating":7}
		{"id":"zzz","outcome":"approve"}
	E
	at 10:02 submit --reviewer r1 -R bad reviews
	status 1
	says 'reviews:2: outcome: is none of approve, reject, correct'
	says 'reviews:3: reviewer: is another than that of --reviewer'
	says 'reviews:4: rating: is not 1, 2, 3, 4 or 5'
	[ "$(wc -l <bad)" -eq 3 ]
	[ "$(jq -c '[.id, .accepted, .state, .why, .edit_distance]' <<<"$output")" = '["a",true,"completed",null,0.1]
["zzz",false,null,"there is no such task",null]' ]
	head -1 reviews >again
	at 10:09 submit --reviewer r1 again
	status 0
	[ "$(jq -c '[.accepted, .state, .reviews]' <<<"$output")" = '[true,"completed",1]' ]
	# however it is spelled, and in UTC or not
	at 10:09 submit --reviewer r1 <<<'{"id":"a","outcome":"corrected","correction":"On \u0069ts say","category":"wrong\u005fplace","reason":"it is not","comment":"see\u000amap","reviewed_at":"2026-05-01T12:02:00+02:00"}'
	status 0
	[ "$(jq -c '[.accepted, .state, .reviews, .edit_distance]' <<<"$output")" = '[true,"completed",1,0.1]' ]
	for other in '{"id":"a","outcome":"approve"}' \
		"$(jq -c '.correction = "On its sax"' again)"; do
		at 10:09 submit --reviewer r1 <<<"$other"
		status 1
		[ "$(jq -r .why <<<"$output")" = 'he has reviewed it' ]
	done
	hitl hitl-queue export
	[ "$output" = '{"id":"a","reviewer":"r1","outcome":"correct","category":"wrong_place","reason":"it is not","correction":"On its say","comment":"see\nmap","claimed_at":"2026-05-01T10:00:00Z","reviewed_at":"2026-05-01T10:02:00Z","edit_distance":0.1}' ]
	intact
}

@test "submit: the same again in other members' order is no other" {
	task a '{"model_draft":{"sum":10,"of":"é"}}' >t
	at 10:00 push t
	at 10:02 submit --claim --reviewer r1 <<<'{"id":"a","outcome":"correct","correction":{"sum":12.5,"of":"é"},"rating":4}'
	status 0
	far=$(jq .edit_distance <<<"$output")
	hitl hitl-queue export
	before=$output
	# what is said is what is kept: the distance of the first
	at 10:09 submit --reviewer r1 <<<'{"id":"a","rating":4.0,"outcome":"correct","correction":{"of":"\u00e9", "sum":12.50}}'
	status 0
	[ "$(jq -c '[.accepted, .reviews]' <<<"$output")" = '[true,1]' ]
	[ "$(jq .edit_distance <<<"$output")" = "$far" ]
	for other in '{"of":"é","sum":"12.5"}' '{"of":"e","sum":12.5}'; do
		at 10:09 submit --reviewer r1 <<<"{\"id\":\"a\",\"outcome\":\"correct\",\"correction\":$other,\"rating\":4}"
		status 1
		[ "$(jq -r .why <<<"$output")" = 'he has reviewed it' ]
	done
	hitl hitl-queue export
	[ "$output" = "$before" ]
	intact
}

@test "submit: a long review again is no other as it is spelled" {
	task a '{"model_draft":null}' >t
	at 10:00 push t
	for n in 30000 3000000; do
		perl -e '($n) = @ARGV; print qq({"id":"a","reviewer":"r$n","outcome":"correct","correction":[) . "1," x $n . "1]}\n"' $n >$n
	done
	at 10:02 submit --claim 30000
	status 0
	at 10:09 submit <<<"$(sed 's/,1]/, 1.0]/' 30000)"
	status 0
	jq -e '.accepted and .reviews == 1' <<<"$output"
	task a '{"case_id":"b","model_draft":null}' >t
	at 10:00 push t
	sed -i 's/"a"/"b"/' 3000000
	at 10:02 submit --claim 3000000
	status 0
	# in a few times as much
	[[ $B == *address* || $B == *cross* ]] || ulimit -v 400000 # nor of an emulator
	at 10:09 submit 3000000
	status 0
	jq -e '.accepted and .reviews == 1' <<<"$output"
	at 10:09 submit <<<"$(sed 's/,1]/,1.0]/' 3000000)"
	status 1
	[ "$(jq -r .why <<<"$output")" = 'he has reviewed it' ]
	intact
}

@test "submit: expressions are listed, and bounded in time" {
	task a >t
	at 10:00 push t
	echo '{"id":"a","reviewer":"r1","outcome":"approve"}' >reviews
	hitl hitl-queue submit --claim --explain-policy -F 'review.comment=.x | ltrimstr("y")' reviews
	status 0
	grep -q '^native.*review\.outcome' <<<"$output"
	grep -q '^libjq.*review\.comment.*ltrimstr' <<<"$output"
	hitl timeout 60 hitl-queue submit --claim --max-time 0.3 -F 'review.comment=last(range(1e10))' reviews
	status 4
	says 'than --max-time allows'
	hitl hitl-queue list
	[ "$(ids)" = 'a ' ]
	hitl hitl-queue submit --claim -F 'review.comment="x" | ascii_downcase | ltrimstr("y")' reviews
	status 0
	[ "$(hitl-queue export | jq -r .comment)" = x ]
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

@test "submit: notes are a comment" {
	{ task a; task b; } >t
	at 10:00 push t
	at 10:01 submit --claim --reviewer r <<<'{"id":"a","outcome":"approve","notes":"looked twice"}
{"id":"b","outcome":"approve","notes":"no","comment":"yes"}'
	status 0
	[ "$(hitl-queue export | jq -r .comment | tr '\n' ,)" = 'looked twice,yes,' ]
}

@test "export: reviews that hitl-feedback joins" {
	gen-log -n 300 >log
	hitl-route -p "$policy" log >routed
	at 10:00 push -p "$policy" routed
	at 10:00 claim --reviewer r1 --skills security -n 40
	[ "$(wc -l <<<"$output")" -eq 40 ]
	jq -c '{id: .case_id, outcome: (if .confidence == null or .confidence < 0.5 then "reject" else "approve" end)}' <<<"$output" >reviews
	at 10:04 submit --reviewer r1 reviews
	status 0
	hitl-queue export >exported
	hitl hitl-feedback join -r exported routed
	status 0
	[ "$(jq -c 'select(.review) | .review.seconds' <<<"$output" | sort | uniq -c | sed 's/ *//')" = '40 240' ]
	[ "$(jq -c 'select(.review) | {id, outcome: .review.outcome}' <<<"$output" | sort)" = "$(sort reviews)" ]
}

@test "export: --follow goes on with what comes" {
	task a >t
	at 10:00 push t
	hitl-queue export --as events --follow 3>&- >followed &
	pid=$!
	await [ -s followed ]
	at 10:01 approve --reviewer r a
	await eval '[ "$(wc -l <followed)" -eq 3 ]'
	kill $pid
	[ "$(jq -r .event followed | tr '\n' ' ')" = 'push claim review ' ]
	# it ends when nobody reads
	timeout 120 hitl-queue export --as events --follow | head -1 >first
	[ "$(wc -l <first)" -eq 1 ]
	hitl hitl-queue export --as tasks --follow
	status 2
}

@test "reviews_required: so many different people, who do not see each other" {
	task a '{"reviews_required":2}' >task
	at 10:00 push task
	at 10:00 claim --reviewer r1
	at 10:00 claim --reviewer r1
	status 1
	at 10:01 submit --reviewer r1 <<<'{"id":"a","outcome":"reject","reason":"secret"}'
	[ "$(jq -r .state <<<"$output")" = pending ]
	at 10:01 claim --reviewer r1
	status 1
	at 10:02 claim --reviewer r2
	status 0
	[[ $output != *secret* ]]
	at 10:02 claim --reviewer r3
	status 1
	at 10:03 submit --reviewer r2 <<<'{"id":"a","outcome":"approve"}'
	[ "$(jq -c '[.state, .reviews]' <<<"$output")" = '["completed",2]' ]
	hitl hitl-queue show a
	[ "$(jq -c '[.status.history[] | [.by, .review.outcome]]' <<<"$output")" = '[["r1","reject"],["r2","approve"]]' ]
	intact
}

@test "four eyes: who proposed it has a name that a reviewer could have" {
	task a '{"proposed_by":["bot","r1 "]}' >tasks
	task b '{"proposed_by":"r\u00072"}' >>tasks
	task c '{"proposed_by":"r 1"}' >>tasks
	at 10:00 push tasks
	status 3
	says "tasks:1: proposed_by: begins or ends with a blank or what cannot be seen"
	says "tasks:2: proposed_by: has a control character in it"
	hitl hitl-queue list
	[ "$(jq -r .id <<<"$output")" = c ]
}

@test "four eyes: nobody reviews what he proposed, nor what he corrected" {
	{
		task a '{"proposed_by":"r1"}'
		task b '{"proposed_by":["bot","r1"]}'
		approval c k1
	} >tasks
	at 10:00 push tasks
	at 10:00 claim --reviewer r1 a b c
	status 1
	[ "$(jq -r '.why // "given"' <<<"$output" | tr '\n' ,)" = 'he has proposed it,he has proposed it,given,' ]
	at 10:00 approve --reviewer r1 a
	status 1
	at 10:01 submit --reviewer r1 <<<'{"id":"c","outcome":"needs_revision","correction":{"amount":500}}'
	[ "$(jq -r .state <<<"$output")" = needs_revision ]
	# revised as he said: another must decide
	approval c k2 >task
	at 10:02 push task
	[ "$(jq .again <<<"$output")" = 1 ]
	at 10:03 approve --reviewer r1 c
	status 1
	at 10:03 claim --reviewer r1 c
	[ "$(jq -r .why <<<"$output")" = 'he has corrected what was proposed before' ]
	at 10:03 approve --reviewer r2 c
	status 0
	[ "$(jq -r .state <<<"$output")" = approved ]
	intact
}

@test "release and decline: who gets it again" {
	task a >task
	at 10:00 push task
	at 10:00 claim --reviewer r1
	at 10:01 release --reviewer r1 --note 'lunch' a
	status 0
	at 10:02 claim --reviewer r1
	status 0
	[ "$(jq -c '.status.history[] | [.event, .by, .note]' <<<"$output")" = '["release","r1","lunch"]' ]
	at 10:03 decline --reviewer r1 --note 'my brother' a
	status 0
	at 10:04 claim --reviewer r1
	status 1
	at 10:04 release --reviewer r1 a
	status 1
	[ "$(jq -r .why <<<"$output")" = 'he has not claimed it, or his lease has ended' ]
	at 10:05 claim --reviewer r2
	status 0
	at 10:14 renew --reviewer r2 --lease 20m a
	status 0
	at 10:33 claim --reviewer r3
	status 1
	at 10:34 claim --reviewer r3
	status 0
	intact
}

@test "escalate: to the next tier, its past with it" {
	task a >task
	at 10:00 push task
	at 10:00 claim --reviewer r1
	at 10:01 escalate --reviewer r1 --note 'a matter of law' a
	status 0
	at 10:02 show a
	[ "$(jq -c '[.status.tier, .status.queue, .status.claimed_by, .status.history[0].note, .tier]' <<<"$output")" = '["expert","general",[],"a matter of law","agent"]' ]
	at 10:03 claim --reviewer r2
	at 10:04 escalate --reviewer r2 a
	status 1
	[ "$(jq -r .why <<<"$output")" = 'there is no tier above; see --queue and --tier' ]
	# no claim could name these
	at 10:04 escalate --reviewer r2 --queue legal,law a
	status 2
	says '--queue: legal,law: has a comma; a task goes to one queue'
	at 10:04 escalate --reviewer r2 --queue ' legal' a
	status 2
	at 10:04 escalate --reviewer r2 --queue legal a
	status 0
	hitl hitl-queue list --queue legal
	[ "$(ids)" = 'a ' ]
	intact
}

@test "approvals: approved, rejected, needs_revision, expired" {
	for i in a b c d; do approval $i key-$i; done >tasks
	approval e key-e '{"reviews_required":2}' >>tasks
	at 10:00 push tasks
	at 11:00 approve --reviewer boss --reason fine a
	[ "$(jq -c '[.accepted, .state]' <<<"$output")" = '[true,"approved"]' ]
	at 11:00 reject --reviewer boss --reason 'too much' --category amount b
	[ "$(jq -r .state <<<"$output")" = rejected ]
	at 11:00 reject --needs-revision --reviewer boss c
	[ "$(jq -r .state <<<"$output")" = needs_revision ]
	at 11:00 approve --reviewer boss e
	[ "$(jq -r .state <<<"$output")" = pending ]
	at 11:00 approve --reviewer boss e
	[ "$(jq -c '[.accepted, .state]' <<<"$output")" = '[true,"pending"]' ]
	at 11:01 approve --reviewer chief e
	[ "$(jq -r .state <<<"$output")" = approved ]
	# 24 hours later an approval is none
	at 2026-05-02T10:00:00Z approve --reviewer boss d
	status 1
	[ "$(jq -r .why <<<"$output")" = 'it has expired' ]
	at 2026-05-02T10:00:00Z claim --reviewer boss
	status 1
	at 2026-05-02T10:00:00Z expire
	status 0
	[ "$output" = '{"event":"expired","id":"d","expires_at":"2026-05-02T10:00:00Z"}' ]
	at 2026-05-02T10:01:00Z expire
	[ -z "$output" ]
	# what is decided stays so
	at 12:00 reject --reviewer other a
	status 1
	[ "$(jq -r .why <<<"$output")" = 'it is finished' ]
	hitl hitl-queue export --as approvals
	[ "$(jq -c '[.case_id, .approval.state, .approval.key, .approval.by, (.approval.reviews | map(.reason))]' <<<"$output")" = '["a","approved","key-a",["boss"],["fine"]]
["b","rejected","key-b",["boss"],["too much"]]
["c","needs_revision","key-c",["boss"],[null]]
["e","approved","key-e",["boss","chief"],[null,null]]
["d","expired","key-d",[],[]]' ]
	intact
}

@test "approvals: what is approved is what was proposed" {
	approval a k1 >task
	at 10:00 push task
	at 10:01 claim --reviewer r1
	# something else under the same id: the lease and the reviews are gone
	approval a k2 '{"proposed_action":{"type":"refund","amount":90000}}' >task
	at 10:02 push task
	[ "$(jq -c '[.pushed, .again, .known]' <<<"$output")" = '[0,1,0]' ]
	at 10:03 submit --reviewer r1 <<<'{"id":"a","outcome":"approve"}'
	status 1
	[ "$(jq -r .why <<<"$output")" = 'he has not claimed it, or his lease has ended' ]
	at 10:03 approve --reviewer r1 a
	status 0
	hitl hitl-queue export --as approvals
	[ "$(jq -c '[.approval.key, .proposed_action.amount, .approval.round]' <<<"$output")" = '["k2",90000,2]' ]
	intact
}

@test "round: a decision on what has come again since is refused" {
	approval a k1 >task
	at 10:00 push task
	at 10:01 claim --reviewer r1
	[ "$(jq .status.round <<<"$output")" -eq 1 ]
	approval a k2 '{"proposed_action":{"type":"refund","amount":90000}}' >task
	at 10:02 push task
	# taken again, but it is the first he has looked at
	at 10:03 claim --reviewer r1
	at 10:04 submit --reviewer r1 <<<'{"id":"a","outcome":"approve","round":1}'
	status 1
	[ "$(jq -r .why <<<"$output")" = 'it has come again since, and may be another' ]
	at 10:04 approve --reviewer r1 --round 1 a
	status 1
	at 10:04 submit --reviewer r1 <<<'{"id":"a","outcome":"approve","round":"2"}'
	status 3
	says 'round: is no number of a round'
	at 10:05 submit --reviewer r1 <<<'{"id":"a","outcome":"approve","round":2}'
	status 0
	[ "$(jq -r .state <<<"$output")" = approved ]
	intact
}

@test "withdraw: one's own review, while nothing can have come of it" {
	{ task a; approval b k; } >tasks
	at 10:00 push tasks
	at 10:00 claim --reviewer r1 -n 2
	at 10:01 submit --reviewer r1 <<<'{"id":"a","outcome":"reject"}'
	at 10:01 withdraw --reviewer r2 a
	status 1
	at 10:02 withdraw --reviewer r1 a
	status 0
	[ "$(jq -r .state <<<"$output")" = pending ]
	hitl hitl-queue export
	[ -z "$output" ]
	at 10:03 claim --reviewer r1
	at 10:03 submit --reviewer r1 <<<'{"id":"a","outcome":"approve"}'
	status 0
	at 10:04 submit --reviewer r1 <<<'{"id":"b","outcome":"approve"}'
	at 10:05 withdraw --reviewer r1 b
	status 1
	[ "$(jq -r .why <<<"$output")" = 'it is decided, and may have been acted on' ]
	intact
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

@test "access: who may take and decide what, whatever a record says" {
	cat >rules <<-'E'
		{"reviewers": [
		   {"reviewer": "ann", "tier": "agent", "queues": ["general", "billing"]},
		   {"reviewer": "bob", "tier": "expert", "skills": ["legal"], "authority": ["finance"]},
		   {"reviewer": "cat", "tier": "expert", "authority": ["finance", "director"]}],
		 "rules": [
		   {"kind": "approval", "risk": "critical", "authority": "director", "reviews": 2},
		   {"kind": "approval", "queue": "billing", "authority": "finance"}]}
	E
	{
		approval a ka '{"queue":"billing","risk_level":"low"}'
		approval b kb '{"risk_level":"critical","reviews_required":1}'
		task c '{"skills":["legal"]}'
		task d '{"queue":"security","tier":null}'
		approval e ke '{"risk_level":null}'
	} >tasks
	at 10:00 push tasks
	at 10:00 access --by root rules
	status 0
	[ "$(hitl-queue access | jq -c .)" = "$(jq -c . rules)" ]
	at 10:00 claim --reviewer eve -n 9
	status 1
	at 10:00 approve --reviewer eve a
	[ "$(jq -r .why <<<"$output")" = 'not a reviewer here' ]
	at 10:00 claim --reviewer ann --skills legal a b c d e
	[ "$(jq -r '.why // .case_id' <<<"$output" | tr '\n' ,)" = 'not his authority,not his authority,not his skills,not his queue,not his authority,' ]
	at 10:00 approve --reviewer bob a
	[ "$(jq -r .state <<<"$output")" = approved ]
	# the risk asks for two; who has pushed it asked for one
	at 10:00 approve --reviewer cat b
	[ "$(jq -c '[.state, .reviews_required]' <<<"$output")" = '["pending",2]' ]
	at 10:00 approve --reviewer bob b e
	[ "$(jq -r .why <<<"$output" | sort -u)" = 'not his authority' ]
	# what he may not do any more he may not do with what he has
	at 10:00 claim --reviewer bob c
	status 0
	jq '.reviewers[1].skills = []' rules >fewer
	at 10:00 access fewer
	at 10:01 submit --reviewer bob <<<'{"id":"c","outcome":"approve"}'
	status 1
	[ "$(jq -r .why <<<"$output")" = 'not his skills' ]
	intact
}

@test "access: authority that nobody is known to have; bad rules" {
	task a '{"authority":"director"}' >task
	at 10:00 push task
	at 10:00 approve --reviewer boss a
	status 1
	[ "$(jq -r .why <<<"$output")" = 'nobody is known to have its authority' ]
	hitl hitl-queue access
	status 1
	echo '{"reviewer":[]}' >rules
	hitl hitl-queue access rules
	status 2
	says 'rules: reviewer: is unknown; did you mean reviewers?'
	echo '{"reviewers":[{"reviewer":"a"},{"reviewer":"a"}]}' >rules
	hitl hitl-queue access rules
	says 'rules: reviewers[1].reviewer: is there twice'
	echo '{"rules":[{"risk":"huge","authority":"x"}]}' >rules
	hitl hitl-queue access rules
	says 'rules: rules[0].risk: is unknown; did you mean'
	echo '{"rules":[{"risk":"low"}]}' >rules
	hitl hitl-queue access rules
	says 'rules: rules[0]: asks for nothing'
	echo '{"rules":' >rules
	hitl hitl-queue access rules
	status 2
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

@test "submit: a review from before its claim has no time of it" {
	task a >t
	at 10:00 push t
	review='{"id":"a","outcome":"approve","reviewed_at":"2026-05-01T09:00:00Z"}'
	at 10:01 submit --claim --reviewer r <<<"$review"
	status 0
	hitl-queue export >reviews
	[ "$(jq -c '[.claimed_at, .reviewed_at]' reviews)" = '[null,"2026-05-01T09:00:00Z"]' ]
	# so that it can be joined, and is the same again
	hitl hitl-feedback join -r reviews <<<'{"id":"a"}'
	status 0
	jq -e '.review | .outcome == "approve" and .seconds == null' <<<"$output"
	at 10:02 submit --claim --reviewer r <<<"$review"
	status 0
	intact
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

@test "verify: tampering shows, wherever" {
	{ task a; task b; approval c k; } >tasks
	at 10:00 push tasks
	at 10:00 approve --reviewer boss a b c
	intact
	head=$(jq -r .head <<<"$output")
	[ "$(jq -c '[.events, .tasks]' <<<"$output")" = '[9,3]' ]
	hitl-queue export --as events >events
	tamper() { # WHY SQL
		hitl-queue import --db "$other" events >/dev/null
		HITL_DB=$other sql "$2"
		hitl hitl-queue verify --db "$other"
		status 1
		[[ $output == *"$1"* ]] || { echo "$output"; return 1; }
		says ": is not intact: $(jq -r .why <<<"$output"); keep the head noted before"
		[ "$(wc -l <<<"$stderr")" -eq 1 ]
	}
	n=0
	while IFS='|' read -r why sql; do
		n=$((n + 1))
		other=$PWD/other$n.db
		[ -z "${POSTGRES:-}" ] || other=$(schema "other$n")
		tamper "$why" "$sql"
	done <<-'E'
		event 5 is not what its hash says|UPDATE events SET line = replace(line, 'boss', 'eve') WHERE n = 5
		event 4 is not the next one|DELETE FROM events WHERE n = 4
		its head is not the end|DELETE FROM events WHERE n = 9
		the table tasks is not|UPDATE tasks SET state = 3 WHERE id = 'c'
		the table tasks is not|DELETE FROM tasks WHERE id = 'b'
		the table reviews is not|UPDATE reviews SET reviewer = 'eve' WHERE id = 'b'
		has a text that is not what it was|UPDATE bodies SET body = replace(body, '900', '901') WHERE body LIKE '%900%'
		is filed as something else|UPDATE events SET kind = 11 WHERE n = 5
		is filed as something else|UPDATE events SET id = 'zzz' WHERE n = 5
		the table needs is not|INSERT INTO needs VALUES (77, '{"kind":"audit"}')
		the table leases is not|INSERT INTO leases VALUES ('', 'eve', 1, 9000000000000000, 1)
		the table leases is not|INSERT INTO leases VALUES ('a', 'eve', 1, 9000000000000000, 1)
		the table head is not|INSERT INTO head SELECT * FROM head
		the table bodies is not|INSERT INTO bodies VALUES ('x', 'y')
		its head is not the end|UPDATE head SET access = 'x'
	E
	[ "$n" -eq 15 ]
	# an end that was cut off and made anew: the chain is good, the old end gone
	head -7 events >cut
	other=$PWD/cut.db
	[ -z "${POSTGRES:-}" ] || other=$(schema cut)
	hitl-queue import --db "$other" cut
	hitl hitl-queue verify --db "$other"
	status 0
	hitl hitl-queue verify --db "$other" --head "$head"
	status 1
	[[ $output == *'is not among its events'* ]]
	hitl hitl-queue verify --head "$head"
	status 0
	[ -z "$stderr" ]
}

@test "verify: the crontab of the manual keeps the head of what was intact" {
	{ task a; task b; } >tasks
	at 10:00 push tasks
	intact
	noted=$(jq -r .head <<<"$output")
	echo "$noted" >head
	sed -n 's/^0 6 \* \* \* \(hitl-queue verify\)/\1/p' "$root/man/hitl-queue.1" >job
	[ -s job ]
	# what was added meanwhile is noted
	at 10:01 approve --reviewer r a
	hitl sh job
	status 0
	last=$(hitl-queue verify | jq -r .head)
	[ "$last" != "$noted" ]
	[ "$(cat head)" = "$last" ]
	# and what was changed is not
	sql "UPDATE events SET line = replace(line, '\"b\"', '\"c\"') WHERE n = 2"
	hitl sh job
	status 1
	says ': is not intact: event 2 is not what its hash says'
	[ "$(cat head)" = "$last" ]
}

@test "verify: values of another kind, triggers, tables that are not there" {
	[ -z "${POSTGRES:-}" ] || skip 'a server knows what its columns are for'
	approval c k '{"proposed_by":"mallory"}' >task
	at 10:00 push task
	n=0
	while IFS='|' read -r why sql; do
		n=$((n + 1))
		cp queue.db "other$n.db"
		sqlite3 "other$n.db" "$sql"
		hitl hitl-queue verify --db "other$n.db"
		status 1
		[[ $output == *"$why"* ]] || { echo "$output"; return 1; }
	done <<-'E'
		of another kind than its column|UPDATE barred SET reviewer = CAST(reviewer AS BLOB)
		of another kind than its column|UPDATE tasks SET id = CAST(id AS BLOB)
		of another kind than its column|UPDATE head SET latest = CAST(latest AS BLOB)
		of another kind than its column|UPDATE events SET line = CAST(line AS BLOB)
		of another kind than its column|UPDATE bodies SET body = CAST(body AS BLOB)
		not as they were made|CREATE TRIGGER t AFTER INSERT ON reviews BEGIN DELETE FROM barred; END
		not as they were made|DROP INDEX reviews_at
		not as they were made|DROP TABLE barred
		not as they were made|CREATE TABLE more (x)
	E
	[ "$n" -eq 9 ]
	sqlite3 queue.db ANALYZE
	intact
}

@test "verify: a review that was let in by what was taken away for it" {
	approval c k '{"proposed_by":"mallory"}' >task
	at 10:00 push task
	at 10:01 approve --reviewer mallory c
	status 1
	sql "DELETE FROM barred"
	at 10:01 approve --reviewer mallory c
	status 0
	sql "INSERT INTO barred VALUES ('c', 'mallory', 0)"
	hitl hitl-queue verify
	status 1
	[[ $output == *'event 3 is a review by somebody who may not give it'* ]]
	hitl-queue export --as events >events
	other=$PWD/other.db
	[ -z "${POSTGRES:-}" ] || other=$(schema other)
	hitl hitl-queue import --db "$other" events
	status 1
	says 'event 3 is a review by somebody who may not give it'
	# nor is anything done because of it
	hitl-queue export --as approvals >approvals
	hitl hitl-act --journal j.db --verify-policy --db "$HITL_DB" --now 2026-05-01T10:02:00Z approvals -- touch ran
	status 1
	[ "$(jq -r .why <<<"$output")" = 'too few of those who approved it may do so' ]
	[ ! -e ran ]
}

@test "a queue that was moved or replaced while it was open" {
	[ -z "${POSTGRES:-}" ] || skip 'a file'
	mkfifo in
	hitl-queue push <in >out 2>err 3>&- &
	pid=$!
	exec 7>in
	task a >&7
	await drained 7
	[ -s queue.db ]
	mkdir away
	mv queue.db* away
	task b >&7
	exec 7>&-
	await_end $pid
	[ "$status" -eq 4 ]
	grep -q 'queue.db: was moved, removed or replaced while it was open' err
}

@test "events: a chain anybody can check" {
	{ task a; task b; } >tasks
	at 10:00 push tasks
	at 10:01 approve --reviewer boss a
	hitl-queue export --as events >events
	prev=
	while IFS= read -r line; do
		[ "$(jq -r .prev <<<"$line")" = "$prev" ]
		prev=$(jq -r .hash <<<"$line")
		[ "$(sed 's/,"hash":.*/}/' <<<"$line" | tr -d '\n' | sha256sum | cut -d' ' -f1)" = "$prev" ]
		body=$(sed -n 's/.*,"body":\(.*\)}$/\1/p' <<<"$line" | tr -d '\n')
		[ -z "$body" ] || [ "$(printf %s "$body" | sha256sum | cut -d' ' -f1)" = "$(jq -r .sha256 <<<"$line")" ]
	done <events
	[ "$(jq -c '[.n, .event, .id, .by, .at]' events)" = '[1,"push","a",null,"2026-05-01T10:00:00Z"]
[2,"push","b",null,"2026-05-01T10:00:00Z"]
[3,"claim","a","boss","2026-05-01T10:01:00Z"]
[4,"review","a","boss","2026-05-01T10:01:00Z"]' ]
	hitl hitl-queue export --as events --after 3
	[ "$output" = "$(tail -1 events)" ]
}

@test "import: no event asks for more reviews than a task can" {
	task a '{"reviews_required":2}' >t
	at 10:00 push t
	for n in 100 101 9007199254740992; do
		hitl-queue export --as events >event
		body=$(sed 's/.*,"body"://' event)
		line=$(sed "s/,\"hash\":.*/}/; s/\"reviews_required\":2/\"reviews_required\":$n/" event)
		hash=$(printf %s "$line" | sha256sum | cut -d' ' -f1)
		echo "${line%\}},\"hash\":\"$hash\",\"body\":$body" >forged
		there=$PWD/there$n.db
		[ -z "${POSTGRES:-}" ] || there=$(schema "there$n")
		hitl hitl-queue import --db "$there" forged
		if [ $n = 100 ]; then
			status 0
		else
			status 1
			says "forged:1: event 1 is no event"
		fi
	done
}

@test "import: the same queue somewhere else, and what is new" {
	{ task a; task b; approval c k; } >tasks
	at 10:00 push tasks
	at 10:00 claim --reviewer r1 -n 2
	hitl-queue export --as events >first
	at 10:01 submit --reviewer r1 <<<'{"id":"b","outcome":"approve"}'
	hitl-queue export --as events >all
	there=$PWD/there.db
	[ -z "${POSTGRES:-}" ] || there=$(schema there)
	hitl hitl-queue import --db "$there" first
	[ "$output" = '{"imported":5,"known":0}' ]
	hitl hitl-queue import --db "$there" all
	status 0
	[ "$output" = '{"imported":1,"known":5}' ]
	[ "$(hitl-queue export --as tasks)" = "$(hitl-queue export --as tasks --db "$there")" ]
	hitl hitl-queue verify --db "$there"
	status 0
	# a copy in the other kind of database is as good
	hitl hitl-queue import --db "$PWD/file.db" all
	[ "$(hitl-queue verify --db "$PWD/file.db")" = "$(hitl-queue verify)" ]
	# what does not follow is not taken
	elsewhere=$PWD/elsewhere.db
	sed 's/r1/r2/' all >changed
	hitl hitl-queue import --db "$elsewhere" changed
	status 1
	says 'event 4 is not what its hash says'
	tail -2 all >gap
	hitl hitl-queue import --db "$elsewhere.2" gap
	status 1
	says 'is not the next one'
	hitl hitl-queue import --db "$elsewhere.3" tasks
	status 1
	says 'is no event of a queue'
	# where it stands, whatever stands before it
	{ echo; echo bad; head -2 all; } >start
	{ head -2 all; echo; sed -n 3p all; tail -1 all; } >rest
	hitl hitl-queue import --db "$elsewhere.4" start rest
	status 1
	says 'rest:5: event 6 is not the next one'
	[ "$(grep -c :5: <<<"$stderr")" -eq 1 ]
}

@test "access: rules of any layout; an empty file is none" {
	task a >task
	at 10:00 push task
	: >empty
	at 10:01 access empty
	status 2
	says 'empty: is empty; {} are no rules at all'
	printf '\xef\xbb\xbf\n{"rules": [\n\t{"reviews": 2}]}\r\n\n' >rules
	at 10:01 access rules
	status 0
	[ "$(hitl-queue access)" = '{"rules": [  {"reviews": 2}]}' ]
	# what waits needs two from now on
	at 10:02 approve --reviewer r1 a
	[ "$(jq -c '[.state, .reviews_required]' <<<"$output")" = '["pending",2]' ]
	hitl-queue export --as events >events
	there=$PWD/there.db
	hitl hitl-queue import --db "$there" events
	status 0
	[ "$(hitl-queue verify --db "$there")" = "$(hitl-queue verify)" ]
	intact
}

@test "access: a task is not taken where less is asked for" {
	echo '{"rules":[{"queue":"strict","authority":"finance","reviews":3}],
		"reviewers":[{"reviewer":"ann"},{"reviewer":"bob","authority":["finance"]}]}' >rules
	{ approval a k '{"queue":"strict"}'; approval b k2 '{"queue":"open"}'; task c; } >tasks
	at 10:00 push tasks
	at 10:00 claim --reviewer mallory c
	status 0
	at 10:00 access rules
	for verb in renew escalate withdraw; do
		at 10:01 $verb --reviewer mallory c
		status 1
		[ "$(jq -r .why <<<"$output")" = 'not a reviewer here' ]
	done
	at 10:01 release --reviewer mallory c
	status 0
	at 10:02 claim --reviewer bob a
	at 10:02 escalate --reviewer bob --queue open a
	[ "$(jq -r .why <<<"$output")" = 'there it would need less authority' ]
	at 10:02 claim --reviewer ann b
	at 10:02 escalate --reviewer ann --queue strict b
	status 0
	at 10:03 approve --reviewer bob b
	[ "$(jq -c '[.state, .reviews_required]' <<<"$output")" = '["pending",3]' ]
	# nor does taking a review back make it easier
	at 10:04 submit --claim --reviewer ann <<<'{"id":"c","outcome":"approve"}'
	[ "$(jq -r .state <<<"$output")" = completed ]
	echo '{"rules":[{"reviews":2}]}' >more
	at 10:05 access more
	at 10:06 withdraw --reviewer ann c
	hitl hitl-queue show c
	[ "$(jq -c '[.status.state, .status.reviews_required]' <<<"$output")" = '["pending",2]' ]
	intact
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

@test "claim: those that have lapsed are free for whoever decides" {
	{ task a; task b; } >tasks
	at 10:00 push tasks
	at 10:00 claim --reviewer r1 -n 2
	at 10:20 list --reviewer r1
	[ -z "$output" ]
	at 10:20 approve --reviewer r2 a
	status 0
	# a lease that was kept for long is not longer when the clock is set back
	at 10:00 claim --reviewer r3 b
	status 1
	at 10:21 claim --reviewer r3 b
	for minute in 25 30 35 40 45 50 55; do at 10:$minute renew --reviewer r3 b; done
	at 09:00 claim --reviewer r4
	status 1
	at 09:00 show b
	[ "$(jq -r '.status.claimed_by[0].expires_at' <<<"$output")" = 2026-05-01T09:10:00Z ]
	# and a review is not before its claim
	at 09:05 submit --reviewer r3 <<<'{"id":"b","outcome":"approve"}'
	status 0
	at 09:06 stats
	[ "$(jq '.handling_seconds_mean >= 0' <<<"$output")" = true ]
	intact
}

@test "a lease that has lapsed is still his until another has the place" {
	none='he has not claimed it, or his lease has ended'
	why() { jq -r .why <<<"$output"; }
	for id in a b c d e; do task $id; done >tasks
	task two '{"reviews_required":2}' >>tasks
	task top '{"tier":"expert"}' >>tasks
	at 10:00 push tasks
	at 10:00 claim --reviewer r1 -n 9
	at 10:00 claim --reviewer r2 two
	# what lapses, lapses whoever looks
	at 10:20 claim --reviewer r2 b
	at 10:20 expire
	at 10:21 list --reviewer r1
	[ -z "$output" ]
	at 10:21 submit --reviewer r1 <<<'{"id":"a","outcome":"approve"}'
	status 0
	# and he has had it since he claimed it
	at 10:22 export --as reviews
	jq -e '.claimed_at == "2026-05-01T10:00:00Z" and .reviewed_at == "2026-05-01T10:21:00Z"' <<<"$output"
	at 10:21 renew --reviewer r1 --note later c
	status 0
	at 10:21 show c
	jq -e '.status.claimed_by == [{reviewer: "r1", claimed_at: "2026-05-01T10:00:00Z", expires_at: "2026-05-01T10:31:00Z"}]' <<<"$output"
	at 10:22 release --reviewer r1 c
	at 10:22 escalate --reviewer r1 d
	status 0
	# what he has given back or handed on is not his any more, however often it is named
	at 10:23 submit --reviewer r1 <<<'{"id":"c","outcome":"approve"}'
	[ "$(why)" = "$none" ]
	at 10:23 submit --reviewer r1 <<<'{"id":"d","outcome":"approve"}'
	[ "$(why)" = 'he has escalated it' ]
	at 10:23 escalate --reviewer r1 e e
	status 1
	[ "$(jq -s -c 'map(.accepted)' <<<"$output")" = '[true,false]' ]
	at 10:23 renew --reviewer r1 e
	[ "$(why)" = "$none" ]
	# nor what never was, nor is there anything to give back
	at 10:23 submit --reviewer r3 <<<'{"id":"two","outcome":"approve"}'
	[ "$(why)" = "$none" ]
	at 10:23 release --reviewer r1 two
	[ "$(why)" = "$none" ]
	# a refusal takes nothing
	before=$(hitl-queue export --as events | wc -l)
	at 10:23 escalate --reviewer r1 top
	[[ $(why) == 'there is no tier above'* ]]
	[ "$(hitl-queue export --as events | wc -l)" -eq "$before" ]
	# once another has the place it is gone, even when it is free again
	at 10:24 submit --reviewer r1 <<<'{"id":"b","outcome":"approve"}'
	[ "$(why)" = "$none" ]
	at 10:24 release --reviewer r2 b
	at 10:25 submit --reviewer r1 <<<'{"id":"b","outcome":"approve"}'
	[ "$(why)" = "$none" ]
	# of two places the other one is still there
	at 10:25 claim --reviewer r3 two
	for r in r1 r2; do at 10:26 submit --reviewer $r <<<'{"id":"two","outcome":"approve"}'; done
	[ "$(why)" = "$none" ]
	at 10:26 show two
	[ "$(jq -c '[.status.history[].by]' <<<"$output")" = '["r1"]' ]
	intact
	# and a queue made from the events knows the same
	hitl-queue export --as events >events
	other=other.db
	[ -z "${POSTGRES:-}" ] || other=$(schema lapsed)
	hitl-queue import --db "$other" events
	HITL_DB=$other
	at 10:27 submit --reviewer r1 <<<'{"id":"top","outcome":"approve"}'
	status 0
	intact
}

@test "a lease that has lapsed gives no right that a claim does not give" {
	{ approval a k; task b; } | jq -c 'if .gate then .gate.expires_at = "2026-05-01T10:30:00Z" else . end' >tasks
	at 10:00 push tasks
	at 10:00 claim --reviewer r1 -n 2
	at 10:20 expire
	echo '{"reviewers":[{"reviewer":"r2"}]}' >rules
	at 10:21 access rules
	for verb in renew escalate; do
		at 10:22 $verb --reviewer r1 b
		[ "$(jq -r .why <<<"$output")" = 'not a reviewer here' ]
	done
	at 10:22 submit --reviewer r1 <<<'{"id":"b","outcome":"approve"}'
	[ "$(jq -r .why <<<"$output")" = 'not a reviewer here' ]
	echo '{"reviewers":[{"reviewer":"r1"}]}' >rules
	at 10:23 access rules
	for verb in renew escalate; do
		at 10:31 $verb --reviewer r1 a
		[ "$(jq -r .why <<<"$output")" = 'it has expired' ]
	done
	intact
}

@test "a queue that may only be read is read" {
	[ -z "${POSTGRES:-}" ] || skip 'a file alone'
	task a >t
	at 10:00 push t
	# where others may look in
	there=$(mktemp -d)/'only %41 read'
	mkdir "$there"
	cp queue.db "$there/queue.db"
	cp "$B/hitl-queue" "$there/program"
	chmod 444 "$there/queue.db"
	chmod 555 "$there"
	chmod 755 "$there/.."
	as=()
	[ "$(id -u)" -ne 0 ] || as=(setpriv --reuid nobody --regid nogroup --clear-groups)
	HITL_DB=$there/queue.db
	cd /
	hitl "${as[@]}" "$there/program" list
	status 0
	[ "$(ids)" = 'a ' ]
	hitl "${as[@]}" "$there/program" verify
	status 0
	hitl "${as[@]}" "$there/program" claim --reviewer r
	status 4
	says 'attempt to write a readonly database'
	chmod 755 "$there"
	rm -r "${there%/*}"
}

@test "reviewers: one person is not two by what cannot be seen" {
	approval a key-a '{"reviews_required": 2}' | hitl-queue push --now 2026-05-01T10:00:00Z >/dev/null
	at 10:01 approve --reviewer Ann a
	status 0
	for name in 'Ann ' ' Ann' $'Ann\n' $'An\tn' $'An\e[mn' $'Ann\x7f' $'Ann\xc2\x85' $'An\xe2\x80\xa8n' $'Ann\xc2\xa0' \
		$'Ann\xe2\x80\x8b' $'\xef\xbb\xbfAnn' ' '; do
		at 10:02 approve --reviewer "$name" a
		status 2
		says '--reviewer: '
		jq -cn --arg r "$name" '{id: "a", outcome: "approve", reviewer: $r}' >review
		at 10:02 submit --claim review
		status 3
		says ':1: reviewer: '
		USER=$name hitl hitl-review --plain </dev/null
		status 2
	done
	at 10:02 approve --reviewer $'An\xffn' a
	status 2
	says '--reviewer: is not UTF-8'
	[ "$(hitl-queue show a | jq -r .status.state)" = pending ]
	# blanks within, and what joins letters, are of names
	at 10:03 approve --reviewer $'Ann Lee \xd9\x85\xe2\x80\x8c\xd9\x86' a
	status 0
	[ "$(hitl-queue show a | jq -r .status.state)" = approved ]
	# ids are as they come
	task $' b\n' >task
	at 10:04 push task
	status 0
	at 10:05 approve --reviewer Ann $' b\n'
	status 0
	intact
}

@test "a queue that another version has made is refused" {
	task a >t
	at 10:00 push t
	if [ -n "${POSTGRES:-}" ]; then
		psql -qX "$HITL_DB" -c "DO \$\$ BEGIN EXECUTE format('COMMENT ON TABLE head IS %L', replace(obj_description('head'::regclass), ' 1', ' 7')); END \$\$"
	else
		sqlite3 queue.db 'PRAGMA user_version = 7'
	fi
	for verb in list verify 'claim --reviewer r'; do
		# shellcheck disable=SC2086
		hitl hitl-queue $verb
		status 2
		says 'was made by another version of hitl, with other tables (7, here 1)'
	done
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
