# shellcheck shell=bash
# A one-node Ceph with an S3 gateway, objects in memory, all on loopback; sourced by start.sh.
# cephx stays on: radosgw refuses to start without it.
write_ceph_conf() {
  cat >"$folder/ceph.conf" <<CONF
[global]
fsid = $fsid
mon host = [v2:127.0.0.1:$1,v1:127.0.0.1:$2]
public network = 127.0.0.0/8
cluster network = 127.0.0.0/8
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = $folder/keyring
run dir = $folder/run
admin socket = $folder/run/\$cluster-\$name.asok
pid file = $folder/run/\$name.pid
log file = $folder/log/\$name.log
crash dir = $folder/crash
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
osd objectstore = memstore
memstore device bytes = 4294967296
[mon.a]
mon data = $folder/mon
[osd.0]
osd data = $folder/osd
osd crush update on start = false
[client.rgw]
rgw data = $folder/rgw
rgw frontends = beast endpoint=127.0.0.1:$3
CONF
}

write_ceph_keyring() {
  ceph-authtool --create-keyring "$folder/keyring" --gen-key -n mon. --cap mon 'allow *'
  ceph-authtool "$folder/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mgr 'allow *'
  ceph-authtool "$folder/keyring" --gen-key -n client.rgw --cap mon 'allow rwx' --cap osd 'allow rwx'
  ceph-authtool "$folder/keyring" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *'
}

# The OSD must be made with the id the monitor has noted for it, or it stays down for ever.
start_ceph_daemons() {
  local ceph="ceph -c $folder/ceph.conf --connect-timeout 15" osd_id
  osd_id=$(uuidgen)
  monmaptool --create --fsid "$fsid" --addv a "[v2:127.0.0.1:$1,v1:127.0.0.1:$2]" "$folder/monmap"
  ceph-mon -c "$folder/ceph.conf" --mkfs -i a --monmap "$folder/monmap" --keyring "$folder/keyring"
  ceph-mon -c "$folder/ceph.conf" -i a
  $ceph osd new "$osd_id" 0
  $ceph auth add osd.0 -i "$folder/keyring"
  cp "$folder/keyring" "$folder/osd/keyring"
  ceph-osd -c "$folder/ceph.conf" -i 0 --osd-uuid "$osd_id" --mkfs
  ceph-osd -c "$folder/ceph.conf" -i 0
  $ceph osd crush add osd.0 1.0 root=default host=loopback
  radosgw -c "$folder/ceph.conf" -n client.rgw
}

start_s3() {
  local folder=$state/s3 fsid key secret mon2 mon1 port status
  if alive s3/run/client.rgw.pid:radosgw && [ -s "$folder/env" ]; then return; fi
  need_programs 'ceph-mon ceph-osd radosgw ceph-common uuid-runtime curl' \
    ceph-mon ceph-osd radosgw ceph radosgw-admin ceph-authtool monmaptool uuidgen curl
  # What a start that failed has left would only be in the way.
  stop_services s3/
  rm -rf "$folder"
  mkdir -p "$folder"/{mon,osd,rgw,run,log,crash}
  fsid=$(uuidgen)
  read -r mon2 mon1 port < <(free_ports 3)
  write_ceph_conf "$mon2" "$mon1" "$port"
  # errexit is off on the left of ||, so the status is taken by hand.
  set +e
  (
    set -e
    write_ceph_keyring
    start_ceph_daemons "$mon2" "$mon1"
  ) >"$folder/log/start.log" 2>&1
  status=$?
  set -e
  [ "$status" -eq 0 ] || fail "Ceph did not start: $(tail -n 1 "$folder/log/start.log") (all of it: $folder/log)"
  wait_for 90 curl -s -o "$folder/log/answer" "http://127.0.0.1:$port/" ||
    fail "the S3 gateway does not answer on port $port; see $folder/log"
  key=$(node -p 'crypto.randomBytes(10).toString("hex")')
  secret=$(node -p 'crypto.randomBytes(20).toString("hex")')
  radosgw-admin -c "$folder/ceph.conf" user create --uid=media-inbox --display-name=media-inbox \
    --access-key="$key" --secret-key="$secret" >"$folder/log/user.log" 2>&1 ||
    fail "the S3 user could not be made; see $folder/log/user.log"
  cat >"$folder/env" <<ENV
S3_ENDPOINT=http://127.0.0.1:$port
S3_REGION=us-east-1
S3_BUCKET=media-inbox
S3_ACCESS_KEY_ID=$key
S3_SECRET_ACCESS_KEY=$secret
ENV
}
