# shellcheck shell=bash disable=SC2034,SC2154
# What the scripts of the benchmark share: places, a clock, a fresh database.
# Sourced from the top of the repository, with $rows set.

BUILD=${BUILD:-build}
home=$PWD/$BUILD/bench
data=$home/data-$rows
times=$home/times
PATH=$PWD/$BUILD/bin:$PATH
TIDEMARK_CONFIG=$home/config/tidemark.yaml
export PATH TIDEMARK_CONFIG

say() {
    echo "$*" >&2
}

# The server's first process; "none" where it is elsewhere. Once for all scripts of a run.
if [ -z "${server:-}" ]; then
    server=$(psql -X -d postgres -Atc "SELECT split_part(pg_read_file('postmaster.pid'), E'\n', 1)" 2>/dev/null) || server=none
    [ -r "/proc/$server/stat" ] || server=none
    export server
fi

# CPU seconds of the server's processes that have ended, all of them: each connection has one. The fields are cutime and
# cstime of proc(5), behind the name in parentheses.
server_cpu() {
    if [ "$server" = none ]; then
        echo 0
    else
        sed 's/^.*) //' "/proc/$server/stat" | awk -v ticks="$(getconf CLK_TCK)" '{ print ($14 + $15) / ticks }'
    fi
}

# timed NAME COMMAND…: appends "NAME wall-seconds CPU-seconds server's-CPU-seconds peak-kilobytes" to the times. CPU and
# peak are the program's and its children's. What it prints is dropped; a failure ends the benchmark.
timed() {
    local name=$1 begun ended used=$home/used server_before
    shift
    server_before=$(server_cpu)
    begun=$EPOCHREALTIME
    if ! /usr/bin/time -q -f '%U %S %M' -o "$used" "$@" >/dev/null; then
        say "failed: $*"
        return 1
    fi
    ended=$EPOCHREALTIME
    sleep 0.1 # the server's process ends a moment after its client
    awk -v name="$name" -v begun="$begun" -v ended="$ended" -v server="$(server_cpu)" -v before="$server_before" \
        'END { printf "%s %.4f %.2f %.2f %d\n", name, ended - begun, $1 + $2, server - before, $3 }' "$used" >>"$times"
}

# Of the same file again and again: a peer that is not installed is left out.
timed_if_present() { # NAME PROGRAM …
    if command -v "$2" >/dev/null; then
        timed "$@"
    fi
}

# fresh STATE: a copy of a database that was kept, and empty folders.
fresh() {
    rm -rf "$home/inbox" "$home/archive" "$home/payouts" "$home/rejects"
    mkdir -p "$home/inbox/bench"
    PGDATABASE=postgres dropdb --if-exists --force tidemark_bench 2>/dev/null
    PGDATABASE=postgres createdb -T "tidemark_bench_$1" --strategy file_copy tidemark_bench
    export PGDATABASE=tidemark_bench
}

# make_state STATE [CATALOGUE-FOLDER]: a migrated database with that catalogue, or with none, to copy from.
make_state() {
    PGDATABASE=postgres dropdb --if-exists --force "tidemark_bench_$1" 2>/dev/null
    PGDATABASE=postgres createdb "tidemark_bench_$1"
    PGDATABASE=tidemark_bench_$1 tidemark migrate --quiet
    [ -z "${2:-}" ] || PGDATABASE=tidemark_bench_$1 tidemark catalogue import "$2" --quiet
    PGDATABASE=tidemark_bench_$1 vacuumdb --analyze --quiet
}
