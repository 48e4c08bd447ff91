#!/bin/sh
# Tells a Gitea or Forgejo which groups of Dex are which teams; run where its program runs:
# once by hand after `admin auth add-oauth --name dex`, then whenever group-team-map.json changes.
#
#   git/follow-groups.sh [MAP]
#
# GIT_SERVER   the program (default: forgejo, or gitea where there is no forgejo)
# Whoever leaves a group leaves its teams at the next login.
set -eu

map=${1:-$(dirname "$0")/group-team-map.json}
server=${GIT_SERVER:-$(command -v forgejo || command -v gitea)}

id=$("$server" admin auth list | awk '$2 == "dex" { print $1 }')
if [ -z "$id" ]; then
  echo "follow-groups: no authentication source of the name dex" >&2
  exit 1
fi
"$server" admin auth update-oauth --id "$id" --scopes openid --scopes profile --scopes email \
  --scopes groups --group-claim-name groups --group-team-map "$(cat "$map")" \
  --group-team-map-removal
