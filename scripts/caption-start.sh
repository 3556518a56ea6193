#!/usr/bin/env bash
# How long captioning a clip takes from a cold start, beside `python -c "import torch"`: seconds and their ratio, medians of rounds
# in turn. Both have been run before, so that files are in memory; processes are new each time.
# Usage: caption-start.sh PYTHON CLIP [MODEL]     a Python with PyTorch, a clip of 3 seconds (made where it is absent), a model
# Environment: UNROLL (.build/release/unroll), ROUNDS (9)
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
[ $# -ge 2 ] || { echo "usage: caption-start.sh PYTHON CLIP [MODEL]" >&2; exit 64; }
python=$1 clip=$2 model=${3:-$here/models/shapes-sentences}
unroll=${UNROLL:-$here/.build/release/unroll} rounds=${ROUNDS:-9}
for program in "$python" "$unroll"; do
  command -v "$program" >/dev/null || { echo "caption-start: $program: no such program" >&2; exit 66; }
done
[ -d "$model" ] || { echo "caption-start: $model: no such model" >&2; exit 66; }
if [ ! -e "$clip" ]; then
  made=$(mktemp -d)
  trap 'rm -rf "$made"' EXIT
  # 45 frames at 15 a second.
  "$unroll" synthesize shapes --clips 1 --frames 45..45 --out "$made" --quiet >/dev/null
  mkdir -p "$(dirname "$clip")"
  cp "$made/clips/shapes-000000.mp4" "$clip"
fi

"$python" - "$rounds" "$python" "$unroll" "$clip" "$model" <<'PY'
import json, statistics, subprocess, sys, time

rounds, python, unroll, clip, model = int(sys.argv[1]), *sys.argv[2:]
commands = {
    "caption": [unroll, "caption", clip, "--model", model],
    "import_torch": [python, "-c", "import torch"],
}
seconds = {name: [] for name in commands}
for number in range(-1, rounds):
    for name, command in commands.items():
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        if number >= 0:
            seconds[name].append(time.perf_counter() - start)
medians = {name: statistics.median(times) for name, times in seconds.items()}
share = medians["caption"] / medians["import_torch"]
row = {name + "_s": round(value, 4) for name, value in medians.items()}
print(json.dumps({**row, "share": round(share, 4), "rounds": rounds}))
PY
