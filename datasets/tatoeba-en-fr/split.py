"""Splits the English-French pair file of manythings.org/anki:  python split.py fra.txt FOLDER

Writes train.tsv.gz, valid.tsv and test.tsv to FOLDER. Pairs that share a side, letter case and punctuation apart, form a
group, and so do pairs that are linked through others; a group is never divided between splits.
"""

import gzip
import pathlib
import random
import re
import sys
import unicodedata

SEED = 1
SIZES = {"test": 2000, "valid": 1000}
LARGEST = 20  # Larger groups ("Go!" and all its translations) stay in training, they would fill a split alone.


def key(sentence):
    """The sentence without letter case and punctuation."""
    return " ".join(re.findall(r"\w+", sentence.casefold()))


def groups(pairs):
    """The pairs, in lists that share no side with each other."""
    parent = list(range(len(pairs)))

    def root(i):
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first = {}
    for i, pair in enumerate(pairs):
        for side, sentence in enumerate(pair):
            parent[root(i)] = root(first.setdefault((side, key(sentence)), i))
    members = {}
    for i, pair in enumerate(pairs):
        members.setdefault(root(i), []).append(pair)
    return list(members.values())


def main(source, folder):
    with open(source, encoding="utf-8") as file:
        rows = [unicodedata.normalize("NFC", line).rstrip("\n").split("\t") for line in file]
    pairs = list(dict.fromkeys((row[0], row[1]) for row in rows if len(row) >= 2 and row[0] and row[1]))
    everything = groups(pairs)
    random.Random(SEED).shuffle(everything)

    splits = {"train": []}
    for name, size in SIZES.items():
        splits[name], rest = [], []
        for group in everything:
            fits = len(group) <= LARGEST and len(splits[name]) + len(group) <= size
            (splits[name] if fits else rest).extend(group if fits else [group])
        everything = rest
    splits["train"] = [pair for group in everything for pair in group]

    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, split in splits.items():
        random.Random(SEED).shuffle(split)
        text = "".join(f"{source}\t{target}\n" for source, target in split).encode("utf-8")
        if name == "train":
            (folder / "train.tsv.gz").write_bytes(gzip.compress(text, mtime=0))
        else:
            (folder / f"{name}.tsv").write_bytes(text)
        print(f"{name}: {len(split)} pairs")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python split.py fra.txt FOLDER")
    main(*sys.argv[1:])
