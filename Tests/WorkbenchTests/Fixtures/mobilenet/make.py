"""Runs the MobileNetV2 of ../shared/models with PyTorch, layer by layer as its topology says: `python make.py MODELS`.

MODELS is that folder. The image is made by formula (`FormulaNumbers` in the test); stored are features and logits in
float64, rounded once. Ran with PyTorch 2.15.
"""

import json
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[2]))
from fixture_writer import save  # noqa: E402

MODELS = pathlib.Path(sys.argv[1])
NAME = "mobilenet_v2_1.0_224"


def numbers(count, j):
    """Numbers in [-0.5, 0.5), the same in any language with 32-bit integers."""
    x = (np.arange(count, dtype=np.uint64) * 2654435761 + j * 0x9E3779B9) & 0xFFFFFFFF
    x ^= x >> np.uint64(15)
    x = (x * 2246822519) & 0xFFFFFFFF
    x ^= x >> np.uint64(13)
    return torch.from_numpy(x.astype(np.float64) / 2**32 - 0.5).float()


def same(x, kernel, stride):
    pads = []
    for size in [x.shape[3], x.shape[2]]:
        total = max(0, (-(-size // stride) - 1) * stride + kernel - size)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads)


weights = {name: value.double() for name, value in load_file(MODELS / f"{NAME}_dequant.safetensors").items()}
values = {109: numbers(3 * 224 * 224, 0).reshape(1, 3, 224, 224).double() * 2}
features = None
for layer in json.loads((MODELS / f"{NAME}_topology.json").read_text()):
    source, target = layer["in_tensor"], layer["out_tensor"]
    if layer["op"] == "ADD":
        values[target] = values[source[0]] + values[source[1]]
        continue
    x = values[source]
    if layer["op"].startswith("GLOBAL_MEAN"):
        values[target] = features = x.mean((2, 3), keepdim=True)
        continue
    weight, bias = (weights[f"op{layer['i']:02}.{kind}"] for kind in ["weight", "bias"])
    depthwise = layer["op"].startswith("DEPTHWISE")
    weight = weight.permute(3, 0, 1, 2) if depthwise else weight.permute(0, 3, 1, 2)
    x = same(x, weight.shape[2], layer["stride"])
    y = F.conv2d(x, weight, bias, layer["stride"], groups=weight.shape[0] if depthwise else 1)
    values[target] = y.clamp(0, 6) if layer["activation"] == "relu6" else y
save(FOLDER, "mobilenet", {"features": features.flatten(1), "logits": values[173].flatten(1)})
