# Shared by the scripts in this folder; sourced, never run.
images_root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
images_cache="${XDG_CACHE_HOME:-$HOME/.cache}/media-inbox-images"
base_image=docker.io/library/node:24-bookworm-slim

# More than this and the store of images is begun anew: a build leaves its layers behind, for the next one to use.
images_limit_mb=12000

say() { printf 'images: %s\n' "$*"; }

fail() {
  printf 'images: %s\n' "$*" >&2
  exit 1
}

# need PACKAGES PROGRAM…: installs the Debian packages when a program is missing.
need() {
  local packages=$1 program missing=()
  shift
  for program in "$@"; do command -v "$program" >/dev/null || missing+=("$program"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "${missing[*]} not found; install $packages."
  say "installing $packages"
  # shellcheck disable=SC2086
  quietly env DEBIAN_FRONTEND=noninteractive sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"' sh $packages
}

# quietly COMMAND…: shows what the command prints only when it fails, and then ends the script.
quietly() {
  local log
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    rm -f "$log"
    fail "failed: $*"
  fi
  rm -f "$log"
}

# A store of our own, so that other images of this machine are neither seen nor touched: overlay where the kernel lets
# us mount one, else vfs. Sets images_layers: vfs copies every layer, some 40 GB for what overlay does in 4, so there
# none is kept for the next build.
prepare_store() {
  local store=$images_cache/storage driver
  export BUILDAH_ISOLATION=chroot CONTAINERS_STORAGE_CONF=$images_cache/storage.conf
  mkdir -p "$images_cache"
  if [ ! -f "$CONTAINERS_STORAGE_CONF" ]; then
    if overlay_works; then driver=overlay; else driver=vfs; fi
    printf '[storage]\ndriver = "%s"\ngraphroot = "%s"\nrunroot = "%s"\n' "$driver" "$store" "$images_cache/run" \
      >"$CONTAINERS_STORAGE_CONF"
  fi
  images_layers=true
  if grep -q vfs "$CONTAINERS_STORAGE_CONF"; then images_layers=false; fi
  exec 9>"$images_cache/lock"
  flock --nonblock 9 || { say 'waiting for another run'; flock 9; }
  # Left by a run that was killed.
  buildah rm --all >/dev/null
  if [ "$(du -sm "$images_cache" | cut -f1)" -gt "$images_limit_mb" ]; then
    say "there are more than $images_limit_mb MB in $images_cache: beginning anew"
    buildah rmi --all --force >/dev/null
  fi
}

overlay_works() {
  local probe status=1
  probe=$(mktemp -d "$images_cache/probe.XXXXXX")
  mkdir "$probe"/{lower,upper,work,merged}
  if mount -t overlay overlay -o "lowerdir=$probe/lower,upperdir=$probe/upper,workdir=$probe/work" "$probe/merged" \
    2>/dev/null; then
    umount "$probe/merged"
    status=0
  fi
  rm -rf "$probe"
  return "$status"
}
