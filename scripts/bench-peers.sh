#!/usr/bin/env bash
# Runs each benchmark beside its peers in ../shared/peers, in turn, and prints ratios of medians.
# Usage: bench-peers.sh PYTHON     a Python of an environment made by ../shared/peers/setup.sh
# Environment: CASES ("rnn train frames cnn caption") what to run; ROUNDS (3) how often ours and the peer's take turns; STEPS (200) how long each
# trains. The case `decode` needs MODEL, a model of recipes/translate/multi30k-en-de.yaml, which both sides search with.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${1-}
peers=../shared/peers rounds=${ROUNDS:-3} steps=${STEPS:-200} cases=${CASES:-rnn train frames cnn caption}
[ -n "$python" ] || { echo "usage: make bench-peers PEERS=path/to/python" >&2; exit 64; }
command -v "$python" >/dev/null || { echo "bench-peers: $python: no such program" >&2; exit 66; }
[ -d "$peers" ] || [ "$cases" = caption ] || { echo "bench-peers: $peers is absent; it holds the PyTorch scripts" >&2; exit 66; }

inputs=.build/peers corpus=.build/peers/multi30k ours=$(mktemp) theirs=$(mktemp)
trap 'rm -f "$ours" "$theirs"' EXIT

rnn() {
  .build/release/unroll-bench rnn --json | tee -a "$ours"
  "$python" "$peers/rnn_speed.py" | tee -a "$theirs"
}

# Text and vocabulary that both sides read; made once.
prepare() { [ -e "$corpus/spm.model" ] || bash "$peers/prepare.sh" "$python" "$inputs" >&2; }

train() {
  prepare
  .build/release/unroll-bench train --steps "$steps" --json --vocabulary "$corpus/spm.model" --source "$corpus/train.en" --target "$corpus/train.de" | tee -a "$ours"
  # What the peer has learnt in so few steps is no model to search with.
  "$python" "$peers/torch_seq2seq.py" --steps "$steps" --spm "$corpus/spm.model" --src "$corpus/train.en" --trg "$corpus/train.de" \
    --test-src "$corpus/test_2016_flickr.en" --test-trg "$corpus/test_2016_flickr.de" --max-test 64 | grep target_tokens | tee -a "$theirs"
}

decode() {
  local model=${MODEL:?a model of recipes/translate/multi30k-en-de.yaml} text=$corpus/test_2016_flickr
  prepare
  for type in float32 int8; do
    .build/release/unroll-bench decode --model "$model" --source "$text.en" --compute-type "$type" --json | tee -a "$ours"
  done
  "$python" Benchmarks/peers/decode_speed.py "$model" "$text.en" --reference "$text.de" | tee -a "$theirs"
}

frames() {
  # A hard video (noise) and an easy one: a clip of GRID.
  local hard=$inputs/t720.mp4 easy=(../shared/data/grid-s1/clips/*.mp4)
  if [ ! -e "$hard" ]; then
    mkdir -p "$inputs"
    ffmpeg -v error -f lavfi -i "testsrc2=size=1280x720:rate=30:duration=20,noise=alls=12:allf=t" -c:v libx264 -preset medium -pix_fmt yuv420p "$hard"
  fi
  .build/release/unroll-bench frames "$hard" "${easy[0]}" --threads 2 --json | tee -a "$ours"
  "$python" "$peers/frames_speed.py" "$hard" "${easy[0]}" | tee -a "$theirs"
}

cnn() {
  .build/release/unroll-bench cnn --json | tee -a "$ours"
  "$python" "$peers/cnn_speed.py" | tee -a "$theirs"
}

caption() {
  .build/release/unroll-bench caption --json | tee -a "$ours"
  "$python" Benchmarks/peers/caption_speed.py | tee -a "$theirs"
}

for case in $cases; do
  for ((round = 1; round <= rounds; round++)); do
    echo "round $round of $rounds: $case" >&2
    "$case"
  done
done
"$python" scripts/bench_ratios.py "$ours" "$theirs"
