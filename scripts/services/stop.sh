#!/usr/bin/env bash
# Stops what start.sh started in a folder, gateway before store before monitor, and removes the folder.
#   scripts/services/stop.sh [--state=FOLDER]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
parse_arguments "$@"

stop_services ''
rm -rf "$state/redis" "$state/s3" "$state/clamav" "$state/env"
rmdir "$state" 2>/dev/null || true
