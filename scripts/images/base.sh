# Provides the base image of the Dockerfiles; sourced by test.sh, as root.
# Without a registry it is made here, of the same parts: Debian bookworm, Node 24 and npm from the npm registry.

ensure_base() {
  if buildah inspect --type image "$base_image" >/dev/null 2>&1; then return; fi
  if [ "${PULL_BASE_IMAGE:-}" = 1 ]; then
    say "pulling $base_image"
    quietly buildah pull "$base_image"
    return
  fi
  say "making a stand-in for $base_image (PULL_BASE_IMAGE=1 pulls the real one)"
  need debootstrap debootstrap
  local root
  root=$(mktemp -d "$images_cache/base.XXXXXX")
  trap 'rm -rf "'"$root"'"' RETURN
  make_root "$root"
  commit_base "$root"
}

make_root() {
  local root=$1 mirror
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Codename: bookworm' 'Origin: Debian' | head -n 1)
  quietly debootstrap --variant=minbase --include=ca-certificates bookworm "$root" "${mirror:-http://deb.debian.org/debian}"
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  quietly chroot "$root" useradd --uid 1000 --user-group --create-home --shell /bin/bash node
  unpack_node "$root/usr/local"
  copy_network_settings "$root"
}

unpack_node() {
  local target=$1 platform
  platform=linux-$(node -p process.arch)
  mkdir -p "$target/lib/node_modules/npm"
  unpack_package "node-$platform@24" "$target" package/bin/node
  unpack_package npm@11 "$target/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$target/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$target/bin/npx"
}

# unpack_package SPEC FOLDER [MEMBER…]
unpack_package() {
  local spec=$1 folder=$2 download
  shift 2
  download=$(mktemp -d)
  quietly npm pack "$spec" --pack-destination "$download"
  tar -xzf "$download"/*.tgz -C "$folder" --strip-components=1 "$@"
  rm -rf "$download"
}

# How this machine reaches the npm and Debian mirrors: certificates, registry, proxies. The Dockerfiles know nothing of it.
copy_network_settings() {
  local root=$1
  if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then cp -L "$NODE_EXTRA_CA_CERTS" "$root/etc/ssl/certs/ca-certificates.crt"; fi
  mkdir -p "$root/usr/local/etc"
  printf 'registry=%s\n' "$(npm config get registry 2>/dev/null)" >"$root/usr/local/etc/npmrc"
  # As in Debian's own images: downloaded packages are not kept.
  echo 'DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb"; };' >"$root/etc/apt/apt.conf.d/docker-clean"
  apt-config dump | grep -iE '^Acquire::[a-z:.]*(proxy|CaInfo)' >"$root/etc/apt/apt.conf.d/99network" || true
}

commit_base() {
  local root=$1 container
  container=$(buildah from scratch)
  quietly buildah copy "$container" "$root" /
  quietly buildah config --cmd node --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    --env NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt "$container"
  quietly buildah commit --rm "$container" "$base_image"
}
