#!/usr/bin/env bash
# Runs each benchmark beside its PyTorch peer in ../shared/peers, in turn, and prints ratios of medians.
# Usage: bench-peers.sh PYTHON     a Python of an environment made by ../shared/peers/setup.sh
# Environment: ROUNDS (3) how often ours and the peer's take turns; STEPS (200) how long the peer trains. The peer decodes
# with what it has trained: a ratio of decoding speed means something only with STEPS=5000 or so.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${1-}
peers=../shared/peers rounds=${ROUNDS:-3} steps=${STEPS:-200}
[ -n "$python" ] || { echo "usage: make bench-peers PEERS=path/to/python" >&2; exit 64; }
command -v "$python" >/dev/null || { echo "bench-peers: $python: no such program" >&2; exit 66; }
[ -d "$peers" ] || { echo "bench-peers: $peers is absent; it holds the PyTorch scripts" >&2; exit 66; }

# Text and vocabulary that both sides read; made once.
text=.build/peers
if [ ! -e "$text/multi30k/spm.model" ]; then bash "$peers/prepare.sh" "$python" "$text" >&2; fi
corpus=$text/multi30k

ours=$(mktemp) theirs=$(mktemp)
trap 'rm -f "$ours" "$theirs"' EXIT
for ((round = 1; round <= rounds; round++)); do
  echo "round $round of $rounds: recurrent layers" >&2
  .build/release/unroll-bench rnn --json | tee -a "$ours"
  "$python" "$peers/rnn_speed.py" | tee -a "$theirs"
done
for ((round = 1; round <= rounds; round++)); do
  echo "round $round of $rounds: training and decoding" >&2
  .build/release/unroll-bench train --json --vocabulary "$corpus/spm.model" --source "$corpus/train.en" --target "$corpus/train.de" | tee -a "$ours"
  .build/release/unroll-bench decode --json | tee -a "$ours"
  "$python" "$peers/torch_seq2seq.py" --steps "$steps" --spm "$corpus/spm.model" --src "$corpus/train.en" --trg "$corpus/train.de" \
    --test-src "$corpus/test_2016_flickr.en" --test-trg "$corpus/test_2016_flickr.de" | tee -a "$theirs"
done
"$python" scripts/bench_ratios.py "$ours" "$theirs"
