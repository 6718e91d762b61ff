#!/usr/bin/env bash
# Runs a command with a Redis, an S3 server and a ClamAV of its own beside it, told where they are by the environment, and stops
# them whatever happens. Exits as the command does.
#   scripts/services/run.sh [--only=redis|s3|clamav] COMMAND…
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
parse_arguments "$@"
[ ${#rest[@]} -gt 0 ] || fail 'no command given; usage: scripts/services/run.sh [--only=redis|s3|clamav] COMMAND…'

here="$services_root/scripts/services"
state=$(mktemp -d "${TMPDIR:-/tmp}/media-inbox-services.XXXXXX")
child='' started=''
cleanup() {
  trap '' INT TERM
  if [ -n "$child" ]; then
    kill "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  # What did not start is stopped as well, but its logs stay to be read.
  if [ -n "$started" ]; then "$here/stop.sh" --state="$state"; else stop_services ''; fi
  rmdir "$state" 2>/dev/null || true
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"$here/start.sh" ${only:+--only="$only"} --state="$state" >/dev/null
started=yes
set -a
source "$state/env"
set +a
PATH="$services_root/node_modules/.bin:$PATH" "${rest[@]}" &
child=$!
status=0
wait "$child" || status=$?
child=''
exit "$status"
