#!/usr/bin/env bats
# hitl-feedback export from outside.
load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# joined ID QUESTION DRAFT REVIEW
joined() {
	echo "{\"id\":$1,\"task_type\":\"t\",\"confidence\":0.9,\"input\":$2,\"output\":$3,\"review\":{$4}}"
}

one_of_each() {
	joined 1 '"q1"' '"a1"' '"outcome":"approve","agree":true'
	joined 2 '"q2"' '"a2"' '"outcome":"correct","correction":"b2","scope":"lasting","category":"k"'
	joined 3 '"q3"' '"a3"' '"outcome":"correct","correction":"b3"'
	joined 4 '"q4"' '"a4"' '"outcome":"correct","correction":"b4","scope":"temporary_policy","policy_reason":"sale"'
	joined 5 '"q5"' '"a5"' '"outcome":"correct","correction":"b5","scope":"bad_retrieval"'
	joined 6 '"q6"' '"a6"' '"outcome":"approve","scope":"one_off"'
	joined 7 '"q7"' '"a7"' '"outcome":"reject","scope":"lasting"'
	joined 8 '"q8"' '"a8"' '"outcome":"approve","agree":false'
	joined 9 null '"a9"' '"outcome":"approve"'
	joined 10 '"q10"' '"a10"' '"outcome":null'
	echo '{"id":11,"input":"q11","output":"a11"}'
	joined null '"q12"' '"a12"' '"outcome":"approve"'
}

export_as() {
	hitl hitl-feedback export --as "$@"
}

left() {
	jq -c .left_out m
}

@test "export: fine-tuning takes what is said to last, and counts the rest" {
	one_of_each >log
	export_as fine-tune --system "Be brief" --manifest m log
	status 0
	[ "$(sort <<<"$output")" = '{"messages":[{"role":"system","content":"Be brief"},{"role":"user","content":"q1"},{"role":"assistant","content":"a1"}]}
{"messages":[{"role":"system","content":"Be brief"},{"role":"user","content":"q2"},{"role":"assistant","content":"b2"}]}' ]
	[ "$(left)" = '{"not_reviewed":1,"no_verdict":1,"no_id":1,"disputed":1,"temporary_policy":1,"bad_retrieval":1,"one_off":1,"scope_unsaid":1,"no_question":1,"no_answer":1}' ]
	jq -e '.read == 12 and .items == 2 and ([.left_out[]] | add) == 10' m
	[ "$(jq -r .sha256 m)" = "$(printf '%s\n' "$output" | sha256sum | cut -d' ' -f1)" ]
	says "left out: 1 not_reviewed"
	export_as fine-tune --unsaid lasting log
	[ "${#lines[@]}" -eq 3 ]
	export_as fine-tune --unsaid always log
	status 2
}

@test "export: preferences, hard negatives" {
	one_of_each >log
	export_as preferences log
	[ "$output" = '{"prompt":[{"role":"user","content":"q2"}],"chosen":[{"role":"assistant","content":"b2"}],"rejected":[{"role":"assistant","content":"a2"}]}' ]
	export_as hard-negatives --with-id log
	[ "$output" = '{"anchor":"q2","positive":"b2","negative":"a2","id":2}' ]
	export_as hard-negatives --min-confidence 0.95 log
	status 1
	says "there is nothing to export"
}

@test "export: golden, evals and prompt tests need not train" {
	one_of_each >log
	export_as golden log
	[ "$(jq -c .id <<<"$output" | sort | tr '\n' ' ')" = "1 2 3 " ]
	[ "$(grep '"id":2' <<<"$output")" = '{"id":2,"task":"t","question":"q2","answer":"b2","outcome":"correct","action":null,"category":"k"}' ]
	export_as evals log
	[ "$(grep q3 <<<"$output")" = '{"input":[{"role":"user","content":"q3"}],"ideal":"b3"}' ]
	export_as prompt-tests --assert similar log
	[ "$(grep q3 <<<"$output")" = '{"description":"3","vars":{"question":"q3"},"assert":[{"type":"similar","value":"b3"},{"type":"not-equals","value":"a3"}]}' ]
	# of a rejection it is known what the answer is not
	[ "$(grep q7 <<<"$output" | jq -c .assert)" = '[{"type":"not-equals","value":"a7"}]' ]
}

@test "export: policy examples have the record, to be routed again" {
	one_of_each >log
	export_as policy-examples log
	jq -e '.id == 4 and .expected == "human" and .policy_reason == "sale"' <<<"$output"
	[ "$(jq -c .record <<<"$output")" = "$(sed -n 4p log | jq -c .)" ]
	jq -c .record <<<"$output" | hitl-route -p "$policy" >/dev/null
}

@test "export: a question that is an object, and answers that are no strings" {
	joined 1 '{"q":"x","email":"e@x"}' '{"a":1}' '"outcome":"correct","correction":[1,{"email":"y","b":2}],"scope":"lasting"' >log
	export_as prompt-tests log
	jq -e '.vars == {q:"x",email:"e@x"}' <<<"$output"
	export_as fine-tune --drop email log
	[ "$output" = '{"messages":[{"role":"user","content":"{\"q\":\"x\"}"},{"role":"assistant","content":"[1,{\"b\":2}]"}]}' ]
	export_as golden --drop email,category --keep 'who=.review.scope' --keep x=.nothing --manifest m log
	[ "$output" = '{"id":1,"task":"t","question":{"q":"x"},"answer":[1,{"b":2}],"outcome":"correct","action":null,"metadata":{"who":"lasting","x":null}}' ]
	[ "$(jq -c .dropped m)" = '["email","category"]' ]
}

@test "export: what is dropped is gone at any depth, the rest as it was" {
	gen-log -n 300 --reviews reviews >log
	hitl-feedback join -r reviews log 2>/dev/null |
		jq -c '.output = {a:[{b:.output,c:1.50,"\u0062":2}],b:{d:1}, e:[[],{}]}' >j
	export_as golden --drop b,task,nothing j
	hitl-feedback export --as golden j 2>/dev/null |
		jq -c 'walk(if type == "object" then del(.b, .task) else . end)' >expected
	[ -s expected ]
	status 0
	jq -c . <<<"$output" | cmp expected
}

@test "export: splits are in proportion in every stratum, and no id is in two" {
	gen-log -n 6000 --reviews reviews >log
	hitl-feedback join -r reviews log >j 2>/dev/null
	hitl hitl-feedback export --as golden --split train=0.8,dev=0.1,test=0.1 -o 'd.{split}.ndjson' --manifest m j
	status 0
	cat d.*.ndjson | jq -r .id | sort | uniq -d >twice
	[ ! -s twice ]
	jq -e '.splits as $s | .items as $n | ($s.train.items / $n - 0.8 | fabs < 0.01) and ($s.dev.items / $n - 0.1 | fabs < 0.01)' m
	# of each stratum what is due, by less than two
	jq -e 'all(.strata[]; .items as $n | (.splits.train - 0.8 * $n | fabs < 2) and (.splits.dev - 0.1 * $n | fabs < 2) and .splits.train + .splits.dev + .splits.test == $n)' m
	for s in train dev test; do
		[ "$(sha256sum <d.$s.ndjson | cut -d' ' -f1)" = "$(jq -r .splits.$s.sha256 m)" ]
		[ "$(wc -l <d.$s.ndjson)" -eq "$(jq .splits.$s.items m)" ]
		hitl-feedback export --as golden --split train=0.8,dev=0.1,test=0.1 --take $s j 2>/dev/null | cmp d.$s.ndjson
	done
	# neither the order of the log nor the bound of memory changes a byte
	tac j | hitl-feedback export --as golden --split train=0.8,dev=0.1,test=0.1 -o 'e.{split}.ndjson' --manifest m2 --max-memory 1M 2>/dev/null
	for s in train dev test; do cmp d.$s.ndjson e.$s.ndjson; done
	cmp <(jq -S . m) <(jq -S . m2)
	hitl-feedback export --as golden --key other --split train=0.8,dev=0.1,test=0.1 --take train j 2>/dev/null >other
	run cmp -s other d.train.ndjson
	[ "$status" -ne 0 ]
}

@test "export: the files of splits need no other beside them" {
	mkdir train test
	for i in 1 2; do joined $i '"q"' '"a"' '"outcome":"approve"'; done >j
	hitl hitl-feedback export --as golden --split train=0.5,test=0.5 -o '{split}/data' j
	status 0
	[ "$(cat train/data test/data | wc -l)" -eq 2 ]
	hitl hitl-feedback export --as golden --split train=0.5,test=0.5 --take test -o '{split}/taken' j
	status 0
	cmp test/data test/taken
}

@test "export: with --stable an id keeps its split as the log grows" {
	gen-log -n 6000 --reviews reviews >log
	hitl-feedback join -r reviews log >j 2>/dev/null
	head -3000 j >half
	for part in half j; do
		hitl-feedback export --as golden --stable --split train=0.7,test=0.3 -o "$part.{split}" --manifest "$part.m" $part 2>/dev/null
	done
	for s in train test; do
		jq -r .id half.$s | sort >a
		jq -r .id j.$s | sort >b
		[ -s a ]
		[ -z "$(comm -23 a b)" ]
	done
	# within the binomial's reach: 4 standard deviations
	jq -e '.items as $n | .splits.train.items - 0.7 * $n | fabs < 4 * ($n * 0.21 | sqrt)' j.m
}

@test "export: a golden set of a size has every kind in proportion" {
	gen-log -n 6000 --reviews reviews >log
	hitl-feedback join -r reviews log >j 2>/dev/null
	hitl hitl-feedback export --as golden -n 200 --by .task_type --manifest m j
	[ "${#lines[@]}" -eq 200 ]
	jq -e '(.strata | map(.found) | add) as $all | all(.strata[]; .items - 200 * .found / $all | fabs <= 1)' m
	jq -e '.left_out.not_sampled == ([.strata[].found] | add) - 200' m
}

@test "export: of an id that is there twice the last record counts" {
	joined 1 '"old"' '"a"' '"outcome":"approve"' >log
	joined '"1"' '"new"' '"a"' '"outcome":"approve"' >>log
	export_as evals --manifest m log
	[ "$(jq -r '.input[0].content' <<<"$output")" = new ]
	[ "$(left)" = '{"duplicate":1}' ]
}

@test "export: the last reviewed record decides whether an id is there at all" {
	for last in '"outcome":"approve","scope":"one_off"' '"outcome":null' '"outcome":"approve","agree":false'; do
		joined 1 '"q"' '"a"' '"outcome":"approve"' >log
		joined 1 '"q"' '"a"' "$last" >>log
		echo '{"id":1,"input":"q","output":"a"}' >>log
		export_as golden --manifest m log
		status 1
		jq -e '.items == 0 and .read == 3 and .left_out.not_reviewed == 1' m
	done
}

@test "export: what is right is no wrong answer, however it is written" {
	joined 1 '"q"' '"12 EUR"' '"outcome":"correct","correct":true,"correction":"12 EUR."' >log
	joined 2 '"q"' '"same"' '"outcome":"correct","correction":"same"' >>log
	joined 3 '"q"' '"a/b é"' '"outcome":"correct","correction":"a\/b \u00e9"' >>log
	joined 4 '"q"' '{"a":1,"b":"é"}' '"outcome":"correct","correction":{"b":"\u00e9","a":1.0}' >>log
	export_as prompt-tests log
	[ "$(jq -c '.assert[] | select(.type == "not-equals")' <<<"$output")" = "" ]
	export_as preferences --unsaid lasting log
	[ "$(jq -r '.rejected[0].content' <<<"$output")" = "12 EUR" ]
}

@test "export: a spreadsheet runs nothing" {
	joined '"=1+1"' '"@SUM(A1)"' '"-2"' '"outcome":"approve"' >log
	joined '"+x"' '"\t=y"' '"a\r\nb"' '"outcome":"approve"' >>log
	joined -5 '"q,\"r\""' '"a"' '"outcome":"approve"' >>log
	export_as golden -f csv log
	grep -F "'=1+1,t,'@SUM(A1),'-2," <<<"$output"
	grep -F "'+x,t,'" <<<"$output"
	grep -F -- '-5,t,"q,""r""",a,' <<<"$output"
	export_as golden -f tsv log
	grep -F "'=1+1" <<<"$output"
}

@test "export: what was used is known to the next join" {
	one_of_each >log
	export_as fine-tune --used used log
	[ "$(sort used)" = '{"id":1,"used":true,"in":"fine-tune"}
{"id":2,"used":true,"in":"fine-tune"}' ]
	printf '{"id":%s,"outcome":"%s"}\n' 1 approve 2 correct 3 correct >reviews
	hitl-feedback join -r reviews -r used log >again
	[ "$(jq -c 'select(.id == 1 or .id == 2 or .id == 3) | .review.used' again | tr '\n' ' ')" = "true true false " ]
	hitl-metrics --only feedback_utilisation again >u
	jq -e '.feedback_utilisation.value == 0.5' u
}

@test "export: what does not go together is said" {
	hitl hitl-feedback export </dev/null
	status 2
	says "--as KIND is missing"
	export_as gold </dev/null
	status 2
	says "did you mean golden?"
	export_as golden --split a=0.5,b=0.4 </dev/null
	says "add up to 0.9"
	export_as golden --split a=0.5,b=0.5 </dev/null
	says "-o needs {split}"
	export_as golden --split a=0.5,b=0.5 --take c </dev/null
	says "--take: c is none of --split"
	export_as golden --split a=0.5,a=0.5 </dev/null
	says "a is there twice"
	export_as golden --split ../a=1 </dev/null
	says "a name has no slash"
	export_as golden --stable </dev/null
	says "--stable goes with --split"
	export_as golden --system x </dev/null
	says "--system goes with fine-tune"
	export_as golden --manifest - </dev/null
	says "--manifest -: standard output is taken"
	export_as golden --manifest x --used x </dev/null
	says "--used x: something else is written there"
	export_as golden -n 1.5 </dev/null
	says "--size: 1.5 is no whole number"
	export_as golden --keep x=.a --keep x=.b </dev/null
	says "--keep: x is there twice"
	export_as golden --keep x </dev/null
	says "is no NAME=EXPR"
	one_of_each >log
	export_as golden --split a=0.5,b=0.5 -o 'no/such/{split}' log
	status 4
}
