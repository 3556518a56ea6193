"""Makes the fixtures of recurrent layers with masks with PyTorch 2.15: `python make_masked_cells.py`. Names: README.md beside."""

import pathlib
import sys

import torch

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[2]))
sys.path.insert(0, str(FOLDER.parent / "cells"))
import make_cells as cells  # noqa: E402
from fixture_writer import Inputs, reference, save  # noqa: E402

STEPS, BATCH, INPUTS, HIDDEN = 5, 4, 3, 7
LENGTHS = torch.tensor([5, 2, 0, 4])


def lstm(x, h, c, p, m, u):
    """Gal and Ghahramani's mask m on h in front of the products, Semeniuta's u on the candidate."""
    i, f, g, o = (x @ p["weight_ih"].T + p["bias_ih"] + (m * h) @ p["weight_hh"].T + p["bias_hh"]).chunk(4, 1)
    c = f.sigmoid() * c + i.sigmoid() * (u * g.tanh())
    return o.sigmoid() * c.tanh(), c


def gru(x, h, c, p, m, u):
    xr, xz, xn = (x @ p["weight_ih"].T + p["bias_ih"]).chunk(3, 1)
    hr, hz, hn = ((m * h) @ p["weight_hh"].T + p["bias_hh"]).chunk(3, 1)
    r, z = (xr + hr).sigmoid(), (xz + hz).sigmoid()
    return (1 - z) * (xn + r * hn).tanh() + z * h, c


def gru_reset_before(x, h, c, p, m, u):
    xr, xz, xn = (x @ p["weight_ih"].T + p["bias_ih"]).chunk(3, 1)
    wr, wz, wn = p["weight_hh"].chunk(3, 0)
    br, bz, bn = p["bias_hh"].chunk(3, 0)
    r, z = (xr + (m * h) @ wr.T + br).sigmoid(), (xz + (m * h) @ wz.T + bz).sigmoid()
    n = (xn + (r * (m * h)) @ wn.T + bn).tanh()
    return (1 - z) * n + z * h, c


def rnn_tanh(x, h, c, p, m, u):
    return cells.rnn_tanh(x, m * h, c, p)


def rnn_relu(x, h, c, p, m, u):
    return cells.rnn_relu(x, m * h, c, p)


def lstm_layer_norm(x, h, c, p, m, u):
    """Ba et al. (2016): normalised products of input and hidden state, and a normalised cell state on its way out."""

    def norm(values, name):
        return torch.nn.functional.layer_norm(values, values.shape[1:], p[f"{name}_weight"], p[f"{name}_bias"])

    products = norm(x @ p["weight_ih"].T, "norm_ih") + norm((m * h) @ p["weight_hh"].T, "norm_hh")
    i, f, g, o = (products + p["bias_ih"] + p["bias_hh"]).chunk(4, 1)
    c = f.sigmoid() * c + i.sigmoid() * (u * g.tanh())
    return o.sigmoid() * norm(c, "norm_c").tanh(), c


PARTS = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
NORMS = {"norm_ih": 4 * HIDDEN, "norm_hh": 4 * HIDDEN, "norm_c": HIDDEN}


def write(step, directions):
    name = step.__name__
    cell = name.removesuffix("_layer_norm")
    case = f"{name}.directions{directions}"
    draw = Inputs(case)

    def mask(*shape):
        return (draw.uniform(*shape, low=0, high=1) > 0.4).double() * 1.5

    inputs = {"x": draw.normal(STEPS, BATCH, INPUTS), "h0": draw.normal(directions, BATCH, HIDDEN, scale=0.5)}
    if cell == "lstm":
        inputs["c0"] = draw.normal(directions, BATCH, HIDDEN, scale=0.5)
    shapes = cells.parameter_shapes(cell, INPUTS, HIDDEN, 1, directions)
    inputs |= {name: draw.normal(*shape, scale=0.4) for name, shape in shapes.items()}
    parts = list(PARTS)
    if name != cell:
        for norm, width in NORMS.items():
            parts += [f"{norm}_weight", f"{norm}_bias"]
            for suffix in ["_l0", "_l0_reverse"][:directions]:
                inputs[f"{norm}_weight{suffix}"] = 1 + draw.normal(width, scale=0.25)
                inputs[f"{norm}_bias{suffix}"] = draw.normal(width, scale=0.25)
    masks = {"hidden_mask": mask(directions, BATCH, HIDDEN)}
    if cell == "lstm":
        masks["update_mask"] = mask(STEPS, BATCH, directions * HIDDEN)
    if name != cell:
        masks["update_mask"] = torch.ones_like(masks["update_mask"])

    def outputs(values):
        # Each direction on its own, with the masks of its steps.
        sides, finals = [], []
        for side in range(directions):
            suffix = "_l0" + ("_reverse" if side else "")
            p = {n: values[n + suffix] for n in parts}
            h = values["h0"][side]
            c = values["c0"][side] if cell == "lstm" else h
            m = masks["hidden_mask"][side].to(h.dtype)
            ys = [None] * STEPS
            for t in reversed(range(STEPS)) if side else range(STEPS):
                u = masks["update_mask"][t, :, side * HIDDEN : (side + 1) * HIDDEN].to(h.dtype) if cell == "lstm" else None
                alive = (t < LENGTHS)[:, None]
                new_h, new_c = step(values["x"][t], h, c, p, m, u)
                h, c = torch.where(alive, new_h, h), torch.where(alive, new_c, c)
                ys[t] = torch.where(alive, new_h, torch.zeros_like(h))
            sides.append(torch.stack(ys))
            finals.append((h, c))
        found = {"y": torch.cat(sides, 2), "hn": torch.stack([h for h, _ in finals])}
        return found | ({"cn": torch.stack([c for _, c in finals])} if cell == "lstm" else {})

    upstream = {"y": draw.normal(STEPS, BATCH, directions * HIDDEN), "hn": draw.normal(directions, BATCH, HIDDEN)}
    if cell == "lstm":
        upstream["cn"] = draw.normal(directions, BATCH, HIDDEN)
    save(FOLDER, case, reference(outputs, inputs, upstream) | masks | {"lengths": LENGTHS})


if __name__ == "__main__":
    for step in [lstm, gru, gru_reset_before, rnn_tanh, rnn_relu, lstm_layer_norm]:
        for directions in [1, 2]:
            write(step, directions)
