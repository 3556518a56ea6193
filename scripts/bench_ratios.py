"""Prints how many times as fast as its PyTorch peer each benchmark is: the ratio of the medians of all rounds.

usage: bench_ratios.py OURS PEERS      two files of JSON objects, one a line, as `unroll-bench` and the peers print them
"""
import json
import statistics
import sys
from collections import defaultdict

RATES = ("target_tokens_per_s", "sentences_per_s")  # More is faster; for `ms`, less is.


def medians(path):
    """{what was measured: median}, what being (cell, mode, threads, "ms") or (rate,)."""
    values = defaultdict(list)
    for line in open(path, encoding="utf-8"):
        row = json.loads(line)
        if "cell" in row:
            values[row["cell"], row["mode"], row["threads"], "ms"].append(row["ms"])
        for rate in RATES:
            if rate in row:
                values[rate,].append(row[rate])
    return {what: statistics.median(v) for what, v in values.items()}


def main():
    ours, peers = medians(sys.argv[1]), medians(sys.argv[2])
    print(f"\n{'benchmark':34} {'Unroll':>10} {'PyTorch':>10} {'times as fast':>14}")
    for what in peers:
        if what not in ours:
            print(f"{' '.join(map(str, what)):34} {'-':>10} {peers[what]:10.1f}")
            continue
        ratio = peers[what] / ours[what] if what[-1] == "ms" else ours[what] / peers[what]
        # The peer decodes with what it has just trained, ours with the shipped model: rates, but no ratio to quote.
        shown = "other models" if what == ("sentences_per_s",) else f"{ratio:.2f}"
        print(f"{' '.join(map(str, what)):34} {ours[what]:10.1f} {peers[what]:10.1f} {shown:>14}")


main()
