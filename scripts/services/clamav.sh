# shellcheck shell=bash
# ClamAV's daemon on a free loopback port, with one signature of our own: the EICAR test file's. Sourced by start.sh.
start_clamav() {
  local folder=$state/clamav port
  if alive clamav/clamd.pid:clamd && [ -s "$folder/env" ]; then return; fi
  need_programs clamav-daemon clamd
  stop_services clamav/
  rm -rf "$folder"
  mkdir -p "$folder/signatures"
  # MD5:size:name of the 68 bytes that https://www.eicar.org defines; signatures of real malware need a download.
  echo '44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature' >"$folder/signatures/eicar.hdb"
  port=$(free_ports 1)
  cat >"$folder/clamd.conf" <<CONF
DatabaseDirectory $folder/signatures
TCPAddr 127.0.0.1
TCPSocket $port
PidFile $folder/clamd.pid
LogFile $folder/clamd.log
TemporaryDirectory $folder
StreamMaxLength 10M
MaxThreads 4
FixStaleSocket yes
CONF
  clamd --config-file="$folder/clamd.conf" >"$folder/start.log" 2>&1 || fail "clamd did not start; see $folder/start.log"
  wait_for 30 clamd_answers "$port" || fail "clamd does not answer on port $port; see $folder/clamd.log"
  printf 'CLAMAV_HOST=127.0.0.1\nCLAMAV_PORT=%s\n' "$port" >"$folder/env"
}

clamd_answers() {
  exec 7<>"/dev/tcp/127.0.0.1/$1" && printf 'zPING\0' >&7 && grep -qa PONG <&7
}
