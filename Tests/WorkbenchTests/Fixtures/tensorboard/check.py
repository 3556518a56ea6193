"""Compares what TensorBoard reads of runs with their logs: `python check.py RUN ...`. Needs tensorboard; made with 2.21.0.

Every number of log.jsonl must be there once, under its tag and step, and nothing else; the recipe must be there as text. Prints a
line a run, and ends with an error where something differs.
"""

import json
import math
import pathlib
import struct
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator as Accumulator
from tensorboard.util.tensor_util import make_ndarray


def single(value):
    return struct.unpack("<f", struct.pack("<f", value))[0]


for run in map(pathlib.Path, sys.argv[1:]):
    expected = {}
    for line in (run / "log.jsonl").read_text().splitlines():
        record = json.loads(line)
        for tag, value in record.items():
            if "/" in tag:
                expected.setdefault(tag, []).append((record["step"], math.nan if value is None else single(value)))
    # As a backend of one process reads a run, and as the one that TensorBoard runs by default.
    everything = {"scalars": 0, "tensors": 0}
    old = EventAccumulator(str(run), size_guidance=everything).Reload()
    new = Accumulator(str(run), size_guidance=everything).Reload()
    read = {tag: [(event.step, event.value) for event in old.Scalars(tag)] for tag in old.Tags()["scalars"]}
    tensors = {
        tag: [(event.step, float(make_ndarray(event.tensor_proto))) for event in new.Tensors(tag)]
        for tag in new.Tags()["tensors"]
        if tag != "recipe"
    }
    assert repr(sorted(read.items())) == repr(sorted(expected.items())), f"{run}: {read} is not {expected}"
    assert repr(sorted(tensors.items())) == repr(sorted(expected.items())), f"{run}: {tensors} is not {expected}"
    texts = [make_ndarray(event.tensor_proto).item().decode() for event in new.Tensors("recipe")]
    recipe = "".join(f"    {line}\n" for line in (run / "recipe.yaml").read_text().split("\n"))
    assert texts[-1] == recipe, f"{run}: the recipe is not there"
    files = len(list(run.glob("events.out.tfevents.*")))
    points = sum(map(len, read.values()))
    print(f"{run}: {len(read)} tags, {points} points equal to log.jsonl, {len(texts)} recipes, {files} files: {', '.join(sorted(read))}")
