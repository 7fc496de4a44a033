#!/usr/bin/env bats
# hitl-queue in and out of streams of Redis'.
load helper
load servers

setup_file() {
	start_redis
}

teardown() {
	# the next test's tasks are not for it
	if [ -n "${server:-}" ]; then
		kill "$server"
		kill -CONT "$server" 2>/dev/null || true
		wait "$server" || true
	fi
	rm -f feeding
	[ -z "${feeder:-}" ] || wait "$feeder"
}

teardown_file() {
	stop_redis
}

setup() {
	cd "$BATS_TEST_TMPDIR"
	export HITL_DB=$PWD/queue.db
	redis FLUSHALL >/dev/null
	url=redis://:secret@$REDIS
}

task() {
	echo "{\"case_id\":\"$1\",\"kind\":\"escalation\",\"risk_level\":\"low\"}"
}

add() {
	redis XADD "$1" '*' record "$2" >/dev/null
}

waiting() {
	redis XPENDING tasks hitl | head -1
}

# Sets fake, a URL of what gives that answer to whatever it is asked; and
# server, to be ended.
fake_redis() { # ANSWER, with \r and \n
	perl -MIO::Socket::INET -e '
		my ($answer, $file) = @ARGV;
		$answer =~ s/\\r/\r/g;
		$answer =~ s/\\n/\n/g;
		my $s = IO::Socket::INET->new(Listen => 9, LocalAddr => "127.0.0.1");
		open my $f, ">", "$file.new"; print $f $s->sockport; close $f;
		rename "$file.new", $file;
		while (my $c = $s->accept) { syswrite $c, $answer while sysread $c, my $x, 65536 }
	' "$1" port 3>&- &
	server=$!
	await [ -e port ]
	fake=redis://127.0.0.1:$(cat port)/s
	rm port
}

@test "redis: into the queue, acknowledged when it is kept" {
	for i in 1 2 3; do add tasks "$(task t$i)"; done
	add tasks 'no record'
	redis XADD tasks '*' other x >/dev/null
	gen-log -n 50 | hitl-route -p "$policy" >routed
	while IFS= read -r line; do add tasks "$line"; done <routed
	people=$(jq -c 'select(.route.action == "QUEUE" or .route.action == "ESCALATE" or .route.audit.selected)' routed | wc -l)
	hitl hitl-queue push -p "$policy" -R bad --from "$url/tasks"
	status 3
	[ "$(jq -c '[.read, .pushed]' <<<"$output")" = "[53,$((3 + people))]" ]
	says "redis://$REDIS/tasks:4: column 1: "
	says "redis://$REDIS/tasks:5: has no field \"record\""
	[[ $stderr != *secret* ]]
	[ "$(head -1 bad)" = 'no record' ]
	[ "$(waiting)" = 0 ]
	# nothing is left, and nothing comes twice
	hitl hitl-queue push --from "$url/tasks"
	status 0
	[ "$(jq .read <<<"$output")" = 0 ]
	add tasks "$(task t4)"
	hitl hitl-queue push --from "$url/tasks"
	[ "$(jq -c '[.read, .pushed]' <<<"$output")" = '[1,1]' ]
	hitl hitl-queue verify
	status 0
}

@test "redis: what could not be kept comes again" {
	for i in 1 2 3; do add tasks "$(task t$i)"; done
	redis XGROUP CREATE tasks hitl 0 >/dev/null
	# another writer all the time: nothing is kept, nothing acknowledged
	hitl-queue push </dev/null >/dev/null
	lock_queue
	hitl hitl-queue push --patience 1s --from "$url/tasks"
	status 4
	[ "$(waiting)" = 3 ]
	unlock_queue
	hitl hitl-queue push --from "$url/tasks"
	status 0
	[ "$(jq -c '[.read, .pushed]' <<<"$output")" = '[3,3]' ]
	[ "$(waiting)" = 0 ]
}

@test "redis: killed at any moment, each is in the queue, once" {
	for i in $(seq 600); do echo "XADD tasks * record '$(task t$i)'"; done | redis >/dev/null
	for _ in $(seq 15); do
		hitl-queue push --from "$url/tasks" >/dev/null 2>&1 3>&- &
		pid=$!
		perl -e 'select(undef, undef, undef, rand(0.05))'
		kill -9 $pid 2>/dev/null || true
		wait $pid 2>/dev/null || true
	done
	hitl-queue push --from "$url/tasks" >/dev/null
	[ "$(hitl-queue list | wc -l)" -eq 600 ]
	[ "$(hitl-queue export --as events | wc -l)" -eq 600 ]
	[ "$(waiting)" = 0 ]
}

@test "redis: --follow takes what comes; groups are each other's business" {
	hitl-queue push --from "$url/tasks" --follow >out 2>err 3>&- &
	pid=$!
	for i in 1 2 3; do add tasks "$(task t$i)"; done
	await eval '[ "$(hitl-queue list 2>/dev/null | wc -l)" -eq 3 ]'
	kill $pid
	wait $pid || true
	[ "$(hitl-queue list | wc -l)" -eq 3 ]
	hitl hitl-queue push --db other.db --group others --from "$url/tasks"
	[ "$(jq .pushed <<<"$output")" = 3 ]
}

# take_and_die COUNT: another consumer takes so many, and is idle for long
take_and_die() {
	redis XREADGROUP GROUP hitl dead COUNT "$1" STREAMS tasks '>' >/dev/null
	redis XPENDING tasks hitl - + "$1" dead | awk 'NR % 4 == 1' >taken
	[ "$(wc -l <taken)" -eq "$1" ]
	# shellcheck disable=SC2046
	redis XCLAIM tasks hitl dead 0 $(cat taken) IDLE 120000 JUSTID >/dev/null
}

@test "redis: what a dead consumer left is taken over, while new ones come all the time" {
	redis XGROUP CREATE tasks hitl 0 MKSTREAM >/dev/null
	: >feeding
	for ((n = 1; ; n++)); do
		[ -e feeding ] || break
		echo "XADD tasks * record '$(task t$n)'"
		sleep 0.05
	done | redis >/dev/null 3>&- &
	feeder=$!
	await eval '[ "$(redis XLEN tasks)" -gt 0 ]'
	hitl-queue push --from "$url/tasks" --consumer live --follow >out 2>err 3>&- &
	server=$!
	await eval '[ "$(hitl-queue list 2>/dev/null | wc -l)" -ge 5 ]'
	kill -STOP $server
	local n
	n=$(redis XLEN tasks)
	await eval '[ "$(redis XLEN tasks)" -gt '"$((n + 3))"' ]'
	take_and_die 1
	kill -CONT $server
	await eval '[ -z "$(redis XPENDING tasks hitl - + 1 dead)" ]'
	rm feeding # until then they came
}

@test "redis: one run takes all that was left, and tells what was trimmed" {
	redis XGROUP CREATE tasks hitl 0 MKSTREAM >/dev/null
	for i in $(seq 700); do echo "XADD tasks * record '$(task t$i)'"; done | redis >/dev/null
	take_and_die 700
	redis XTRIM tasks MAXLEN 100 >/dev/null
	hitl hitl-queue push --from "$url/tasks"
	status 0
	[ "$(jq -c '[.read, .pushed]' <<<"$output")" = '[100,100]' ]
	trimmed=$(sed -n 's/.*of what another consumer had taken \([0-9]*\) were trimmed.*/\1/p' <<<"$stderr" | awk '{ n += $1 } END { print n }')
	[ "$trimmed" -eq 600 ]
	[ "$(waiting)" = 0 ]
}

@test "redis: a rejected one is on disk before it is acknowledged" {
	add tasks 'no record'
	hitl-queue push -R bad --from "$url/tasks" --follow >out 2>err 3>&- &
	pid=$!
	# it waits for nothing before it has been read, either
	await [ -s err ]
	await eval '[ "$(waiting)" = 0 ]'
	[ "$(cat bad)" = 'no record' ]
	kill -9 $pid
	# it must not be given what is added now
	wait $pid 2>/dev/null || true
	# the next ones are added
	printf 'cut' >>bad
	add tasks 'nor is this'
	hitl hitl-queue push -R bad --from "$url/tasks"
	status 3
	[ "$(cat bad)" = $'no record\ncut\nnor is this' ]
	# what could not be kept comes again
	add tasks 'another'
	hitl hitl-queue push -R /dev/full --from "$url/tasks"
	status 4
	says '/dev/full: No space left on device'
	[ "$(grep -c /dev/full <<<"$stderr")" = 1 ]
	[ "$(waiting)" = 1 ]
	hitl hitl-queue push -R bad --from "$url/tasks"
	status 3
	[ "$(tail -1 bad)" = another ]
	[ "$(waiting)" = 0 ]
}

@test "redis: a server that says nothing is not waited for for ever" {
	hitl-queue push </dev/null >/dev/null
	kill -STOP "$(cat "$REDIS_AT/pid")"
	hitl timeout 120 hitl-queue push --patience 1s --from "$url/tasks"
	kill -CONT "$(cat "$REDIS_AT/pid")"
	status 4
	says "redis://$REDIS/tasks: no answer in 6 s; see --patience"
	for answer in '*3\r\n$5\r\nab' '$9000000000000000000\r\n'; do
		fake_redis "$answer"
		hitl timeout 120 hitl-queue export --patience 1s --to "$fake"
		kill $server
		server=
		status 4
		says 'no answer in 6 s'
	done
}

@test "redis: an answer of another form than expected" {
	task t1 | hitl-queue push >/dev/null
	hitl-queue approve --reviewer r t1 >/dev/null
	for answer in '*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n:5\r\n:6\r\n' \
		'*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\nn\r\n$-1\r\n' \
		'*1\r\n:1\r\n' '*1\r\n$-1\r\n' '*1\r\n*2\r\n$3\r\n1-1\r\n$-1\r\n'; do
		fake_redis "$answer"
		hitl timeout 120 hitl-queue export --patience 1s --to "$fake"
		kill $server
		server=
		# it is as if there had been entries of others
		status 2
		says 'has had entries'
	done
	fake_redis ':1\r\n'
	hitl timeout 120 hitl-queue push --from "$fake"
	status 4
	says 'an answer of another kind than expected'
}

@test "redis: out of the queue, where it is not known from where" {
	for i in 1 2 3; do task t$i; done | hitl-queue push >/dev/null
	hitl-queue approve --reviewer r t1 t2 >/dev/null
	hitl-queue export --to "$url/reviews"
	# others' entries are looked past
	for i in $(seq 90); do echo "XADD reviews * other $i"; done | redis >/dev/null
	redis XADD reviews '*' n x >/dev/null
	hitl-queue export --to "$url/reviews"
	[ "$(redis XLEN reviews)" = 93 ]
	# what is in it says so
	hitl hitl-queue export --as events --to "$url/reviews"
	status 2
	says 'has something else than events in it'
	[ "$(redis XLEN reviews)" = 93 ]
	redis XTRIM reviews MAXLEN 0 >/dev/null
	hitl hitl-queue export --to "$url/reviews"
	status 2
	says "redis://$REDIS/reviews: has had entries, but none of the last 100 says"
	[ "$(redis XLEN reviews)" = 0 ]
	hitl-queue approve --reviewer r t3 >/dev/null
	hitl hitl-queue export --after 7 --to "$url/reviews"
	status 0
	[ "$(redis XLEN reviews)" = 1 ]
	# one that was made by who waits for it has had none
	redis XGROUP CREATE new readers 0 MKSTREAM >/dev/null
	hitl-queue export --to "$url/new"
	[ "$(redis XLEN new)" = 3 ]
	# as earlier versions have added them
	redis XADD old '*' record '{}' n 7 >/dev/null
	hitl-queue export --to "$url/old"
	[ "$(redis XLEN old)" = 2 ]
}

@test "redis: out of the queue, from where it was" {
	for i in 1 2 3; do task t$i; done | hitl-queue push >/dev/null
	hitl-queue approve --reviewer r t1 t2 >/dev/null
	hitl hitl-queue export --to "$url/reviews"
	status 0
	[ -z "$output" ]
	[ "$(redis XLEN reviews)" = 2 ]
	hitl-queue export --to "$url/reviews"
	[ "$(redis XLEN reviews)" = 2 ]
	hitl-queue approve --reviewer r t3 >/dev/null
	hitl-queue export --to "$url/reviews"
	[ "$(redis --raw XRANGE reviews - + | grep '^{' | jq -c .)" = "$(hitl-queue export | jq -c .)" ]
	# all that happens, and from there another queue
	hitl-queue export --as events --to "$url/events"
	redis --raw XRANGE events - + | grep '^{' | hitl-queue import --db copy.db >/dev/null
	[ "$(hitl-queue verify --db copy.db)" = "$(hitl-queue verify)" ]
}

@test "redis: messages" {
	hitl hitl-queue push --from redis://:wrong@$REDIS/tasks
	status 4
	says "redis://$REDIS/tasks: "
	[[ $stderr != *wrong* ]]
	hitl hitl-queue push --from redis://127.0.0.1:1/tasks
	status 4
	says 'Connection refused'
	for bad in redis://host http://host/x redis:///x redis://host:99999/x; do
		hitl hitl-queue push --from $bad
		status 2
		says 'a stream is redis://HOST/STREAM'
	done
	redis SET text x >/dev/null
	hitl hitl-queue push --from "$url/text"
	status 4
	says 'WRONGTYPE'
	touch file
	hitl hitl-queue push --from "$url/tasks" file
	status 2
	hitl hitl-queue push --follow </dev/null
	status 2
	# a file of what never ends, or of nothing
	echo kept >file
	for options in "push --from $url/tasks --follow" 'export --follow' "export --to $url/out"; do
		hitl timeout 120 hitl-queue $options -o file
		status 2
		says 'and --output do not go together'
	done
	[ "$(cat file)" = kept ]
}
