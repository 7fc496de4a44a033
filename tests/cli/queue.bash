# What tests of the queue share.  Each of their files is run twice: with a file
# of SQLite's, and, by its name that ends in _postgres, with a server.
load servers

setup_file() {
	if [[ $BATS_TEST_FILENAME == *_postgres.bats ]]; then
		start_postgres
	fi
}

teardown_file() {
	stop_postgres
}

# a queue of its own for each test
setup() {
	cd "$BATS_TEST_TMPDIR"
	HITL_DB=$PWD/queue.db
	[ -z "${POSTGRES:-}" ] || HITL_DB=$(schema one)
	export HITL_DB
}

# schema NAME: the URI of a schema of its own
schema() {
	local name=t$BATS_TEST_NUMBER$1
	psql -qX "$POSTGRES" -c "CREATE SCHEMA $name" >&2
	echo "$POSTGRES?options=-csearch_path%3D$name"
}

# sql TEXT: straight into the database
sql() {
	if [ -n "${POSTGRES:-}" ]; then
		psql -qAtX "$HITL_DB" -c "$1"
	else
		sqlite3 "$HITL_DB" "$1"
	fi
}

# task ID [JSON]: with what is to be otherwise
task() {
	jq -cn --arg id "$1" --argjson more "${2:-{\}}" '{case_id: $id,
		user_question: "Where is it?", model_draft: "On its way", evidence: null,
		tool_results: null, kind: "escalation", risk_level: "medium",
		reason_for_escalation: ["confidence:below_threshold"], confidence: 0.6,
		threshold: 0.85, respond: "human", gate: null, cascade: null,
		queue: "general", skills: [], authority: null, reviews_required: 1,
		tier: "agent", next_tier: "expert", priority: "normal",
		created_at: "2026-05-01T10:00:00Z", sla_deadline: "2026-05-01T14:00:00Z",
		proposed_action: null, proposed_by: null, previous: null, policy: null} + $more'
}

# approval ID KEY [JSON]: of an action that is gated
approval() {
	task "$1" "$(jq -cn --arg key "$2" --argjson more "${3:-{\}}" '{kind: "approval",
		gate: {name: "irreversible", key: $key, expires_at: "2026-05-02T10:00:00Z"},
		proposed_action: {type: "refund", amount: 900, irreversible: true}} + $more')"
}

# at TIME VERB...: then, on the day of the tests
at() {
	local time=$1 verb=$2
	shift 2
	[[ $time == *T* ]] || time=2026-05-01T$time:00Z
	hitl hitl-queue "$verb" --now "$time" "$@"
}

ids() {
	jq -r '.case_id // .id' <<<"$output" | tr '\n' ' '
}

intact() {
	hitl hitl-queue verify
	status 0
	[ "$(jq -r .intact <<<"$output")" = true ]
}
