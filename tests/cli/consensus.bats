#!/usr/bin/env bats
# hitl-feedback consensus from outside.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

votes() {
	while read -r id reviewer label; do
		echo "{\"id\":\"$id\",\"reviewer\":\"$reviewer\",\"label\":$label}"
	done
}

consensus() {
	hitl hitl-feedback consensus "$@"
}

@test "consensus: what most say; ties have no label and are told" {
	votes >v <<-'X'
	a r1 "x"
	a r2 "x"
	a r3 "y"
	b r1 "x"
	b r2 "y"
	c r1 7
	X
	consensus v
	status 0
	[ "${lines[0]}" = '{"id":"a","label":"x","agreement_score":0.3333333333333333,"votes":3,"posterior":{"x":0.6666666666666666,"y":0.3333333333333333}}' ]
	[ "${lines[1]}" = '{"id":"b","label":null,"agreement_score":0,"votes":2,"posterior":{"x":0.5,"y":0.5},"tied":["x","y"]}' ]
	[ "${lines[2]}" = '{"id":"c","label":7,"agreement_score":null,"votes":1,"posterior":{"7":1}}' ]
	says "1 items are tied and have no label"
}

@test "consensus: labels are what they say, however they are spelled" {
	votes >v <<-'X'
	a r1 "é"
	a r2 "\u00e9"
	b r1 {"x":1,"y":[2]}
	b r2 {"y":[2.0],"x":1e0}
	c r1 1.0
	c r2 1
	c r3 2
	d r1 9007199254740993
	d r2 9007199254740992
	X
	consensus v
	status 0
	[ "$(jq -c '[.agreement_score, (.posterior | keys)]' <<<"$output")" = '[1,["é"]]
[1,["{\"x\":1,\"y\":[2]}"]]
[0.3333333333333333,["1.0","2"]]
[0,["9007199254740992","9007199254740993"]]' ]
	# as they were spelled first
	[[ ${lines[1]} == *'"label":{"x":1,"y":[2]}'* ]]
	[[ ${lines[2]} == *'"label":1.0,'* ]]
}

@test "consensus: a number is no string" {
	votes >v <<-'X'
	a r1 "1"
	a r2 1
	a r3 1
	b r1 "1"
	b r2 "true"
	b r3 true
	X
	consensus v
	status 0
	[ "${lines[0]}" = '{"id":"a","label":1,"agreement_score":0.3333333333333333,"votes":3,"posterior":{"\"1\"":0.3333333333333333,"1":0.6666666666666666}}' ]
	[ "$(jq -c '[.label, .tied]' <<<"${lines[1]}")" = '[null,["1","true",true]]' ]
	# nor a label of another type, whatever came before
	votes >v <<-'X'
	a r1 4
	a r2 "4"
	X
	consensus --type rating v
	status 3
	says "v:2: label: is no number, as a rating is"
	votes >v <<-'X'
	a r1 "4"
	a r2 4
	X
	consensus --type text v
	status 3
	says "v:2: label: is no string, as a text is"
	votes >v <<-'X'
	a r1 {"start":0,"end":1}
	a r2 "{\"start\":0,\"end\":1}"
	X
	consensus --type span v
	status 3
	says "v:2: label: is neither an object nor a list of them"
}

@test "consensus: a reviewer's last vote counts, or every one" {
	votes >v <<-'X'
	a r1 "x"
	a r1 "y"
	a r2 "x"
	X
	consensus v
	jq -e '.label == null and .votes == 2' <<<"$output"
	says "1 votes replace an earlier one of the same reviewer"
	consensus --every-vote v
	jq -e '.label == "x" and .votes == 3' <<<"$output"
}

@test "consensus: Dawid and Skene's table of 1979" {
	# 45 patients, observer 1 three times; figures by consensus_reference.py
	sed -n '/^TABLE = /,/split/p' "$root/tests/unit/consensus_reference.py" | grep -o '[1-4]\{7\}' >rows
	[ "$(wc -l <rows)" -eq 45 ]
	awk '{ for (k = 1; k <= 7; k++) printf "{\"id\":%d,\"reviewer\":\"o%d\",\"label\":%d}\n", NR, k < 4 ? 1 : k - 2, substr($0, k, 1) }' rows >v
	consensus --method dawid-skene --every-vote --report report v
	status 0
	[ "$(jq -r .label <<<"$output" | tr -d '\n')" = 142222132243121111222222112111131224233111212 ]
	jq -e '.labels | (."1" - 0.39955475 | fabs < 1e-6) and (."2" - 0.42198339 | fabs < 1e-6) and (."3" - 0.11179519 | fabs < 1e-6) and (."4" - 0.06666667 | fabs < 1e-6)' report
	jq -e '.converged and (.log_likelihood + 192.89088121 | fabs < 1e-6)' report
	jq -e '.reviewers[1] | .reviewer == "o2" and (.skill - 0.77886884 | fabs < 1e-6) and (.confusion."2"."3" - 0.31434710 | fabs < 1e-6)' report
	consensus --method one-coin --every-vote --report report v
	[ "$(jq -r .label <<<"$output" | tr -d '\n')" = 132222132242121111222222112111131223233111212 ]
	jq -e '.reviewers[1].skill - 0.70072488 | fabs < 1e-6' report
	consensus --method weighted --every-vote --report report v
	jq -e '.reviewers[1] | (.skill - 0.72727273 | fabs < 1e-6) and .skill == .weight' report
}

@test "consensus: what a reviewer never met is no error of his, nor in his table" {
	# three judge all, wrong on no item together; the fourth only what is A, always right
	seq 0 199 | jq -c '. as $i | (if $i < 100 then "A" else "B" end) as $t
		| (range(3) as $r | {id: $i, reviewer: "r\($r)", label: (if $i % 20 == $r then "AB" | sub($t; "") else $t end)}),
		if $t == "A" then {id: $i, reviewer: "expert", label: "A"} else empty end' >v
	consensus --method dawid-skene --report report v
	status 0
	jq -e '.reviewers | map(select(.reviewer == "expert")) | .[0].skill > 0.99 and (.[0].confusion | keys == ["A"])' report
	jq -e '.reviewers | map(select(.reviewer == "r0")) | .[0].confusion | keys == ["A", "B"]' report
	hitl hitl-metrics agreement v
	status 0
	jq -e '.by_reviewer | map(select(.reviewer == "expert")) | .[0].accuracy > 0.99' <<<"$output"
}

@test "consensus: weights that are given" {
	votes >v <<-'X'
	a r1 "x"
	a r2 "y"
	a r3 "y"
	X
	printf '{"reviewer":"%s","quality":%s}\n' r1 0.9 r2 0.4 r3 0.4 >q
	consensus --method weighted --quality q v
	jq -e '.label == "x" and (.posterior.x - 0.9 / 1.7 | fabs < 1e-12)' <<<"$output"
	sed -i '3s/0.4/1.4/' q
	consensus --method weighted --quality q v
	status 3
	says "q:3: quality: is no number in [0, 1]"
	says "1 reviewers have no quality and count as the average"
	jq -e '.posterior.y - 1.05 / 1.95 | fabs < 1e-12' <<<"$output"
	consensus --quality q v
	status 2
	says "--quality goes with --method weighted"
}

@test "consensus: on an item where no vote has weight all count" {
	votes >v <<-'X'
	1 r1 "A"
	1 r2 "B"
	2 r3 "C"
	X
	consensus --method weighted v
	[ "$(jq -c 'select(.id == "1") | [.tied, .posterior]' <<<"$output")" = '[["A","B"],{"A":0.5,"B":0.5}]' ]
}

@test "consensus: neither replaced votes nor others' votes change an item" {
	votes >v <<-'X'
	1 r1 100
	1 r1 1
	1 r2 2
	1 r3 3
	X
	consensus --type rating v
	jq -e '.agreement_score - 1/3 | fabs < 1e-12' <<<"$output"
	votes >v <<-'X'
	1 r2 "zz"
	2 r1 "a b"
	2 r2 "a b c"
	X
	consensus --type text v
	[ "$(jq -r 'select(.id == "2").label' <<<"$output")" = "a b" ]
	printf '{"reviewer":"%s","quality":%s}\n' a 0.1 b 0.7 c 0.8 >q
	votes >v <<-'X'
	1 a 1
	1 b 2
	1 c 3
	X
	consensus --type rating --method weighted --quality q v
	jq -e '.label == 2.5' <<<"$output"
}

@test "consensus: a hundred boxes by forty reviewers take seconds" {
	awk 'BEGIN { srand(1); for (v = 0; v < 40; v++) {
		printf "{\"id\":1,\"reviewer\":\"r%d\",\"label\":[", v
		for (k = 0; k < 100; k++) printf "%s{\"x\":%.3f,\"y\":%.3f,\"width\":100,\"height\":100}", k ? "," : "", rand(), rand()
		print "]}" } }' >v
	hitl timeout 300 hitl-feedback consensus --type box v
	status 0
	jq -e '.id == 1 and .votes == 40' <<<"$output"
}

@test "consensus: ratings have a middle, and are near or far" {
	votes >v <<-'X'
	a r1 4
	a r2 4.0
	a r3 1
	b r1 2
	b r2 5
	X
	consensus --type rating --range 1:5 v
	# |4-4| + 2|4-1| over three pairs, of a range of 4
	jq -s -e '.[] | select(.id == "a") | .label == 4 and .agreement_score == 0.5 and .posterior == {"4": 0.6666666666666666, "1": 0.3333333333333333}' <<<"$output"
	jq -s -e '.[] | select(.id == "b") | .label == 3.5 and .agreement_score == 0.25' <<<"$output"
	votes >v <<<'a r1 "good"'
	consensus --type rating v
	status 1 # there is no other
	says "v:1: label: is no number, as a rating is"
	votes >v <<<'a r1 7'
	consensus --type rating --range 1:5 v
	status 1
	says "v:1: label: is outside --range"
}

@test "consensus: of texts the one most like the others" {
	votes >v <<-'X'
	a r1 "Refund 12.50 EUR, please"
	a r2 "refund 12.50 EUR"
	a r3 "refund of 12.50 EUR please!"
	b r1 "yes"
	b r2 "no"
	X
	consensus --type text v
	# tokens: 12 and 50 apart; r1 and r2 share 4 of 5 + 4, r1 and r3 5 of 5 + 6, r2 and r3 4 of 4 + 6
	jq -s -e '.[] | select(.id == "a") | .label == "Refund 12.50 EUR, please" and (.agreement_score - (8/9 + 10/11 + 8/10) / 3 | fabs < 1e-12)' <<<"$output"
	jq -s -e '.[] | select(.id == "b") | .label == null and .tied and .agreement_score == 0' <<<"$output"
}

@test "consensus: spans and boxes by what they have in common" {
	votes >v <<-'X'
	a r1 {"start":0,"end":10,"label":"name"}
	a r2 [{"start":5,"end":10,"label":"name"},{"start":0,"end":6,"label":"name"}]
	a r3 {"start":5,"end":15,"label":"name"}
	b r1 {"start":0,"end":4,"label":"name"}
	b r2 {"start":0,"end":4,"label":"place"}
	c r1 []
	c r2 []
	X
	consensus --type span v
	jq -s -e '.[] | select(.id == "a") | .label.end == 10 and (.agreement_score - (1 + 1/3 + 1/3) / 3 | fabs < 1e-12)' <<<"$output"
	jq -s -e '.[] | select(.id == "b") | .label == null and .agreement_score == 0' <<<"$output"
	jq -s -e '.[] | select(.id == "c") | .label == [] and .agreement_score == 1' <<<"$output"
	votes >v <<-'X'
	a r1 {"x":0,"y":0,"width":2,"height":2}
	a r2 {"xmin":1,"ymin":0,"xmax":3,"ymax":2}
	a r3 [{"x":0,"y":0,"width":2,"height":2},{"x":9,"y":9,"width":1,"height":1}]
	X
	consensus --type box v
	# two of six, one of one and none of another, and two of six over two
	jq -e '.label == {"x":0,"y":0,"width":2,"height":2} and (.agreement_score - (1/3 + 1/2 + 1/6) / 3 | fabs < 1e-12)' <<<"$output"
	for bad in '{"start":3,"end":3}' '{"start":"3","end":5}' 7 '[7]'; do
		votes >v <<<"a r1 $bad"
		consensus --type span v
		status 1
		says "v:1: label: "
	done
	consensus --type box --method dawid-skene v
	status 2
	says "of --type box take majority or weighted"
}

@test "consensus: reviews and joined decisions are votes, too" {
	gen-log -n 4000 --reviews reviews >log
	consensus --method dawid-skene -f csv reviews
	[[ "${lines[0]}" == id,label,agreement_score,votes,* ]]
	[ "${#lines[@]}" -eq $(($(jq -r .id reviews | sort -u | wc -l) + 1)) ]
	echo '{"no":"vote"}' >v
	consensus v
	status 1
	says "1 records have no id, reviewer or label and are left out"
	consensus --label .what --reviewer .who <<<'{"id":1,"who":"r","what":true}'
	jq -e '.id == 1 and .label == true' <<<"$output"
}

@test "consensus: what would take too much memory is refused" {
	awk 'BEGIN { for (i = 0; i < 12000; i++) printf "{\"id\":%d,\"reviewer\":1,\"label\":\"%d\"}\n", i, i }' >v
	consensus v
	status 4
	says "are they texts (--type text)?"
	consensus --type text v
	status 0
}
