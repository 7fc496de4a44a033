#!/usr/bin/env bats
# hitl-review from outside: by lines, and what is decided.
load helper
load review

@test "review --plain: what cannot be read is no end, nor what cannot be written" {
	task a | hitl-queue push --now $NOW >/dev/null
	plain </tmp
	status 4
	[ "$stderr" = 'hitl-review: <stdin>: Is a directory' ]
	hitl bash -c "echo approve | hitl-review --plain --reviewer r7 --now $NOW >/dev/full"
	status 4
	[ "$stderr" = 'hitl-review: standard output: No space left on device' ]
	[ "$(hitl-queue list | jq -r .state)" = pending ]
}

@test "review --plain: a task in full, and what is decided" {
	task a '{"evidence":[{"text":"shipped","score":0.91,"source":"dhl"}],"tool_results":{"track":{"status":"on its way"}},"instructions":"Be kind.","language":"en"}' >t
	task b '{"sla_deadline":"2026-05-01T09:00:00Z","priority":"low"}' >>t
	push t
	printf '%s\n' 'rate 4' 'note looked twice' approve 'reject tone: too short' | plain >out
	cat >want <<-'E'
		a   escalation
		risk medium   queue general   tier agent   priority normal   
		answer due in 2h 05m   reviews needed 1   

		Instructions
		  Be kind.

		Why it is here
		  confidence:below_threshold
		  confidence 0.61   threshold 0.85   answers now: human   

		Question
		  Where is my parcel?

		Draft
		  It will be there on Monday.

		Evidence
		  - [0.91] shipped
		    source dhl   

		Tool results
		  track: 
		    status: on its way

		language
		  en
		> rated 4; it goes with the decision
		> noted; it goes with the decision
		> a: approved; undo takes it back
		b   escalation
		risk medium   queue general   tier agent   priority low   
		answer due in -1h 00m (over)   reviews needed 1   

		Why it is here
		  confidence:below_threshold
		  confidence 0.61   threshold 0.85   answers now: human   

		Question
		  Where is my parcel?

		Draft
		  It will be there on Monday.
		> b: rejected; undo takes it back
		There is no task left.
	E
	printf '%s\n' 'rate 4' 'note looked twice' approve 'reject tone: too short' >said
	hitl-queue verify >/dev/null
	[ "$(hitl-queue export | jq -c '[.id, .outcome, .rating, .comment, .category, .reason]')" = '["a","approve",4,"looked twice",null,null]
["b","reject",null,null,"tone","too short"]' ]
	rm queue.db
	push t
	hitl-review --plain --reviewer r7 --now $NOW <said >out
	diff want out
}

@test "review --plain: corrections are shown before they count" {
	task a >t
	push t
	export EDITOR='sed -i s/Monday/Tuesday/'
	plain <<<$'edit\nno\nedit\nyes\nwrong_day\nit is Tuesday\n'
	status 0
	[ "$(grep -c 'It will be there on \[-Monday-\]{+Tuesday+}.' <<<"$output")" -eq 2 ]
	[ "$(hitl-queue export | jq -c '[.outcome, .correction, .category, .reason]')" = '["correct","It will be there on Tuesday.","wrong_day","it is Tuesday"]' ]
	# what is said in one line needs no editor
	task b >t
	push t
	plain <<<$'edit On Wednesday.\ny\n\n\n'
	[ "$(hitl-queue export | jq -c 'select(.id == "b") | [.correction, .reason]')" = '["On Wednesday.",null]' ]
	# nothing changed, an editor that fails, one that is not there: nothing is sent
	task c >t
	push t
	for editor in true false ./nothing; do
		EDITOR=$editor plain <<<edit
		status 0
		[[ $output == *'nothing'* ]]
	done
	[ "$(hitl-queue export | wc -l)" -eq 2 ]
	[ -z "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name 'hitl-review.*' -newer t)" ]
}

@test "review --plain: options, marks, skip, decline, escalate, undo, quit" {
	task a '{"options":["yes","It will be there on Monday."]}' >t
	for i in b c d e f; do task $i '{"created_at":"2026-05-01T09:0'"$(printf %d "'$i" | tail -c 1)"':00Z"}' >>t; done
	push t
	plain <<-'E'
		choose 3
		choose 1
		undo
		cho 2
		mark day: on Monday
		mark what: the moon
		app
		send
		skip
		skip
		decline my brother
		escalate law
		quit
	E
	status 0
	for text in 'it is one of 1 to 2' 'marked 17 to 26' 'the passage is not in the draft' 'there are marks' 'the last decision is taken back'; do
		[[ $output == *"$text"* ]] || { echo "no $text in: $output"; return 1; }
	done
	[ "$(hitl-queue export | jq -c '[.id, .outcome, .correction]' | sort)" = "$(printf '%s\n' '["a","approve",null]' "$(hitl-queue export | jq -c 'select(.id != "a") | [.id, "correct", [{start: 17, end: 26, label: "day"}]]')" | sort)" ]
	[ "$(hitl-queue export --as events | jq -r .event | sort | uniq -c | sed 's/^ *//' | tr '\n' ,)" = '8 claim,1 decline,1 escalate,6 push,3 release,3 review,1 withdraw,' ]
	# nothing is left in anybody's hands
	[ "$(hitl-queue list --reviewer r7 | wc -l)" -eq 0 ]
	hitl hitl-queue verify
	status 0
}

@test "review --plain: an approval is confirmed, and not taken back" {
	task a '{"kind":"approval","gate":{"name":"g","key":"k","expires_at":"2026-05-02T10:00:00Z"},"proposed_action":{"type":"refund","amount":900}}' >t
	push t
	plain <<<$'approve\nno\napprove\nyes\nundo\n'
	[[ $output == *'amount: 900'* ]]
	[ "$(hitl-queue list | jq -r .state)" = approved ]
	plain </dev/null
	status 1
	[[ $output == *'There is no task left.'* ]]
	# a correction of an action is JSON
	task b '{"kind":"approval","gate":{"name":"g","key":"k","expires_at":"2026-05-02T10:00:00Z"},"proposed_action":{"amount":900}}' >t
	push t
	plain <<<$'edit {"amount":}\nedit {"amount":500}\nyes\n\ntoo much\n'
	[[ $output == *'that is no JSON'* ]]
	[ "$(hitl-queue export --as approvals | jq -c 'select(.case_id == "b") | [.approval.state, .approval.reviews[0].correction]')" = '["needs_revision",{"amount":500}]' ]
}

@test "review: whatever a record is made of" {
	task a '{"reason_for_escalation":{"a":1,"b":[2]},"evidence":7,"options":{"x":1},"gate":"g","tool_results":false,"confidence":[1],"instructions":{"a":null}}' >t
	task b '{"evidence":[null,[],{},{"text":5},{"text":"x","score":{"a":1}}],"options":[{"a":1},null],"model_draft":{"x":[1,2]},"user_question":[["deep"]]}' >>t
	task $'c\n\nDraft\nall is fine' '{"user_question":"hi\n\nDraft\nFine, approve.\n> a: approved","risk_level":"low"}' >>t
	push t
	plain <<<$'skip\nchoose 1\nskip\nquit\n'
	status 0
	# what is from a record is never where our own words are
	echo "$output"
	[ "$(grep -c '^Draft$' <<<"$output")" -eq "$(grep -c 'escalation$' <<<"$output")" ]
	! grep -q '^> a: approved' <<<"$output" || false
	grep -qF 'c<U+000A><U+000A>Draft<U+000A>all is fine   escalation' <<<"$output"
}

@test "review: what is typed for one decision goes with no other" {
	{ task a '{"priority":"high"}'; task b; } >t
	push t
	printf '%s\n' 'reject tone:' '' 'approve fine' 'note for b' 'reject x: y' >said
	plain <said
	[ "$(hitl-queue export | jq -c '[.id, .outcome, .category, .reason, .comment]')" = '["a","approve",null,null,"fine"]
["b","reject","x","y","for b"]' ]
}

@test "review: a correction of an action is one line, however it was written" {
	task a '{"kind":"approval","gate":{"name":"g","key":"k","expires_at":"2026-05-02T10:00:00Z"},"proposed_action":{"amount":900}}' >t
	push t
	cat >edit <<-'E'
		#!/bin/sh
		printf '[\n{"case_id":"forged","approval":{"state":"approved","key":"f","expires_at":"2100-01-01T00:00:00Z"}}\n]\n' >"$1"
	E
	chmod +x edit
	EDITOR=./edit plain <<<$'edit\nyes\n\n\n'
	status 0
	[ "$(hitl-queue export --as approvals | wc -l)" -eq 1 ]
	[ "$(hitl-queue export | wc -l)" -eq 1 ]
	hitl-queue export --as approvals >approvals
	hitl hitl-act --journal j approvals -- touch ran
	status 0
	[ "$(jq -r .result <<<"$output")" = needs_revision ]
	[ ! -e ran ]
	hitl hitl-queue verify
	status 0
}

@test "review: what was typed is kept, unless it is taken or no is said" {
	gated a >t
	push t
	printf '#!/bin/sh\nprintf "{\\"type\\":" >"$1"\n' >bad-json
	printf '#!/bin/sh\nprintf "\\377" >"$1"\n' >bad-utf8
	printf '#!/bin/sh\necho "{\\"x\\":1}" >"$1"\n' >good
	printf '#!/bin/sh\necho "{\\"x\\":1}" >"$1"\nkill -TERM $PPID\n' >ended
	printf '#!/bin/sh\necho "{\\"x\\":1}" >"$1"\nexit 1\n' >fails
	chmod +x bad-* good ended fails
	EDITOR=./bad-json plain <<<edit
	[[ $output == *"> your text is in $TMPDIR/hitl-review."*'; nothing is sent: that is no JSON'* ]]
	kept '{"type":'
	EDITOR=./bad-utf8 plain <<<edit
	kept $'\xff'
	EDITOR=./fails plain <<<edit
	[[ $output == *'; nothing is sent: ./fails failed'* ]]
	kept '{"x":1}'
	for answers in '' 'perhaps\n' 'yes\n' 'yes\n\n' 'yes\n\xff\n'; do
		printf "edit\n$answers" >answers
		EDITOR=./good plain <answers
		[[ $output == *'your text is in '* ]] || { echo "$answers: $output"; return 1; }
		kept '{"x":1}'
	done
	EDITOR=./good plain <<<$'edit\nno'
	EDITOR=true plain <<<edit
	[ -z "$(ls tmp)" ]
	EDITOR=./ended plain <<<$'edit\nyes\n\n\n'
	status 143
	kept '{"x":1}'
	# on a screen it is said when that is gone
	on_screen "TMPDIR=$TMPDIR EDITOR=./ended hitl-review --reviewer r7 --now $NOW"
	shows 'a   approval'
	keys e
	shows 'ended with 143'
	shows 'hitl-review: your text is in '
	kept '{"x":1}'
	EDITOR=./good plain <<<$'edit\nyes\n\n\n'
	status 0
	[[ $output == *'a: corrected'* ]]
	[ -z "$(ls tmp)" ]
}

@test "review: usage" {
	task a >t
	push t
	hitl hitl-review --reviewer r7 </dev/null
	status 2
	says 'this is no terminal; see --plain'
	USER='' hitl hitl-review --plain </dev/null
	status 2
	says 'who are you? give --reviewer R'
	hitl hitl-review --db nothing --plain --reviewer r7
	status 2
}
