#!/usr/bin/env bash
# Feeds damaged files to the readers: fuzz.sh SECONDS SEED. What makes the process end is left in .build/fuzz, with what else was found.
set -euo pipefail
cd "$(dirname "$0")/.."

# A size in a header that is believed ends the process instead of the machine. No dump: the input is on disk.
ulimit -v 8000000
ulimit -c 0
UNROLL_FUZZ_SECONDS=$1 UNROLL_FUZZ_SEED=$2 UNROLL_FUZZ_FOLDER=.build/fuzz \
  "${SWIFT:-swift}" test -c release --skip-build --disable-xctest --filter FuzzTests
