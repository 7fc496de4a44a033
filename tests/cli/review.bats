#!/usr/bin/env bats
# hitl-review from outside: by lines, and on a screen in tmux.
load helper
load servers

setup() {
	cd "$BATS_TEST_TMPDIR"
	mkdir tmp
	export HITL_DB=$PWD/queue.db LC_ALL=C.UTF-8 NOW=2026-05-01T10:00:00Z TMPDIR=$PWD/tmp
	# a name of a socket must be short
	screen=hitl-$$-$BATS_TEST_NUMBER
}

teardown() {
	tmux -L "$screen" kill-server 2>/dev/null || true
	[ -z "${locker:-}" ] || kill "$locker" 2>/dev/null || true
	stop_postgres
}

# task ID [JSON]
task() {
	jq -cn --arg id "$1" --argjson more "${2:-{\}}" '{case_id: $id, kind: "escalation",
		risk_level: "medium", reason_for_escalation: ["confidence:below_threshold"],
		confidence: 0.61, threshold: 0.85, respond: "human", queue: "general", skills: [],
		tier: "agent", priority: "normal", created_at: "2026-05-01T09:00:00Z",
		sla_deadline: "2026-05-01T12:05:00Z", user_question: "Where is my parcel?",
		model_draft: "It will be there on Monday."} + $more'
}

push() {
	hitl-queue push --now $NOW "$@" >/dev/null
}

plain() {
	hitl hitl-review --plain --reviewer r7 --now $NOW
}

# gated ID: an approval
gated() {
	task "$1" '{"kind":"approval","gate":{"name":"g","key":"k","expires_at":"2026-05-02T10:00:00Z"},"proposed_action":{"amount":900}}'
}

# kept TEXT: one file of the reviewer's, with this
kept() {
	[ "$(cat tmp/hitl-review.*)" = "$1" ] || {
		echo "kept: $(head tmp/*)"
		return 1
	}
	rm tmp/hitl-review.*
}

# at_work COMMAND...: hitl-review, which is told through descriptor 7
at_work() {
	mkfifo said
	"$@" <said >out 2>err 3>&- 8>&- &
	pid=$!
	exec 7>said
	rm said
	await asks
}

# asks: what is at work has said "> ", and nothing since
asks() {
	[ "$(tail -c 2 out)" = '> ' ]
}

# It has read what it was told, and waits for something.
waits() {
	drained 7 && sleeping "$pid"
}

# ends N: the one at work, with this status
ends() {
	await_end $pid
	exec 7>&-
	[ "$status" -eq "$1" ] || {
		echo "ended with $status"
		cat out err
		return 1
	}
}

# on_screen COMMAND: in a terminal of 80 columns and 24 rows
on_screen() {
	tmux -L "$screen" -f /dev/null new-session -d -x 80 -y 24 -e "PATH=$PATH" -e "HITL_DB=$HITL_DB" \
		-e "LC_ALL=$LC_ALL" "$1; echo ended with \$?; sleep 600" 3>&-
}

# shows TEXT: waits until the screen has it
shows() {
	await captures "$1" || {
		cat now
		return 1
	}
}

captures() {
	tmux -L "$screen" capture-pane -p >now
	grep -qF -- "$1" now
}

# Ends what runs on the screen, as a terminal does that goes.
leave() {
	tmux -L "$screen" kill-server
	await gone_screen
}

gone_screen() {
	! tmux -L "$screen" has-session 2>/dev/null
}

# Sets pid: the program on the screen.
on_it() {
	pid=$(pgrep -P "$(tmux -L "$screen" list-panes -F '#{pane_pid}')" hitl-review)
}

# given_back: the reviewer has no task
given_back() {
	[ -z "$(hitl-queue list --now $NOW --reviewer r7)" ]
}

keys() {
	tmux -L "$screen" send-keys "$@"
}

@test "review --plain: what cannot be read is no end" {
	task a | hitl-queue push --now $NOW >/dev/null
	plain </tmp
	status 4
	says '<stdin>: read error'
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
	tmux -L "$screen" resize-window -x 100 -y 30
	shows 'line 12.'
	keys q
	shows 'ended with 0'
}

@test "review: a whole review on a screen" {
	task d-1 '{"priority":"high","user_question":"Wo ist mein Paket? Größe M.","evidence":[{"text":"shipped","score":0.91}]}' >t
	task d-2 '{"options":["Monday","Tuesday"]}' >>t
	task d-3 '{"priority":"low"}' >>t
	push t
	on_screen "EDITOR='sed -i s/Monday/Tuesday/' hitl-review --reviewer r7 --now $NOW --lease 1h"
	shows 'd-1   escalation'
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
	diff want now
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
	tmux -L "$screen" resize-window -x 132 -y 40
	shows 'x escalate u undo ? help q quit'
	shows '1-37 of'
	tmux -L "$screen" resize-window -x 40 -y 10
	shows 'hitl-review  r7'
	on_it
	tmux -L "$screen" resize-window -x 4 -y 3
	await taken $pid
	await sleeping $pid
	tmux -L "$screen" resize-window -x 80 -y 24
	shows 'a   escalation'
	keys q
	shows 'ended with 0'
	# ^C gives the task back as well
	on_screen "hitl-review --reviewer r7 --now $NOW" || tmux -L "$screen" respawn-pane -k "hitl-review --reviewer r7 --now $NOW; echo ended with \$?; sleep 600"
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

@test "review: a signal, a terminal that is gone, ^C in the editor: the task is given back" {
	task a >t
	push t
	for signal in HUP TERM INT QUIT; do
		on_screen "hitl-review --reviewer r7 --now $NOW"
		shows 'a   escalation'
		on_it
		kill -$signal "$pid"
		await given_back
		leave
	done
	on_screen "hitl-review --reviewer r7 --now $NOW"
	shows 'a   escalation'
	leave
	await given_back
	printf '#!/bin/sh\ntrap ": >$1.said" INT\n: >begun\nuntil [ -e "$1.said" ]; do sleep 0.05; done\nrm "$1.said"\nsed -i s/Monday/Tuesday/ "$1"\n' >slow
	chmod +x slow
	on_screen "EDITOR=$PWD/slow hitl-review --reviewer r7 --now $NOW"
	shows 'a   escalation'
	keys e
	await [ -e begun ]
	keys C-c
	shows '{+Tuesday+}'
	keys n q
	shows 'ended with 0'
}

@test "review: while a correction is shown the window may change" {
	task a '{"model_draft":"It will be there on Monday, before noon, in the usual way, at your door."}' >t
	push t
	on_screen "EDITOR='sed -i s/noon/the_sun_has_risen_and_all_are_awake/' hitl-review --reviewer r7 --now $NOW"
	shows 'a   escalation'
	keys e
	shows 'Send this correction?'
	tmux -L "$screen" resize-window -x 50 -y 20
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

@test "review: what was typed is kept when the queue cannot be had" {
	gated a >t
	push t
	at_work hitl-review --plain --reviewer r7 --now $NOW --patience 1s
	lock_queue
	printf '%s\n' 'edit {"x":1}' yes '' '' >&7
	ends 4
	grep -q 'database is locked' err
	kept '{"x":1}'
	unlock_queue
	[ "$(hitl-queue export | wc -l)" -eq 0 ]
}

@test "review: a signal ends the wait for a turn, and nothing is decided" {
	gated a >t
	push t
	at_work hitl-review --plain --reviewer r7 --now $NOW
	lock_queue
	printf '%s\n' approve yes >&7
	await waits
	kill -TERM $pid
	ends 143
	grep -q 'a signal has come: what was asked for last is not done' err
	unlock_queue
	[ "$(hitl-queue list | jq -r .state)" = pending ]
	hitl-queue release --reviewer r7 --now $NOW a
	# and also that for giving back
	at_work hitl-review --plain --reviewer r7 --now $NOW
	lock_queue
	echo quit >&7
	await waits
	kill -HUP $pid
	ends 129
	unlock_queue
	hitl hitl-queue verify
	status 0
}

# the server's process for the reviewer
backend() {
	psql -qAtX "$POSTGRES" -c "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
}

# it_asked: the server, which is stopped, has not read all that it was sent
it_asked() {
	local port=${POSTGRES##*:}
	awk -v port="$(printf ':%04X' "${port%/*}")" '$2 ~ port "$" && $5 !~ /:0*$/ { n++ } END { exit !n }' /proc/net/tcp
}

@test "review: a server that hangs: nothing is decided behind a signal, a second one ends at once" {
	[ -n "$(postgres_bin)" ] || skip 'no server here'
	TMPDIR=$BATS_TMPDIR start_postgres
	export HITL_DB=$POSTGRES
	gated a >t
	push t
	at_work hitl-review --plain --reviewer r7 --now $NOW
	server=$(backend)
	kill -STOP "$server"
	printf '%s\n' approve yes >&7
	await it_asked
	kill -TERM $pid
	await taken $pid
	kill -CONT "$server"
	ends 143
	grep -q 'a signal has come: what was asked for last is not done' err
	[ "$(hitl-queue list | jq -r .state)" = pending ]
	given_back
	# one that is asked for twice at the same time is one
	at_work hitl-review --plain --reviewer r7 --now $NOW
	kill -HUP $pid
	await taken $pid
	kill -HUP $pid 2>/dev/null || true # it may have ended
	ends 129
	given_back
	on_screen "hitl-review --reviewer r7 --now $NOW; echo ended with \$?; stty -a"
	shows 'amount: 900'
	server=$(backend)
	kill -STOP "$server"
	keys a
	shows 'y yes'
	keys y
	on_it
	await it_asked
	kill -INT "$pid"
	await taken "$pid"
	sleep 0.8 # the second one of half a second is the same as the first
	kill -QUIT "$pid"
	shows 'ended with 131'
	shows ' icanon'
	grep -q ' echo ' now
	! grep -q 'amount' now || false
	kill -CONT "$server"
	[ "$(hitl-queue list | jq -r .state)" = pending ]
	# nor does it take the server's coming back to end
	gated b >t
	push t
	at_work hitl-review --plain --reviewer r8 --now $NOW
	server=$(psql -qAtX "$POSTGRES" -c "SELECT max(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")
	kill -STOP "$server"
	printf '%s\n' approve yes >&7
	await it_asked
	kill -TERM $pid
	ends 143
	kill -CONT "$server"
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
