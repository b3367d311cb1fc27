#!/usr/bin/env bash
# Installs and starts the databases that the tests run printed SQL on, on a new Debian machine: DuckDB, SQLite and ClickHouse
# in a Python environment, and a PostgreSQL server of its own. Run again, it only starts what is down.
#
#   tests/engines/up.sh          # then: CROSSCUT_ENGINES=required cargo test --release --test it conformance
#   tests/engines/up.sh down     # stops the server
#
# Everything is under ~/.cache/crosscut/engines (CROSSCUT_ENGINES_HOME). The server listens on 127.0.0.1 alone, on port
# 54329 (CROSSCUT_POSTGRES_PORT), and holds nothing but the tests' tables. Only apt-get needs root.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
home="${CROSSCUT_ENGINES_HOME:-$HOME/.cache/crosscut/engines}"
port="${CROSSCUT_POSTGRES_PORT:-54329}"
mkdir -p "$home"

apt_install() {
    local as_root=""
    [ "$(id -u)" = 0 ] || as_root=sudo
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

# PostgreSQL refuses to run as root: then it runs as the user postgres, whose data is where that user may go.
if [ "$(id -u)" = 0 ]; then
    data=/var/tmp/crosscut-postgres
    as_server() { runuser -u postgres -- "$@"; }
else
    data="$home/postgres"
    as_server() { "$@"; }
fi
bin() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1; }

if [ "${1:-up}" = down ]; then
    as_server "$(bin)/pg_ctl" -D "$data" -m fast stop
    exit
fi

venv="$home/venv"
wanted="$(sha256sum "$here/requirements.txt")"
if [ "$(cat "$venv/installed" 2>/dev/null)" != "$wanted" ]; then
    python3 -m venv "$venv" 2>/dev/null || { apt_install python3-venv && python3 -m venv --clear "$venv"; }
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    echo "$wanted" >"$venv/installed"
fi

[ -n "$(bin)" ] || apt_install postgresql
if [ ! -e "$data/PG_VERSION" ]; then
    mkdir -p "$data"
    [ "$(id -u)" != 0 ] || chown postgres "$data"
    # Texts in the order of a language, as on most servers, so that a rule's order does not come about by luck.
    as_server "$(bin)/initdb" -D "$data" --username=crosscut --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
        --locale-provider=icu --icu-locale=en-US >/dev/null
fi
if ! as_server "$(bin)/pg_ctl" -D "$data" status >/dev/null; then
    as_server "$(bin)/pg_ctl" -D "$data" -w -l "$data/log" \
        -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off" start >/dev/null
fi
echo "engines: $venv/bin/python, postgresql on 127.0.0.1:$port"
