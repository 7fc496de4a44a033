#!/usr/bin/env bats
# What a queue has kept: exported, imported, verified, moved, of other versions.
load helper
load queue

@test "export: reviews that hitl-feedback joins" {
	gen-log -n 300 >log
	hitl-route -p "$policy" log >routed
	at 10:00 push -p "$policy" routed
	at 10:00 claim --reviewer r1 --skills security -n 40
	[ "$(wc -l <<<"$output")" -eq 40 ]
	jq -c '{id: .case_id, outcome: (if .confidence == null or .confidence < 0.5 then "reject" else "approve" end)}' <<<"$output" >reviews
	at 10:04 submit --reviewer r1 reviews
	status 0
	hitl-queue export >exported
	hitl hitl-feedback join -r exported routed
	status 0
	[ "$(jq -c 'select(.review) | .review.seconds' <<<"$output" | sort | uniq -c | sed 's/ *//')" = '40 240' ]
	[ "$(jq -c 'select(.review) | {id, outcome: .review.outcome}' <<<"$output" | sort)" = "$(sort reviews)" ]
}

@test "export: --follow goes on with what comes" {
	task a >t
	at 10:00 push t
	hitl-queue export --as events --follow 3>&- >followed &
	pid=$!
	await [ -s followed ]
	at 10:01 approve --reviewer r a
	await eval '[ "$(wc -l <followed)" -eq 3 ]'
	kill $pid
	[ "$(jq -r .event followed | tr '\n' ' ')" = 'push claim review ' ]
	# it ends when nobody reads
	timeout 120 hitl-queue export --as events --follow | head -1 >first
	[ "$(wc -l <first)" -eq 1 ]
	hitl hitl-queue export --as tasks --follow
	status 2
}

@test "verify: tampering shows, wherever" {
	{ task a; task b; approval c k; } >tasks
	at 10:00 push tasks
	at 10:00 approve --reviewer boss a b c
	intact
	head=$(jq -r .head <<<"$output")
	[ "$(jq -c '[.events, .tasks]' <<<"$output")" = '[9,3]' ]
	hitl-queue export --as events >events
	tamper() { # WHY SQL
		hitl-queue import --db "$other" events >/dev/null
		HITL_DB=$other sql "$2"
		hitl hitl-queue verify --db "$other"
		status 1
		[[ $output == *"$1"* ]] || { echo "$output"; return 1; }
		says ": is not intact: $(jq -r .why <<<"$output"); keep the head noted before"
		[ "${#stderr_lines[@]}" -eq 1 ]
	}
	n=0
	while IFS='|' read -r why sql; do
		n=$((n + 1))
		other=$PWD/other$n.db
		[ -z "${POSTGRES:-}" ] || other=$(schema "other$n")
		tamper "$why" "$sql"
	done <<-'E'
		event 5 is not what its hash says|UPDATE events SET line = replace(line, 'boss', 'eve') WHERE n = 5
		event 4 is not the next one|DELETE FROM events WHERE n = 4
		its head is not the end|DELETE FROM events WHERE n = 9
		the table tasks is not|UPDATE tasks SET state = 3 WHERE id = 'c'
		the table tasks is not|DELETE FROM tasks WHERE id = 'b'
		the table reviews is not|UPDATE reviews SET reviewer = 'eve' WHERE id = 'b'
		has a text that is not what it was|UPDATE bodies SET body = replace(body, '900', '901') WHERE body LIKE '%900%'
		is filed as something else|UPDATE events SET kind = 11 WHERE n = 5
		is filed as something else|UPDATE events SET id = 'zzz' WHERE n = 5
		the table needs is not|INSERT INTO needs VALUES (77, '{"kind":"audit"}')
		the table leases is not|INSERT INTO leases VALUES ('', 'eve', 1, 9000000000000000, 1)
		the table leases is not|INSERT INTO leases VALUES ('a', 'eve', 1, 9000000000000000, 1)
		the table head is not|INSERT INTO head SELECT * FROM head
		the table bodies is not|INSERT INTO bodies VALUES ('x', 'y')
		its head is not the end|UPDATE head SET access = 'x'
	E
	[ "$n" -eq 15 ]
	# an end that was cut off and made anew: the chain is good, the old end gone
	head -7 events >cut
	other=$PWD/cut.db
	[ -z "${POSTGRES:-}" ] || other=$(schema cut)
	hitl-queue import --db "$other" cut
	hitl hitl-queue verify --db "$other"
	status 0
	hitl hitl-queue verify --db "$other" --head "$head"
	status 1
	[[ $output == *'is not among its events'* ]]
	hitl hitl-queue verify --head "$head"
	status 0
	[ -z "$stderr" ]
}

@test "verify: the crontab of the manual keeps the head of what was intact" {
	{ task a; task b; } >tasks
	at 10:00 push tasks
	intact
	noted=$(jq -r .head <<<"$output")
	echo "$noted" >head
	sed -n 's/^0 6 \* \* \* cd [^ ]* && \(hitl-queue verify\)/\1/p' "$root/man/hitl-queue.1" >job
	[ -s job ]
	# what was added meanwhile is noted
	at 10:01 approve --reviewer r a
	hitl sh job
	status 0
	last=$(hitl-queue verify | jq -r .head)
	[ "$last" != "$noted" ]
	[ "$(cat head)" = "$last" ]
	# and what was changed is not
	sql "UPDATE events SET line = replace(line, '\"b\"', '\"c\"') WHERE n = 2"
	hitl sh job
	status 1
	says ': is not intact: event 2 is not what its hash says'
	[ "$(cat head)" = "$last" ]
}

@test "verify: values of another kind, triggers, tables that are not there" {
	[ -z "${POSTGRES:-}" ] || skip 'a server knows what its columns are for'
	approval c k '{"proposed_by":"mallory"}' >task
	at 10:00 push task
	n=0
	while IFS='|' read -r why sql; do
		n=$((n + 1))
		cp queue.db "other$n.db"
		sqlite3 "other$n.db" "$sql"
		hitl hitl-queue verify --db "other$n.db"
		status 1
		[[ $output == *"$why"* ]] || { echo "$output"; return 1; }
	done <<-'E'
		of another kind than its column|UPDATE barred SET reviewer = CAST(reviewer AS BLOB)
		of another kind than its column|UPDATE tasks SET id = CAST(id AS BLOB)
		of another kind than its column|UPDATE head SET latest = CAST(latest AS BLOB)
		of another kind than its column|UPDATE events SET line = CAST(line AS BLOB)
		of another kind than its column|UPDATE bodies SET body = CAST(body AS BLOB)
		not as they were made|CREATE TRIGGER t AFTER INSERT ON reviews BEGIN DELETE FROM barred; END
		not as they were made|DROP INDEX reviews_at
		not as they were made|DROP TABLE barred
		not as they were made|CREATE TABLE more (x)
	E
	[ "$n" -eq 9 ]
	sqlite3 queue.db ANALYZE
	intact
}

@test "verify: a review that was let in by what was taken away for it" {
	approval c k '{"proposed_by":"mallory"}' >task
	at 10:00 push task
	at 10:01 approve --reviewer mallory c
	status 1
	sql "DELETE FROM barred"
	at 10:01 approve --reviewer mallory c
	status 0
	sql "INSERT INTO barred VALUES ('c', 'mallory', 0)"
	hitl hitl-queue verify
	status 1
	[[ $output == *'event 3 is a review by somebody who may not give it'* ]]
	hitl-queue export --as events >events
	other=$PWD/other.db
	[ -z "${POSTGRES:-}" ] || other=$(schema other)
	hitl hitl-queue import --db "$other" events
	status 1
	says 'event 3 is a review by somebody who may not give it'
	# nor is anything done because of it
	hitl-queue export --as approvals >approvals
	hitl hitl-act --journal j.db --verify-policy --db "$HITL_DB" --now 2026-05-01T10:02:00Z approvals -- touch ran
	status 1
	[ "$(jq -r .why <<<"$output")" = 'too few of those who approved it may do so' ]
	[ ! -e ran ]
}

@test "a queue that was moved or replaced while it was open" {
	[ -z "${POSTGRES:-}" ] || skip 'a file'
	mkfifo in
	hitl-queue push <in >out 2>err 3>&- &
	pid=$!
	exec 7>in
	task a >&7
	await drained 7
	[ -s queue.db ]
	mkdir away
	mv queue.db* away
	task b >&7
	exec 7>&-
	await_end $pid
	[ "$status" -eq 4 ]
	grep -q 'queue.db: was moved, removed or replaced while it was open' err
}

@test "events: a chain anybody can check" {
	{ task a; task b; } >tasks
	at 10:00 push tasks
	at 10:01 approve --reviewer boss a
	hitl-queue export --as events >events
	prev=
	while IFS= read -r line; do
		[ "$(jq -r .prev <<<"$line")" = "$prev" ]
		prev=$(jq -r .hash <<<"$line")
		[ "$(sed 's/,"hash":.*/}/' <<<"$line" | tr -d '\n' | sha256sum | cut -d' ' -f1)" = "$prev" ]
		body=$(sed -n 's/.*,"body":\(.*\)}$/\1/p' <<<"$line" | tr -d '\n')
		[ -z "$body" ] || [ "$(printf %s "$body" | sha256sum | cut -d' ' -f1)" = "$(jq -r .sha256 <<<"$line")" ]
	done <events
	[ "$(jq -c '[.n, .event, .id, .by, .at]' events)" = '[1,"push","a",null,"2026-05-01T10:00:00Z"]
[2,"push","b",null,"2026-05-01T10:00:00Z"]
[3,"claim","a","boss","2026-05-01T10:01:00Z"]
[4,"review","a","boss","2026-05-01T10:01:00Z"]' ]
	hitl hitl-queue export --as events --after 3
	[ "$output" = "$(tail -1 events)" ]
}

@test "import: no event asks for more reviews than a task can" {
	task a '{"reviews_required":2}' >t
	at 10:00 push t
	for n in 100 101 9007199254740992; do
		hitl-queue export --as events >event
		body=$(sed 's/.*,"body"://' event)
		line=$(sed "s/,\"hash\":.*/}/; s/\"reviews_required\":2/\"reviews_required\":$n/" event)
		hash=$(printf %s "$line" | sha256sum | cut -d' ' -f1)
		echo "${line%\}},\"hash\":\"$hash\",\"body\":$body" >forged
		there=$PWD/there$n.db
		[ -z "${POSTGRES:-}" ] || there=$(schema "there$n")
		hitl hitl-queue import --db "$there" forged
		if [ $n = 100 ]; then
			status 0
		else
			status 1
			says "forged:1: event 1 is no event"
		fi
	done
}

@test "import: the same queue somewhere else, and what is new" {
	{ task a; task b; approval c k; } >tasks
	at 10:00 push tasks
	at 10:00 claim --reviewer r1 -n 2
	hitl-queue export --as events >first
	at 10:01 submit --reviewer r1 <<<'{"id":"b","outcome":"approve"}'
	hitl-queue export --as events >all
	there=$PWD/there.db
	[ -z "${POSTGRES:-}" ] || there=$(schema there)
	hitl hitl-queue import --db "$there" first
	[ "$output" = '{"imported":5,"known":0}' ]
	hitl hitl-queue import --db "$there" all
	status 0
	[ "$output" = '{"imported":1,"known":5}' ]
	[ "$(hitl-queue export --as tasks)" = "$(hitl-queue export --as tasks --db "$there")" ]
	hitl hitl-queue verify --db "$there"
	status 0
	# a copy in the other kind of database is as good
	hitl hitl-queue import --db "$PWD/file.db" all
	[ "$(hitl-queue verify --db "$PWD/file.db")" = "$(hitl-queue verify)" ]
	# what does not follow is not taken
	elsewhere=$PWD/elsewhere.db
	sed 's/r1/r2/' all >changed
	hitl hitl-queue import --db "$elsewhere" changed
	status 1
	says 'event 4 is not what its hash says'
	tail -2 all >gap
	hitl hitl-queue import --db "$elsewhere.2" gap
	status 1
	says 'is not the next one'
	hitl hitl-queue import --db "$elsewhere.3" tasks
	status 1
	says 'is no event of a queue'
	# where it stands, whatever stands before it
	{ echo; echo bad; head -2 all; } >start
	{ head -2 all; echo; sed -n 3p all; tail -1 all; } >rest
	hitl hitl-queue import --db "$elsewhere.4" start rest
	status 1
	says 'rest:5: event 6 is not the next one'
	[ "$(grep -c :5: <<<"$stderr")" -eq 1 ]
}

@test "a queue that may only be read is read" {
	[ -z "${POSTGRES:-}" ] || skip 'a file alone'
	task a >t
	at 10:00 push t
	# where others may look in
	there=$(mktemp -d)/'only %41 read'
	mkdir "$there"
	cp queue.db "$there/queue.db"
	cp "$B/hitl-queue" "$there/program"
	chmod 444 "$there/queue.db"
	chmod 555 "$there"
	chmod 755 "$there/.."
	as=()
	[ "$(id -u)" -ne 0 ] || as=(setpriv --reuid nobody --regid nogroup --clear-groups)
	HITL_DB=$there/queue.db
	cd /
	hitl "${as[@]}" "$there/program" list
	status 0
	[ "$(ids)" = 'a ' ]
	hitl "${as[@]}" "$there/program" verify
	status 0
	hitl "${as[@]}" "$there/program" claim --reviewer r
	status 4
	says 'attempt to write a readonly database'
	chmod 755 "$there"
	rm -r "${there%/*}"
}

@test "a queue that another version has made is refused" {
	task a >t
	at 10:00 push t
	if [ -n "${POSTGRES:-}" ]; then
		psql -qX "$HITL_DB" -c "DO \$\$ BEGIN EXECUTE format('COMMENT ON TABLE head IS %L', replace(obj_description('head'::regclass), ' 1', ' 7')); END \$\$"
	else
		sqlite3 queue.db 'PRAGMA user_version = 7'
	fi
	for verb in list verify 'claim --reviewer r'; do
		# shellcheck disable=SC2086
		hitl hitl-queue $verb
		status 2
		says 'was made by another version of hitl, with other tables (7, here 1)'
	done
}
