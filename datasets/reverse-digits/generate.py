"""Writes train.tsv, valid.tsv and test.tsv beside this script: strings of 4 to 8 digits, a tab, the string reversed.

No string occurs twice, in one split or in two. The same files come out on every machine: random() is the one
function of the module that Python promises to keep.
"""

import pathlib
import random

SEED = 20261121
SPLITS = {"train": 4000, "valid": 200, "test": 200}
SHORTEST, LONGEST = 4, 8

draw = random.Random(SEED).random
folder = pathlib.Path(__file__).resolve().parent
seen = set()
for split, count in SPLITS.items():
    lines = []
    while len(lines) < count:
        length = SHORTEST + int(draw() * (LONGEST - SHORTEST + 1))
        digits = "".join(str(int(draw() * 10)) for _ in range(length))
        if digits not in seen:
            seen.add(digits)
            lines.append(f"{digits}\t{digits[::-1]}\n")
    (folder / f"{split}.tsv").write_text("".join(lines), encoding="utf-8", newline="\n")
