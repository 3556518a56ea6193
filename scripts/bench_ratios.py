"""Prints how many times as fast as its PyTorch peer each benchmark is: the ratio of the medians of all rounds.

usage: bench_ratios.py OURS PEERS      two files of JSON objects, one a line, as `unroll-bench` and the peers print them
"""
import json
import statistics
import sys
from collections import defaultdict

RATES = ("target_tokens_per_s", "sentences_per_s")  # More is faster; for `ms`, less is.


def medians(path):
    """{what was measured: median}, what being (cell or net, mode, threads, "ms") or (rate,)."""
    values = defaultdict(list)
    for line in open(path, encoding="utf-8"):
        row = json.loads(line)
        if "limit" in row:
            continue
        if "cell" in row or "net" in row:
            values[row.get("cell", row.get("net")), row["mode"], row["threads"], "ms"].append(row["ms"])
        if "frames_per_s" in row:
            values["frames", row["video"], row.get("work", row["reader"])].append(row["frames_per_s"])
        for rate in RATES:
            if rate in row:
                kind = (row["compute_type"],) if "compute_type" in row else ()
                values[(rate, *kind)].append(row[rate])
    return {what: statistics.median(v) for what, v in values.items()}


def print_frames(ours, peers):
    """Frames a second of every reader, and ours beside the best of the peers and beside decoding alone."""
    for video in sorted({what[1] for what in ours}):
        rates = {what[2]: rate for what, rate in {**peers, **ours}.items() if what[1] == video}
        for reader, rate in sorted(rates.items(), key=lambda pair: -pair[1]):
            print(f"{video + ': ' + reader:50} {rate:10.1f} frames/s")
        scaled = next(rate for reader, rate in rates.items() if reader.startswith("decode and scale"))
        best = max((rate for what, rate in peers.items() if what[1] == video), default=None)
        print(f"{video + ': to the best of the peers':50} {scaled / best:10.2f}" if best else f"{video}: no peer ran")
        print(f"{video + ': to decoding alone':50} {scaled / rates['decode alone']:10.2f}")


def main():
    ours, peers = medians(sys.argv[1]), medians(sys.argv[2])
    split = lambda rates, kind: {what: rate for what, rate in rates.items() if (what[0] == "frames") == kind}
    if split(ours, True):
        print_frames(split(ours, True), split(peers, True))
    ours, peers = split(ours, False), split(peers, False)
    if not peers:
        return
    print(f"\n{'benchmark':34} {'Unroll':>10} {'PyTorch':>10} {'times as fast':>14}")
    for what in ours:
        # Ours of each type of numbers are held against the peer's one.
        peer = peers.get(what, peers.get(what[:1]))
        if peer is None:
            continue
        ratio = peer / ours[what] if what[-1] == "ms" else ours[what] / peer
        print(f"{' '.join(map(str, what)):34} {ours[what]:10.1f} {peer:10.1f} {ratio:14.2f}")


main()
