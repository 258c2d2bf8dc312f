#!/bin/sh
# What the tests need of the machine, from Debian's packages: Chromium, a PostgreSQL server, and the one library that
# Playwright's driver takes from the system.
set -eu
missing=
command -v chromium >/dev/null || missing="$missing chromium"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
ls /usr/lib/*/libatomic.so.1 >/dev/null 2>&1 || missing="$missing libatomic1"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "The tests need packages that are not installed. Ask an administrator for: apt-get install$missing"
    exit 1
fi
apt-get update
# shellcheck disable=SC2086 # a list of package names
DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends $missing
