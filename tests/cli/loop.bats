#!/usr/bin/env bats
# The closed loop: what people say in one week proves the next one's threshold.
load helper

@test "loop: more goes alone each week at the same proven error" {
	dir=$BATS_TEST_TMPDIR/loop
	HITL_BIN=$(cd "$B" && pwd) run "$root/scripts/loop" "$dir"
	echo "$output"
	[ "$status" -eq 0 ]
	cd "$dir"
	for week in 1 2 3; do
		# what was routed is what came, and all that was looked at has its review
		[ "$(wc -l <routed$week.ndjson)" -eq 20000 ]
		[ "$(grep -c '"review":' joined$week.ndjson)" -eq "$(jq -r .id reviews$week.ndjson | sort -u | wc -l)" ]
		grep -c '"action":"AUTO' routed$week.ndjson >alone$week || true
	done
	[ "$(cat alone1)" -eq 0 ]
	[ "$(cat alone2)" -gt 1000 ]
	[ "$(cat alone3)" -gt $((2 * $(cat alone2))) ]
	# proven: by the labels that nobody in the loop has seen it is held
	for week in 2 3; do
		jq -e '.default.proven and .max_error == 0.055' thresholds$((week - 1)).json
		wrong=$(grep '"action":"AUTO' routed$week.ndjson | grep -c '"correct":false')
		[ $((1000 * wrong)) -lt $((55 * $(cat alone$week))) ]
	done
	# what was taught is in one split, and no longer new
	n=$(jq '.splits.train.items + .splits.test.items' chats.json)
	[ "$n" -eq "$(cat chats.*.ndjson | wc -l)" ]
	[ "$n" -eq "$(wc -l <used.ndjson)" ]
	jq -e '.ready == false and .new < 500' ready.json
}
