#!/bin/bash
set -euo pipefail
if [[ -z "${1:-}" ]]; then
  echo "usage: wait.sh SECONDS" >&2
  exit 2
fi
sleep "$1"
