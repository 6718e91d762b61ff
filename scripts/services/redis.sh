# shellcheck shell=bash
# A Redis without persistence on a free loopback port; sourced by start.sh.
start_redis() {
  local folder=$state/redis port
  if alive redis/redis.pid:redis-server && [ -s "$folder/env" ]; then return; fi
  need_programs redis-server redis-server redis-cli
  stop_services redis/
  rm -rf "$folder"
  mkdir -p "$folder"
  port=$(free_ports 1)
  redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --maxmemory-policy noeviction --daemonize yes \
    --dir "$folder" --pidfile "$folder/redis.pid" --logfile "$folder/redis.log" >/dev/null ||
    fail "redis-server did not start; see $folder/redis.log"
  wait_for 10 redis-cli -p "$port" ping || fail "redis-server does not answer on port $port; see $folder/redis.log"
  printf 'REDIS_URL=redis://127.0.0.1:%s\n' "$port" >"$folder/env"
}
