#!/usr/bin/env bash
# Starts a real Redis and a real S3 server (Ceph RGW) for tests, on free loopback ports, with everything they write in
# one folder. Says where they are in FOLDER/env, as NAME=value lines. Started again, it keeps what runs.
#   scripts/services/start.sh [--only=redis|s3] [--state=FOLDER]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$services_root/scripts/services/redis.sh"
source "$services_root/scripts/services/ceph.sh"
parse_arguments "$@"

mkdir -p "$state"
state=$(cd "$state" && pwd)
if chosen redis; then start_redis; fi
if chosen s3; then start_s3; fi
cat "$state"/*/env >"$state/env"
cat "$state/env"
