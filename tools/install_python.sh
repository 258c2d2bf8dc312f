#!/bin/sh
# Installs the locked Python packages, each checked against its hash, and then this project itself.
# Usage: tools/install_python.sh VENV_PYTHON run|dev
set -eu
python=$1
lock=requirements/$2.txt
pip() { "$python" -m pip install --disable-pip-version-check --no-compile "$@"; }

# Wheels alone: a machine without a compiler must do. Compiling all packages to byte code would take longer than the
# download; a run compiles the few modules that it uses.
pip --require-hashes --only-binary :all: -r "$lock"
# The project comes from this folder; its build tool is in the lock, so nothing is downloaded here.
pip --no-deps --no-build-isolation --no-index --editable .

# Tests turn warnings into errors, those of the compiler in other people's modules included: compile these beforehand.
# A package may carry a file for another Python, which does not compile and is never imported.
if [ "$2" = dev ]; then
    "$python" -m compileall -q -j 0 "$(dirname "$python")/../lib" || echo "some files do not compile"
fi
