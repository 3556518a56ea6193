#!/usr/bin/env bash
# How long a command takes from a cold start, beside `python -c "import torch"`: seconds and their ratio, medians of rounds in turn.
# Both have been run before, so that files are in memory; processes are new each time.
# Usage: cold-start.sh PYTHON COMMAND [ARGUMENTS...]     a Python with PyTorch
#   echo "Where is the station?" > one.txt
#   cold-start.sh path/to/python .build/release/unroll translate one.txt
#   cold-start.sh path/to/python .build/release/unroll caption clip.mp4 --model models/shapes-sentences
# Environment: ROUNDS (9)
set -euo pipefail

[ $# -ge 2 ] || { echo "usage: cold-start.sh PYTHON COMMAND [ARGUMENTS...]" >&2; exit 64; }
for program in "$1" "$2"; do
  command -v "$program" >/dev/null || { echo "cold-start: $program: no such program" >&2; exit 66; }
done

"$1" - "${ROUNDS:-9}" "$@" <<'PY'
import json, statistics, subprocess, sys, time

rounds, python, *command = int(sys.argv[1]), *sys.argv[2:]
commands = {"command": command, "import_torch": [python, "-c", "import torch"]}
seconds = {name: [] for name in commands}
for number in range(-1, rounds):
    for name, words in commands.items():
        start = time.perf_counter()
        status = subprocess.run(words, stdout=subprocess.DEVNULL).returncode
        if status:
            sys.exit(f"cold-start: {' '.join(words)} ended with status {status}")
        if number >= 0:
            seconds[name].append(time.perf_counter() - start)
medians = {name: statistics.median(times) for name, times in seconds.items()}
share = medians["command"] / medians["import_torch"]
row = {name + "_s": round(value, 4) for name, value in medians.items()}
print(json.dumps({**row, "share": round(share, 4), "rounds": rounds}))
PY
