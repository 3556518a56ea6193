#!/usr/bin/env bash
# Builds and runs the tests under the address sanitizer and then under the thread sanitizer: sanitize.sh [address|thread]…
# Each has a build of its own, so that the usual one stays. What a sanitizer reports fails the run, also what it reports of an
# `unroll` that a test started.
set -euo pipefail
cd "$(dirname "$0")/.."

swift=${SWIFT:-swift}
jobs=${JOBS:-2}
own=$PWD/scripts/sanitizer
# These measure memory or time, or set limits that a sanitizer's own tables and files are beyond.
skipped=(
  enormousSizesAreFoundOutBeforeMemoryIsTaken # ulimit -v
  noSpaceWhileSaving noSpaceForTheOutput      # ulimit -f
  aLongStreamTakesNoMoreMemoryThanAShortOne   # kilobytes
  LifetimeTests                               # bytes
  MetricSpeedTests                            # seconds
)
[ $# -gt 0 ] || set -- address thread
for name in "$@"; do
  build=(-c release --sanitize "$name" --scratch-path ".build/$name")
  # The thread sanitizer is not ready yet when the linker asks which copy of a kernel to pick: there is one only.
  if [ "$name" = thread ]; then build+=(-Xcc -DUNROLL_FAST=); fi
  "$swift" build "${build[@]}" --build-tests --jobs "$jobs"
  reports=$(mktemp -d)
  # A report of an `unroll` would be lost with the test's temporary files: all go to one folder.
  options=(
    "ASAN_OPTIONS=log_path=$reports/report" "LSAN_OPTIONS=suppressions=$own/leaks:print_suppressions=0"
    "TSAN_OPTIONS=log_path=$reports/report:suppressions=$own/races"
  )
  if [ "$name" = thread ]; then
    clang -shared -fPIC -O1 "$own/mutex.c" -o ".build/$name/mutex.so"
    options+=("LD_PRELOAD=$PWD/.build/$name/mutex.so")
  fi
  status=0
  env "${options[@]}" "$swift" test "${build[@]}" --skip-build --disable-xctest "${skipped[@]/#/--skip=}" || status=$?
  found=0
  for report in "$reports"/*; do
    [ -s "$report" ] || continue
    found=1
    cat "$report" >&2
  done
  rm -rf "$reports"
  if [ "$status" != 0 ] || [ "$found" != 0 ]; then
    echo "sanitize: $name: the tests failed or something was reported" >&2
    exit 1
  fi
  echo "sanitize: $name: clean"
done
