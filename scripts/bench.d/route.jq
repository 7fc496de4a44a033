# What hitl-route does with tests/golden/policy.json, but for audits,
# deadlines and the policy's name.
def rank: {"low": 0, "medium": 1, "high": 2, "critical": 3}[.];
({"ticket_classification": "low", "content_moderation": "high",
  "price_adjustment": "high", "search_autocomplete": "low",
  "fraud_detection": "high", "tag_generation": "low",
  "medical_triage": "critical", "account_deletion": "critical"
 }[.task_type // ""] // "medium") as $task
| (if .task_type == "return" and .context.amount < 50 then "low"
   else $task end) as $base
| ([$base, (select(.context.amount > 10000) | "critical"),
    (select(.context.is_new_user) | "high"),
    (select(.context.affects_multiple_users) | "critical")]
   | max_by(rank)) as $risk
| ([{"low": 0.7, "high": 0.95}[$risk],
    (select(.task_type == "medical_triage") | 0.95)]
   | map(select(.)) | max // 0.85) as $threshold
| (.confidence
   | if type == "number" then .
     elif type != "string" then null
     elif endswith("%") then (try (.[:-1] | tonumber / 100) catch null)
     else (try tonumber catch null) end
   | if . != null and (. < 0 or . > 1) then null else . end) as $c
| ($risk == "low" or $risk == "medium") as $mild
| (if $risk == "critical" then ["ESCALATE", "risk:critical"]
   elif $c == null then [(if $mild then "QUEUE" else "ESCALATE" end), "confidence"]
   elif $c < $threshold then
     [(if $mild then "QUEUE" else "ESCALATE" end), "confidence:below_threshold"]
   elif $risk == "high" then ["AUTO_AUDIT", "risk:high"]
   else ["AUTO"] end) as $zone
| (if .user_escalation then "ESCALATE"
   elif .action.irreversible and ($zone[0] | startswith("AUTO")) then
     (if $mild then "QUEUE" else "ESCALATE" end)
   else $zone[0] end) as $before
| ($before == "AUTO" or $before == "AUTO_AUDIT"
   or ($before == "QUEUE" and $c != null and $c >= 0.6 and $c < $threshold
       and (.action.irreversible | not)) | not) as $human
| (if $human then null
   elif .output == null then "schema"
   elif (.judge.score | type != "number" or . < 0.8) then "judge"
   else null end) as $stopped
| (if $stopped and ($before | startswith("AUTO")) then
     (if $mild then "QUEUE" else "ESCALATE" end)
   else $before end) as $action
| . + {route: {action: $action, confidence: $c, risk: $risk,
    threshold: (if $risk == "critical" then null else $threshold end),
    respond: (if $action | startswith("AUTO") then "model"
      elif $human or $stopped then "human"
      else "model_flagged" end),
    reasons: ($zone[1:] + [select(.action.irreversible) | "gate:irreversible"]
      + [select(.user_escalation) | "trigger:asked_for_person"]
      + [select($stopped) | "cascade:" + $stopped])}}
