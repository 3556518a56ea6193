"""Makes scores.json and precision.json: measures of labelled frames, written down here from their definitions in the papers
or computed by scikit-learn (1.x).

Run anywhere: python make.py

- edit: Lea, Reiter, Vidal, Hager: Segmental Spatiotemporal CNNs for Fine-grained Action Segmentation, ECCV 2016.
- F1@k: Lea, Flynn, Vidal, Reiter, Hager: Temporal Convolutional Networks for Action Segmentation and Detection, CVPR 2017.
- words: the most frequent predicted label over the true segment; of equals the first in time.
- 11-point average precision: Everingham et al.: The PASCAL Visual Object Classes Challenge, IJCV 2010.
"""

import fractions
import itertools
import json
import pathlib
import random
import warnings

import numpy as np
from sklearn.metrics import average_precision_score, confusion_matrix, f1_score, precision_score, recall_score

# scikit-learn warns of clips with one label only.
warnings.simplefilter("ignore", UserWarning)
here = pathlib.Path(__file__).parent


def runs(labels):
    place, found = 0, []
    for label, group in itertools.groupby(labels):
        length = len(list(group))
        found.append((label, place, place + length))
        place += length
    return found


def distance(a, b):
    table = np.zeros((len(a) + 1, len(b) + 1), int)
    table[:, 0], table[0, :] = range(len(a) + 1), range(len(b) + 1)
    for i, j in itertools.product(range(len(a)), range(len(b))):
        table[i + 1, j + 1] = min(table[i, j] + (a[i] != b[j]), table[i, j + 1] + 1, table[i + 1, j] + 1)
    return int(table[-1, -1])


def counts(predicted, truth, percent):
    """True positives, false positives, false negatives."""
    used, hits = set(), 0
    for label, start, end in predicted:
        best, place = fractions.Fraction(0), None
        for index, (other, begin, stop) in enumerate(truth):
            common = min(end, stop) - max(start, begin)
            if other != label or common <= 0:
                continue
            overlap = fractions.Fraction(common, max(end, stop) - min(start, begin))
            if overlap > best:
                best, place = overlap, index
        if place is not None and best >= fractions.Fraction(percent, 100) and place not in used:
            used.add(place)
            hits += 1
    return np.array([hits, len(predicted) - hits, len(truth) - hits])


def f1(sums):
    hits, wrong, missed = (int(x) for x in sums)
    return 100.0 if hits + wrong + missed == 0 else 100 * 2 * hits / (2 * hits + wrong + missed)


def measure(clips, labels, background):
    edits, words, word_hits = [], 0, 0
    sums = {percent: np.zeros(3, int) for percent in (10, 25, 50)}
    all_true, all_given = [], []
    for given, true in clips:
        kept = [i for i, label in enumerate(true) if label >= 0]
        given, true = [given[i] for i in kept], [true[i] for i in kept]
        if not true:
            continue
        all_true += true
        all_given += given
        a = [run for run in runs(given) if run[0] not in background]
        b = [run for run in runs(true) if run[0] not in background]
        longest = max(len(a), len(b))
        edits.append(100.0 if longest == 0 else 100 * (1 - distance([r[0] for r in a], [r[0] for r in b]) / longest))
        for percent in sums:
            sums[percent] += counts(a, b, percent)
        for label, start, end in b:
            part = given[start:end]
            words += 1
            word_hits += max(dict.fromkeys(part), key=part.count) == label
    true, given = np.array(all_true), np.array(all_given)
    front = ~np.isin(true, background)
    macro = dict(average="macro", zero_division=0)
    return {
        "accuracy": float((true == given).mean()),
        "front": float((true == given)[front].mean()) if front.any() else 0.0,
        "edit": float(np.mean(edits)),
        "f1": [f1(sums[percent]) for percent in sums],
        "words": word_hits / words if words else 0.0,
        "confusion": confusion_matrix(true, given, labels=range(labels)).ravel().tolist(),
        "precision": precision_score(true, given, **macro),
        "recall": recall_score(true, given, **macro),
        "class_f1": f1_score(true, given, **macro),
    }


def clip(draw, labels, frames, noise, ignored):
    true = []
    while len(true) < frames:
        true += [draw.randrange(labels)] * draw.randint(1, 9)
    true = true[:frames]
    given = list(true)
    for i in range(frames):
        if draw.random() < noise:
            given[i] = draw.randrange(labels)
    # Boundaries that moved.
    shift = draw.randint(-2, 2)
    given = given[shift:] + given[:shift]
    return given, [-1 if draw.random() < ignored else label for label in true]


draw = random.Random(4)
cases = []
for number in range(120):
    labels = draw.randint(1, 6)
    background = sorted(draw.sample(range(labels), draw.randint(0, min(2, labels - 1))))
    noise, ignored = draw.choice([0, 0.05, 0.3, 1]), draw.choice([0, 0, 0.1])
    clips = [clip(draw, labels, draw.randint(1, 40), noise, ignored) for _ in range(draw.randint(1, 3))]
    if any(label >= 0 for _, true in clips for label in true):
        cases.append({"labels": labels, "background": background, "clips": clips, **measure(clips, labels, background)})
(here / "scores.json").write_text(json.dumps(cases, separators=(",", ":")).replace("},{", "},\n{") + "\n")


def eleven(scores, positive):
    total, hits, points = sum(positive), 0, []
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    for place, index in enumerate(order):
        hits += positive[index]
        if place + 1 == len(order) or scores[order[place + 1]] != scores[index]:
            points.append((fractions.Fraction(hits, total), hits / (place + 1)))
    best = lambda recall: max((p for r, p in points if r >= recall), default=0)
    return sum(best(fractions.Fraction(k, 10)) for k in range(11)) / 11


cases = []
for number in range(80):
    count = draw.randint(1, 30)
    # Coarse scores have ties.
    scores = [round(draw.random(), draw.choice([1, 5])) for _ in range(count)]
    positive = [int(draw.random() < draw.choice([0.1, 0.5, 0.9])) for _ in range(count)]
    positive[draw.randrange(count)] = 1
    cases.append({
        "scores": scores, "positive": positive, "average": average_precision_score(positive, scores),
        "eleven": eleven(scores, positive)})
(here / "precision.json").write_text(json.dumps(cases, separators=(",", ":")).replace("},{", "},\n{") + "\n")
