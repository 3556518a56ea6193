#!/usr/bin/env bash
# Runs every benchmark in turn: one JSON object a line on standard output.
set -euo pipefail
cd "$(dirname "$0")/.."

for case in gemm rnn train decode; do
  .build/release/unroll-bench "$case" --json
done
