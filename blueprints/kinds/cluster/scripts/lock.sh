#!/usr/bin/env bash
# Writes down which providers the modules use, with their checksums for both architectures of the
# machines that run OpenTofu. Needs the network; commit the .terraform.lock.hcl that it leaves.
# `tofu init -lockfile=readonly` (tofu/root.hcl) then takes nothing else.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/modules"
for module in */; do
  echo "locking ${module%/}"
  tofu -chdir="$module" providers lock -platform=linux_amd64 -platform=linux_arm64
done
