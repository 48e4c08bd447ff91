#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
set -euo pipefail
sleep "$1"
