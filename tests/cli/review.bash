# What tests of hitl-review share: a queue, who is asked by lines, and a screen
# in tmux.
load servers

setup() {
	cd "$BATS_TEST_TMPDIR"
	mkdir tmp
	export HITL_DB=$PWD/queue.db LC_ALL=C.UTF-8 NOW=2026-05-01T10:00:00Z TMPDIR=$PWD/tmp
	# the socket: its name is a relative one, because it must be short
	screen=screen
	# else tmux takes the pane that the tests are in for the one that is meant
	unset TMUX TMUX_PANE
}

teardown() {
	tmux -S "$screen" kill-server 2>/dev/null || true
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
	: >out # else what an earlier one has said last is there for a moment
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
	tmux -S "$screen" -f /dev/null new-session -d -x 80 -y 24 -e "PATH=$PATH" -e "HITL_DB=$HITL_DB" \
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
	tmux -S "$screen" capture-pane -p >now
	grep -qF -- "$1" now
}

# Ends what runs on the screen, as a terminal does that goes.  The next one has
# another name: a server that is about to end takes nothing any more, but is
# still there.
leave() {
	tmux -S "$screen" kill-server
	screen=${screen}x
}

# Sets pid: the program on the screen.
on_it() {
	pid=$(pgrep -P "$(tmux -S "$screen" list-panes -F '#{pane_pid}')" hitl-review)
}

# given_back: the reviewer has no task
given_back() {
	[ -z "$(hitl-queue list --now $NOW --reviewer r7)" ]
}

keys() {
	tmux -S "$screen" send-keys "$@"
}
