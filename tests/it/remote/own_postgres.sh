#!/usr/bin/env bash
# Runs a PostgreSQL server for one test: own_postgres.sh init|start|stop FOLDER PORT
set -euo pipefail
step="$1" folder="$2" port="$3"
bin="$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)"
data="$folder/data"
# PostgreSQL refuses to run as root.
as_server() { "$@"; }
if [ "$(id -u)" = 0 ]; then
    chown postgres "$folder"
    as_server() { (cd / && exec runuser -u postgres -- "$@"); }
fi
case "$step" in
init) as_server "$bin/initdb" -D "$data" --username=crosscut --auth=trust --no-sync --locale=C.UTF-8 ;;
start)
    as_server "$bin/pg_ctl" -D "$data" -w -l "$data/log" \
        -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off" start
    ;;
stop) as_server "$bin/pg_ctl" -D "$data" -w -m immediate stop || true ;;
esac >/dev/null
