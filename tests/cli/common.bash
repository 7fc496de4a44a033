# What tests of all programs share: which they are, and what they read.
# shellcheck disable=SC2034 # for those who load it
setup() {
	cd "$BATS_TEST_TMPDIR"
	echo '{"id":"a","outcome":"approve"}' >reviews
	echo '{"id":"a","ts":0,"confidence":0.5,"correct":true,"route":{"action":"AUTO"}}' >good
	filters=("hitl-risk -p $policy" "hitl-route -p $policy" "hitl-feedback join -r reviews")
	counters=("hitl-calibrate curve --at 0.5" "hitl-calibrate threshold --max-error 0.99"
		"hitl-calibrate report" "hitl-metrics")
	all=("${filters[@]}" "${counters[@]}")
}
