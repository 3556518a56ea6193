"""Makes the fixtures of image networks with torchvision: `python make.py`. Ran with PyTorch 2.15, torchvision 0.29.

Weights would be large, so both sides make them from the same integers (`numbers`; in Swift `FormulaWeights`): tensor j of
the state dictionary, without its `num_batches_tracked` entries, is filled by formula. Only names, shapes and results are
stored: features and logits in evaluation mode, and of `resnet18` also a training pass with the gradient of its first and
last weights.
"""

import json
import pathlib
import sys

import numpy as np
import torch
import torchvision

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[2]))
from fixture_writer import save  # noqa: E402


def numbers(count, j):
    """Numbers in [-0.5, 0.5), the same in any language with 32-bit integers."""
    x = (np.arange(count, dtype=np.uint64) * 2654435761 + j * 0x9E3779B9) & 0xFFFFFFFF
    x ^= x >> np.uint64(15)
    x = (x * 2246822519) & 0xFFFFFFFF
    x ^= x >> np.uint64(13)
    return torch.from_numpy(x.astype(np.float64) / 2**32 - 0.5).float()


def fill(name, shape, j):
    values = numbers(int(np.prod(shape)), j).reshape(shape)
    if name.endswith("running_var"):
        return values * 0.5 + 1
    if len(shape) == 1:
        # A gain, unless it is a mean or a bias.
        return values * 0.2 + (1 if name.endswith(".weight") else 0)
    return values * (24 / int(np.prod(shape[1:]))) ** 0.5


def filled(net):
    state = {name: value for name, value in net.state_dict().items() if not name.endswith("num_batches_tracked")}
    new = {name: fill(name, list(value.shape), j) for j, (name, value) in enumerate(state.items())}
    net.load_state_dict(new, strict=False)
    return [[name, list(value.shape)] for name, value in state.items()]


def write(case, net, head, size, train=False):
    names = filled(net)
    x = numbers(2 * 3 * size * size, 1000).reshape(2, 3, size, size) * 4
    net.eval()
    kept = {}
    head.register_forward_hook(lambda module, inputs, output: kept.update(features=inputs[0].detach()))
    with torch.no_grad():
        tensors = {"logits": net(x)}
    tensors["features"] = kept["features"]
    if train:
        net.train()
        out = net(x)
        upstream = numbers(out.numel(), 1001).reshape(out.shape)
        (out * upstream).sum().backward()
        tensors |= {
            "train": out,
            "first": net.conv1.weight.grad,
            "last": net.layer4[1].bn2.weight.grad,
            "mean": net.layer2[0].bn1.running_mean,
            "variance": net.layer2[0].bn1.running_var,
        }
    (FOLDER / f"{case}.json").write_text(json.dumps(names) + "\n")
    save(FOLDER, case, tensors)


torch.set_num_threads(1)
for case in ["resnet18", "resnet34"]:
    net = getattr(torchvision.models, case)(weights=None)
    write(case, net, net.fc, 64, train=case == "resnet18")

# At 32 x 32 the five poolings leave one pixel; torchvision would repeat it 49 times.
net = torchvision.models.vgg16(weights=None)
net.avgpool = torch.nn.Identity()
names = [[name, list(value.shape)] for name, value in net.state_dict().items()]
net.classifier[0] = torch.nn.Linear(512, 4096)
write("vgg16", net, net.classifier[6], 32)
# The names and shapes as published, for 224 x 224.
(FOLDER / "vgg16.json").write_text(json.dumps(names) + "\n")
