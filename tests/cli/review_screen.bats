#!/usr/bin/env bats
# hitl-review on a screen in tmux.
load helper
load review

@test "review: nothing in a record controls the terminal" {
	jq -cn '{case_id: "a\u001b]0;owned\u0007", kind: "escalation", queue: "q\u009b31m", risk_level: "low",
		user_question: "\u001b[2J\u0000 \u202eevil\u202c \u200b zero \u2028 line \ufeff\u007f", model_draft: "a\rb\bc\u001b[31m",
		"\u001b[1mkey": "v\u0085", evidence: [{"text": "\u001bPq"}], options: ["\u001bc"]}' >t
	push t
	plain <<<$'note x\nhelp\nedit \x1b[31m\xc2\x9b\nno\nquit\n'
	status 0
	[ -z "$(tr -d '\n\t -~' <<<"$output" | tr -d '[:alnum:]')" ]
	[[ $output == *'<U+001B>[2J<U+0000> <U+202E>evil'* ]]
	on_screen "hitl-review --reviewer r7 --now $NOW"
	shows '<U+001B>[2J'
	keys q
	shows 'ended with 0'
}

@test "review: a page longer than the screen, keys that are none, help" {
	task long "$(jq -cn '{user_question: ([range(90) | "line \(.)."] | join("\n"))}')" >t
	push t
	on_screen "hitl-review --reviewer r7 --now $NOW"
	shows 'long   escalation'
	shows 'line 5.'
	keys NPage
	shows 'line 20.'
	keys End
	shows 'line 89.'
	keys PPage
	shows 'line 70.'
	keys Home
	shows 'long   escalation'
	keys Down Down Down
	shows 'line 8.'
	keys Up Up Up
	shows 'long   escalation'
	keys 5
	shows 'rated 5'
	keys z
	shows '? tells the keys'
	keys '?'
	shows 'take the last decision back'
	keys '?'
	shows 'long   escalation'
	tmux -S "$screen" resize-window -x 100 -y 30
	shows 'line 12.'
	keys q
	shows 'ended with 0'
}

# as_wanted: all of the screen is as in `want`; it is drawn in pieces
as_wanted() {
	tmux -S "$screen" capture-pane -p >now
	cmp -s want now
}

@test "review: a whole review on a screen" {
	task d-1 '{"priority":"high","user_question":"Wo ist mein Paket? Größe M.","evidence":[{"text":"shipped","score":0.91}]}' >t
	task d-2 '{"options":["Monday","Tuesday"]}' >>t
	task d-3 '{"priority":"low"}' >>t
	push t
	on_screen "EDITOR='sed -i s/Monday/Tuesday/' hitl-review --reviewer r7 --now $NOW --lease 1h"
	cat >want <<-'E'
		 hitl-review  r7   2 waiting, 0 done                           yours for 1h 00m
		>d-1         high   2h 05m │ d-1   escalation
		 d-2         normal 2h 05m │ risk medium   queue general   tier agent
		 d-3         low    2h 05m │ priority high
		                           │ answer due in 2h 05m   reviews needed 1
		                           │
		                           │ Why it is here
		                           │   confidence:below_threshold
		                           │   confidence 0.61   threshold 0.85   answers now:
		                           │   human
		                           │
		                           │ Question
		                           │   Wo ist mein Paket? Größe M.
		                           │
		                           │ Draft
		                           │   It will be there on Monday.
		                           │
		                           │ Evidence
		                           │   - [0.91] shipped
		                           │
		                           │

		 a approve r reject e edit o choose m mark c send 1-5 rate n note s skip
		 d decline x escalate u undo ? help q quit
	E
	await as_wanted || diff want now
	keys e
	shows 'It will be there on [-Monday-]{+Tuesday+}.'
	shows 'Send this correction?  y yes   n no'
	keys y
	shows 'Category (Enter: none): _'
	keys 'wrong day' BSpace BSpace BSpace 'Tag' Enter
	shows 'Reason (Enter: none): _'
	keys 'Größe' Enter
	shows 'd-1: corrected; undo takes it back'
	shows '>d-2'
	shows '1 waiting, 1 done'
	keys o
	shows 'Which option? _'
	keys 2 Enter
	shows 'd-2: corrected'
	shows '>d-3'
	keys u
	shows 'the last decision is taken back'
	shows '>d-2'
	keys a
	shows 'd-2: approved'
	keys 4
	shows 'rated 4'
	keys r
	shows 'Category'
	keys Escape
	shows 'nothing is sent'
	keys r
	shows 'Category'
	keys Enter
	shows 'Reason'
	keys 'too short' Enter
	shows 'There is no task for you.'
	keys q
	shows 'ended with 0'
	[ "$(hitl-queue export | jq -c '[.id, .outcome, .correction, .category, .reason, .rating]')" = '["d-1","correct","It will be there on Tuesday.","wrong Tag","Größe",null]
["d-2","approve",null,null,null,null]
["d-3","reject",null,null,"too short",4]' ]
}

@test "review: a screen that grows and shrinks, one without colours, one that is tiny" {
	task a "$(jq -cn '{tool_results: [range(60) | {n: ., text: "line \(.)"}]}')" >t
	push t
	on_screen "TERM=xterm-mono hitl-review --reviewer r7 --now $NOW"
	shows 'a   escalation'
	shows '1-20 of'
	keys NPage
	shows '20-39 of'
	keys Space
	shows '39-58 of'
	keys k k b j
	shows '19-38 of'
	keys b b
	shows 'a   escalation'
	tmux -S "$screen" resize-window -x 132 -y 40
	shows 'x escalate u undo ? help q quit'
	shows '1-37 of'
	tmux -S "$screen" resize-window -x 40 -y 10
	shows 'hitl-review  r7'
	on_it
	tmux -S "$screen" resize-window -x 4 -y 3
	await taken $pid
	await sleeping $pid
	tmux -S "$screen" resize-window -x 80 -y 24
	shows 'a   escalation'
	keys q
	shows 'ended with 0'
	# ^C gives the task back as well
	on_screen "hitl-review --reviewer r7 --now $NOW" || tmux -S "$screen" respawn-pane -k "hitl-review --reviewer r7 --now $NOW; echo ended with \$?; sleep 600"
	shows 'a   escalation'
	keys C-c
	shows 'ended with 0'
	[ "$(hitl-queue list --reviewer r7 | wc -l)" -eq 0 ]
}

@test "review: the keys of a screen that has them" {
	task a "$(jq -cn '{tool_results: [range(60) | {n: ., text: "line \(.)"}]}')" >t
	push t
	on_screen "hitl-review --reviewer r7 --now $NOW"
	shows '1-20 of 197'
	keys End
	shows '178-197 of 197'
	keys Up
	shows '177-196 of 197'
	keys PPage
	shows '158-177 of 197'
	keys Home Down
	shows '2-21 of 197'
}

@test "review: what another has taken meanwhile is refused, and said" {
	task a >t
	push t
	on_screen "hitl-review --reviewer r7 --now $NOW --lease 1h"
	shows 'a   escalation'
	hitl-queue claim --reviewer other --now 2026-05-01T11:30:00Z >/dev/null
	keys a
	shows 'a: refused: he has not claimed it, or his lease has ended'
	keys s
	shows 'There is no task for you.'
	keys q
	shows 'ended with 0'
}

@test "review: while a correction is shown the window may change" {
	task a '{"model_draft":"It will be there on Monday, before noon, in the usual way, at your door."}' >t
	push t
	on_screen "EDITOR='sed -i s/noon/the_sun_has_risen_and_all_are_awake/' hitl-review --reviewer r7 --now $NOW"
	shows 'a   escalation'
	keys e
	shows 'Send this correction?'
	tmux -S "$screen" resize-window -x 50 -y 20
	shows 'the_sun_has_risen_and_all_are_awake+}'
	shows 'at your door.'
	keys n
	shows 'nothing is sent'
	# keys typed ahead are for what was seen when they were typed
	keys q
	shows 'ended with 0'
}

@test "review: letters that the locale does not know are kept as they were typed" {
	task a >t
	push t
	LC_ALL=C on_screen "hitl-review --reviewer r7 --now $NOW"
	shows 'a   escalation'
	keys n
	shows 'Notes: _'
	keys -H 53 74 72 61 c3 9f 65
	shows 'Notes: Stra'
	keys Enter
	shows 'noted'
	keys a
	shows 'approved'
	[ "$(hitl-queue export | jq -r .comment)" = 'Straße' ]
	keys q
	shows 'ended with 0'
}

@test "review: a terminal that is not known" {
	task a >t
	push t
	on_screen "TERM=nonsense hitl-review --reviewer r7 --now $NOW"
	shows 'hitl-review: TERM: nonsense: no screen is known of such a terminal; see --plain'
	shows 'ended with 4'
	leave
	on_screen "env -u TERM hitl-review --reviewer r7 --now $NOW"
	shows 'hitl-review: TERM is not set'
	shows 'ended with 4'
	[ -z "$(hitl-queue list --now $NOW --reviewer r7)" ]
}
