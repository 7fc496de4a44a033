#!/usr/bin/env bats
# What reviewers and approvers say to hitl-queue, and what comes of it.
load helper
load queue

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

@test "submit: notes are a comment" {
	{ task a; task b; } >t
	at 10:00 push t
	at 10:01 submit --claim --reviewer r <<<'{"id":"a","outcome":"approve","notes":"looked twice"}
{"id":"b","outcome":"approve","notes":"no","comment":"yes"}'
	status 0
	[ "$(hitl-queue export | jq -r .comment | tr '\n' ,)" = 'looked twice,yes,' ]
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
