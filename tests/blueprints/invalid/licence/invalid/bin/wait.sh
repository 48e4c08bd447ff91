#!/bin/bash
# SPDX-License-Identifier: BUSL-1.1
set -euo pipefail
sleep "$1"
