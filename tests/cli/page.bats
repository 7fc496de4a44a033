#!/usr/bin/env bats
# hitl-metrics for people and for monitors: --html, --plot, -f table, -f
# prometheus.
load helper

setup_file() {
	cd "$BATS_FILE_TMPDIR"
	gen-log -n 6000 --per-day 1000 --reviews r >made
	hitl-route -p "$policy" made | hitl-feedback join -r r 2>/dev/null >log
	hitl-metrics -p "$policy" --window day --by .task_type --html page.html log >/dev/null
	hitl-metrics -p "$policy" --html one.html log >/dev/null
}

setup() {
	cd "$BATS_FILE_TMPDIR"
}

# browse ARG...: headless Chromium, without its own chatter
browse() {
	timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
		--allow-file-access-from-files --user-data-dir="$BATS_TEST_TMPDIR/profile" "$@"
}

# inside PAGE WIDTH SCRIPT: what the script, a function of its document and
# window, returns in a frame so wide
inside() {
	cat >frame.html <<-END
		<!DOCTYPE html><title>frame</title><body><pre id=out>nothing</pre>
		<iframe id=f width=$2 height=800 style="border:0"></iframe>
		<script>f.onload = () => { out.textContent = JSON.stringify(($3)(f.contentDocument, f.contentWindow)) }
		f.src = "$1"</script>
	END
	browse --virtual-time-budget=3000 --dump-dom "file://$PWD/frame.html" 2>/dev/null |
		sed -n 's/.*<pre id="out">\(.*\)<\/pre>.*/\1/p' | sed 's/&gt;/>/g; s/&lt;/</g; s/&amp;/\&/g'
}

@test "the page says what the rows say" {
	hitl-metrics -p "$policy" --window day --by .task_type log >rows
	got=$(inside page.html 1280 'd => ({
		title: d.title, h1: d.querySelector("h1").textContent,
		h2: [...d.querySelectorAll("h2")].map(h => h.textContent),
		misses: d.querySelectorAll("section[aria-labelledby=misses] li").length,
		tables: d.querySelectorAll("section[aria-labelledby=summary] table").length,
		charts: d.querySelectorAll("svg[role=img]").length,
		reasons: d.querySelectorAll("section[aria-labelledby=reasons] tbody tr").length,
		first: d.querySelector("section[aria-labelledby=summary] tbody tr").textContent })')
	jq -e . <<<"$got"
	misses=$(jq -s '[.[] | .[] | objects | select(.ok == false)] | length' rows)
	last=$(jq -s 'map(select(.n > 0)) | .[-1].window as $w | map(select(.window == $w and .n > 0)) | length' rows)
	jq -e --argjson m "$misses" --argjson t "$last" '.misses == $m and .tables == $t and .reasons == 5
		and .charts == 5 and .title == "Decisions and reviews: targets are missed"
		and .h2 == ["Targets", "Summary of the last window", "Over time", "Why records went to a person"]
		and (.first | test("^escalation rate[0-9.]+ %"))' <<<"$got"
}

@test "a page without targets does not say that none is missed" {
	hitl-metrics --html without.html log >/dev/null
	grep -q '<title>Decisions and reviews</title>' without.html
	grep -q '<h2 id="misses">Targets</h2>.*There are none' <(tr '\n' ' ' <without.html)
	[ "$(grep -c 'missed\.</p>$' without.html)" -eq 0 ]
}

@test "no network, no script, no message on the console" {
	for p in page.html one.html; do
		[ "$(grep -c -i -E 'https?:|<script|javascript:|@import|url\(' $p)" -eq 0 ]
		browse --enable-logging=stderr --v=0 --dump-dom "file://$PWD/$p" 2>console >/dev/null
		[ "$(grep -c CONSOLE console)" -eq 0 ]
	done
	# and one that has something to say is heard
	sed 's/<\/body>/<script>console.error("heard")<\/script>&/' one.html >loud.html
	browse --enable-logging=stderr --v=0 --dump-dom "file://$PWD/loud.html" 2>&1 >/dev/null | grep -q 'CONSOLE.*heard'
}

@test "readable at 1280 and at 400 pixels: nothing but tables scrolls sideways" {
	for width in 1280 400; do
		for p in page.html one.html; do
			got=$(inside $p $width '(d, w) => ({ inner: w.innerWidth, scroll: d.documentElement.scrollWidth,
				font: parseFloat(w.getComputedStyle(d.body).fontSize),
				wide: [...d.querySelectorAll("body *")].filter(e => !e.closest(".scroll") && !e.closest("svg")
					&& e.getBoundingClientRect().right > w.innerWidth + 1).length })')
			jq -e --argjson w $width '.inner == $w and .scroll <= $w and .font >= 16 and .wide == 0' <<<"$got" ||
				{ echo "$p at $width: $got"; false; }
		done
	done
}

@test "by keyboard and by ear: what scrolls has focus, what is drawn has words" {
	got=$(inside page.html 400 '(d, w) => ({
		lang: d.documentElement.lang,
		headings: [...d.querySelectorAll("h1,h2,h3")].map(h => +h.tagName[1]),
		unfocused: [...d.querySelectorAll(".scroll")].filter(e => e.tabIndex !== 0 || !e.getAttribute("aria-label")).length,
		odd: [...d.querySelectorAll("[tabindex]")].filter(e => e.tabIndex > 0).length,
		mute: [...d.querySelectorAll("svg")].filter(e => !e.getAttribute("aria-label") && e.getAttribute("aria-hidden") !== "true").length,
		heads: [...d.querySelectorAll("th")].filter(e => !e.scope).length,
		landmarks: ["header", "main", "footer"].filter(t => d.querySelector(t)).length,
		ids: new Set([...d.querySelectorAll("[id]")].map(e => e.id)).size === d.querySelectorAll("[id]").length,
		labels: [...d.querySelectorAll("[aria-labelledby]")].filter(e => !d.getElementById(e.getAttribute("aria-labelledby"))).length,
		tables: [...d.querySelectorAll("figure")].filter(e => !e.querySelector("details table tbody tr")).length })')
	jq -e '.lang == "en" and .headings[0] == 1 and ([range(1; .headings | length) as $i | .headings[$i] - .headings[$i - 1]] | max <= 1)
		and .unfocused == 0 and .odd == 0 and .mute == 0 and .heads == 0 and .landmarks == 3 and .ids and .labels == 0 and .tables == 0' <<<"$got" ||
		{ echo "$got"; false; }
}

@test "contrast of text is at least 4.5 to 1, by day and by night" {
	for night in false true; do
		got=$(inside page.html 800 "(d, w) => {
			const s = [...d.styleSheets[0].cssRules];
			const vars = (rule, name) => rule.style.getPropertyValue(name).trim();
			const root = $night ? [...s.find(r => r.media).cssRules][0] : s.find(r => r.selectorText === ':root');
			const lum = c => { const h = c.slice(1).length === 3 ? [...c.slice(1)].map(x => x + x) : c.slice(1).match(/../g);
				const [r, g, b] = h.map(x => { const v = parseInt(x, 16) / 255; return v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4 });
				return .2126 * r + .7152 * g + .0722 * b };
			const ratio = (a, b) => { const [x, y] = [lum(a), lum(b)].sort((p, q) => q - p); return (x + .05) / (y + .05) };
			return ['--ink', '--bad', '--good'].flatMap(n => ['--paper', '--soft'].map(p => ratio(vars(root, n), vars(root, p)))) }")
		jq -e 'length == 6 and min >= 4.5' <<<"$got" || { echo "$night: $got"; false; }
	done
}

@test "names from records are text" {
	printf '{"ts":"2026-05-0%d","g":"<img src=x onerror=alert(1)>\\"&'"'"'","route":{"action":"QUEUE","reasons":["<b>bold</b>"]}}\n' 1 2 >evil
	hitl-metrics --window day --by .g --html evil.html evil >/dev/null 2>&1
	got=$(inside evil.html 800 'd => ({ images: d.images.length, bold: d.querySelectorAll("b").length,
		text: d.body.textContent.includes("<img src=x onerror=alert(1)>\"&" + String.fromCharCode(39)) })')
	jq -e '.images == 0 and .bold == 0 and .text' <<<"$got"
}

@test "--html from merge; a file that cannot be written" {
	hitl-metrics -p "$policy" --window day --by .task_type --state-out s --html a.html log >/dev/null
	hitl-metrics merge -p "$policy" --html b.html s >/dev/null
	diff <(sed 's/Made [^<]*//' a.html) <(sed 's/Made [^<]*//' b.html)
	hitl hitl-metrics --html none/x.html log
	status 4
	says "none/x.html"
}

@test "table: arrows for what surely moved, marks for misses" {
	r() { for _ in $(seq "$1"); do echo "{\"ts\":\"2026-05-0$2T00:00:00Z\",\"route\":{\"action\":\"$3\"}}"; done; }
	{ r 300 1 AUTO; r 100 1 QUEUE; r 200 2 AUTO; r 200 2 QUEUE; r 100 3 AUTO; r 99 3 QUEUE; r 300 4 AUTO; r 10 4 QUEUE; } >in
	echo '{"targets":{"escalation_rate":[0.2,0.3]}}' >p
	hitl hitl-metrics -p p --window day --only escalation_rate -f table in
	[ "$(awk '{ print $3, $4 }' <<<"$output" | tr '\n' ',')" = "value interval,0.2500 [0.2101,,0.5000 ↑,0.4975 [0.4287,,0.0323 ↓," ]
	[ "$(grep -c MISSED <<<"$output")" -eq 3 ]
	# columns line up: the same offset of n in every line, in characters
	[ "$(sed 's/↑/^/; s/↓/^/' <<<"$output" | awk '{ match($0, /[0-9n]  (\[0.2,|target)/); print RSTART }' | sort -u | wc -l)" -eq 1 ]
	jq -s -c 'map(.escalation_rate.moved)' <(hitl-metrics -p p --window day in) | grep -qx '\[null,"up","same","down"\]'
}

@test "table: what has neither value nor target is not in the way" {
	printf '{"route":{"action":"AUTO"}}\n' >in
	hitl hitl-metrics -p "$policy" -f table in
	[ "$(awk 'NR > 1 { print $1 }' <<<"$output" | tr '\n' ' ')" = "escalation_rate auto_resolve_rate never_auto_rate error_escape_rate review_latency_p95 reviewer_agreement " ]
	hitl hitl-metrics --only thumbs_up_rate -f table in
	[[ $output == *thumbs_up_rate*"nothing has thumbs"* ]]
	# other formats have them all
	[ "$(hitl-metrics in | jq '[.[] | objects] | length')" -eq 30 ]
}

@test "prometheus: names, types, labels, escapes" {
	hitl hitl-metrics -p "$policy" -f prometheus --by .task_type log
	status 0
	# each line is a comment or a sample, each family has its head, once, before it
	awk '/^# (HELP|TYPE) [a-z_:][a-z0-9_:]* / { if ($2 == "TYPE") { if ($3 in seen) exit 1; seen[$3] = 1 } next }
		!/^[a-z_:][a-zA-Z0-9_:]*(\{[a-z]+="([^"\\]|\\[\\"n])*"(,[a-z]+="([^"\\]|\\[\\"n])*")*\})? (-?[0-9.]+(e[-+]?[0-9]+)?|[+-]Inf)$/ { print; exit 1 }
		{ name = $0; sub(/[{ ].*/, "", name); if (!(name in seen)) exit 1; if (name != last && name in done) exit 1; last = name; done[name] = 1 }' <<<"$output"
	want=$(hitl-metrics --by .task_type log | jq -r 'select(.group == "refund") | .escalation_rate.value')
	grep -qxF "hitl_escalation_rate{group=\"refund\",rest=\"false\"} $want" <<<"$output"
	grep -q '^hitl_review_latency_p95_seconds{group="refund",rest="false"} ' <<<"$output"
	grep -q '^hitl_escalation_rate_interval{group="refund",rest="false",bound="low"} ' <<<"$output"
	grep -qx 'hitl_escalation_rate_missed{group="account_deletion",rest="false"} 1' <<<"$output"
	printf '{"g":"a\\"b\\\\c\\nd","route":{"action":"AUTO"}}\n' >in
	hitl hitl-metrics -f prometheus --by .g in
	grep -qxF 'hitl_records{group="a\"b\\c\nd",rest="false"} 1' <<<"$output"
	hitl hitl-metrics -f prometheus in
	grep -qx 'hitl_records 1' <<<"$output"
	# of windows the last one that has records
	printf '{"ts":"2026-05-0%d","route":{"action":"AUTO"}}\n' 1 2 2 | sed 's/"2026-05-0\([12]\)"/"2026-05-0\1T00:00:00Z"/' >in
	hitl hitl-metrics -f prometheus --window day in
	grep -qx 'hitl_records 2' <<<"$output"
	grep -qx 'hitl_window_start_seconds 1777680000' <<<"$output"
}

@test "--plot: one window, or nothing above 0, is drawn without a warning" {
	row() { echo "{\"ts\":\"$1\",\"route\":{\"action\":\"AUTO\",\"cascade\":{\"stopped_by\":\"x\",\"cost\":0}}}"; }
	row 2026-05-01T00:00:00Z >one
	{ cat one; row 2026-05-03T00:00:00Z; } >two
	# 02:00 comes twice, and both are drawn at one place
	{ row 2026-10-25T00:00:00Z; row 2026-10-25T01:00:00Z; } >twice
	for file in x.svg x.png -; do
		for what in "day one" "day two" "month one" "30m one" "hour one" "hour --tz Europe/Berlin twice"; do
			# shellcheck disable=SC2086 # words
			hitl hitl-metrics --only escalation_rate,auto_resolve_rate,cost_per_decision --plot $file --window $what
			status 0
			[ -z "$stderr" ]
		done
	done
	# the range is a window on both sides
	hitl hitl-metrics --only auto_resolve_rate --window day --plot - one
	[[ $output == *30/04*02/05* ]]
}

@test "--plot: SVG, PNG, terminal; windows are needed" {
	hitl hitl-metrics -p "$policy" --window day --by .task_type --plot a.svg log
	status 0
	[ -z "$output" ]
	grep -q '<svg' a.svg
	[ "$(grep -c -E 'escalation_rate|error_escape_rate' a.svg)" -ge 2 ]
	grep -q ticket_classification a.svg
	hitl-metrics --window day --plot a.png log
	[ "$(head -c 4 a.png | tail -c 3)" = PNG ]
	hitl hitl-metrics --window day --only escalation_rate --plot - log
	[[ $output == *escalation_rate* ]]
	hitl hitl-metrics --plot a.svg log
	status 2
	says "--plot draws windows, and there are none (--window)"
	hitl hitl-metrics --window day --plot a.gif log
	status 2
	hitl hitl-metrics --window day --plot a.svg -f csv log
	status 2
	# a name from a record is no gnuplot
	printf '{"ts":"2026-05-0%dT00:00:00Z","g":"x'"'"'; system(\\"touch owned\\"); '"'"'","route":{"action":"QUEUE"}}\n' 1 2 >evil
	hitl-metrics --window day --by .g --plot evil.svg evil
	[ ! -e owned ]
	echo '{"ts":"2026-05-01T00:00:00Z"}' >in
	hitl hitl-metrics --window day --plot none.svg in
	status 1
	says "none of these metrics has a value to draw"
	[ ! -e none.svg ]
}
