"""Makes the fixtures of the attentions with PyTorch: `python make_attention.py`. Names: README.md beside."""

import pathlib
import sys

import torch

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[2]))
from fixture_writer import Inputs, reference, save  # noqa: E402


def attend(kind, queries, states, lengths, parameters):
    """Context [T,B,D] and weights [T,B,S]. Scores are masked by `lengths`; the values are the states themselves."""
    if kind == "additive":
        q = queries @ parameters["query.weight"].T  # [T,B,A]
        k = states @ parameters["key.weight"].T  # [S,B,A]
        energy = torch.tanh(q[:, None] + k[None]) @ parameters["energy.weight"].T  # [T,S,B,1]
        scores = energy[..., 0].permute(0, 2, 1)
    else:
        keys = states if kind == "dot" else states @ parameters["key.weight"].T
        scores = torch.einsum("tbh,sbh->tbs", queries, keys)
    alive = torch.arange(states.shape[0])[None, None, :] < lengths[None, :, None]
    weights = scores.masked_fill(~alive, -torch.inf).softmax(-1)
    return torch.einsum("tbs,sbd->tbd", weights, states), weights


def write(case, kind, steps, lengths, query, state, energy):
    draw = Inputs(case)
    lengths = torch.tensor(lengths)
    batch = len(lengths)
    inputs = {"queries": draw.normal(steps, batch, query), "states": draw.normal(int(lengths.max()), batch, state)}
    if kind == "general":
        inputs["key.weight"] = draw.normal(query, state, scale=state**-0.5)
    if kind == "additive":
        inputs["query.weight"] = draw.normal(energy, query, scale=query**-0.5)
        inputs["key.weight"] = draw.normal(energy, state, scale=state**-0.5)
        inputs["energy.weight"] = draw.normal(1, energy)

    def outputs(values):
        context, weights = attend(kind, values["queries"], values["states"], lengths, values)
        return {"context": context, "weights": weights}

    tensors = reference(outputs, inputs, {"context": draw.normal(steps, batch, state)})
    save(FOLDER, case, tensors | {"lengths": lengths})


for kind, query, state in [("dot", 6, 6), ("general", 6, 8), ("additive", 6, 8)]:
    write(f"{kind}.small", kind, 4, [5, 1, 3], query, state, energy=7)
    write(f"{kind}.one_step", kind, 1, [5, 1, 3], query, state, energy=7)
for kind, query, state in [("dot", 33, 33), ("general", 33, 18), ("additive", 33, 18)]:
    write(f"{kind}.larger", kind, 3, [9, 2, 1, 9, 6], query, state, energy=35)
