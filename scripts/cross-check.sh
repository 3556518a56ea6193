#!/usr/bin/env bash
# Compiles every C and C++ source for aarch64 with Debian's cross compiler, syntax only.
set -euo pipefail
cd "$(dirname "$0")/.."

for compiler in aarch64-linux-gnu-gcc aarch64-linux-gnu-g++; do
  command -v "$compiler" >/dev/null || { echo "cross-check: $compiler is missing; run scripts/setup.sh --cross" >&2; exit 69; }
done

# The libraries' headers say nothing about the machine, so this machine's copies will do; but the rest of /usr/include
# belongs to another processor and must stay out of sight. Hence a folder that holds only what we name.
headers=$(mktemp -d)
trap 'rm -rf "$headers"' EXIT
for name in oneapi sentencepiece_processor.h sentencepiece_trainer.h; do
  [ -e "/usr/include/$name" ] || { echo "cross-check: /usr/include/$name is missing; run scripts/setup.sh" >&2; exit 69; }
  ln -s "/usr/include/$name" "$headers/$name"
done

failed=0 count=0
while IFS= read -r -d '' source; do
  target=${source#Sources/}; target=${target%%/*}
  case "$source" in
    *.c) compiler=(aarch64-linux-gnu-gcc -std=gnu17) ;;
    *) compiler=(aarch64-linux-gnu-g++ -std=gnu++17) ;;
  esac
  "${compiler[@]}" -O2 -fsyntax-only -Wall -Werror -I "Sources/$target/include" -isystem "$headers" "$source" || failed=1
  count=$((count + 1))
done < <(find Sources \( -name '*.c' -o -name '*.cpp' \) -print0 | sort -z)

[ "$count" -gt 0 ] || { echo "cross-check: no C source found" >&2; exit 70; }
[ "$failed" -eq 0 ] && echo "cross-check: $count C and C++ sources pass for aarch64"
exit "$failed"
