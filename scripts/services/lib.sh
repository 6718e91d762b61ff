# shellcheck shell=bash disable=SC2034
# Shared by start.sh, stop.sh and run.sh; sourced, never run.
services_root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"

fail() {
  printf 'services: %s\n' "$*" >&2
  exit 1
}

# need_programs PACKAGES PROGRAM…: installs the Debian packages when a program is missing.
need_programs() {
  local packages=$1 program missing=()
  shift
  for program in "$@"; do command -v "$program" >/dev/null || missing+=("$program"); done
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get >/dev/null || fail "${missing[*]} not found and there is no apt-get here; install $packages by hand."
  [ "$(id -u)" -eq 0 ] || fail "${missing[*]} not found and only root can install it; run: sudo apt-get install -y $packages"
  printf 'services: installing %s\n' "$packages" >&2
  local log
  log=$(mktemp)
  # shellcheck disable=SC2086
  { DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages; } >"$log" 2>&1 ||
    fail "apt-get could not install $packages: $(tail -n 1 "$log") (all of it: $log)"
  rm -f "$log"
}

# free_ports N: N different TCP ports of 127.0.0.1 that nobody listens on.
free_ports() {
  node -e '
    const net = require("node:net");
    const servers = Array.from({ length: Number(process.argv[1]) }, () => net.createServer().listen(0, "127.0.0.1"));
    Promise.all(servers.map((s) => new Promise((done) => s.once("listening", done)))).then(() => {
      console.log(servers.map((s) => s.address().port).join(" "));
      servers.forEach((s) => s.close());
    });' "$1"
}

# wait_for SECONDS CONDITION…: runs the command until it succeeds; 1 when it never did.
wait_for() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}

# What start.sh starts, gateway before store before monitor: the pid file below the state folder, and the program.
services=(s3/run/client.rgw.pid:radosgw s3/run/osd.0.pid:ceph-osd s3/run/mon.a.pid:ceph-mon redis/redis.pid:redis-server
  clamav/clamd.pid:clamd)

# alive SERVICE: whether the process of its pid file runs and is what it should be. A dead one whose parent has not
# looked yet does not count, nor does a stranger that has got the number since.
alive() {
  local pid
  pid=$(cat "$state/${1%:*}" 2>/dev/null) || return 1
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "${1#*:}" ] && ! grep -q '^State:[[:space:]]*Z' "/proc/$pid/status"
}

gone() { ! alive "$1"; }

# stop_services PREFIX: asks those whose pid file begins so, waits ten seconds each, then insists.
stop_services() {
  local service pid
  for service in "${services[@]}"; do
    case $service in "$1"*) ;; *) continue ;; esac
    alive "$service" || continue
    pid=$(cat "$state/${service%:*}")
    kill "$pid" 2>/dev/null || true
    wait_for 10 gone "$service" || kill -KILL "$pid" 2>/dev/null || true
  done
}

# chosen SERVICE: whether --only, if given, names it.
chosen() { [ -z "${only:-}" ] || [ "$only" = "$1" ]; }

# Takes --only=redis|s3|clamav and --state=FOLDER off the front of the arguments; the rest is in "${rest[@]}".
parse_arguments() {
  only='' state=${SERVICES_STATE:-${TMPDIR:-/tmp}/media-inbox-services} rest=()
  while [ $# -gt 0 ]; do
    case $1 in
      --only=redis | --only=s3 | --only=clamav) only=${1#--only=} ;;
      --state=?*) state=${1#--state=} ;;
      --*) fail "unknown option $1; known are --only=redis, --only=s3, --only=clamav and --state=FOLDER." ;;
      *) break ;;
    esac
    shift
  done
  rest=("$@")
}
