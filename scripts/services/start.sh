#!/usr/bin/env bash
# Starts a real Redis, a real S3 server (Ceph RGW) and a real ClamAV for tests, on free loopback ports, with everything they write in
# one folder. Says where they are in FOLDER/env, as NAME=value lines. Started again, it keeps what runs.
#   scripts/services/start.sh [--only=redis|s3|clamav] [--state=FOLDER]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$services_root/scripts/services/redis.sh"
source "$services_root/scripts/services/ceph.sh"
source "$services_root/scripts/services/clamav.sh"
parse_arguments "$@"

mkdir -p "$state"
state=$(cd "$state" && pwd)
if chosen redis; then start_redis; fi
if chosen s3; then start_s3; fi
if chosen clamav; then start_clamav; fi
cat "$state"/*/env >"$state/env"
cat "$state/env"
