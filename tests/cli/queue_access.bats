#!/usr/bin/env bats
# Who may do what with the tasks of a queue, and who is who.
load helper
load queue

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
