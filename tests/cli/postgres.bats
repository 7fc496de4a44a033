#!/usr/bin/env bats
# What of a queue only a server of PostgreSQL's has: that it hangs, is gone, or
# is set up as it should not be.
load helper
load servers

setup_file() {
	start_postgres
}

teardown_file() {
	go_on
	stop_postgres
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	psql -qX "$POSTGRES" -c "CREATE SCHEMA t$BATS_TEST_NUMBER"
	options="options=-csearch_path%3Dt$BATS_TEST_NUMBER"
	export HITL_DB="$POSTGRES?$options"
}

teardown() {
	go_on
	[ -z "${proxy:-}" ] || kill "$proxy"
}

sql() {
	psql -qAtX "$HITL_DB" -c "$1"
}

tasks() { # ID...
	printf '{"case_id":"%s","kind":"escalation"}\n' "$@"
}

# The server and all its processes: they hang, and go on.
processes() {
	local server
	server=$(head -1 "$POSTGRES_AT/data/postmaster.pid")
	echo "$server"
	ps -o pid= --ppid "$server"
}

hang() {
	# shellcheck disable=SC2046
	kill -STOP $(processes)
}

go_on() {
	# shellcheck disable=SC2046
	kill -CONT $(processes)
}

# Puts something between the queue and the server: to a COMMIT the answer is
# kept back, or the line is cut, but it is done.
put_between() { # keep | cut
	perl -MIO::Socket::INET -MIO::Select -e '
		my ($to, $how, $file) = @ARGV;
		my $s = IO::Socket::INET->new(Listen => 9, LocalAddr => "127.0.0.1");
		open my $f, ">", "$file.new"; print $f $s->sockport; close $f;
		rename "$file.new", $file;
		while (my $c = $s->accept) {
			my $d = IO::Socket::INET->new(PeerAddr => $to);
			my ($over, $all) = (0, IO::Select->new($c, $d));
			TURN: while (my @ready = $all->can_read) {
				for my $x (@ready) {
					last TURN unless sysread $x, my $text, 65536;
					if ($x == $c) { $over ||= $text =~ /COMMIT\0/; syswrite $d, $text }
					elsif (!$over) { syswrite $c, $text }
					elsif ($how eq "cut") { last TURN }
				}
			}
		}' "$(sed 's,.*@,,; s,/.*,,' <<<"$POSTGRES")" "$1" port 3>&- &
	proxy=$!
	await [ -e port ]
	between="postgres://hitl@127.0.0.1:$(cat port)/postgres?$options"
}

@test "postgres: a server that hangs is not waited for for ever" {
	tasks a | hitl-queue push >/dev/null
	mkfifo in
	timeout 120 hitl-queue push --patience 1s <in >out 2>err 3>&- &
	pid=$!
	exec 4>in
	await eval '[ "$(sql "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE '"'%lock_timeout%' OR query LIKE '%obj_desc%'"'")" -gt 1 ]'
	hang
	tasks b >&4
	exec 4>&-
	hitl timeout 120 hitl-queue list --patience 2s
	status 4
	says 'timeout expired'
	await_end $pid
	[ "$status" -eq 4 ]
	go_on
	[[ $(cat err) == *"postgres: no answer in 7 s; see --patience" ]]
	[ "$(hitl-queue list | wc -l)" -eq 1 ]
}

# connects PID: it has a connection to somebody
connects() {
	[[ $(readlink "/proc/$1/fd/"*) == *socket:* ]]
}

@test "postgres: a signal ends the wait" {
	hang
	hitl-queue list 3>&- &
	pid=$!
	await eval 'connects $pid && sleeping $pid'
	kill $pid
	await_end $pid
	[ "$status" -eq 143 ]
}

@test "postgres: an end of which nobody knows whether it is kept" {
	hitl-queue push </dev/null >/dev/null
	put_between keep
	hitl timeout 120 hitl-queue push --db "$between" --patience 1s < <(tasks a b)
	status 4
	says 'no answer in 7 s; see --patience; whether what was done last is kept is not known: it is safe to run it again'
	kill $proxy
	wait "$proxy" || true
	rm port
	# what only reads has kept nothing
	put_between cut
	hitl timeout 120 hitl-queue list --db "$between"
	status 4
	[[ $stderr != *'kept'* ]]
	hitl timeout 120 hitl-queue push --db "$between" < <(tasks c d)
	status 4
	says 'server closed the connection unexpectedly; '
	says '; whether what was done last is kept is not known: it is safe to run it again'
	[[ $stderr != *'??'* ]]
	hitl hitl-queue push < <(tasks a b c d)
	status 0
	[ "$(jq .known <<<"$output")" = 4 ]
}

@test "postgres: a server that is slow, or has much to say, is waited for" {
	for i in $(seq 3000); do echo "{\"case_id\":\"t$i\",\"kind\":\"escalation\",\"model_draft\":\"$i$(printf '%0400d' 0)\"}"; done >many
	hitl hitl-queue push --patience 1s many
	status 0
	[ "$(jq .pushed <<<"$output")" = 3000 ]
	[ "$(hitl-queue export --as events | wc -l)" -eq 3000 ]
	# others for a while, but not for longer than it has patience
	mkfifo other
	psql -qX "$HITL_DB" <other >locked 3>&- &
	exec 8>other
	echo 'BEGIN; SELECT n FROM head FOR UPDATE;' >&8
	await [ -s locked ]
	hitl hitl-queue push --patience 1s < <(tasks a)
	status 4
	says 'lock timeout: others have been writing all the time'
	tasks a >one
	hitl-queue push --patience 2m one >out 3>&- 8>&- &
	pid=$!
	await eval '[ "$(sql "SELECT count(*) FROM pg_locks WHERE NOT granted")" -eq 1 ]'
	exec 8>&-
	await_end $pid
	[ "$status" -eq 0 ]
	[ "$(jq .pushed out)" -eq 1 ]
	wait
}

@test "postgres: what it is called with" {
	for bad in 'postgres://u:sec%zzret@h/x' 'postgres://u:sec/ret@h/x' 'postgres://u:s%25ec/r?et@h/x'; do
		hitl hitl-queue list --db "$bad"
		status 2
		says ": is no URI of PostgreSQL's; in a password % is %25"
		[[ $stderr != *s%* && $stderr != *sec* && $stderr != *et@* ]]
	done
	hitl hitl-queue list --db 'postgres://u:sec?ret@127.0.0.1:1/x'
	status 4
	says 'postgres://u@127.0.0.1:1/x: '
	[[ $stderr != *sec* && $stderr != *'??'* && $stderr != *:*:*:*$'\n'* ]]
	for other in postgresx://a:secret@b/c mysql://b/c; do
		hitl hitl-queue push --db $other /dev/null
		status 2
		says "//"
		says '/c: is neither a file nor postgres://HOST/NAME'
		[[ $stderr != *secret* ]]
	done
}

@test "postgres: a schema without rights, and one that is not there" {
	tasks a | hitl-queue push >/dev/null
	sql "CREATE ROLE reader LOGIN"
	as_reader=${HITL_DB/hitl@/reader@}
	hitl hitl-queue list --db "$as_reader"
	status 4
	says 'permission denied for each schema of search_path, or there is none'
	sql "GRANT USAGE ON SCHEMA t$BATS_TEST_NUMBER TO reader"
	hitl hitl-queue list --db "$as_reader"
	status 4
	says 'permission denied for table '
	hitl hitl-queue push --db "$POSTGRES?options=-csearch_path%3Dnothing" < <(tasks a)
	status 4
	says 'or there is none'
}

@test "postgres: a database that cannot keep every text" {
	psql -qX "$POSTGRES" -c "CREATE DATABASE narrow ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
	hitl hitl-queue push --db "${POSTGRES%/*}/narrow" < <(tasks a)
	status 4
	says 'its encoding is LATIN1, which cannot keep every text; make a database by createdb -E UTF8 -T template0'
}

@test "postgres: two that claim by one name get something each" {
	# each of a task that he may have once, and that is still free for others
	for ((i = 0; i < 1060; i++)); do tasks "t$i"; done |
		jq -c '.reviews_required = 2' >many
	hitl-queue push many
	# what takes a while to look through
	hitl-queue claim --reviewer r -n 1000 >first
	take() { # FILE
		for ((k = 0; k < 20; k++)); do hitl-queue claim --reviewer r || echo "nothing"; done >"$1"
	}
	take one 3>&- &
	take two 3>&- &
	take three
	wait
	[ "$(cat one two three | grep -c nothing)" -eq 0 ]
	[ "$(cat one two three | jq -r .case_id | sort -u | wc -l)" -eq 60 ]
}
