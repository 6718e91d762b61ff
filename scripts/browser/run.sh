#!/usr/bin/env bash
# Runs a command with CHROMIUM set to a browser: the one that it names already, or Debian's, installed when it is missing.
#   scripts/browser/run.sh COMMAND…
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../services/lib.sh"
[ $# -gt 0 ] || fail 'no command given; usage: scripts/browser/run.sh COMMAND…'
if [ -z "${CHROMIUM:-}" ]; then
  need_programs chromium chromium
  CHROMIUM=$(command -v chromium)
fi
export CHROMIUM
PATH="$services_root/node_modules/.bin:$PATH" exec "$@"
