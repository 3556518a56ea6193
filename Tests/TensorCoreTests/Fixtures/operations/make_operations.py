"""Makes the fixtures of single tensor operations with PyTorch: `python make_operations.py`. Names: README.md beside."""

import pathlib
import sys

import torch
import torch.nn.functional as F

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[2]))
from fixture_writer import Inputs, reference, save  # noqa: E402


def write(case, function, inputs, integers=None, numbers=None):
    """One case: `function(inputs)` gives the tensor `out`."""
    with torch.no_grad():
        shape = function(inputs).shape
    upstream = {"out": Inputs(f"{case} upstream").normal(*shape)}
    tensors = reference(lambda leaves: {"out": function(leaves)}, inputs, upstream)
    save(FOLDER, case, tensors | (integers or {}) | (numbers or {}))


def products():
    for transposes in ["nn", "nt", "tn", "tt"]:
        turned = [letter == "t" for letter in transposes]

        def product(x, turned=turned):
            a, b = (x[name].mT if t else x[name] for name, t in zip("ab", turned))
            return a @ b

        def sides(*sizes, turned=turned):
            return [list(reversed(size)) if t else size for size, t in zip(sizes, turned)]

        # Small, larger than one vector with a tail, one row (a search with one hypothesis), one inner term.
        for rows, inner, columns in [(3, 4, 5), (33, 17, 9), (1, 6, 7), (5, 1, 3)]:
            case = f"matmul.{transposes}.{rows}x{inner}x{columns}"
            a, b = sides([rows, inner], [inner, columns])
            draw = Inputs(case)
            write(case, product, {"a": draw.normal(*a), "b": draw.normal(*b)})
        case = f"matmul_batched.{transposes}"
        a, b = sides([4, 5], [5, 6])
        draw = Inputs(case)
        write(case, product, {"a": draw.normal(3, *a), "b": draw.normal(3, *b)})
    draw = Inputs("linear")
    inputs = {"x": draw.normal(4, 3, 5), "weight": draw.normal(7, 5), "bias": draw.normal(7)}
    write("linear", lambda x: F.linear(x["x"], x["weight"], x["bias"]), inputs)


def arithmetic():
    operations = {
        "add": lambda x: x["a"] + x["b"],
        "subtract": lambda x: x["a"] - x["b"],
        "multiply": lambda x: x["a"] * x["b"],
        "divide": lambda x: x["a"] / x["b"],
    }
    shapes = {
        "same": ([3, 11], [3, 11]),
        "row": ([2, 3, 5], [5]),
        "column": ([3, 5], [3, 1]),
        "middle": ([2, 3, 5], [2, 1, 5]),
        "scalar": ([3, 5], [1]),
        "both": ([3, 1], [1, 5]),
        "row_first": ([5], [2, 3, 5]),
    }
    for name, function in operations.items():
        for kind, (first, second) in shapes.items():
            case = f"{name}.{kind}"
            draw = Inputs(case)
            # A divisor stays away from zero, on both sides of it.
            sign = draw.ids(*second, low=0, high=2) * 2.0 - 1.0
            b = draw.uniform(*second, low=0.5, high=2) * sign
            write(case, function, {"a": draw.normal(*first), "b": b})


def reductions():
    functions = {"sum": torch.sum, "mean": torch.mean, "max": torch.amax}
    for name, function in functions.items():
        for axes in [[0], [1], [2], [0, 1], [0, 1, 2]]:
            case = f"{name}.axes{''.join(map(str, axes))}"
            write(
                case,
                lambda x: function(x["x"], dim=axes),
                {"x": Inputs(case).normal(3, 4, 5)},
                integers={"axes": axes},
            )


def shapes():
    x = Inputs("shapes").normal(3, 4, 5)
    write("reshape", lambda v: v["x"].reshape(4, 15), {"x": x})
    for axes in [[1, 0, 2], [0, 2, 1], [2, 0, 1]]:
        case = f"transpose.{''.join(map(str, axes))}"
        write(case, lambda v: v["x"].permute(axes), {"x": x}, integers={"axes": axes})
    for axis, (start, end) in enumerate([(1, 3), (0, 2), (2, 5)]):
        integers = {"axis": axis, "range": [start, end]}
        write(f"slice.axis{axis}", lambda v: v["x"].narrow(axis, start, end - start), {"x": x}, integers)
    for axis in range(3):
        case = f"concatenate.axis{axis}"
        draw = Inputs(case)
        parts = {}
        for name, length in [("a", 2), ("b", 1), ("c", 3)]:
            shape = [3, 4, 5]
            shape[axis] = length
            parts[name] = draw.normal(*shape)
        write(case, lambda v: torch.cat([v["a"], v["b"], v["c"]], axis), parts, integers={"axis": axis})
        case = f"stack.axis{axis}"
        draw = Inputs(case)
        parts = {name: draw.normal(3, 4) for name in "abc"}
        write(case, lambda v: torch.stack([v["a"], v["b"], v["c"]], axis), parts, integers={"axis": axis})


def gathers():
    draw = Inputs("gather")
    ids = torch.tensor([[4, 0, 4], [4, 6, 0], [1, 1, 1], [2, 4, 6]])  # 4 four times, 3 and 5 never
    write("gather", lambda x: F.embedding(ids, x["table"]), {"table": draw.normal(7, 5)}, integers={"ids": ids})
    rows = torch.tensor([2, 0, 2, 5, 2, 0])
    write(
        "scatter_add",
        lambda x: torch.zeros(7, 5, dtype=x["x"].dtype).index_add(0, rows, x["x"]),
        {"x": draw.normal(6, 5)},
        integers={"ids": rows, "rows": 7},
    )


def activations():
    saturated = torch.tensor([-100.0, -30, -10, -1e-4, 0, 1e-4, 10, 30, 100, 1, -1], dtype=torch.float64)
    for name in ["tanh", "sigmoid", "relu"]:
        draw = Inputs(name)
        x = torch.cat([draw.normal(5, 11, scale=2), saturated.float().double()[None]])
        if name == "relu":
            x[x.abs() < 1e-3] = 0.5
        write(name, lambda v: getattr(torch, name)(v["x"]), {"x": x})
    write("exp", lambda v: torch.exp(v["x"]), {"x": Inputs("exp").uniform(6, 11, low=-8, high=3)})
    write("log", lambda v: torch.log(v["x"]), {"x": Inputs("log").uniform(6, 11, low=0.05, high=20)})
    write("sqrt", lambda v: torch.sqrt(v["x"]), {"x": Inputs("sqrt").uniform(6, 11, low=0.05, high=20)})


def softmaxes():
    for name, function in {"softmax": F.softmax, "log_softmax": F.log_softmax}.items():
        # `far`: inputs near a thousand, where an exponential without its maximum taken off overflows.
        for kind, shape, offset in [("small", (3, 4, 9), 0), ("wide", (5, 67), 0), ("far", (3, 9), 1000)]:
            case = f"{name}.{kind}"
            x = (Inputs(case).normal(*shape, scale=2) + offset).float().double()
            write(case, lambda v: function(v["x"], -1), {"x": x})
    lengths = torch.tensor([4, 7, 1, 5])  # [B]
    alive = torch.arange(7)[None, None, :] < lengths[None, :, None]
    write(
        "masked_softmax",
        lambda v: F.softmax(v["x"].masked_fill(~alive, -torch.inf), -1),
        {"x": Inputs("masked_softmax").normal(3, 4, 7, scale=2)},
        integers={"lengths": lengths},
    )


def cross_entropies():
    """`out` is the SUM over the tokens that count, `count` their number, `losses` [T, B] each token's (0 elsewhere)."""
    steps, batch = 5, 4
    lengths = torch.tensor([3, 5, 1, 4])
    alive = torch.arange(steps)[:, None] < lengths[None, :]
    for vocabulary in [9, 67]:
        for smoothing in [0.0, 0.1]:
            for kind in ["all", "ignore", "lengths"]:
                case = f"cross_entropy.{kind}.v{vocabulary}.smoothing{smoothing}"
                draw = Inputs(case)
                logits = draw.normal(steps, batch, vocabulary, scale=2)
                targets = draw.ids(steps, batch, low=1, high=vocabulary)
                integers = {}
                if kind == "ignore":
                    # The ignored id 0 stands in the middle and at the end, in no regular pattern.
                    targets[1, 0] = targets[4, 0] = targets[0, 2] = targets[3, 3] = 0
                    integers["ignored"] = 0
                counted = alive if kind == "lengths" else targets > 0
                if kind == "lengths":
                    integers["lengths"] = lengths

                def losses(x):
                    labels = torch.where(counted, targets, -100)
                    flat = F.cross_entropy(
                        x.flatten(0, 1), labels.flatten(), reduction="none", label_smoothing=smoothing, ignore_index=-100
                    )
                    return flat.view(steps, batch)

                integers |= {"targets": targets, "count": counted.sum(), "losses": losses(logits)}
                numbers = {"smoothing": smoothing}
                write(case, lambda v: losses(v["logits"]).sum().reshape(1), {"logits": logits}, integers, numbers)


def normalisations():
    for kind, shape in [("small", (4, 3, 10)), ("wide", (3, 67))]:
        case = f"layer_norm.{kind}"
        draw = Inputs(case)
        inputs = {
            "x": (draw.normal(*shape, scale=2) + 1).float().double(),
            "weight": draw.normal(shape[-1]),
            "bias": draw.normal(shape[-1]),
        }
        write(
            case,
            lambda v: F.layer_norm(v["x"], shape[-1:], v["weight"], v["bias"], eps=1e-5),
            inputs,
            numbers={"epsilon": 1e-5},
        )


for family in [products, arithmetic, reductions, shapes, gathers, activations, softmaxes, cross_entropies, normalisations]:
    family()
