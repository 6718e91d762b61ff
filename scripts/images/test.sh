#!/usr/bin/env bash
# Builds both images from the Dockerfiles, without a Docker engine, and runs the main job on them, against a real
# PostgreSQL, Redis and S3 server (tests/images). Needs Linux and root; installs buildah when it is missing.
# What can be used again is kept in ~/.cache/media-inbox-images. Arguments are passed on to jest.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
source "$images_root/scripts/images/base.sh"

[ "$(uname -s)" = Linux ] || fail 'building without an engine needs Linux; elsewhere: docker compose build.'
[ "$(id -u)" -eq 0 ] || fail 'building images needs root: sudo npm run test:images'
cd "$images_root"
node scripts/prepare.mjs

# build NAME: one image, told in a line.
build() {
  local began=$SECONDS
  # HEALTHCHECK is in the Docker format only.
  # What this machine's npm has downloaded before need not come through the network again.
  quietly buildah bud --layers=$images_layers --pull-never --format docker --volume "$npm_cache:/root/.npm" \
    --file "Dockerfile.$1" --tag "media-inbox/$1" .
  say "built media-inbox/$1 in $((SECONDS - began)) s: $(image_size "$1")"
}

image_size() { buildah images --format '{{.Size}}' "localhost/media-inbox/$1"; }

need buildah buildah
prepare_store
trap 'buildah rm --all >/dev/null 2>&1' EXIT
ensure_base
npm_cache=$(npm config get cache 2>/dev/null)
mkdir -p "$npm_cache"
build api
build worker
say 'starting the services and the containers'
# The lock is ours, not that of what we start.
scripts/services/run.sh jest --config tests/images/jest.config.mjs "$@" 9>&-
