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
	{"id":"a","outcome":"approve","reason":7}
	{broken
	{"id":"a","outcome":"approved","reviewer":"ok"}
	X
	join
	status 3
	jq -e '.review.reviews == 1 and .review.reviewer == "ok"' <<<"$output"
	says "reviews:1: outcome: is none of approve, reject, correct"
	says "reviews:2: id:"
	says "reviews:3: rating:"
	says "reviews:4: reviewed_at: is not a time"
	says "reviews:5: reviewed_at: is before claimed_at"
	says "reviews:6: reason: is not a string"
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
	jq -c '{id, outcome:(if .action == "edit" then "correct" else "approve" end), correction:.final}' decisions >reviews
	hitl hitl-feedback join -F draft=.draft -r reviews decisions
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
