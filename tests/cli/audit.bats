#!/usr/bin/env bats
# Which decisions hitl-route has looked at afterwards: the sample, and its
# rates by task, risk and by what is known of a kind.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	echo '{"risk":{"default":"low"},"route":{"threshold":0.5,"audit":{"auto_rate":0,"key":"secret"}}}' >p.json
}

# selected RATE KEY: "stratum 0|1" for each of the million ids
selected() {
	jq --argjson rate "$1" --arg key "$2" '.route.audit = {auto_rate: $rate, key: $key}' p.json >q.json
	hitl-route "${@:3}" -p q.json ids |
		awk -F '"' '{ print substr($4, 2), substr($0, index($0, "\"selected\":") + 11, 1) }'
}

# Chi-square over 100 strata (by remainder, then by the first digits): 100
# degrees of freedom, between the quantiles 1e-5 and 1 - 1e-5 (50.7, 172.1).
@test "a million ids: the share is the rate, in every stratum" {
	awk 'BEGIN { for (i = 1000000; i < 2000000; i++) printf "{\"id\":\"d%d\",\"ts\":0,\"confidence\":1}\n", i }' >ids
	for rate in 0.01 0.15 0.5; do
		selected $rate 2026-q2 >got
		awk -v p=$rate '{ n++; k += $2 == "t"; a[$1 % 100] += $2 == "t"; b[int($1 / 10000)] += $2 == "t" }
			END { z = (k - n * p) / sqrt(n * p * (1 - p))
				for (i in a) { x += (a[i] - 10000 * p) ^ 2 / (10000 * p * (1 - p)) }
				for (i in b) { y += (b[i] - 10000 * p) ^ 2 / (10000 * p * (1 - p)) }
				print p, n, k, z, x, y
				exit !(n == 1000000 && z ^ 2 < 19.5 && x > 50.7 && x < 172.1 && y > 50.7 && y < 172.1) }' got
	done
	# the same again, another order, one thread; a higher rate takes more
	selected 0.15 2026-q2 -j 3 >again
	awk 'NR == FNR { low[$1] = $2; next } low[$1] == "t" && $2 == "f"' again got >lost
	[ ! -s lost ]
	tac ids >sdi && mv sdi ids
	selected 0.15 2026-q2 | tac | cmp - again
	tac ids >sdi && mv sdi ids
	# another key, an independent sample: both take 0.15 * 0.15
	selected 0.15 2026-q3 >other
	paste -d ' ' again other | awk '$2 == "t" && $4 == "t" { k++ }
		END { z = (k - 22500) / sqrt(22500 * 0.9775); print k, z; exit !(z ^ 2 < 19.5) }'
}

rate() { # TASK CONFIDENCE OPTION...
	echo "{\"id\":\"d1\",\"ts\":0,\"confidence\":$2,\"task_type\":\"$1\"}" | hitl-route -p p.json "${@:3}" |
		jq -c '.route.audit | [.rate, .state]'
}

@test "rates by task, risk and state: what counts where" {
	echo '{"risk":{"default":"low","tasks":{"m":"medium","h":"high"}},"targets":{"error_escape_rate":0.05},
		"route":{"threshold":0.5,"audit":{"rate":0.2,"auto_rate":0.02,"by_task":{"t":0.001,"m":0.3},"by_risk":{"medium":0.1},
		"key":"k","by":".task_type","floor":30,"states":{"initial":{"rate":0.4,"auto_rate":0.04},"stable":{"auto_rate":0.01},
		"degraded":{"rate":0.6,"auto_rate":0.06},"min_audits":100}}}}' >p.json
	row() { # GROUP LOW HIGH N ALONE
		echo "{\"group\":\"$1\",\"n\":2000,\"auto_resolve_rate\":{\"value\":0.5,\"n\":$5},\"error_escape_rate\":{\"low\":$2,\"high\":$3,\"n\":$4}}"
	}
	{
		row good 0.01 0.05 100 20000  # at the target, from enough audits
		row few 0.01 0.04 99 20000    # from too few
		row bad 0.0501 0.2 50 20000   # above it
		row wide 0.01 0.2 1000 20000  # cannot be told
		row none null null 0 20000    # nothing audited
		row rare 0.01 0.02 500 100    # 50 acted alone: 30 are wanted
		row rarer 0.01 0.02 500 20    # 10 did: all
		row t 0.2 0.3 1000 20000      # degraded, with a rate of its own
		row h 0.01 0.02 500 20000
		row m 0.01 0.02 500 20000
	} >metrics
	[ "$(rate good 1)" = '[0.04,"initial"]' ] # no metrics
	[ "$(rate good 1 --metrics metrics)" = '[0.01,"stable"]' ]
	[ "$(rate few 1 --metrics metrics)" = '[0.04,"initial"]' ]
	[ "$(rate bad 1 --metrics metrics)" = '[0.06,"degraded"]' ]
	[ "$(rate wide 1 --metrics metrics)" = '[0.04,"initial"]' ]
	[ "$(rate none 1 --metrics metrics)" = '[0.04,"initial"]' ]
	[ "$(rate new 1 --metrics metrics)" = '[0.04,"initial"]' ]
	[ "$(rate rare 1 --metrics metrics)" = '[0.6,"stable"]' ]
	[ "$(rate rarer 1 --metrics metrics)" = '[1,"stable"]' ]
	[ "$(rate t 1)" = '[0.001,"initial"]' ]
	[ "$(rate t 1 --metrics metrics)" = '[0.06,"degraded"]' ]
	[ "$(rate m 1 --metrics metrics)" = '[0.3,"stable"]' ] # task above risk
	# stable has no rate of AUTO_AUDIT: the policy's
	[ "$(rate h 1 --metrics metrics)" = '[0.2,"stable"]' ]
	[ "$(rate h 1)" = '[0.4,"initial"]' ]
	hitl hitl-route -p p.json --metrics metrics --explain d1 <<<'{"id":"d1","ts":0,"confidence":1,"task_type":"bad"}'
	[[ $output == *"its kind is degraded"*"audited at a rate of 0.06"* ]]
	# what a person sees before is not audited
	[ "$(rate good 0.1 --metrics metrics)" = '[0,"stable"]' ]
	# the last row of a group counts; one array is as good as lines
	row good 0.1 0.2 100 20000 | cat metrics - | jq -s -c . >array
	[ "$(rate good 1 --metrics array)" = '[0.06,"degraded"]' ]
	# metrics of all, not by group
	row x 0.01 0.05 100 20000 | jq -c 'del(.group)' >all
	[ "$(rate good 1 --metrics all)" = '[0.01,"stable"]' ]
}

@test "states from what hitl-metrics writes" {
	jq '.route.audit += {auto_rate: 0.3, by: ".task_type", states: {initial: {auto_rate: 0.3}, stable: {auto_rate: 0.1},
		degraded: {auto_rate: 0.5}}} | .targets.error_escape_rate = 0.06 | del(.route.audit.by_task)' "$policy" >p.json
	gen-log -n 40000 | hitl-route -p p.json >routed
	hitl-metrics -p p.json --by .task_type routed >metrics
	hitl-route -p p.json --metrics metrics routed | jq -c 'select(.route.action == "AUTO") | [.task_type, .route.audit.state, .route.audit.rate]' |
		sort -u >got
	jq -c 'select(.auto_resolve_rate.value > 0) | .error_escape_rate as $e | (if $e.low > 0.06 then "degraded" elif $e.n > 0 and $e.high <= 0.06 then "stable"
		else "initial" end) as $s | [.group, $s, {initial: 0.3, stable: 0.1, degraded: 0.5}[$s]]' metrics | sort >want
	# those of high risk only are AUTO_AUDIT
	grep -F -f <(jq -r '.[0]' got | sort -u) want | diff got -
	[ -s got ]
	[ "$(jq -r '.[1]' got | sort -u | tr '\n' ' ')" != "initial " ]
}

@test "a file of metrics that is none" {
	for text in '{"group":"a"}' '[1]' '{' '7'; do
		printf '\n%s\n' "$text" >bad
		hitl hitl-route -p p.json --metrics bad </dev/null
		status 2
		says "bad:2: "
	done
	hitl hitl-route -p p.json --metrics nowhere </dev/null
	status 4
	: >empty
	hitl hitl-route -p p.json --metrics empty </dev/null
	status 0
}
