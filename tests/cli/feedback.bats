#!/usr/bin/env bats
# hitl-feedback join from outside.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

join() {
	hitl hitl-feedback join -r reviews decisions
}

@test "join: the latest review is the verdict, whatever the order" {
	echo '{"id":"a","ts":"2026-05-01T10:00:00Z","output":"abc","route":{"sla_deadline":"2026-05-01T10:03:00Z"}}' >decisions
	cat >reviews <<-'X'
	{"id":"a","reviewer":"r2","outcome":"correct","correction":"abd","category":"c","reason":"why","claimed_at":"2026-05-01T10:02:00Z","reviewed_at":"2026-05-01T10:04:30Z"}
	{"id":"a","reviewer":"r1","outcome":"approve","claimed_at":"2026-05-01T10:01:00Z","reviewed_at":"2026-05-01T10:02:00Z"}
	X
	want='{"outcome":"correct","reviewer":"r2","correct":false,"reviews":2,"agree":false,"seconds":150,"wait_seconds":120,"sla_missed":true,"edit_distance":0.333333333333333'
	join
	status 0
	[[ $(jq -c .review <<<"$output") == "$want"* ]]
	tac reviews >r2 && mv r2 reviews
	join
	[[ $(jq -c .review <<<"$output") == "$want"* ]]
}

@test "join: without times the last one read counts" {
	echo '{"id":1}' >decisions
	printf '{"id":"1","outcome":"%s"}\n' reject approve >reviews
	join
	jq -e '.review | .outcome == "approve" and .correct and .reviews == 2 and .agree == false and .seconds == null' <<<"$output"
}

@test "join: decisions without a review pass as they came" {
	printf '%s\n' '{ "id" : "x" }' '{"no":"id"}' >decisions
	echo '{"id":"y","outcome":"approve"}' >reviews
	join
	status 0
	[ "$output" = "$(cat decisions)" ]
	says "1 reviews are for 1 ids that no decision here has"
}

@test "join: bad reviews are told, left out, exit 3" {
	echo '{"id":"a"}' >decisions
	cat >reviews <<-'X'
	{"id":"a","outcome":"maybe"}
	{"outcome":"approve"}
	{"id":"a","outcome":"approve","rating":6}
	{"id":"a","outcome":"approve","reviewed_at":"yesterday"}
	{"id":"a","outcome":"approve","claimed_at":"2026-05-01T10:02:00Z","reviewed_at":"2026-05-01T10:01:00Z"}
	{"id":"a","outcome":"approve","reason":[7]}
	{broken
	{"id":"a","outcome":"approved","reviewer":"ok"}
	X
	join
	status 3
	jq -e '.review.reviews == 1 and .review.reviewer == "ok"' <<<"$output"
	says "reviews:1: outcome: is none of approve, reject, correct"
	says "reviews:2: id:"
	says "reviews:3: rating:"
	says "reviews:4: reviewed_at: is no time"
	says "reviews:5: reviewed_at: is before claimed_at"
	says "reviews:6: reason: is no string"
	says "reviews:7: column 2"
}

@test "join: reviews older than their decision have no wait" {
	echo '{"id":"a","ts":"2026-05-02T00:00:00Z"}' >decisions
	echo '{"id":"a","outcome":"approve","claimed_at":"2026-05-01T00:00:00Z","reviewed_at":"2026-05-01T00:01:00Z"}' >reviews
	join
	jq -e '.review | .wait_seconds == null and .seconds == 60' <<<"$output"
	says "earlier than their decision"
}

@test "join: twice is as good as once" {
	gen-log -n 2000 --reviews reviews >decisions
	hitl-feedback join -r reviews decisions >once 2>/dev/null
	hitl-feedback join -r reviews once 2>/dev/null | cmp once -
	[ "$(grep -c '"review":' once)" -gt 300 ]
	[ "$(wc -l <once)" -eq 2000 ]
}

@test "join: edit distance of real corrections" {
	need_shared mt-reviews.ndjson
	# 0.149086 over the first 500: a plain Levenshtein on code points, over the longer
	head -500 "$shared/data/mt-reviews.ndjson" >decisions
	hitl hitl-feedback join -r decisions -F review.outcome=.action -F review.correction=.final -F draft=.draft decisions
	status 0
	jq -s -e 'map(.review.edit_distance) | add / length - 0.149086 | fabs < 1e-6' <<<"$output"
}

@test "join: no reviews file, no such file" {
	hitl hitl-feedback join
	status 2
	says "-r REVIEWS is missing"
	hitl hitl-feedback join -r nowhere </dev/null
	status 4
	says "nowhere: No such file"
}

# Reviews of "a" by r1 and r2 and r3: approve, then correct, then reject.
three() {
	echo '{"id":"a","output":"abcd"}' >decisions
	cat >reviews <<-'X'
	{"id":"a","reviewer":"r1","outcome":"approve","reviewed_at":"2026-05-01T10:00:00Z"}
	{"id":"a","reviewer":"r2","outcome":"correct","correction":"abce","reviewed_at":"2026-05-01T10:01:00Z"}
	{"id":"a","reviewer":"r3","outcome":"reject","reviewed_at":"2026-05-01T10:02:00Z"}
	X
}

verdict() {
	jq -c '.review | [.outcome, .reviewer, .correct, .reviews, .agree]' <<<"$output"
}

@test "join: the last, the senior, the majority, all of one mind" {
	three
	hitl hitl-feedback join -r reviews --final last decisions
	[ "$(verdict)" = '["reject","r3",false,3,false]' ]
	hitl hitl-feedback join -r reviews --final majority decisions
	[ "$(verdict)" = '[null,null,null,3,false]' ]
	says "1 decisions have no verdict: their reviewers are tied"
	hitl hitl-feedback join -r reviews --final consensus decisions
	[ "$(verdict)" = '[null,null,null,3,false]' ]
	says "1 decisions have no verdict: their reviewers are not of one mind"
	jq -e '.review.edit_distance == null' <<<"$output"
	echo '{"review":{"final":"senior","senior":["r9","r2","r1"]}}' >policy
	hitl hitl-feedback join -p policy -r reviews decisions
	[ "$(verdict)" = '["correct","r2",false,3,false]' ]
	# a fourth breaks the tie, and of two corrections the commoner one counts
	cat >>reviews <<-'X'
	{"id":"a","reviewer":"r4","outcome":"correct","correction":"abcf","reviewed_at":"2026-05-01T10:03:00Z"}
	{"id":"a","reviewer":"r5","outcome":"correct","correction":"abce","reviewed_at":"2026-05-01T10:01:30Z"}
	X
	hitl hitl-feedback join -r reviews --final majority decisions
	[ "$(verdict)" = '["correct","r5",false,5,false]' ]
	jq -e '.review | .correction == "abce" and .edit_distance == 0.25' <<<"$output"
	hitl hitl-feedback join -r reviews --final senior decisions
	status 2
	says "the policy has no review.senior"
	hitl hitl-feedback join -r reviews --final first decisions
	status 2
}

@test "join: who thinks better of it has one opinion, who says it twice one review" {
	three
	cat >>reviews <<-'X'
	{"id":"a","reviewer":"r3","outcome":"correct","correction":"abce","reviewed_at":"2026-05-01T10:05:00Z"}
	{"reviewed_at":"2026-05-01T10:00:00Z","id":"a","reviewer":"r1","outcome":"approved"}
	X
	hitl hitl-feedback join -r reviews --final majority decisions
	[ "$(verdict)" = '["correct","r3",false,4,false]' ]
	says "1 reviews say the same of the same decision again and count once"
	says "1 reviews have a later one of the same reviewer in their place"
}

@test "join: who returns to an opinion has it; the nameless are many" {
	echo '{"id":"a"}' >decisions
	printf '{"id":"a","reviewer":"r","outcome":"%s"}\n' approve reject approve approve >reviews
	join
	[ "$(verdict)" = '["approve","r",true,3,null]' ]
	says "1 reviews say the same"
	printf '{"id":"a","outcome":"%s"}\n' approve approve approve reject >reviews
	hitl hitl-feedback join -r reviews --final majority decisions
	[ "$(verdict)" = '["approve",null,true,4,false]' ]
}

@test "join: corrections are counted and compared by what they say" {
	echo '{"id":"a"}' >decisions
	# r2 and r3 mean the same, and are the more; r4 has another number of
	# the same double, r5 a string
	for same in '"é" "\u00e9"' '{"a":1,"b":[2]} {"b":[2.0],"a":1e0}' \
		'9007199254740993 9007199254740993.0' '[1] [1.0]'; do
		read -r one other <<<"$same"
		cat >reviews <<-X
		{"id":"a","reviewer":"r2","outcome":"correct","correction":$one,"reviewed_at":"2026-05-01T10:00:00Z"}
		{"id":"a","reviewer":"r3","outcome":"correct","correction":$other,"reviewed_at":"2026-05-01T10:01:00Z"}
		{"id":"a","reviewer":"r4","outcome":"correct","correction":9007199254740992,"reviewed_at":"2026-05-01T10:02:00Z"}
		{"id":"a","reviewer":"r5","outcome":"correct","correction":"1","reviewed_at":"2026-05-01T10:03:00Z"}
		X
		hitl hitl-feedback join -r reviews --final majority decisions
		[ "$(verdict)" = '["correct","r3",false,4,true]' ]
		# as it was spelled
		[[ $output == *"\"correction\":$other}"* ]]
	done
	# 1 and "1" are two
	sed -i '1,2s/\[1.*\],/1,/;3d' reviews
	hitl hitl-feedback join -r reviews --final majority decisions
	jq -e '.review.correction == 1' <<<"$output"
}

@test "join: a review that comes again, spelled otherwise, is the same" {
	echo '{"id":"a"}' >decisions
	cat >reviews <<-'X'
	{"id":"a","reviewer":"r","outcome":"correct","correction":{"a":1,"b":"é"},"rating":5,"missing_evidence":["é"],"reviewed_at":"2026-05-01T10:00:00Z"}
	{"id":"a","reviewer":"r","outcome":"edited","correction":{"b":"\u00e9","a":1.0},"rating":5.0,"missing_evidence":[ "\u00e9" ],"reviewed_at":"2026-05-01T12:00:00+02:00"}
	{"id":"a","reviewer":"s","outcome":"correct","correction":"é","comment":"a/b"}
	{"id":"a","reviewer":"s","outcome":"correct","correction":"\u00e9","comment":"a\/b"}
	{"id":"a","reviewer":"t","outcome":"correct","correction":1}
	{"id":"a","reviewer":"t","outcome":"correct","correction":"1"}
	X
	join
	says "2 reviews say the same of the same decision again and count once"
	jq -e '.review.reviews == 4 and .review.correction == {"a":1,"b":"é"}' <<<"$output"
	# the first is the one that is kept
	[[ $output == *'"correction":{"a":1,"b":"é"}'* ]]
}

@test "join: halves of surrogate pairs are not the same correction" {
	echo '{"id":"a"}' >decisions
	for as in '%s' '[1,{"a":%s}]' '{%s:1}'; do
		for text in '"\ud800"' '"\udfff"' '"\ufffd"' '"\ufffd\ud800"' '"\ufffd\udfff"'; do
			echo "{\"id\":\"a\",\"reviewer\":\"r\",\"outcome\":\"correct\",\"correction\":${as/'%s'/"$text"}}"
		done >reviews
		join
		[ "$(verdict)" = '["correct","r",false,5,null]' ]
		[[ $stderr != *"say the same"* ]]
		# delivered again as it was, it is the same
		tail -1 reviews >again
		hitl hitl-feedback join -r reviews -r again decisions
		[ "$(verdict)" = '["correct","r",false,5,null]' ]
		says "1 reviews say the same"
	done
}

@test "join: --strict ends with the first bad review, before any output" {
	three
	echo '{"id":"a","outcome":"bad"}' >>reviews
	hitl hitl-feedback join --strict -r reviews decisions
	status 3
	[ -z "$output" ]
}

@test "join: further outputs are not the first one" {
	three
	for o in --unmatched --review-rejects; do
		hitl hitl-feedback join -r reviews $o - decisions
		status 2
		says "$o -: standard output is taken already"
		hitl hitl-feedback join -r reviews -o x $o x decisions
		status 2
	done
}

@test "join: codes that are numbers, and what is too deep to be joined" {
	echo '{"id":"a"}' >decisions
	printf 'id,outcome,category,comment\na,reject,404,true\n' >reviews
	hitl hitl-feedback join --reviews-csv -r reviews decisions
	jq -e '.review.category == "404" and .review.comment == "true"' <<<"$output"
	# as they are spelled: 1.10 is another chapter than 1.1
	printf '{"id":"a","reviewer":"r","outcome":"reject","category":%s}\n' 1 '"1"' 1.0 1.1 1.10 '"0012"' 12 >reviews
	join
	jq -e '.review | .reviews == 6 and .category == "12"' <<<"$output"
	says "1 reviews say the same"
	deep=$(printf '[%.0s' $(seq 501))
	echo "{\"id\":\"a\",\"outcome\":\"correct\",\"correction\":$deep$(tr '[' ']' <<<"$deep")}" >reviews
	join
	status 3
	says "correction: is nested deeper than 500"
}

@test "join: more than a hundred reviews of one decision are told" {
	echo '{"id":"a"}' >decisions
	for i in $(seq 130); do
		echo "{\"id\":\"a\",\"reviewer\":\"r$i\",\"outcome\":\"approve\"}"
	done >reviews
	join
	[ "$(verdict)" = '["approve","r100",true,100,true]' ]
	says "30 reviews are beyond the first 100 of their decision"
}

@test "join: what says that it was used is none of a hundred reviews" {
	echo '{"id":"a"}' >decisions
	uses() {
		for i in $(seq "$1"); do
			echo "{\"id\":\"a\",\"reviewer\":\"u$i\",\"used\":true}"
		done
	}
	reviews() {
		for i in $(seq "$1"); do
			echo "{\"id\":\"a\",\"reviewer\":\"r$i\",\"outcome\":\"correct\"}"
		done
	}
	{ uses 250; reviews 100; } >reviews
	join
	status 0
	[ "$(verdict)" = '["correct","r100",false,100,true]' ]
	jq -e '.review.used' <<<"$output"
	[[ $stderr != *"reviews are beyond"* ]]
	[[ $stderr != *"say the same"* ]]
	says "150 lines say that a correction was used beyond the first 100 of their decision and do not count"
	# what is delivered again is no more of them
	{ uses 100; uses 30; } >reviews
	join
	says "30 reviews say the same of the same decision again"
	[[ $stderr != *beyond* ]]
	# nor are reviews in their way
	{ reviews 130; uses 1; } >reviews
	join
	jq -e '.review.used' <<<"$output"
	says "30 reviews are beyond the first 100"
	[[ $stderr != *"no decision here"* ]]
	# and what a reviewer said last is a review
	printf '{"id":"a","reviewer":"r",%s}\n' '"outcome":"approve"' '"used":true' '"outcome":"approve"' >reviews
	join
	[ "$(verdict)" = '["approve","r",true,1,null]' ]
}

@test "join: what makes a decision correct is a stated rule" {
	three
	hitl hitl-feedback join -r reviews --final last --correct-within 0.3 decisions
	[ "$(verdict)" = '["reject","r3",false,3,false]' ]
	sed -i 3d reviews
	hitl hitl-feedback join -r reviews --correct-within 0.25 decisions
	[ "$(verdict)" = '["correct","r2",true,2,true]' ]
	echo '{"review":{"correct_within":0.24}}' >policy
	hitl hitl-feedback join -p policy -r reviews decisions
	[ "$(verdict)" = '["correct","r2",false,2,false]' ]
	# what the reviewer says himself goes before
	echo '{"id":"a","outcome":"reject","correct":true,"policy_reason":"holiday rule"}' >reviews
	join
	jq -e '.review | .outcome == "reject" and .correct and .policy_reason == "holiday rule"' <<<"$output"
}

@test "join: what a reviewer says besides is passed on as it came" {
	echo '{"id":1,"output":"x"}' >decisions
	more='"used":false,"correction":{"a":[1.50, "é\u0000"]},"rating":4,"comment":"c","scope":"one_off","missing_evidence":["m"],"incorrect_evidence":"i","better_query":"q","policy_reason":"p"'
	echo "{\"id\":1,\"outcome\":\"correct\",\"category\":\"k\",\"reason\":\"w\",$more}" >reviews
	join
	[[ "$output" == *"\"category\":\"k\",\"reason\":\"w\",$more}}" ]]
	echo '{"id":1,"outcome":"correct","scope":"always"}' >reviews
	join
	status 3
	says "scope: is none of lasting, temporary_policy, bad_retrieval, one_off"
	echo '{"id":1,"outcome":"correct","missing_evidence":7}' >reviews
	join
	says "missing_evidence: is neither a string nor a list"
}

@test "join: late reviews are told" {
	echo '{"id":"a","ts":"2026-05-01T10:00:00Z","route":{"sla_deadline":"2026-05-01T10:03:00Z"}}' >decisions
	echo '{"id":"a","outcome":"approve","reviewed_at":"2026-05-01T10:04:00Z"}' >reviews
	join
	says "1 verdicts are later than their deadline"
}

@test "join: reviews without a decision are kept, in their order" {
	gen-log -n 3000 --reviews reviews >decisions
	head -1500 decisions >half
	hitl-feedback join -r reviews --unmatched rest half 2>/dev/null >first
	hitl-feedback join -r rest --unmatched none decisions 2>/dev/null >second
	jq -r 'select(.review).id' first | sort >ids
	jq -r 'select(.review).id' second | sort | comm -12 ids - >both
	[ ! -s both ]
	# what met no decision is what the half does not have, as it came
	jq -r .id half | sort >have
	jq -r .id reviews | sort -u | comm -23 - have >missing
	grep -F -f <(sed 's/.*/"id":"&"/' missing) reviews | cmp rest
	jq -r .id none | cmp - <(jq -r .id decisions | sort | comm -13 - <(jq -r .id reviews | sort -u))
}

@test "join: reviews where other fields are, and from CSV" {
	echo '{"key":7,"answer":"abc"}' >decisions
	echo '{"ref":"7","verdict":{"what":"edited"},"text":"abd"}' >reviews
	hitl hitl-feedback join -r reviews -F id=.key -F draft=.answer -F review.id=.ref -F review.outcome=.verdict.what -F review.correction=.text decisions
	jq -e '.review | .outcome == "correct" and (.edit_distance - 1/3 | fabs < 1e-9)' <<<"$output"
	printf 'ref,what,text\r\n7,correct,"a,""b"\r\n' >reviews.csv
	hitl hitl-feedback join -r reviews.csv --reviews-csv -F id=.key -F draft=.answer -F review.id=.ref -F review.outcome=.what -F review.correction=.text decisions
	jq -e '.review.correction == "a,\"b"' <<<"$output"
	hitl hitl-feedback join -r reviews -F outcome=.x decisions
	status 2
	says "did you mean review.outcome"
	echo '{"fields":{"id":".key","review.id":".ref","review.outcome":".verdict.what"}}' >policy
	hitl hitl-feedback join -p policy -r reviews decisions
	jq -e '.review.outcome == "correct"' <<<"$output"
}

@test "join: --explain-policy lists what is read of a review, too" {
	hitl hitl-feedback join -r none --explain-policy -F draft=.a.b -F 'review.outcome=.x | ltrimstr("y")'
	status 0
	grep -q '^native.*\.a\.b' <<<"$output"
	grep -q '^libjq.*review\.outcome.*ltrimstr' <<<"$output"
}

@test "join: several files of reviews; standard input once" {
	three
	split -l 1 reviews r.
	hitl hitl-feedback join -r r.aa -r r.ab -r r.ac decisions
	[ "$(verdict)" = '["reject","r3",false,3,false]' ]
	hitl hitl-feedback join -r - decisions <reviews
	[ "$(verdict)" = '["reject","r3",false,3,false]' ]
	hitl hitl-feedback join -r - <reviews
	status 2
	says "-r -: standard input is read once"
}

@test "join: rejected reviews are kept on request" {
	three
	echo '{"id":"a"}' >>reviews
	hitl hitl-feedback join -r reviews --review-rejects bad decisions
	status 3
	[ "$(cat bad)" = '{"id":"a"}' ]
}

@test "join: the same bytes within any bound of memory, and on any threads" {
	gen-log -n 30000 --reviews reviews --review-rate 0.9 >decisions
	hitl-feedback join -r reviews --unmatched u decisions >all 2>told
	for bound in 1M 2M 256M; do
		hitl-feedback join --max-memory $bound -T . -r reviews --unmatched v decisions 2>t | cmp all -
		cmp u v
		cmp told t
	done
	hitl-feedback join --max-memory 1M -j 3 -r reviews decisions 2>/dev/null | cmp all -
	[ "$(grep -c '"review":' all)" -gt 20000 ]
	hitl hitl-feedback join --max-memory 1M -T nowhere -r reviews decisions
	status 4
	says "nowhere: No such file"
	[ -z "$output" ]
	hitl hitl-feedback join --max-memory 5 -r reviews decisions
	status 2
}

@test "join: expert reviews of claims" {
	need_shared expert-claim-reviews.ndjson
	file=$shared/data/expert-claim-reviews.ndjson
	hitl hitl-feedback join -r "$file" -F review.outcome=.action -F review.correction=.final -F draft=.draft "$file"
	status 0
	# 458 marked as edited, 6 of them without a final text, 452 that differ
	jq -s -e 'map(select(.review.outcome == "correct")) |
		length == 458 and (map(select(.review.correction == null)) | length == 6) and
		(map(.review.edit_distance | select(. != null and . > 0)) |
			length == 452 and (add / length - 0.352734 | fabs < 1e-6))' <<<"$output"
}

@test "a hostile file of reviews harms nothing" {
	gen-log -n 200 --reviews reviews >log
	awk 'BEGIN {
		big = "x"; while (length(big) < 3000000) big = big big
		printf "{\"id\":\"d-00000001\",\"outcome\":\"correct\",\"correction\":\"%s\"}\n", big
		printf "{\"id\":\"d-00000002\",\"outcome\":\"correct\",\"reason\":\"%s\",\"category\":\"%s\"}\n", big, big
		for (i = 0; i < 5000; i++) printf "{\"id\":\"d-00000003\",\"outcome\":\"approve\",\"reviewer\":\"r%d\"}\n", i
		for (i = 0; i < 5000; i++) print "{\"id\":\"d-00000004\",\"outcome\":\"reject\",\"reviewer\":\"r1\"}"
		deep = ""; for (i = 0; i < 150; i++) deep = deep "["
		shut = deep; gsub(/\[/, "]", shut)
		printf "{\"id\":\"d-00000005\",\"outcome\":\"correct\",\"correction\":%s%s}\n", deep, shut
		printf "{\"id\":\"d-00000005\",\"outcome\":\"correct\",\"correction\":[%s%s]}\n", deep deep deep deep, shut shut shut shut
		print "{\"id\":\"d-00000006\",\"outcome\":\"correct\",\"correction\":\"\\u001b[2J\\u0000\\n\",\"reviewer\":\"\\u0007\",\"category\":\"=cmd|calc\",\"reason\":\"@SUM(1)\"}"
		print "{\"id\":\"d-00000007\",\"id\":\"d-00000008\",\"outcome\":\"approve\",\"outcome\":\"reject\"}"
		printf "{\"id\":\"d-00000009\",\"outcome\":\"correct\",\"comment\":\"\xff\xfe\"}\n"
		print "{\"id\":\"\",\"outcome\":\"approve\"}"
		print "[]"
		print "{\"id\":[1],\"outcome\":\"approve\"}"
		printf "{\"id\":\"d-00000010\",\"outcome\":\"approve\""
	}' >hostile
	hitl hitl-feedback join -r hostile --max-memory 1M --unmatched rest --review-rejects bad log
	status 3
	[ "${#lines[@]}" -eq 200 ]
	printf '%s\n' "$output" >joined
	jq -c . joined >/dev/null
	[ "$(wc -l <bad)" -eq 5 ]
	[ "$(cat rest)" = '{"id":"","outcome":"approve"}' ]
	says "4999 reviews say the same"
	says "4900 reviews are beyond the first 100"
	# nothing that was in them reaches the terminal
	[[ $stderr != *$'\e'* && $stderr != *calc* && $stderr != *xxx* ]]
	jq -s -e '.[] | select(.id == "d-00000008") | .review.outcome == "reject"' joined
	for verb in patterns stats "export --as golden -f csv" "export --as evals --drop a" "consensus -f table" "learn --strategy noise"; do
		# shellcheck disable=SC2086
		hitl timeout 60 hitl-feedback $verb joined
		[ "$status" -le 1 ]
	done
	hitl hitl-feedback export --as golden -f csv joined
	! grep -q '^=\|,=\|,@\|,"=\|,"@' <<<"$output"
}
