#!/usr/bin/env bats
# hitl-route --watch: what is in force changes while records come.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	policy 0.8
	mkfifo in
	hitl-route -p p.json --watch in >out 2>err &
	pid=$!
	exec 7>in
}

teardown() {
	exec 7>&-
	kill $pid 2>/dev/null || true
}

# policy THRESHOLD: another policy in the place of the one there is
policy() {
	echo "{\"risk\":{\"default\":\"low\"},\"route\":{\"threshold\":$1,\"gates\":[{\"name\":\"g\",\"when\":\".gate$2\"}]}}" >p.new
	mv p.new p.json
}

# A record of confidence 0.75, and what becomes of it.
ask() {
	echo >>asked
	n=$(wc -l <asked)
	echo "{\"id\":$n,\"confidence\":0.75,\"ts\":0,\"gate1\":true${1:-}}" >&7
	await eval '[ "$(wc -l <out)" -ge "$n" ]'
	tail -n 1 out | jq -c '[.id, .route.action, .route.threshold]'
}

@test "--watch: a changed policy is in force from the next record on" {
	[ "$(ask)" = '[1,"QUEUE",0.8]' ]
	policy 0.7
	sleep 1.1
	[ "$(ask)" = '[2,"AUTO",0.7]' ]
	[ "$(tail -n 1 out | jq -r .route.policy)" = "$(sha256sum p.json | cut -c1-12)" ]
	# other expressions: what is looked for in a record changes too
	policy 0.7 1
	sleep 1.1
	[ "$(ask)" = '[3,"QUEUE",0.7]' ]
	grep -q "policy $(sha256sum p.json | cut -c1-12) is in force" err
}

@test "--watch: a broken policy is told, and the old one stays" {
	[ "$(ask)" = '[1,"QUEUE",0.8]' ]
	echo '{"route":{"threshold":0.7' >p.json
	sleep 1.1
	[ "$(ask)" = '[2,"QUEUE",0.8]' ]
	[ "$(ask)" = '[3,"QUEUE",0.8]' ]
	[ "$(grep -c 'p.json: line' err)" -eq 1 ]
	grep -q "the policy in force stays" err
	policy 1.4
	sleep 1.1
	[ "$(ask)" = '[4,"QUEUE",0.8]' ]
	grep -q 'route.threshold: 1.4 is outside' err
	rm p.json
	sleep 1.1
	[ "$(ask)" = '[5,"QUEUE",0.8]' ]
	grep -q 'p.json: No such file' err
	policy 0.6
	sleep 1.1
	[ "$(ask)" = '[6,"AUTO",0.6]' ]
}

@test "--watch: SIGHUP, and nothing is lost" {
	[ "$(ask)" = '[1,"QUEUE",0.8]' ]
	kill -HUP $pid
	await taken $pid
	[ "$(ask)" = '[2,"QUEUE",0.8]' ]
	grep -q "is in force" err
	for _ in $(seq 20); do
		kill -HUP $pid
		ask >/dev/null
	done
	exec 7>&-
	wait $pid
	[ "$(jq .id out | tr '\n' ' ')" = "$(seq 1 22 | tr '\n' ' ')" ]
}

@test "--watch: thresholds, and what does not go with it" {
	exec 7>&-
	wait $pid
	: >out
	echo '{"kind":"thresholds","default":{"threshold":0.9}}' >t.json
	hitl-route -p p.json -t t.json --watch in >out 2>err &
	pid=$!
	exec 7>in
	[ "$(ask)" = '[1,"QUEUE",0.9]' ]
	echo '{"kind":"thresholds","default":{"threshold":0.6}}' >t.new && mv t.new t.json
	sleep 1.1
	[ "$(ask)" = '[2,"AUTO",0.6]' ]
	for o in --csv "--explain 1" "--dry-run-policy p.json" "--overdue x"; do
		# shellcheck disable=SC2086
		hitl hitl-route -p p.json --watch $o </dev/null
		status 2
	done
}

@test "--watch: a broken policy does not move the calendar of the one in force" {
	exec 7>&-
	wait $pid
	: >out
	jq '.route.queues = [{"name":"q","sla":"1bh"}] | .route.calendar = {"tz":"Asia/Tokyo"}' p.json >q.json && mv q.json p.json
	hitl-route -p p.json --watch in >out 2>err &
	pid=$!
	exec 7>in
	ask '' >/dev/null
	jq '.route.calendar.tz = "Europe/Berlin" | .targets = 7' p.json >q.json && mv q.json p.json
	sleep 1.1
	ask '' >/dev/null
	grep -q "stays" err
	[ "$(jq -r .route.sla_deadline out | sort -u)" = 1970-01-01T01:00:00Z ]
}
