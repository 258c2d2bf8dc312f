#!/bin/sh
# Makes the Python environment in .venv. Debian keeps pip's installer in a package of its own, which may be missing.
# Usage: tools/make_venv.sh FOLDER
set -eu
folder=$1
python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Near Match needs Python 3.11 or newer; $python is $("$python" --version 2>&1)."
    exit 1
}
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "This Python cannot make environments. Ask an administrator for: apt-get install python3-venv"
        exit 1
    fi
    apt-get update
    DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends python3-venv
fi
rm -rf "$folder"
"$python" -m venv "$folder"
