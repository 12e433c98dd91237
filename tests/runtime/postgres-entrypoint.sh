#!/bin/sh
# What docker-entrypoint.sh of the official image does at the first start, on this machine's paths:
# a cluster and a database with the given owner, made by a server that listens on its socket alone.
set -eu
sockets=$(dirname "$PGDATA")/sockets
if ! test -s "$PGDATA/PG_VERSION"; then
    mkdir -p "$sockets" "$PGDATA" && chmod 700 "$PGDATA"
    password=$(mktemp) && printf '%s\n' "$POSTGRES_PASSWORD" >"$password"
    initdb --username="$POSTGRES_USER" --pwfile="$password" --auth=scram-sha-256 --auth-local=trust >/dev/null
    rm "$password"
    printf "listen_addresses = '127.0.0.1'\nunix_socket_directories = '%s'\n" "$sockets" >>"$PGDATA/postgresql.conf"
    pg_ctl --wait --silent --options="-c listen_addresses=''" start
    psql --quiet --no-psqlrc --host="$sockets" --username="$POSTGRES_USER" --dbname=postgres \
        --set=name="$POSTGRES_DB" <<'SQL'
CREATE DATABASE :"name";
SQL
    pg_ctl --wait --silent --mode=fast stop
fi
exec postgres "$@"
