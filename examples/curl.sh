#!/usr/bin/env bash
# Control a fake cloud with curl alone: stop and advance time, hit a quota, make a call hang, and read the journal.
# Start a server first: fakemanila serve
#
#   examples/curl.sh [URL]
set -euo pipefail

server="${1:-${FAKEMANILA_URL:-http://127.0.0.1:8786}}"
world="$server/worlds/curl-example" # created by the first request, for this script alone
control="$world/_fakemanila"

fail() {
    echo "failed: $*" >&2
    exit 1
}

# field NAME < JSON: prints the first value of that name. Enough for this script; use a JSON tool in yours.
field() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" | head -n 1; }

# api METHOD PATH [BODY]: calls Manila; prints the body of the response, then its status on a separate line.
api() {
    curl --silent --max-time 5 --request "$1" "$world/v2$2" \
        --header "X-Auth-Token: $token" --header "X-OpenStack-Manila-API-Version: 2.65" \
        ${3:+--header "Content-Type: application/json" --data "$3"} --write-out '\n%{http_code}\n'
}

expect() { # WHAT WANTED FOUND
    [ "$2" = "$3" ] || fail "$1: expected $2, got $3"
    echo "ok: $1: $3"
}

status_of() { api GET "/snapshots/$1" | field status; }

# 1. Stop time, and make a snapshot take 30 seconds.
curl --silent --fail --request PUT "$control/clock" --data '{"mode": "manual"}' >/dev/null || fail "no server at $server"
curl --silent --fail --request PATCH "$control/delays" --data '{"snapshots.create": "30s"}' >/dev/null

# 2. Log in as any OpenStack client does. The token is in a header of the response.
login='{"auth": {
  "identity": {"methods": ["password"], "password":
    {"user": {"name": "demo", "domain": {"id": "default"}, "password": "secret"}}},
  "scope": {"project": {"name": "demo", "domain": {"id": "default"}}}}}'
token=$(curl --silent --dump-header - --output /dev/null "$world/identity/v3/auth/tokens" \
    --header "Content-Type: application/json" --data "$login" | tr -d '\r' | sed -n 's/^[Xx]-[Ss]ubject-[Tt]oken: //p')
[ -n "$token" ] || fail "no token"

# 3. Create a share, and a snapshot that is not finished until time advances.
share=$(api POST /shares '{"share": {"share_proto": "NFS", "size": 1}}' | field id)
body="{\"snapshot\": {\"share_id\": \"$share\"}}"
snapshot=$(api POST /snapshots "$body" | field id)
expect "a new snapshot" creating "$(status_of "$snapshot")"
curl --silent --fail --request POST "$control/clock/advance" --data '{"duration": "30s"}' >/dev/null
expect "after half a minute" available "$(status_of "$snapshot")"

# 4. The next create exceeds the quota, and the one after that gets no response.
curl --silent --fail "$control/faults" --data '{"preset": "quota:snapshots", "when": {"times": 1}}' >/dev/null
curl --silent --fail "$control/faults" --data '{"preset": "hang", "match": {"operation": "snapshots.create"}}' >/dev/null
expect "over quota" 413 "$(api POST /snapshots "$body" | tail -n 1)"
if curl --silent --max-time 1 --output /dev/null "$world/v2/snapshots" --header "X-Auth-Token: $token" \
    --header "Content-Type: application/json" --data "$body"; then
    fail "the third create was answered"
fi
echo "ok: the third create hangs"

# 5. Read the journal: the requests and their results.
journal=$(curl --silent --fail "$control/requests?operation=snapshots.create")
expect "creates in the journal" 3 "$(grep -o '"operation": *"snapshots.create", *"project_id"' <<<"$journal" | wc -l)"
grep -q '"faults": *\["quota:snapshots"\]' <<<"$journal" || fail "the journal doesn't name the fault"
echo "ok: the journal names the faults"

# 6. Delete the world.
curl --silent --fail --request DELETE "$server/_fakemanila/worlds/curl-example"
! curl --silent "$server/_fakemanila/health" | grep -q curl-example || fail "the world is still there"
echo "ok: the world is gone"
