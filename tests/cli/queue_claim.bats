#!/usr/bin/env bats
# Who gets which task from hitl-queue, for how long, and how it goes on.
load helper
load queue

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
	export HITL_DB=$other
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
