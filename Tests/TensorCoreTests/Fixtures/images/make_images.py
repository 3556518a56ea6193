"""Makes the fixtures of image networks with PyTorch: `python make_images.py`. Ran with PyTorch 2.15.

A case `conv.*` is one convolution; its numbers are in `window`: kernel, stride, padding (-1: TensorFlow's "SAME"), groups.
`pool.*` likewise, with kernel, stride, padding, maximum. `norm.*` is one batch normalisation with a rectifier, `block.*` a
residual block as ResNet has it. Rows are flattened, or averaged where the name says so. Names of tensors: see
fixture_writer.py.
"""

import pathlib
import sys

import torch
import torch.nn.functional as F

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[2]))
from fixture_writer import Inputs, reference, save  # noqa: E402


def write(case, function, inputs, integers=None, extra=None):
    """One case: `function(inputs)` gives the tensor `out`; `extra()` what it left behind in float64."""
    with torch.no_grad():
        shape = function(inputs).shape
    upstream = {"out": Inputs(f"{case} upstream").normal(*shape)}
    tensors = reference(lambda leaves: {"out": function(leaves)}, inputs, upstream)
    if extra:
        with torch.no_grad():
            function(inputs)
        tensors |= extra()
    save(FOLDER, case, tensors | (integers or {}))


def same(x, kernel, stride, value=0.0):
    """TensorFlow's padding: the odd row and column at the bottom and the right."""
    pads = []
    for size in [x.shape[3], x.shape[2]]:
        total = max(0, (-(-size // stride) - 1) * stride + kernel - size)
        pads += [total // 2, total - total // 2]
    return F.pad(x, pads, value=value)


def convolutions():
    cases = {
        # images, in, out, height, width, kernel, stride, padding, groups, bias
        "one_channel": (2, 1, 5, 6, 7, 3, 1, 1, 1, True),
        "three_channels": (3, 3, 17, 9, 8, 5, 2, 2, 1, False),
        "odd_channels": (2, 5, 24, 5, 5, 3, 1, 0, 1, True),
        "pointwise": (2, 24, 17, 4, 3, 1, 1, 0, 1, True),
        "pointwise_stride": (3, 16, 32, 7, 5, 1, 2, 0, 1, False),
        "same_odd": (2, 3, 8, 7, 9, 3, 2, -1, 1, True),
        "same_even": (2, 3, 16, 8, 8, 3, 2, -1, 1, True),
        "groups": (2, 6, 4, 6, 5, 3, 1, 1, 2, True),
        "depthwise": (3, 5, 5, 6, 6, 3, 1, 1, 5, True),
        "depthwise_same": (2, 32, 32, 7, 6, 3, 2, -1, 32, True),
        "large_kernel": (1, 3, 16, 12, 12, 7, 2, 3, 1, False),
        # What Winograd's filtering is chosen for.
        "winograd": (2, 64, 64, 7, 6, 3, 1, 1, 1, True),
    }
    for name, (n, i, o, h, w, kernel, stride, padding, groups, bias) in cases.items():
        case = f"conv.{name}"
        draw = Inputs(case)
        weight = draw.normal(o, i // groups, kernel, kernel) * 0.7 / (kernel * (i // groups) ** 0.5)
        inputs = {"x": draw.normal(n, i, h, w), "weight": weight.float().double()}
        if bias:
            inputs["bias"] = draw.normal(o)

        def convolve(v, kernel=kernel, stride=stride, padding=padding, groups=groups):
            x = same(v["x"], kernel, stride) if padding < 0 else v["x"]
            y = F.conv2d(x, v["weight"], v.get("bias"), stride, max(padding, 0), 1, groups)
            return y.flatten(1)

        write(case, convolve, inputs, {"window": [kernel, stride, padding, groups]})


def poolings():
    for name, (kernel, stride, padding, maximum, channels) in {
        "max": (2, 2, 0, 1, 5),
        "max_padded": (3, 2, 1, 1, 16),
        "max_same": (3, 2, -1, 1, 3),
        "average": (2, 2, 0, 0, 24),
        "average_padded": (3, 2, 1, 0, 5),
    }.items():
        case = f"pool.{name}"

        def pool(v, kernel=kernel, stride=stride, padding=padding, maximum=maximum):
            if padding < 0:
                return F.max_pool2d(same(v["x"], kernel, stride, -torch.inf), kernel, stride).flatten(1)
            if maximum:
                return F.max_pool2d(v["x"], kernel, stride, padding).flatten(1)
            return F.avg_pool2d(v["x"], kernel, stride, padding, count_include_pad=False).flatten(1)

        write(case, pool, {"x": Inputs(case).normal(3, channels, 7, 8)}, {"window": [kernel, stride, padding, maximum]})


def statistics(draw, channels):
    return {
        "mean": draw.normal(channels),
        "variance": draw.uniform(channels, low=0.5, high=2),
    }


def norm_inputs(draw, channels):
    return {"gain": draw.uniform(channels, low=0.5, high=1.5), "shift": draw.normal(channels)}


def normalisations():
    rectifiers = {"identity": lambda y: y, "relu": F.relu, "relu6": F.relu6}
    for training in [True, False]:
        for rectifier, function in rectifiers.items():
            for channels in [3, 16, 24]:
                case = f"norm.{'train' if training else 'frozen'}.{rectifier}.c{channels}"
                draw = Inputs(case)
                # Means far from 0, as a network meets them.
                x = (draw.normal(3, channels, 5, 4, scale=2) + 3 * draw.normal(1, channels, 1, 1)).float().double()
                inputs = {"x": x} | norm_inputs(draw, channels)
                if rectifier == "relu6":
                    inputs["gain"] = (inputs["gain"] * 4).float().double()
                running = statistics(draw, channels)
                kept = {}

                def normalise(v, running=running, kept=kept, function=function, training=training):
                    dtype = v["x"].dtype
                    mean, variance = running["mean"].clone().to(dtype), running["variance"].clone().to(dtype)
                    y = F.batch_norm(v["x"], mean, variance, v["gain"], v["shift"], training, 0.1, 1e-5)
                    kept.update({"new_mean": mean, "new_variance": variance})
                    return function(y).mean((2, 3))

                write(case, normalise, inputs, running, lambda kept=kept: dict(kept))


def blocks():
    """conv, norm, relu, conv, norm, plus the input or a projection of it, relu, average."""
    for name, (i, o, stride, h, w) in {
        "identity": (24, 24, 1, 5, 6),
        "projection": (16, 24, 2, 7, 6),
        "winograd": (64, 64, 1, 7, 7),
    }.items():
        case = f"block.{name}"
        draw = Inputs(case)
        scale = (2 / (9 * i)) ** 0.5
        inputs = {
            "x": draw.normal(3, i, h, w),
            "weight1": draw.normal(o, i, 3, 3, scale=scale).float().double(),
            "weight2": draw.normal(o, o, 3, 3, scale=scale).float().double(),
        }
        for number in [1, 2] + ([3] if name == "projection" else []):
            inputs |= {f"{key}{number}": value for key, value in norm_inputs(draw, o).items()}
        if name == "projection":
            inputs["weight3"] = draw.normal(o, i, 1, 1, scale=0.25).float().double()

        def block(v, stride=stride, projection=name == "projection"):
            def norm(x, number):
                return F.batch_norm(x, None, None, v[f"gain{number}"], v[f"shift{number}"], True, 0.1, 1e-5)

            beside = norm(F.conv2d(v["x"], v["weight3"], None, stride), 3) if projection else v["x"]
            y = F.relu(norm(F.conv2d(v["x"], v["weight1"], None, stride, 1), 1))
            return F.relu(norm(F.conv2d(y, v["weight2"], None, 1, 1), 2) + beside).mean((2, 3))

        write(case, block, inputs, {"stride": stride})


for family in [convolutions, poolings, normalisations, blocks]:
    family()
