#!/usr/bin/env bash
# Compiles all our targets and tests again and fails on any warning. The products stay, so that `make test` finds them built.
# -warnings-as-errors cannot be used: SwiftPM would hand it to the packages too, where it contradicts -suppress-warnings.
set -euo pipefail
cd "$(dirname "$0")/.."

swift=${SWIFT:-swift}
flags=(-c release --explicit-target-dependency-import-check error)
# A compiler repeats no warning for a module that is up to date: ours are made out of date, those of the packages are not.
if folder=$("$swift" build "${flags[@]}" --show-bin-path) && [ -d "$folder" ]; then
  for target in Sources/* Tests/*; do rm -rf "$folder/$(basename "$target").build"; done
fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$swift" build "${flags[@]}" --build-tests 2>&1 | tee "$log"
if grep -E ': (warning|error): |^warning: ' "$log" >/dev/null; then
  printf '\nbuild: warnings are errors here:\n' >&2
  grep -E ': warning: |^warning: ' "$log" | sort -u >&2
  exit 1
fi
