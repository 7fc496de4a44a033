#!/usr/bin/env bats
# The manual pages say what the programs do: their examples run, their options
# are those of --help, and their synopsis is the usage.
load helper

@test "the examples run" {
	cd "$BATS_TEST_TMPDIR"
	gen-log -n 2000 --reviews reviews.ndjson >log.ndjson
	cp "$policy" policy.json
	hitl-calibrate curve --at 0 log.ndjson >/dev/null
	{
		echo id,category,confidence,correct
		jq -r '[.id, .task_type, .confidence, .correct] | @csv' log.ndjson
	} >answers.csv
	seen=0
	for page in "$root"/man/*.[157]; do
		sed -n 's/^\$ //p' "$page" >commands
		[ -s commands ] || continue
		seen=$((seen + $(wc -l <commands)))
		run sh -e commands
		[ "$status" -eq 0 ] || {
			echo "$page: $output"
			return 1
		}
	done
	[ "$seen" -ge 15 ]
}

# What cron does with a crontab that a page shows: one line after the other,
# with no more environment than the crontab gives.
nightly() { # CRONTAB
	local environment
	mapfile -t environment < <(grep '^[A-Z_]*=' "$1")
	grep '\*' "$1" | sed -E 's/^([0-9*]+ +){5}//' >lines
	[ -s lines ]
	while read -r line; do
		env -i HOME="$PWD" "${environment[@]}" sh -c "$line" || {
			echo "status $? of: $line"
			return 1
		}
	done <lines
}

@test "the crontab in hitl-queue(1) works, on the first night and the next" {
	cd "$BATS_TEST_TMPDIR"
	mkdir bin lib
	printf '#!/bin/sh\ncat >fallbacks\n' >bin/send-fallbacks
	chmod +x bin/send-fallbacks
	export HITL_DB=$PWD/lib/queue.db
	gen-log -n 50 | hitl-route -p "$policy" | hitl-queue push -p "$policy"
	sed -n '/^In a$/,/^\.Ed/p' "$root/man/hitl-queue.1" >shown
	sh -c "cd lib; $(sed -n 's|^\.Ql \(.*\) :$|\1|p' shown | sed "s|/var/lib/hitl|$PWD/lib|")"
	sed -n '/^\.Bd/,/^\.Ed/p' shown | grep -v '^\.' |
		sed "s|/usr/local/bin|$PWD/bin:$(dirname "$(command -v hitl-queue)"):&|; s|/var/lib/hitl|$PWD/lib|; s|/etc/hitl/policy.json|$policy|" >crontab
	unset HITL_DB
	nightly crontab
	[ -e fallbacks ]
	nightly crontab
	[ "$(jq -r .intact lib/verdict)" = true ]
	[ "$(cat lib/head)" = "$(jq -r .head lib/verdict)" ]
	echo 00 >lib/head
	run nightly crontab
	[ "$status" -eq 1 ]
}

@test "the policy in hitl-policy(5) is one" {
	sed -n '/^{"risk"/,/^\.Ed/p' "$root/man/hitl-policy.5" | sed '$d' >"$BATS_TEST_TMPDIR/p.json"
	hitl hitl-route -p "$BATS_TEST_TMPDIR/p.json" <<<'{"id":1,"ts":0,"confidence":1}'
	status 0
	jq -e .route.action <<<"$output"
}

# Options of a program and of each of its verbs, by --help.
help_options() {
	{
		"$1" --help
		for v in $(verbs "$1"); do "$1" "$v" --help; done
	} | grep -o -- ' --[a-z][a-z-]*' | sort -u
}

@test "every verb is in --help, and in the synopsis" {
	n=0
	for p in calibrate metrics feedback queue; do
		diff <(sed -n 's/^	*{ "\([a-z]*\)", run_.*/\1/p' "$root/cmd/hitl-$p.c") <(verbs hitl-$p | tr ' ' '\n')
		sed -n '/^\.Sh SYNOPSIS/,/^\.Sh DESCRIPTION/p' "$root/man/hitl-$p.1" >"$BATS_TEST_TMPDIR/synopsis"
		for v in $(verbs hitl-$p); do
			n=$((n + 1))
			grep -qw "^\.Cm.* $v" "$BATS_TEST_TMPDIR/synopsis" || { echo "hitl-$p(1): no $v in its synopsis" && false; }
		done
	done
	[ $n -gt 35 ]
}

@test "every option has its entry, and every entry is an option" {
	for p in hitl-risk hitl-route hitl-calibrate hitl-metrics hitl-feedback hitl-queue hitl-review hitl-act; do
		help_options $p >"$BATS_TEST_TMPDIR/help"
		grep '^\.It Fl' "$root/man/$p.1" | grep -o 'Fl -[a-z-]*' |
			sed 's/Fl -/ --/' | sort -u >"$BATS_TEST_TMPDIR/page"
		diff "$BATS_TEST_TMPDIR/help" "$BATS_TEST_TMPDIR/page"
		# where a reader looks for it
		sed -n 's/^\.It Fl \([a-zA-Z] , Fl \)\{0,1\}-\([a-z-]*\).*/\2/p' "$root/man/$p.1" >"$BATS_TEST_TMPDIR/order"
		LC_ALL=C sort -c "$BATS_TEST_TMPDIR/order"
	done
}

@test "the README's commands for the set-up are the Makefile's" {
	for target in demo check; do
		grep -q "^make $target " "$root/README.md"
		grep -q "^$target:" "$root/Makefile"
	done
}
