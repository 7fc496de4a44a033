#!/usr/bin/env bats
# What ends hitl-review, and what it does not wait for then.
load helper
load review

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

# the server's process for the reviewer, who has come last: those of programs
# that have ended may still be there
backend() {
	psql -qAtX "$POSTGRES" -c "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() ORDER BY backend_start DESC LIMIT 1"
}

# it_asked: the server, which is stopped, has not read all that it was sent
it_asked() {
	local port=${POSTGRES##*:}
	awk -v port="$(printf ':%04X' "${port%/*}")" '$2 ~ port "$" && $5 !~ /:0*$/ { n++ } END { exit !n }' /proc/net/tcp
}

# at_stopped REVIEWER: he has approved of what the server does not hear of
at_stopped() {
	at_work hitl-review --plain --reviewer "$1" --now $NOW
	server=$(backend)
	kill -STOP "$server"
	printf '%s\n' approve yes >&7
	await it_asked
}

@test "review: a server that hangs: nothing is decided behind a signal, a second one ends at once" {
	[ -n "$(postgres_bin)" ] || skip 'no server here'
	TMPDIR=$BATS_TMPDIR start_postgres
	export HITL_DB=$POSTGRES
	gated a >t
	push t
	at_stopped r7
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
	at_stopped r8
	kill -TERM $pid
	ends 143
	kill -CONT "$server"
}
