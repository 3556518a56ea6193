"""Makes the fixtures of the recurrent cells with PyTorch: `python make_cells.py`. Names: README.md beside.

LSTM, GRU and RNN come from torch.nn over packed sequences. The lectures' GRU (reset before the product) has no class in
torch.nn; it comes from `unrolled`, a plain loop that is first held against torch.nn for the other cells.
"""

import pathlib
import sys

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[2]))
from fixture_writer import Inputs, reference, save  # noqa: E402

GATES = {"lstm": 4, "gru": 3, "gru_reset_before": 3, "rnn_tanh": 1, "rnn_relu": 1}


def lstm(x, h, c, p):
    i, f, g, o = (x @ p["weight_ih"].T + p["bias_ih"] + h @ p["weight_hh"].T + p["bias_hh"]).chunk(4, 1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def gru(x, h, c, p):
    xr, xz, xn = (x @ p["weight_ih"].T + p["bias_ih"]).chunk(3, 1)
    hr, hz, hn = (h @ p["weight_hh"].T + p["bias_hh"]).chunk(3, 1)
    r, z = (xr + hr).sigmoid(), (xz + hz).sigmoid()
    return (1 - z) * (xn + r * hn).tanh() + z * h, c


def gru_reset_before(x, h, c, p):
    """n = tanh(W_in x + b_in + W_hn (r*h) + b_hn), h' = (1-z) n + z h; both biases of n stand outside the reset."""
    xr, xz, xn = (x @ p["weight_ih"].T + p["bias_ih"]).chunk(3, 1)
    wr, wz, wn = p["weight_hh"].chunk(3, 0)
    br, bz, bn = p["bias_hh"].chunk(3, 0)
    r, z = (xr + h @ wr.T + br).sigmoid(), (xz + h @ wz.T + bz).sigmoid()
    n = (xn + (r * h) @ wn.T + bn).tanh()
    return (1 - z) * n + z * h, c


def rnn_tanh(x, h, c, p):
    return (x @ p["weight_ih"].T + p["bias_ih"] + h @ p["weight_hh"].T + p["bias_hh"]).tanh(), c


def rnn_relu(x, h, c, p):
    return (x @ p["weight_ih"].T + p["bias_ih"] + h @ p["weight_hh"].T + p["bias_hh"]).relu(), c


def unrolled(step, x, lengths, h0, c0, parameters, layers, directions):
    """A stack as a plain loop: y [T,B,directions*H] with zeros after each length, hn and cn [layers*directions,B,H]."""
    steps, batch = x.shape[0], x.shape[1]
    finals = []
    for layer in range(layers):
        sides = []
        for side in range(directions):
            suffix = f"_l{layer}" + ("_reverse" if side else "")
            p = {n: parameters[n + suffix] for n in ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]}
            h, c = h0[layer * directions + side], c0[layer * directions + side]
            ys = [None] * steps
            for t in reversed(range(steps)) if side else range(steps):
                alive = (t < lengths)[:, None]
                new_h, new_c = step(x[t], h, c, p)
                h, c = torch.where(alive, new_h, h), torch.where(alive, new_c, c)
                ys[t] = torch.where(alive, new_h, torch.zeros_like(h))
            sides.append(torch.stack(ys))
            finals.append((h, c))
        x = torch.cat(sides, 2)
    return x, torch.stack([h for h, _ in finals]), torch.stack([c for _, c in finals])


def packed(cell, x, lengths, h0, c0, parameters, layers, directions):
    """The same through torch.nn, over a packed sequence."""
    options = dict(num_layers=layers, bidirectional=directions == 2)
    hidden = h0.shape[2]
    if cell == "lstm":
        module = torch.nn.LSTM(x.shape[2], hidden, **options)
    elif cell == "gru":
        module = torch.nn.GRU(x.shape[2], hidden, **options)
    else:
        module = torch.nn.RNN(x.shape[2], hidden, nonlinearity=cell.removeprefix("rnn_"), **options)
    module = module.to(x.dtype)
    assert list(parameters) == [name for name, _ in module.named_parameters()]
    sequence = pack_padded_sequence(x, lengths, enforce_sorted=False)
    state = (h0, c0) if cell == "lstm" else h0
    y, final = torch.func.functional_call(module, parameters, (sequence, state))
    hn, cn = final if cell == "lstm" else (final, c0)
    return pad_packed_sequence(y, total_length=x.shape[0])[0], hn, cn


def parameter_shapes(cell, inputs, hidden, layers, directions):
    shapes = {}
    for layer in range(layers):
        width = inputs if layer == 0 else hidden * directions
        for side in range(directions):
            suffix = f"_l{layer}" + ("_reverse" if side else "")
            shapes["weight_ih" + suffix] = (GATES[cell] * hidden, width)
            shapes["weight_hh" + suffix] = (GATES[cell] * hidden, hidden)
            shapes["bias_ih" + suffix] = (GATES[cell] * hidden,)
            shapes["bias_hh" + suffix] = (GATES[cell] * hidden,)
    return shapes


def write(case, cell, lengths, width, hidden, layers, directions, with_state):
    draw = Inputs(case)
    lengths = torch.tensor(lengths)
    steps, batch = int(lengths.max()), len(lengths)
    # What stands in the padding is noise, not zeros: whoever reads it gets a wrong answer.
    inputs = {"x": draw.normal(steps, batch, width)}
    if with_state:
        inputs["h0"] = draw.normal(layers * directions, batch, hidden, scale=0.5)
        if cell == "lstm":
            inputs["c0"] = draw.normal(layers * directions, batch, hidden, scale=0.5)
    shapes = parameter_shapes(cell, width, hidden, layers, directions)
    inputs |= {name: draw.normal(*shape, scale=hidden**-0.5) for name, shape in shapes.items()}
    zeros = torch.zeros(layers * directions, batch, hidden)

    def outputs(values, through_torch):
        x = values["x"]
        h0, c0 = (values.get(name, zeros.to(x.dtype)) for name in ["h0", "c0"])
        arguments = (x, lengths, h0, c0, {name: values[name] for name in shapes}, layers, directions)
        y, hn, cn = packed(cell, *arguments) if through_torch else unrolled(globals()[cell], *arguments)
        return {"y": y, "hn": hn} | ({"cn": cn} if cell == "lstm" else {})

    upstream = {
        "y": draw.normal(steps, batch, hidden * directions),  # noise in the padding, again on purpose
        "hn": draw.normal(layers * directions, batch, hidden),
    }
    if cell == "lstm":
        upstream["cn"] = draw.normal(layers * directions, batch, hidden)
    own = reference(lambda values: outputs(values, through_torch=False), inputs, upstream)
    if cell != "gru_reset_before":
        theirs = reference(lambda values: outputs(values, through_torch=True), inputs, upstream)
        for name, value in theirs.items():
            torch.testing.assert_close(own[name], value, rtol=1e-10, atol=1e-10, msg=lambda m: f"{case} {name}: {m}")
        own = theirs
    save(FOLDER, case, own | {"lengths": lengths})


if __name__ == "__main__":
    for cell in GATES:
        for layers in [1, 2]:
            for directions in [1, 2]:
                hidden = 4 if layers == 1 else 6
                name = f"{cell}.layers{layers}.directions{directions}"
                write(f"{name}.unequal", cell, [4, 1, 6], 5, hidden, layers, directions, with_state=True)
                write(f"{name}.equal", cell, [6, 6, 6], 5, hidden, layers, directions, with_state=False)
        write(f"{cell}.larger", cell, [7, 9, 1, 9, 4], 17, 33, 1, 1, with_state=True)
