#!/usr/bin/env bats
# The log generator: reproducible, valid, of the promised size and shape.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

@test "the same seed, the same bytes; reviews do not change the log" {
	gen-log -n 2000 --seed 7 >a
	gen-log -n 2000 --seed 7 --reviews r1 >b
	cmp a b
	gen-log -n 2000 --seed 7 --reviews r2 >/dev/null
	cmp r1 r2
	gen-log -n 2000 --seed 7 --reviews r3 --review-rate 0.9 | cmp a -
	[ "$(wc -l <r3)" -gt 1800 ]
	run cmp -s a <(gen-log -n 2000 --seed 8)
	[ "$status" -eq 1 ]
}

@test "JSON, about 500 bytes a record, with what is promised" {
	gen-log -n 5000 >a
	jq -c 'select(.id and .ts and .tenant_id and .task_type and .model and .input
		and .context.order_id > 9007199254740992 and .signals and .action.type
		and .output and .judge.score < 1 and (.correct | type == "boolean"))' a >good
	[ "$(wc -l <good)" -eq 5000 ]
	[ "$(jq -r .id a | sort -u | wc -l)" -eq 5000 ]
	size=$(($(stat -c %s a) / 5000))
	[ "$size" -ge 450 ]
	[ "$size" -le 550 ]
	jq -s -e '(map(select(.confidence | type == "number" | not)) | length) as $odd
		| $odd > 15 and $odd < 80' a
	jq -s -e '(map(select(.correct)) | length / 5000) as $right
		| $right > 0.91 and $right < 0.95' a
	hitl-risk -p "$policy" a >/dev/null
}

@test "the reference log: its table, its order by the seed" {
	gen-log --shape reference >a
	gen-log --shape reference --seed 2 >b
	for log in a b; do
		jq -s -c '. as $r | .6, .75, .79, .8, .85, .92 | . as $t
			| ($r | map(select(.confidence >= $t))) as $in
			| [$t, ($in | length), ($in | map(select(.correct | not)) | length)]' $log >counts
		diff counts - <<-'X'
		[0.6,8800,722]
		[0.75,7200,223]
		[0.79,6680,151]
		[0.8,6550,131]
		[0.85,5900,82]
		[0.92,4200,13]
		X
	done
	run cmp -s a b
	[ "$status" -eq 1 ]
}

@test "reviews: by id, in time, by two at most, some of decisions unknown" {
	gen-log -n 20000 --reviews reviews >log
	jq -r .id log | sort >ids
	jq -r .id reviews | sort >reviewed
	join -v 2 ids reviewed >unknown
	[ -s unknown ]
	run grep -v '^x-' unknown
	[ "$output" = "" ]
	n=$(uniq reviewed | wc -l)
	# 6,000 expected
	[ "$n" -gt 5500 ]
	[ "$n" -lt 6500 ]
	jq -s -e 'all(.claimed_at < .reviewed_at)
		and all((.outcome == "correct") == has("correction"))
		and all((.outcome == "approve") != has("used"))
		and (map(.reviewed_at) | . == sort)
		and (group_by(.id) | all(length < 3 and length == (map(.reviewer) | unique | length)))' reviews
}

@test "--bytes, --start and suffixes" {
	gen-log --bytes 100k >a
	size=$(stat -c %s a)
	[ "$size" -ge 100000 ]
	[ "$size" -lt 102000 ]
	[ "$(gen-log -n 2k | wc -l)" -eq 2000 ]
	[ "$(gen-log -n 0 | wc -c)" -eq 0 ]
	gen-log -n 5 --start 2026-05-01T00:00:00Z >a
	gen-log -n 5 --start 1777593600 | cmp a -
}

@test "lost output: exit 4; bad options: exit 2" {
	for o in ">/dev/full" "--reviews /dev/full >log" "--reviews no/such >log" ">&-"; do
		run --separate-stderr bash -c "gen-log $o"
		[ "$status" -eq 4 ]
		[[ $stderr == gen-log:* ]]
	done
	for o in "-n x" "-n -1" "--shape odd" "--nosuch" "-n 5 --shape reference" \
		"--shape reference --bytes 10M" "--start noon" "--review-rate 2" "file"; do
		# shellcheck disable=SC2086
		run gen-log $o
		[ "$status" -eq 2 ]
	done
}
