#!/usr/bin/env bats
# hitl-route --advise: a first policy out of a log.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	gen-log -n 20000 >log
}

# comments PATTERN: one of the comments says so
comments() {
	jq -r '."//"[]' p.json | grep -q "$1" || {
		jq -r '."//"[]' p.json
		return 1
	}
}

@test "--advise: what is at the threshold acts alone, as hitl-calibrate has it" {
	# right at 0.57, often wrong right below: 2430 of 5000 act alone, 48.6 %
	{
		yes '{"ts":0,"confidence":0.57,"correct":true}' | head -n 2430
		yes '{"ts":0,"confidence":0.569999,"correct":false}' | head -n 1000
		yes '{"ts":0,"confidence":0.569999,"correct":true}' | head -n 1570
	} >log
	hitl-route --advise --max-error 0.02 --capacity 800 --volume 5000 log >p.json
	comments ' 48.6 % act alone'
	hitl-calibrate threshold --max-error 0.02 log | jq -e '.default.automation_rate == 0.486'
}

@test "--advise: a policy that holds what labels prove" {
	hitl-route --advise --cost-error 20 --cost-review 1 --capacity 5000 log >p.json
	hitl-calibrate threshold --max-error 0.05 log >t.json
	[ "$(jq .route.threshold p.json)" = "$(jq .default.threshold t.json)" ]
	hitl hitl-route -p p.json log
	status 0
	# what acts alone, by the comment and by the routing (gates and people asked for apart)
	share=$(jq -r '."//"[]' p.json | sed -n 's/.*decisions, \([0-9.]*\) % act alone.*/\1/p')
	jq -s -e --argjson want "$share" '(map(select(.route.confidence != null and .route.confidence >= .route.threshold)) | length)
		/ length * 100 - $want | fabs < 0.06' <<<"$output"
	jq -e '.targets.error_escape_rate == 0.05 and .route.audit.states.min_audits == 59
		and (.risk.tasks | length) == 10 and .route.triggers[0].name == "asked_for_person"' p.json
	comments "gate before: needed; $(jq -c 'select(.action.irreversible)' log | wc -l) (1"
	for program in hitl-risk hitl-metrics "hitl-calibrate report"; do
		hitl $program -p p.json log
		[ "$status" -ne 2 ]
	done
	# the key is another one every time
	hitl-route --advise --cost-error 20 --cost-review 1 --capacity 5000 log | jq -c 'del(.route.audit.key)' >again
	jq -c 'del(.route.audit.key)' p.json | cmp - again
	[ "$(hitl-route --advise log | jq -r .route.audit.key)" != "$(jq -r .route.audit.key p.json)" ]
	[[ "$(jq -r .route.audit.key p.json)" =~ ^[0-9a-f]{32}$ ]]
}

@test "--advise: without proof nothing acts alone" {
	# nobody said how many errors are too many
	hitl-route --advise log >p.json
	jq -e '.route.threshold == null and .targets == null' p.json
	comments 'nobody has said how many errors'
	# more than these prove
	hitl-route --advise --max-error 0.001 log >p.json
	jq -e '.route.threshold == null' p.json
	comments 'not proven by .* labelled decisions; it takes 2995 that act alone'
	# no labels, no confidence, nothing at all
	jq -c 'del(.correct)' log >bare
	hitl-route --advise --max-error 0.05 bare >p.json
	jq -e '.route.threshold == null' p.json
	comments 'without a label'
	jq -c 'del(.confidence)' log >bare
	hitl-route --advise --max-error 0.05 bare >p.json
	comments 'no record has a confidence'
	hitl hitl-route --advise /dev/null
	status 1
	says "no record was read"
	echo "$output" >p.json
	# which takes no policy's place
	cp p.json before.json
	hitl hitl-route --advise --max-error 0.05 -o p.json /dev/null
	status 1
	says "no record was read: nothing is written to p.json"
	cmp p.json before.json
	for f in bare log /dev/null; do
		hitl hitl-route -p p.json "$f"
		status 0
		[[ $output != *'"action":"AUTO'* ]]
	done
}

@test "--advise: audits within what people can look at" {
	hitl-route --advise --max-error 0.05 --volume 10000 --capacity 2000 log >p.json
	alone=$(jq -r '."//"[]' p.json | sed -n 's/.*decisions, \([0-9.]*\) % act alone.*/\1/p')
	jq -e --argjson alone "$alone" '.route.audit.auto_rate as $r
		| 10000 * (1 - $alone / 100) + 10000 * $alone / 100 * $r | . > 1900 and . < 2100' p.json
	hitl-route --advise --max-error 0.05 --volume 10000 --capacity 100 log >p.json
	comments '100 can be looked at: too few'
}

@test "--advise: fields stand where -F says, and names are quoted" {
	jq -c '{k: .id, when: .ts, kind: ("a\"b\\" + .task_type), sure: .confidence, correct, answer: .output}' log >odd
	hitl-route --advise -F id=.k -F time=.when -F task=.kind -F 'confidence=.sure' -F draft=.answer --max-error 0.1 odd >p.json
	jq -e '.fields == {id: ".k", time: ".when", task: ".kind", confidence: ".sure", draft: ".answer"}
		and (.risk.tasks | has("a\"b\\refund")) and .route.threshold != null' p.json
	[ "$(hitl-route -p p.json odd | jq -c 'select(.route.action == "AUTO")' | wc -l)" -gt 15000 ]
}

@test "--advise: what does not go with it" {
	for a in "--advise -p p.json" "--capacity 3" "--advise --cost-error 3" "--advise --explain x" \
		"--advise --cost-error 1 --cost-review 1 log" "--advise --max-error 1" "--advise --tasks t"; do
		# shellcheck disable=SC2086
		hitl hitl-route $a
		status 2
	done
	says "--advise and --tasks do not go together"
	# before anything is read
	{
		hitl hitl-route --advise --cost-error 1 --cost-review 2 -R rejects
		cat >rest
	} <log
	status 2
	says "then nobody needs to look"
	cmp log rest
	[ ! -e rejects ]
}
