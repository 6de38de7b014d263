#!/bin/sh
# Run once by the PostgreSQL image: two databases, each with an owner of its own, never joined.
set -eu
for name in history office; do
    case $name in
        history) password=$PENA_HISTORY_DATABASE_PASSWORD ;;
        office) password=$PENA_OFFICE_DATABASE_PASSWORD ;;
    esac
    psql --set=ON_ERROR_STOP=1 --username postgres --set=name="$name" --set=password="$password" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
