#!/usr/bin/env bash
# Mirrors the images of images.yaml: images.sh [IGNORE]
#
# Each is scanned where its maker has it, judged, and only then copied; what a registry has
# afterwards has the digest that is asked for. IGNORE: findings that are accepted, until when and
# why. Credentials come from the registry's login (skopeo login); TUTELA_SCANNER is trivy (default)
# or grype, TUTELA_REPORTS the folder that keeps what they find.
set -euo pipefail
umask 022

ignore=${1:-}
scanner=${TUTELA_SCANNER:-trivy}
reports=${TUTELA_REPORTS:-scans}
mkdir -p -- "$reports"
refused=0

scan() { # image, architecture, report
  case "$scanner" in
    trivy) trivy image --quiet --scanners vuln --platform "linux/$2" --format json --output "$3" "$1" ;;
    grype) grype --quiet --platform "linux/$2" --output json --file "$3" "registry:$1" ;;
    *)
      printf 'TUTELA_SCANNER is neither trivy nor grype: %s\n' "$scanner" >&2
      return 1
      ;;
  esac
}

mirror() { # source, digest, architecture, target..
  local source=$1 digest=$2 architecture=$3 report target found
  shift 3
  report="$reports/${digest#sha256:}.json"
  scan "$source@$digest" "$architecture" "$report"
  if ! tutela model scan "$report" --image "$digest" ${ignore:+--ignore "$ignore"}; then
    printf '%s@%s: not mirrored\n' "$source" "$digest" >&2
    refused=1
    return
  fi
  for target; do
    skopeo copy --preserve-digests --retry-times 5 "docker://$source@$digest" "docker://$target"
    found=$(skopeo inspect --format '{{.Digest}}' "docker://${target%:*}@$digest")
    if [ "$found" != "$digest" ]; then
      printf '%s: has %s and not %s\n' "$target" "$found" "$digest" >&2
      exit 1
    fi
  done
}

