"""The counts under hitl-metrics' rates, with json."""
import json
import sys

actions = {}
labelled = errors = 0
for line in open(sys.argv[1], encoding="utf-8"):
    record = json.loads(line)
    action = record.get("route", {}).get("action")
    actions[action] = actions.get(action, 0) + 1
    if action in ("AUTO", "AUTO_AUDIT") and record.get("correct") is not None:
        labelled += 1
        errors += not record["correct"]
n = sum(actions.values())
person = actions.get("QUEUE", 0) + actions.get("ESCALATE", 0)
print(n, person, labelled, errors)
