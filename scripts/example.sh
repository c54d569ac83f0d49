#!/usr/bin/env bash
# One case through both levels to its close, by curl, against a running instance with demo data. The README quotes
# the middle part, and the CI runs all of it; it stops at the first answer that is not the expected one.
# BASE: where the instance answers; TOKENS: its tokens.json.
set -euo pipefail
BASE=${BASE:-http://localhost:3000}
TOKENS=${TOKENS:-.data/tokens.json}

# token WHO: the bearer token of a role.
token() { node -p 'JSON.parse(fs.readFileSync(process.argv[1]))[process.argv[2]]' "$TOKENS" "$1"; }

# field NAME: one field of the JSON on standard input.
field() { node -p 'JSON.parse(fs.readFileSync(0))[process.argv[1]]' "$1"; }

# shows FIELD VALUE …: passes when the JSON on standard input has these values, and says so.
shows() {
  node -e '
    const answer = JSON.parse(require("fs").readFileSync(0));
    const [, ...pairs] = process.argv;
    const wrong = pairs.some((name, n) => n % 2 === 0 && String(answer[name]) !== pairs[n + 1]);
    const facts = pairs.flatMap((name, n) => (n % 2 === 0 ? [`${name} ${answer[name]}`] : [])).join(", ");
    console.log(wrong ? `expected ${pairs.join(" ")}, got ${JSON.stringify(answer)}` : `  ${facts}`);
    process.exit(wrong ? 1 : 0);
  ' "$@"
}

# README
# get WHO PATH, post WHO PATH BODY: one request in the role of WHO. The key makes it safe to send a command again.
get() { curl -sS "$BASE/api/v1$2" -H "Authorization: Bearer $(token "$1")"; }
post() {
  curl -sS "$BASE/api/v1$2" -d "$3" -H "Authorization: Bearer $(token "$1")" \
    -H 'Content-Type: application/json' -H "Idempotency-Key: $(node -p 'crypto.randomUUID()')"
}

# The front line takes the case in, in the customer's own words.
case=$(post agent /cases '{
  "subject": "Coffee machine leaks again",
  "description": "It was repaired in May and drips from the same place since Monday.",
  "expectedOutcome": "A machine that stays dry, or my money back.",
  "category": "repair", "channel": "phone", "impact": "medium", "urgency": "high",
  "customer": { "externalId": "crm-10042", "name": "Ada Bauer", "locale": "en" }
}' | field id)
post agent "/cases/$case/ownership" '{}' | shows state frontline.working level 0

# First climb: to the product department, where a member takes it.
post agent "/cases/$case/escalations" '{
  "department": "product",
  "purpose": "Find out why the repaired seal leaks",
  "expectedOutcome": "Cause, and repair or replacement",
  "evidence": ["Photo of the seal, 3 June", "Repair report of 12 May"]
}' | shows state level1.dispatched level 1
post member:product "/cases/$case/acceptances" '{}' | shows state level1.working

# Second climb: product needs finance to decide. There is no third.
climb='{
  "department": "finance",
  "purpose": "Approve a replacement outside the guarantee",
  "expectedOutcome": "A yes or a no by Friday",
  "evidence": ["Second leak at the same seal within a month"],
  "reason": "The seal is a known fault of this batch"
}'
post member:product "/cases/$case/escalations" "$climb" | shows state level2.dispatched level 2
post member:finance "/cases/$case/acceptances" '{}' | shows state level2.working
post member:finance "/cases/$case/escalations" "$climb" | shows status 409 code escalation-limit-reached

# Finance solves it. The customer reads so behind the link, without an account, and confirms.
post member:finance "/cases/$case/resolutions" '{
  "solution": "You get a new machine on Thursday, and keep the old one until then.",
  "rootCause": "Seal batch 2291"
}' | shows state resolved
link=$(get agent "/cases/$case" | field statusUrl)
curl -sS "$BASE/api/v1/status/${link##*/}/confirmation" -H 'Content-Type: application/json' -d '{}' >/dev/null
get agent "/cases/$case" | shows state closed level 2 closedBecause confirmed
# end of README

# The page behind the link is a page, and says what the case says.
page=$(curl -sSf "$link")
[[ $page == *'<html'* && $page == *'new machine on Thursday'* ]] || {
  echo 'the status page does not tell the solution'
  exit 1
}
echo '  the status page tells the solution'
