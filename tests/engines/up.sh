#!/usr/bin/env bash
# Installs and starts the engines that the tests use, on a new Debian machine. A second run only starts engines that are down.
#
#   tests/engines/up.sh              # all except Spark; then: CROSSCUT_ENGINES=required cargo test --release --test it
#   tests/engines/up.sh all          # and a Spark cluster, for: cargo test --release --features spark --test it remote
#   tests/engines/up.sh postgres     # only the named ones: python postgres duckdb sail spark
#   tests/engines/up.sh down         # stops all servers, or the named ones
#
# | name     | engine                                                         | where                             |
# | python   | DuckDB, SQLite and ClickHouse in Python, and ADBC drivers      | venv/                             |
# | postgres | PostgreSQL, database postgres, role crosscut without password  | 127.0.0.1:54329                   |
# | duckdb   | DuckDB's library, an ADBC driver                               | duckdb/libduckdb.so               |
# | sail     | Sail with Spark Connect and with Flight SQL                    | 127.0.0.1:54332 and 54333         |
# | spark    | Spark Connect on a master and two workers; its REST interface  | 127.0.0.1:54331 and 54340         |
#
# CROSSCUT_SPARK_WORKERS=1 starts a cluster of one worker, to compare with: see docs/remote.md.
#
# Everything is under ~/.cache/crosscut/engines (CROSSCUT_ENGINES_HOME), and listens on 127.0.0.1 only. Only apt-get needs
# root. Logs and process ids are beside the servers' data.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
home="${CROSSCUT_ENGINES_HOME:-$HOME/.cache/crosscut/engines}"
port="${CROSSCUT_POSTGRES_PORT:-54329}"
spark_port=54331 spark_ui=54340 spark_master=54341 sail_port=54332 flight_port=54333
venv="$home/venv"
mkdir -p "$home"

apt_install() {
    local as_root=""
    [ "$(id -u)" = 0 ] || as_root=sudo
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

# Installs a list of packages into a Python environment if necessary. Arguments: folder, file.
pip_install() {
    local env="$1" list="$here/$2" wanted
    wanted="$(sha256sum <"$list")"
    [ "$(cat "$env/installed-$2" 2>/dev/null)" != "$wanted" ] || return 0
    [ -x "$env/bin/pip" ] || python3 -m venv "$env" 2>/dev/null || { apt_install python3-venv && python3 -m venv --clear "$env"; }
    "$env/bin/pip" install --quiet --disable-pip-version-check -r "$list"
    echo "$wanted" >"$env/installed-$2"
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Starts a server in the background, in a separate session. Arguments: name, command.
start() {
    local name="$1"
    shift
    # Closes the caller's standard input and output, which would keep a pipe behind this script open.
    setsid "$@" >"$home/$name.log" 2>&1 </dev/null &
    echo $! >"$home/$name.pid"
}

stop() {
    local file="$home/$1.pid" id
    [ -e "$file" ] || return 0
    id="$(cat "$file")"
    # After a reboot the process id may belong to another program.
    if grep -qE 'sail|spark' "/proc/$id/cmdline" 2>/dev/null; then
        kill "$id" 2>/dev/null || true
        # The port must be free before the next start.
        for _ in $(seq 100); do kill -0 "$id" 2>/dev/null || break; sleep 0.1; done
    fi
    rm -f "$file"
}

# Waits until a port answers. Arguments: name of the server, port, seconds.
wait_for() {
    for _ in $(seq $(($3 * 5))); do
        answers "$2" && return 0
        kill -0 "$(cat "$home/$1.pid")" 2>/dev/null || break
        sleep 0.2
    done
    echo "$1: does not answer on port $2:" >&2
    tail -20 "$home/$1.log" >&2
    return 1
}

up_python() { pip_install "$venv" requirements.txt; }

# PostgreSQL refuses to run as root: then it runs as the user postgres, whose data is where that user may go.
if [ "$(id -u)" = 0 ]; then
    data=/var/tmp/crosscut-postgres
    as_server() { (cd / && exec runuser -u postgres -- "$@"); }
else
    data="$home/postgres"
    as_server() { "$@"; }
fi
bin() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1; }

up_postgres() {
    [ -n "$(bin)" ] || apt_install postgresql
    if [ ! -e "$data/PG_VERSION" ]; then
        mkdir -p "$data"
        [ "$(id -u)" != 0 ] || chown postgres "$data"
        # A language's collation, as on most servers, so that rules do not get the right order by chance.
        as_server "$(bin)/initdb" -D "$data" --username=crosscut --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
            --locale-provider=icu --icu-locale=en-US >/dev/null
    fi
    # The role private needs a password: the tests also log in without one.
    if ! as_server grep -q private "$data/pg_hba.conf"; then
        as_server sed -i '1i host all private 127.0.0.1/32 scram-sha-256' "$data/pg_hba.conf"
        as_server "$(bin)/pg_ctl" -D "$data" reload >/dev/null 2>&1 || true
    fi
    if ! as_server "$(bin)/pg_ctl" -D "$data" status >/dev/null; then
        as_server "$(bin)/pg_ctl" -D "$data" -w -l "$data/log" \
            -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off" start >/dev/null
    fi
    # With a lock, as two runs of this script may reach this point at once.
    as_server "$(bin)/psql" -q -h 127.0.0.1 -p "$port" -U crosscut -d postgres -v ON_ERROR_STOP=1 >/dev/null <<'SQL'
BEGIN;
SELECT pg_advisory_xact_lock(4711);
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'private') THEN
        CREATE ROLE private LOGIN PASSWORD 'seeded-secret/4711';
    END IF;
END $$;
COMMIT;
SQL
    echo "engines: postgresql on 127.0.0.1:$port"
}
down_postgres() { as_server "$(bin)/pg_ctl" -D "$data" -m fast stop >/dev/null 2>&1 || true; }

# No Python package contains the library; npm has it for Node's driver.
up_duckdb() {
    local version=1.5.6-r.1 folder="$home/duckdb"
    [ ! -e "$folder/$version" ] || return 0
    command -v npm >/dev/null || apt_install npm
    rm -rf "$folder" && mkdir -p "$folder"
    (cd "$folder" && npm pack --silent "@duckdb/node-bindings-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')@$version" >/dev/null &&
        tar -xzf ./*.tgz --strip-components=1 package/libduckdb.so && rm ./*.tgz)
    touch "$folder/$version"
    echo "engines: $folder/libduckdb.so"
}

# In a separate environment: it refuses to run with a newer PySpark.
up_sail() {
    pip_install "$home/venv-sail" requirements-sail.txt
    if ! answers "$sail_port"; then
        start sail "$home/venv-sail/bin/sail" spark server --ip 127.0.0.1 --port "$sail_port"
    fi
    if ! answers "$flight_port"; then
        start sail-flight "$home/venv-sail/bin/sail" flight server --ip 127.0.0.1 --port "$flight_port"
    fi
    wait_for sail "$sail_port" 60
    wait_for sail-flight "$flight_port" 60
    echo "engines: sail on 127.0.0.1:$sail_port (Spark Connect) and $flight_port (Flight SQL)"
}
down_sail() { stop sail && stop sail-flight; }

# A master, two workers of one core each (or one), and the Connect server; the Python package has no start scripts for these.
up_spark() {
    pip_install "$venv" requirements-spark.txt
    command -v java >/dev/null || apt_install openjdk-17-jre-headless || apt_install default-jre-headless
    local folder="$home/spark"
    if ! answers "$spark_port"; then
        down_spark
        rm -rf "$folder" && mkdir -p "$folder"
        export SPARK_HOME SPARK_LOCAL_IP=127.0.0.1 SPARK_CONNECT_MODE=0 SPARK_NO_DAEMONIZE=1 SPARK_DAEMON_MEMORY=512m
        export SPARK_LOCAL_DIRS="$folder/tmp"
        SPARK_HOME="$("$venv/bin/python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')"
        local run="$SPARK_HOME/bin/spark-class"
        start spark-master "$run" org.apache.spark.deploy.master.Master --host 127.0.0.1 --port "$spark_master" --webui-port 54342
        wait_for spark-master "$spark_master" 60
        local i workers="${CROSSCUT_SPARK_WORKERS:-2}"
        for i in $(seq "$workers"); do
            start "spark-worker-$i" "$run" org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --port "5435$i" \
                --webui-port "5436$i" -c 1 -m 1g -d "$folder/worker-$i" "spark://127.0.0.1:$spark_master"
        done
        # The server ends its streams every five seconds, not every two minutes: clients have to reconnect for the rest.
        (cd "$folder" && start spark "$SPARK_HOME/bin/spark-submit" --class org.apache.spark.sql.connect.service.SparkConnectServer \
            --master "spark://127.0.0.1:$spark_master" --name connect \
            --conf spark.driver.host=127.0.0.1 --conf spark.driver.bindAddress=127.0.0.1 --conf spark.driver.memory=1g \
            --conf spark.executor.memory=700m --conf spark.executor.cores=1 --conf "spark.cores.max=$workers" \
            --conf spark.connect.grpc.binding.address=127.0.0.1 --conf "spark.connect.grpc.binding.port=$spark_port" \
            --conf spark.connect.execute.reattachable.senderMaxStreamDuration=5s \
            --conf spark.sql.shuffle.partitions=4 --conf "spark.ui.port=$spark_ui" --conf "spark.sql.warehouse.dir=$folder/warehouse" \
            spark-internal)
    fi
    wait_for spark "$spark_port" 120
    echo "engines: spark on 127.0.0.1:$spark_port, jobs at http://127.0.0.1:$spark_ui/api/v1/applications"
}
down_spark() {
    local name
    for name in spark spark-worker-1 spark-worker-2 spark-master; do stop "$name"; done
}

if [ "${1:-}" = down ]; then
    shift
    [ $# -gt 0 ] || set -- spark sail postgres
    for name in "$@"; do "down_$name"; done
    exit
fi
case "${1:-}" in
"") set -- python postgres duckdb sail ;;
all) set -- python postgres duckdb sail spark ;;
esac
for name in "$@"; do
    case "$name" in
    python | postgres | duckdb | sail | spark) "up_$name" ;;
    *) echo "$0: unknown engine $name: one of python postgres duckdb sail spark, or all" >&2 && exit 2 ;;
    esac
done
