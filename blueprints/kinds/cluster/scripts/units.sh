#!/usr/bin/env bash
# Plans or applies the units of clusters, cluster by cluster, each in the order in which they need
# each other. Usage:
#
#   tofu/units.sh plan [ENVIRONMENT|all] [SINCE]
#   tofu/units.sh apply ENVIRONMENT|all [SINCE]
#
# SINCE is a revision of Git: only clusters that changed since then are looked at, and all where it
# is none. A plan that deletes is refused until APPROVED_DELETIONS names the cluster, such as
# "production-inference": somebody has read it. Credentials: see tofu/root.hcl.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export TG_NON_INTERACTIVE=true TG_TF_FORWARD_STDOUT=true TF_IN_AUTOMATION=1 TF_INPUT=0

what=${1:-}
environment=${2:-all}
since=${3:-}
case $what in
plan | apply) ;;
*)
  sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
  ;;
esac
if [[ $environment != all && ! -d clusters/$environment ]]; then
  echo "there is no environment $environment" >&2
  exit 2
fi
if [[ -n $since ]] && ! git rev-parse --quiet --verify "$since^{commit}" >/dev/null; then
  echo "Git knows no revision $since: all clusters are looked at" >&2
  since=
fi

# Whether something changed that a cluster's units are made from.
changed() {
  [[ -z $since ]] && return
  ! git diff --quiet "$since" HEAD -- tofu clusters/site.yaml "$(dirname "$1")/versions.yaml" \
    "$1/cluster.yaml" "$1/cluster" "$1/machines" "$1/registration"
}

# What a plan deletes, one line each; nothing where it deletes nothing.
deleted() {
  python3 -c '
import json, sys
for change in json.load(sys.stdin).get("resource_changes", ()):
    if "delete" in change["change"]["actions"]:
        print(change["address"])
'
}

# Each step says where it fails: errexit is off inside of a condition.
plan() {
  (cd "$1" && terragrunt plan -lock=false)
}

apply() {
  local id gone
  id=$(echo "${1#clusters/}" | cut -d / -f 1,2 | tr / -)
  (cd "$1" && terragrunt plan -out=unit.tfplan) || return 1
  gone=$(cd "$1" && terragrunt run -- show -json unit.tfplan | deleted) || return 1
  if [[ -n $gone && " ${APPROVED_DELETIONS:-} " != *" $id "* ]]; then
    echo "$1 would delete, and APPROVED_DELETIONS does not name $id:" >&2
    echo "$gone" >&2
    return 1
  fi
  (cd "$1" && terragrunt apply unit.tfplan)
}

unit() {
  if [[ $what == plan ]]; then plan "$1"; else apply "$1"; fi
}

status=0
for file in clusters/*/*/cluster.yaml; do
  cluster=$(dirname "$file")
  [[ $environment == all || $cluster == clusters/$environment/* ]] || continue
  changed "$cluster" || continue
  for unit in cluster machines registration; do
    [[ -f $cluster/$unit/terragrunt.hcl ]] || continue
    echo "== $what $cluster/$unit"
    # What comes after needs what came before; other clusters do not.
    if ! unit "$cluster/$unit"; then
      echo "$cluster/$unit failed" >&2
      status=1
      break
    fi
  done
done
exit "$status"
