#!/usr/bin/env bash
# Puts the programs and the models that we ship in place. Usage: install.sh PREFIX
set -euo pipefail
cd "$(dirname "$0")/.."
prefix=${1:?usage: install.sh PREFIX}

for program in unroll unroll-bench; do
  [ -x ".build/release/$program" ] || { echo "install: $program is not built; run 'make build' first" >&2; exit 66; }
done
install -d "$prefix/bin" "$prefix/share/unroll/models"
install -m 755 .build/release/unroll .build/release/unroll-bench "$prefix/bin/"
# The command looks for its models in ../share/unroll/models from where it lies.
if [ -d models ]; then
  cp -R models/. "$prefix/share/unroll/models/"
  chmod -R u=rwX,go=rX "$prefix/share/unroll/models"
fi
echo "installed below $prefix: bin/unroll, bin/unroll-bench, share/unroll/models"
