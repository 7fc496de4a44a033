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
	gen-log -n 2000 --seed 8 | cmp -s - a && return 1
	[ -s r1 ]
}

@test "JSON, about 500 bytes a record, with what is promised" {
	gen-log -n 5000 >a
	[ "$(jq -c 'select(.id and .ts and .tenant_id and .task_type and .model and .input
		and .context and .signals and .output and (.correct | type == "boolean"))' a | wc -l)" -eq 5000 ]
	size=$(($(stat -c %s a) / 5000))
	[ "$size" -ge 450 ] && [ "$size" -le 550 ]
	jq -s -e '(map(select(.confidence == null)) | length) as $none | $none > 5 and $none < 50' a
	hitl-risk -p "$policy" a >/dev/null
}

@test "lost output: exit 4; bad options: exit 2" {
	run bash -c 'gen-log >/dev/full'
	[ "$status" -eq 4 ]
	for o in "-n x" "-n -1" "--shape odd" "--nosuch" "-n 5 --shape reference" "file"; do
		# shellcheck disable=SC2086
		run gen-log $o
		[ "$status" -eq 2 ]
	done
}
