#!/bin/sh
# Runs one step of the set-up: says what is done in one line, keeps the output in a log, shows its end on failure.
# Usage: tools/step.sh NAME "What is done" COMMAND...
set -eu
name=$1 what=$2
shift 2
mkdir -p build/logs
log=build/logs/$name.log
echo "  $what"
if ! "$@" >"$log" 2>&1 </dev/null; then
    echo "" >&2
    echo "This step failed: $what" >&2
    tail -n 30 "$log" >&2
    echo "(The whole output is in $log)" >&2
    exit 1
fi
