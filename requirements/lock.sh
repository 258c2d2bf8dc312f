#!/bin/sh
# Renews the lock files from pyproject.toml. Hashes, no host. Run by `make lock`.
set -eu
cd "$(dirname "$0")/.."
compile() { uv pip compile --quiet --generate-hashes --no-header --python-version 3.11 "$@"; }
compile --group build pyproject.toml -o requirements/run.txt
compile --group build --group dev -c requirements/run.txt pyproject.toml -o requirements/dev.txt
compile --group node -o requirements/node.txt
compile --group lock -o requirements/lock.txt
compile --group peers -o requirements/peers.txt
