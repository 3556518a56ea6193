"""Captions by the nearest picture: what a captioner must beat, from the very features that it learns from.

For each test picture of a run of `unroll train`, the training picture whose feature vector has the largest cosine with its
own; feature vectors are means over the places of a picture, or frames of a clip, as the run's feature cache keeps them. That
picture has several captions, and one has to be chosen:

  --choose first      the first in the list
  --choose consensus  the one most like the other captions of that picture (mean BLEU-like overlap of words and word pairs);
                      with --neighbours K, most like those of the K nearest pictures (Devlin et al., 2015)
  --choose best       the one that scores best against the test picture's own captions: it looks at the answer, and says
                      how much the choice could bring

usage: nearest_captions.py RUN --source FOLDER [--choose first] [--neighbours 1] > results.json
  RUN       a run folder of a caption recipe with model.frozen, whose training ended (it has test.json)
  --source  the folder with the captions (a CSV with a head, image,caption) and pictures of the recipe
  --cache   the folder of features (runs/features)

The result is COCO's: `unroll evaluate captions results.json captions.csv --partial` compares it.
Made with numpy 2.4 and PyYAML 6.0.
"""
import argparse, collections, csv, hashlib, json, pathlib, re, struct, sys

import numpy as np
import yaml

parser = argparse.ArgumentParser()
parser.add_argument("run", type=pathlib.Path)
parser.add_argument("--source", type=pathlib.Path, required=True)
parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path("runs/features"))
parser.add_argument("--choose", choices=["first", "consensus", "best"], default="first")
parser.add_argument("--neighbours", type=int, default=1)
options = parser.parse_args()

NETWORK = "encoder.frames.network."


def network_digest(path):
    """SHA-256 of names and values of the frozen network in the order of its layers (MobileNetV2's), weights before biases."""
    raw = path.read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    head = json.loads(raw[8 : 8 + size])
    head.pop("__metadata__", None)
    digest = hashlib.sha256()
    layer = lambda name: ([int(part) for part in name.split(".") if part.isdigit()], name.endswith(".bias"))
    for name in sorted((n for n in head if n.startswith(NETWORK)), key=layer):
        if head[name]["dtype"] != "F32":
            sys.exit(f"{path}: {name} is {head[name]['dtype']}; train with training.weights: full")
        start, end = head[name]["data_offsets"]
        digest.update(name.removeprefix(NETWORK).encode())
        digest.update(raw[8 + size + start : 8 + size + end])
    return digest.hexdigest()


def frames_section(recipe):
    """The text of `frames` in a resolved recipe, as the cache's names depend on it."""
    return re.sub(r"(?m)^  ", "", re.search(r"(?m)^frames:\n((?:  .*\n)+)", recipe).group(1))


recipe_text = (options.run / "recipe.yaml").read_text()
recipe = yaml.safe_load(recipe_text)
root = network_digest(options.run / "model" / "weights.safetensors")
frames = frames_section(recipe_text)


def feature(picture):
    """The mean feature vector of a picture, length 1."""
    content = hashlib.sha256(picture.read_bytes()).hexdigest()
    for places in ["", "49 places\n"]:
        file = options.cache / (hashlib.sha256((content + root + places + frames).encode()).hexdigest() + ".npy")
        if file.exists():
            values = np.load(file)  # [dimensions, frames]
            rows = values.T.reshape(-1, 1280 if places else values.shape[0]).mean(0)
            return rows / np.linalg.norm(rows)
    sys.exit(f"{picture}: no features in {options.cache}; train the recipe there first, with model.frozen: true")


references = collections.defaultdict(list)
with open(options.source / recipe["data"]["captions"], encoding="utf-8", newline="") as table:
    for row in csv.DictReader(table):
        references[row["image"]].append(row["caption"])
stems = {pathlib.Path(name).stem: name for name in references}
test = [stems[pathlib.Path(row["image_id"]).stem] for row in json.loads((options.run / "test.json").read_text())]


def held_out(names, share):
    """The middle of each of so many equal parts, as `unroll train` holds pictures out."""
    count = min(len(names) - 1, max(1, int(share * len(names) + 0.5)))
    return {names[(2 * k + 1) * len(names) // (2 * count)] for k in range(count)}


rest = [name for name in references if name not in set(test)]
train = [name for name in rest if name not in held_out(rest, recipe["data"]["hold_out"])]
folder = options.source / recipe["data"]["clips"]
known = np.stack([feature(folder / name) for name in train])


def grams(caption):
    words = re.findall(r"[a-z']+", caption.lower())
    return collections.Counter(words + list(zip(words, words[1:])))


def likeness(one, other):
    """Dice's coefficient of words and word pairs."""
    a, b = grams(one), grams(other)
    return 2 * sum((a & b).values()) / max(1, sum(a.values()) + sum(b.values()))


def choose(candidates, own):
    if options.choose == "first":
        return candidates[0]
    others = own if options.choose == "best" else candidates
    return max(candidates, key=lambda c: sum(likeness(c, o) for o in others if o is not c))


results = []
for name in test:
    nearest = np.argsort(-(known @ feature(folder / name)), kind="stable")[: options.neighbours]
    candidates = [caption for place in nearest for caption in references[train[place]]]
    results.append(dict(image_id=name, caption=choose(candidates, references[name])))
print(json.dumps(results))
print(f"{len(train)} training pictures, {len(test)} test pictures", file=sys.stderr)
