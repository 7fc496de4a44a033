#!/usr/bin/env bats
# hitl-feedback learn and requests from outside.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

learn() {
	hitl hitl-feedback learn "$@"
}

ids() {
	jq -r .id <<<"$output" | tr '\n' ' '
}

@test "learn: what the model knows least comes first, what has a label never" {
	cat >log <<-'X'
	{"id":"a","confidence":0.9}
	{"id":"b","confidence":0.5625}
	{"id":"c","confidence":0.4}
	{"id":"d","confidence":0.5,"correct":true}
	{"id":"e","confidence":0.5,"review":{"outcome":"approve"}}
	{"id":"f"}
	{"id":"g","confidence":"60%", "learn" : 1 ,"x":[1.50]}
	X
	learn log
	status 0
	[ "$(ids)" = "b c g a " ]
	[ "$(jq -c .learn <<<"$output" | head -1)" = '{"strategy":"uncertainty","rank":1,"score":0.875}' ]
	[ "${lines[2]}" = '{"id":"g","confidence":"60%", "learn" : {"strategy":"uncertainty","rank":3,"score":0.8} ,"x":[1.50]}' ]
	says "1 records say nothing to order them by"
	learn --budget 2 log
	[ "$(ids)" = "b c " ]
	learn --strategy threshold --threshold 0.85 log
	[ "$(ids)" = "a g b c " ]
	printf '%s\n' '{"id":1,"signals":{"margin":0.4}}' '{"id":2,"signals":{"margin":0.1}}' '{"id":3,"m":0.2}' >log
	learn --strategy margin log
	[ "$(ids)" = "2 1 " ]
	learn --strategy margin --margin '.signals.margin // .m' log
	[ "$(ids)" = "2 3 1 " ]
	learn --strategy noise log
	status 1
	says "there is nothing to look at"
}

# left: out of the message, as JSON, with what else is told
left() {
	sed -n 's/^hitl-feedback: left out: //p' <<<"$stderr" | tr ',' '\n' | jq -R -s -c '
		[splits("\n") | select(. != "") | split(" ") | map(select(. != "")) | {(.[1]): (.[0] | tonumber)}] | add'
}

@test "learn: every record is out, rejected, or told" {
	gen-log -n 2000 >log
	jq -c 'if .correct == null then .correct = true else . end | if (.id[-1:] | tonumber) < 4 then del(.correct) else . end
		| if .id[-2:] == "01" then del(.confidence) else . end' log >half
	echo bad >>half
	learn half
	status 3
	# what has no usable confidence
	none=$(grep -o '[0-9]* records say nothing' <<<"$stderr" | cut -d' ' -f1)
	[ "$none" -ge 20 ]
	[ "$(left)" = '{"labelled":1200}' ]
	[ $((${#lines[@]} + none)) -eq 800 ]
	for by in "" "--by .task_type"; do
		# shellcheck disable=SC2086 # words
		learn $by --budget 50 half
		[ "${#lines[@]}" -eq 50 ]
		[ "$(left)" = "{\"labelled\":1200,\"over_budget\":$((750 - none))}" ]
		# of noise what is asked is what has a label
		# shellcheck disable=SC2086
		learn --strategy noise $by half
		doubt=${#lines[@]}
		[ "$doubt" -gt 3 ]
		jq -e --argjson n "$doubt" '.not_labelled == 800 and .not_in_doubt > 900 and .not_in_doubt + $n <= 1200 and (keys | length) == 2' <<<"$(left)"
		jq -c '.over_budget = '$((doubt - 3)) <<<"$(left)" >want
		# shellcheck disable=SC2086
		learn --strategy noise $by --budget 3 half
		[ "$(left)" = "$(cat want)" ]
	done
	jq -c '.correct = true' log >all
	learn all
	status 1
	[ "$(left)" = '{"labelled":2000}' ]
	says "there is nothing to look at"
}

@test "requests: every decision is asked about, rejected, or told" {
	gen-log -n 2000 | jq -c 'if .id[-1:] == "1" then .route.respond = "human" else .user_id = .id end' >log
	echo bad >>log
	hitl hitl-feedback requests --rate 0.3 log
	status 3
	[ "$(left)" = "{\"not_sampled\":$((1800 - ${#lines[@]}))}" ]
	says "200 decisions have no id or no user"
	hitl hitl-feedback requests --rate 0.3 --user .id log
	[ "$(left)" = "{\"not_wanted\":200,\"not_sampled\":$((1800 - ${#lines[@]}))}" ]
}

@test "learn: a calibrated confidence counts, and no other in its place" {
	cat >log <<-'X'
	{"id":"a","confidence":0.6,"calibrated":{"confidence":null}}
	{"id":"b","confidence":0.6}
	{"id":"c","confidence":0.5,"calibrated":{"confidence":0.9}}
	X
	learn log
	[ "$(ids)" = "b c " ]
	says "1 records say nothing to order them by"
}

@test "learn: groups take turns" {
	for i in 1 2 3 4 5; do echo "{\"id\":\"a$i\",\"confidence\":0.5$i,\"t\":\"a\"}"; done >log
	for i in 1 2; do echo "{\"id\":\"b$i\",\"confidence\":0.8$i,\"t\":\"b\"}"; done >>log
	learn --by .t --budget 6 log
	[ "$(ids)" = "a1 b1 a2 b2 a3 a4 " ]
	[ "$(jq -c .learn.group <<<"$output" | head -2 | tr '\n' ' ')" = '"a" "b" ' ]
	learn --by .id --max-groups 2 --budget 4 log
	[ "$(jq -c .learn.group <<<"$output" | sort -u | tr '\n' ' ')" = '"a1" "a2" "all others" ' ]
}

@test "learn: a budget takes the same as all of them do, in any memory" {
	gen-log -n 20000 | jq -c 'del(.correct)' >log
	for s in uncertainty weight random margin; do
		hitl-feedback learn --strategy $s log 2>/dev/null | head -100 >all
		[ "$(wc -l <all)" -eq 100 ]
		hitl-feedback learn --strategy $s --budget 100 log 2>/dev/null | cmp all -
		hitl-feedback learn --strategy $s --max-memory 1M log 2>/dev/null | head -100 | cmp all -
	done
	hitl-feedback learn --by .task_type log >a 2>/dev/null
	[ "$(wc -l <a)" -gt 500 ]
	hitl-feedback learn --by .task_type --max-memory 1M log 2>/dev/null | cmp a -
	hitl-feedback learn --by .task_type --budget 500 log 2>/dev/null | cmp <(head -500 a) -
}

@test "learn: weights draw in proportion, a key draws again" {
	# one in six of weight 1/0.06, the others 1/0.96: 76.9 % of the weight
	for i in $(seq 6000); do
		echo "{\"id\":$i,\"confidence\":$([ $((i % 6)) -eq 0 ] && echo 0.05 || echo 0.95)}"
	done >log
	low=0
	for key in $(seq 40); do
		learn --strategy weight --budget 10 --key $key log
		low=$((low + $(jq -s 'map(select(.confidence == 0.05)) | length' <<<"$output")))
	done
	# 400 draws of 0.762 (1000 * 16.67 of 1000 * 16.67 + 5000 * 1.04): 4 sd are 34
	[ "$low" -gt 270 ]
	[ "$low" -lt 339 ]
}

@test "learn: labels that a sure model would not have given" {
	gen-log -n 20000 | jq -c 'select((.confidence | type) == "number" and .confidence <= 1 and .correct != null) | {id, confidence, correct}' >log
	# ten labels turned round, of the surest
	jq -c 'if .correct and .confidence > 0.99 and (.id | ltrimstr("d-") | tonumber % 97 == 0) then .correct = false | .turned = true else . end' log >noisy
	learn --strategy noise noisy
	status 0
	# by the definition, in jq: the other label's mean confidence is reached
	jq -s -c '(map(select(.correct).confidence) | add / length) as $right |
		(map(select(.correct | not) | 1 - .confidence) | add / length) as $wrong |
		map(select(if .correct then 1 - .confidence >= $wrong else .confidence >= $right end) |
			if .correct then .confidence else 1 - .confidence end) | sort[]' noisy >expected
	jq -c .learn.score <<<"$output" >got
	[ "$(wc -l <got)" -eq "$(wc -l <expected)" ]
	[ "$(wc -l <got)" -gt 20 ]
	paste got expected | awk '{ d = $1 - $2; if (d > 1e-9 || d < -1e-9) exit 1 }'
	[ "$(jq -s 'map(select(.turned)) | length' noisy)" -gt 5 ]
	[ "$(jq -s 'map(select(.turned)) | length' <<<"$output")" -eq "$(jq -s 'map(select(.turned)) | length' noisy)" ]
}

@test "learn: enough new labels to train" {
	gen-log -n 5000 --reviews reviews >log
	hitl-feedback join -r reviews log >j 2>/dev/null
	n=$(jq -c 'select(.review.outcome and .review.used != true)' j | wc -l)
	learn --ready --min-samples "$n" j
	status 0
	jq -e --argjson n "$n" '.ready and .new == $n' <<<"$output"
	learn --ready --min-samples $((n + 1)) j
	status 1
	jq -e '.ready == false' <<<"$output"
	hitl-feedback export --as golden --used used j >/dev/null 2>&1
	hitl-feedback join -r reviews -r used log 2>/dev/null >k
	learn --ready k
	status 1
	jq -e '.new < 100' <<<"$output"
}

@test "requests: a sample is asked, no user too often, none twice" {
	for i in $(seq 2000); do
		printf '{"id":"d%d","ts":"2026-05-%02dT%02d:00:00Z","user_id":"u%d"}\n' "$i" $((1 + i / 100)) $((i % 24)) $((i % 50))
	done >log
	hitl hitl-feedback requests --rate 0.5 --per-user 2/7d --deadline 3d log
	status 0
	printf '%s\n' "$output" >sent
	jq -s -e 'length > 100 and all(.[]; .event == "request" and .rate == 0.5 and (.deadline | fromdate) == (.at | fromdate) + 3 * 86400)' sent
	# of each user, any three requests are more than seven days apart
	jq -s -e 'group_by(.user)[] | map(.at | fromdate) | sort | [range(2; length) as $i | .[$i] - .[$i - 2] >= 7 * 86400] | all' sent >all
	[ "$(sort -u all)" = true ]
	says "decisions are not asked about: their users had been asked enough"
	hitl hitl-feedback requests --rate 0.5 --per-user 2/7d --events sent log
	printf '%s\n' "$output" >again
	[ -z "$(jq -r .id sent again | sort | uniq -d)" ]
	says "decisions were asked about before"
	# the same key asks the same; without limits it is the share
	hitl-feedback requests --rate 0.3 --per-user 1000/1h log 2>/dev/null >a
	hitl-feedback requests --rate 0.3 --per-user 1000/1h log 2>/dev/null | cmp a -
	n=$(wc -l <a)
	[ "$n" -gt 518 ]
	[ "$n" -lt 682 ] # 4 sd of 600
}

@test "requests: no window has too many, whatever the order" {
	gen-log -n 6000 --per-day 300 | jq -c '{id, ts, user_id: .tenant_id}' >log
	for order in cat tac "sort -t: -k5"; do
		$order log | hitl-feedback requests --rate 1 --per-user 3/3d 2>/dev/null |
			jq -s -e 'length > 50 and (group_by(.user) | map(map(.at | fromdate) | sort | [range(3; length) as $i | .[$i] - .[$i - 3] >= 3 * 86400] | all) | all)'
	done
	hitl hitl-feedback requests --status --events log </dev/null
	status 2
	says "--status and --events do not go together"
	hitl hitl-feedback requests --rate 1 <<<'{"id":{"a":1},"user_id":"u","ts":1}'
	says "1 decisions have no id or no user"
}

@test "requests: an event that is delivered again is one request" {
	one='{"event":"request","id":1,"user":"u","at":"2026-05-01T00:00:00Z","deadline":"2026-05-08T00:00:00Z","rate":1}'
	two='{"event":"request","id":2,"user":"u","at":"2026-05-02T00:00:00Z","deadline":"2026-05-09T00:00:00Z","rate":1}'
	log='{"id":3,"user_id":"u","ts":"2026-05-03T00:00:00Z"}'
	asked() {
		hitl hitl-feedback requests --rate 1 --per-user "$@" <<<"$log"
		jq -c .id <<<"$output"
	}
	# as it was, spelled otherwise, in turns with another one, and as a file
	{ echo "$one"; echo "$two"; echo "$one"; echo "$two"; } >events
	sed 's/"id":1,/"id":"1",/; s/05-01T00:00:00Z/05-01T02:00:00+02:00/' events >spelled
	[ "$(asked 3/7d --events events --events spelled --events events)" = 3 ]
	[ "$(asked 2/7d --events events)" = "" ]
	# another user, another time or another decision is another request
	sed -n 1p events >once
	sed -n '1s/"u"/"v"/p' events >v
	[ "$(asked 2/7d --events once --events v)" = 3 ]
	of_v=${log/'"u"'/'"v"'}
	[ "$(log=$of_v asked 2/7d --events once --events v)" = 3 ]
	[ "$(log=$of_v asked 1/7d --events once --events v)" = "" ]
	for other in 's/05-01T00/05-01T01/' 's/"id":1,/"id":4,/'; do
		sed -n "1$other;1p" events >o
		[ "$(asked 3/7d --events once --events o)" = 3 ]
		[ "$(asked 2/7d --events once --events o)" = "" ]
	done
}

@test "requests: not about what a person has answered, nor without a user" {
	cat >log <<-'X'
	{"id":1,"ts":0,"user_id":"a","route":{"respond":"human"}}
	{"id":2,"ts":0,"user_id":"b","route":{"respond":"model_flagged"}}
	{"id":3,"ts":0}
	{"id":4,"user_id":"c"}
	X
	hitl hitl-feedback requests --rate 1 --now 2026-05-01T00:00:00Z log
	[ "$(jq -c '[.id, .user, .at]' <<<"$output" | tr '\n' ' ')" = '[2,"b","1970-01-01T00:00:00Z"] [4,"c","2026-05-01T00:00:00Z"] ' ]
	says "1 decisions have no id or no user"
	hitl hitl-feedback requests --rate 1 --when '.id == 1' log
	[ "$(jq -c .id <<<"$output")" = 1 ]
}

@test "requests: how many answered, of those who had the time" {
	cat >events <<-'X'
	{"event":"request","id":1,"user":"a","at":"2026-05-01T00:00:00Z","deadline":"2026-05-08T00:00:00Z"}
	{"event":"request","id":2,"user":"b","at":"2026-05-01T00:00:00Z","deadline":"2026-05-08T00:00:00Z"}
	{"event":"request","id":3,"user":"c","at":"2026-05-01T00:00:00Z","deadline":"2026-05-08T00:00:00Z"}
	{"event":"request","id":4,"user":"d","at":"2026-05-09T00:00:00Z","deadline":"2026-05-16T00:00:00Z"}
	{"event":"answer","id":"1","at":"2026-05-01T01:00:00Z","rating":5}
	{"event":"answer","id":1,"at":"2026-05-02T01:00:00Z","rating":4}
	{"event":"answer","id":2,"at":"2026-05-09T00:00:00Z"}
	{"event":"answer","id":4,"at":"2026-05-09T01:00:00Z"}
	{"event":"answer","id":9,"at":"2026-05-09T01:00:00Z"}
	X
	hitl hitl-feedback requests --status --now 2026-05-10T00:00:00Z events
	status 0
	# Wilson's interval for 1 of 3 (R: prop.test(1, 3, correct = FALSE))
	jq -e '.sent == 4 and .received == 3 and .late == 1 and .due == 3 and .pending == 1 and .unasked == 1 and .again == 1 and
		(.response_rate | .n == 3 and (.value - 1/3 | fabs < 1e-9) and (.low - 0.06149194 | fabs < 1e-6) and (.high - 0.7923404 | fabs < 1e-6))' <<<"$output"
	printf '%s\n' '{"event":"what","id":1,"at":0}' '{"event":"answer","id":1}' '{"event":"request","id":1,"at":0}' >bad
	hitl hitl-feedback requests --status -R rejected bad
	status 3
	says "bad:1: event: is neither request nor answer"
	says "bad:2: at: is no time"
	says "bad:3: deadline: is no time"
	cmp bad rejected
	hitl hitl-feedback requests --per-user 3 </dev/null
	status 2
	says "--per-user: 3 is no N/DURATION"
}
