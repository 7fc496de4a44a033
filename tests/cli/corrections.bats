#!/usr/bin/env bats
# hitl-feedback patterns and stats from outside.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# decisions ID TIME REVIEW...: joined ones
decision() {
	echo "{\"id\":\"$1\",\"ts\":\"2026-05-$2\",\"task_type\":\"refund\",\"output\":\"The refund is on its way\",\"review\":{$3}}"
}

patterns() {
	hitl hitl-feedback patterns "$@"
}

@test "patterns: of each kind, the commonest first, from five on" {
	for i in 1 2 3 4 5 6; do
		decision c$i "0${i}T10:00:00Z" '"outcome":"correct","category":"wrong_amount","reason":"Amount  differs\nfrom invoice","correction":"The refund of '$i' EUR is on its way to the customer"'
	done >log
	for i in 1 2 3 4; do
		decision d$i "0${i}T10:00:00Z" '"outcome":"reject","category":"tone","reason":" amount differs from invoice "'
	done >>log
	for i in 1 2 3; do decision e$i "0${i}T10:00:00Z" '"outcome":"approve"'; done >>log
	patterns log
	status 0
	[ "$(jq -c '[.kind, .pattern, .count, .share]' <<<"$output")" = '["reason","amount differs from invoice",10,1]
["task","refund",10,1]
["leading_words","the refund is",10,1]
["category","wrong_amount",6,0.6]
["similar","The refund of 1 EUR is on its way to the customer",6,0.6]' ]
	patterns --min-count 4 --top 9 --leading 2 log
	[ "$(jq -r 'select(.kind == "category" or .kind == "leading_words") | .pattern' <<<"$output" | sort | tr '\n' ,)" = "the refund,tone,wrong_amount," ]
	patterns --top 2 --examples 1 log
	[ "$(jq -c '.examples[].id' <<<"$output")" = '"c1"
"c1"' ]
	patterns -f csv log
	[[ "${lines[0]}" == kind,pattern,count,share,recent,previous,growth,* ]]
}

@test "patterns: growth is against the period before, by what was reviewed" {
	for i in 1 2 3 4; do decision a$i "01T10:0$i:00Z" '"outcome":"correct","category":"k"'; done >log
	for i in 1 2 3 4; do decision b$i "01T10:3$i:00Z" '"outcome":"approve"'; done >>log
	for i in 1 2 3; do decision c$i "08T10:0$i:00Z" '"outcome":"reject","category":"k"'; done >>log
	patterns log
	# 3 of 3 against 4 of 8; R: poisson.test(c(3, 4), c(3, 8))
	jq -e 'select(.kind == "category") | .recent == 3 and .previous == 4 and .growth == 2 and (.growth_low - 0.2929693 | fabs < 1e-6) and (.growth_high - 11.8220264 | fabs < 1e-6)' <<<"$(jq -c 'select(.kind == "category")' <<<"$output")"
	patterns --until 2026-05-08T10:00:00Z log
	jq -e '.recent == 4 and .previous == 0 and .growth == null' <<<"$(jq -c 'select(.kind == "category")' <<<"$output")"
	patterns --period 1h log
	jq -e '.recent == 3 and .previous == 0' <<<"$(jq -c 'select(.kind == "category")' <<<"$output")"
	patterns --period 90m log
	status 2
	says "--period: 90m is no duration of whole hours"
	jq -c 'del(.ts)' log >timeless
	patterns timeless
	jq -e '.recent == null and .growth == null and .first == null' <<<"$(head -1 <<<"$output")"
}

@test "patterns: what to do about it" {
	r='"outcome":"correct","category"'
	decision a 01T10:00:00Z "$r:\"k\",\"missing_evidence\":[\"tariff\"],\"policy_reason\":\"x\"" >log
	decision b 01T10:00:00Z "$r:\"k\",\"scope\":\"bad_retrieval\"" >>log
	decision c 01T10:00:00Z "$r:\"k\",\"policy_reason\":\"no gifts\"" >>log
	decision d 01T10:00:00Z "$r:\"k\",\"missing_evidence\":[],\"better_query\":\"\"" >>log
	decision e 01T10:00:00Z "$r:\"k\"" | jq -c '. + {route:{action:"AUTO_AUDIT"}}' >>log
	patterns log
	jq -e '.suggestion == "retrieval" and .evidence == {retrieval:2,policy:1,threshold:1,prompt:1}' <<<"$(grep category <<<"$output")"
}

@test "patterns: nothing to learn from" {
	decision a 01T10:00:00Z '"outcome":"approve"' >log
	patterns log
	status 1
	says "no record has a review that rejects or corrects it"
	[ -z "$output" ]
}

@test "patterns: more reasons than --max-groups are told" {
	for i in 1 2 3 4 5 6 7; do decision c$i "01T10:00:00Z" "\"outcome\":\"reject\",\"reason\":\"because $i\""; done >log
	patterns --max-groups 5 log
	status 0
	says "2 times a correction had no room among the first --max-groups patterns of a kind"
}

@test "patterns: real post-edits of translations" {
	need_shared mt-reviews.ndjson
	file=$shared/data/mt-reviews.ndjson
	hitl-feedback join -r "$file" -F review.outcome=.action -F review.correction=.final -F draft=.draft "$file" >joined
	patterns -F draft=.draft -F task=.group joined
	[ "$(jq -c 'select(.kind == "task") | .count' <<<"$output" | tr '\n' ' ')" = "$(jq -r 'select(.action == "edit").group' "$file" | sort | uniq -c | sort -rn | awk '{ printf "%s ", $1 }')" ]
	# editors said so when there was nothing to edit
	jq -e '.pattern | startswith("Rejected - the string is in another language")' <<<"$(grep '"similar"' <<<"$output" | head -1)"
}

@test "stats: what cannot be counts as if it were not there" {
	review='{"id":1,"review":{"outcome":"correct","reviews":%s,"edit_distance":%s}}\n'
	# four that say how many they are, 3 and 100, and how far apart, 0.25 and 1
	printf "$review" 3 0.25 100 1 -5 -0.25 1e300 1.5 101 1e300 0 '"0.5"' 2.5 null '"7"' '[1]' |
		hitl-feedback stats >stats
	# and six that are one each
	jq -e '.reviewed == 8 and .reviews == 3 + 100 + 6 and .edit_distance_mean == (0.25 + 1) / 2' stats
	printf "$review" -5 -0.25 | hitl-feedback stats >stats
	jq -e '.reviews == 1 and .edit_distance_mean == null' stats
}

@test "stats: all of it in one object" {
	gen-log -n 5000 --reviews reviews >log
	hitl-feedback join -r reviews log >joined 2>/dev/null
	hitl hitl-feedback stats joined
	status 0
	n=$(grep -c '"review":' joined)
	jq -e --argjson n "$n" '.decisions == 5000 and .reviewed == $n and .approve + .reject + .correct == $n and .corrections == .reject + .correct and (.correction_rate - .corrections / $n | fabs < 1e-12) and .correction_rate_low < .correction_rate' <<<"$output"
	jq -e --argjson used "$(jq -s 'map(select(.review.outcome != "approve" and .review.used != null).review.used)' joined | jq -c .)" '.utilisation == ($used | map(select(.)) | length) / ($used | length)' <<<"$output"
	hitl hitl-feedback stats -f table joined
	grep -q "^corrections  *$(grep -c '"outcome":"\(reject\|correct\)"' joined)" <<<"$output"
	hitl hitl-feedback stats <<<'{"id":1}'
	status 0
	jq -e '.reviewed == 0 and .correction_rate == null' <<<"$output"
}
