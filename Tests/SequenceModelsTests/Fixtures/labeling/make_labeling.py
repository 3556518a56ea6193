"""Makes the fixtures of labels with PyTorch 2.15: `python make_labeling.py`. Names: README.md beside."""

import pathlib
import sys

import torch
import torch.nn.functional as F

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[2]))
from fixture_writer import Inputs, reference, save  # noqa: E402

# Losses.


def roughness(log_p, labels, threshold):
    """MS-TCN (Farha and Gall, 2019): the earlier frame is a constant; the mean over labelled later frames and labels."""
    change = torch.clamp((log_p[1:] - log_p[:-1].detach()) ** 2, min=0, max=threshold**2)
    return change[labels[1:] >= 0].mean()


def loss_case(case, shape, ignored, weights=False, smoothing=0.0, temporal=0.0, threshold=4.0, scale=1.0):
    draw = Inputs(case)
    logits = draw.normal(*shape, scale=scale)
    labels = draw.ids(*shape[:-1], low=0, high=shape[-1])
    for place in ignored:
        labels[place] = -1
    weight = draw.uniform(shape[-1], low=0.2, high=2) if weights else None

    def function(t):
        z = t["logits"]
        loss = F.cross_entropy(
            z.reshape(-1, shape[-1]), labels.reshape(-1).long(), ignore_index=-1, label_smoothing=smoothing,
            weight=None if weight is None else weight.to(z.dtype))
        if temporal:
            loss = loss + temporal * roughness(z.log_softmax(-1), labels, threshold)
        return {"loss": loss.reshape(1)}

    tensors = reference(function, {"logits": logits}, {"loss": torch.ones(1, dtype=torch.float64)})
    tensors |= {"labels": labels, "settings": torch.tensor([smoothing, temporal, threshold], dtype=torch.float64)}
    # The likelihood that is reported: without weights and smoothing.
    flat = F.cross_entropy(logits.reshape(-1, shape[-1]), labels.reshape(-1).long(), ignore_index=-1, reduction="sum")
    save(FOLDER, case, tensors | {"nll": flat.reshape(1)} | ({} if weight is None else {"weights": weight}))


ENDS = [(6, 1), (5, 1), (6, 2), (0, 0)]
loss_case("loss.plain", (7, 3, 5), [])
loss_case("loss.ignored", (7, 3, 5), ENDS)
loss_case("loss.weights", (7, 3, 5), ENDS, weights=True)
loss_case("loss.smoothing", (7, 3, 5), ENDS, smoothing=0.1)
loss_case("loss.weights_smoothing", (7, 3, 5), ENDS, weights=True, smoothing=0.2)
loss_case("loss.temporal", (7, 3, 5), ENDS, temporal=0.15)
loss_case("loss.temporal_cut", (7, 3, 5), ENDS, temporal=0.5, threshold=1.5, scale=2)
loss_case("loss.everything", (7, 3, 5), ENDS, weights=True, smoothing=0.1, temporal=0.15, threshold=2, scale=2)
loss_case("loss.clip", (4, 5), [2], weights=True, smoothing=0.1)

draw = Inputs("independent")
logits, targets = draw.normal(6, 2, 4, scale=3), draw.ids(6, 2, 4, low=0, high=2).double()
counted = torch.ones(6, 2, dtype=torch.bool)
counted[5, 1] = counted[4, 1] = False
tensors = reference(
    lambda t: {"loss": F.binary_cross_entropy_with_logits(t["logits"][counted], targets.to(t["logits"].dtype)[counted])
               .reshape(1)},
    {"logits": logits}, {"loss": torch.ones(1, dtype=torch.float64)})
targets[~counted] = -1
save(FOLDER, "independent", tensors | {"targets": targets})

# Networks.

KINDS = {"gru_reset_after": torch.nn.GRU, "lstm": torch.nn.LSTM, "rnn": torch.nn.RNN}
GATES = {"gru_reset_after": 3, "lstm": 4, "rnn": 1}


def parameters(draw, cell, inputs, hidden, layers, directions, labels):
    found = {}
    for layer in range(layers):
        width = inputs if layer == 0 else hidden * directions
        for suffix in ["", "_reverse"][:directions]:
            for name, shape in [("weight_ih", (width,)), ("weight_hh", (hidden,)), ("bias_ih", ()), ("bias_hh", ())]:
                found[f"rnn.{name}_l{layer}{suffix}"] = draw.normal(GATES[cell] * hidden, *shape, scale=0.4)
    found["output.weight"] = draw.normal(labels, hidden * directions, scale=0.5)
    found["output.bias"] = draw.normal(labels, scale=0.5)
    return found


def run(cell, t, layer, suffix, x, state):
    """One direction of one layer of torch.nn over `x` [T, I] of one clip; the state is a tuple of [1, H]."""
    hidden = t[f"rnn.weight_hh_l{layer}{suffix}"].shape[1]
    module = KINDS[cell](x.shape[1], hidden).to(x.dtype)
    own = {f"{n}_l0": t[f"rnn.{n}_l{layer}{suffix}"] for n in ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]}
    if state is None:
        state = tuple(x.new_zeros(1, hidden) for _ in range(2 if cell == "lstm" else 1))
    given = state if cell == "lstm" else state[0]
    y, final = torch.func.functional_call(module, own, (x, given))
    return y, final if cell == "lstm" else (final,)


def window_case(case, cell, layers, directions, frames, window, ahead, labels=3, inputs=4, hidden=3, scores=False):
    """Forward goes on where the window before ended; backward begins anew behind the window and what is looked at ahead."""
    draw = Inputs(case)
    steps, batch = max(frames), len(frames)
    labels = inputs if scores else labels
    given = {"x": draw.normal(steps, batch, inputs)} | parameters(draw, cell, inputs, hidden, layers, directions, labels)
    if scores:
        given["score_scale"] = draw.uniform(1, low=0.5, high=1.5)

    def function(t):
        rows, finals = [], []
        for row, count in enumerate(frames):
            states, logits = [None] * layers, []
            for start in range(0, count, window):
                keep = min(window, count - start)
                features = below = t["x"][start:min(start + window + ahead, count), row]
                for layer in range(layers):
                    kept, states[layer] = run(cell, t, layer, "", below[:keep], states[layer])
                    forward = kept
                    if below.shape[0] > keep:
                        forward = torch.cat([kept, run(cell, t, layer, "", below[keep:], states[layer])[0]])
                    if directions == 2:
                        back = run(cell, t, layer, "_reverse", below.flip(0), None)[0].flip(0)
                        forward = torch.cat([forward, back], 1)
                    below = forward
                z = below[:keep] @ t["output.weight"].T + t["output.bias"]
                logits.append(z + features[:keep] * t["score_scale"] if scores else z)
            own = torch.cat(logits)
            rows.append(torch.cat([own, own.new_zeros(steps - count, labels)]))
            finals.append([torch.cat(state, 0) for state in states])
        # [layers, kinds, B, H]
        state = torch.stack([torch.stack([final[layer] for final in finals], 1) for layer in range(layers)])
        return {"logits": torch.stack(rows, 1), "state": state}

    upstream = {"logits": draw.normal(steps, batch, labels)}
    for row, count in enumerate(frames):
        upstream["logits"][count:, row] = 0
    upstream["state"] = draw.normal(layers, 2 if cell == "lstm" else 1, batch, hidden)
    tensors = reference(function, given, upstream)
    settings = torch.tensor([window, ahead, layers, directions])
    save(FOLDER, case, tensors | {"frames": torch.tensor(frames), "settings": settings})


window_case("window.gru_reset_after", "gru_reset_after", 2, 2, [11, 9, 4], 4, 3)
window_case("window.lstm", "lstm", 2, 2, [11, 9, 4], 4, 3)
window_case("window.rnn", "rnn", 1, 2, [7, 7], 3, 2)
window_case("window.one_direction", "lstm", 2, 1, [11, 9, 4], 4, 0)
window_case("window.no_look_ahead", "gru_reset_after", 2, 2, [8, 5], 4, 0)
window_case("window.far_look_ahead", "gru_reset_after", 1, 2, [9, 3], 2, 6)
window_case("window.whole", "gru_reset_after", 2, 2, [6, 4, 1], 6, 0)
window_case("window.scores", "gru_reset_after", 1, 2, [9, 6], 4, 2, scores=True)


def classifier_case(case, cell, layers, directions, frames, labels=5, inputs=4, hidden=3):
    draw = Inputs(case)
    given = {"x": draw.normal(max(frames), len(frames), inputs)}
    given |= parameters(draw, cell, inputs, hidden, layers, directions, labels)

    def function(t):
        module = KINDS[cell](inputs, hidden, layers, bidirectional=directions == 2).to(t["x"].dtype)
        own = {name[4:]: value for name, value in t.items() if name.startswith("rnn.")}
        packed = torch.nn.utils.rnn.pack_padded_sequence(t["x"], torch.tensor(frames))
        final = torch.func.functional_call(module, own, (packed,))[1]
        final = final[0] if cell == "lstm" else final
        top = torch.cat(list(final[-directions:]), 1)
        return {"logits": top @ t["output.weight"].T + t["output.bias"]}

    tensors = reference(function, given, {"logits": draw.normal(len(frames), labels)})
    settings = torch.tensor([0, 0, layers, directions])
    save(FOLDER, case, tensors | {"frames": torch.tensor(frames), "settings": settings})


classifier_case("classifier.gru_reset_after", "gru_reset_after", 2, 2, [8, 5, 1])
classifier_case("classifier.lstm", "lstm", 2, 2, [8, 5, 1])
classifier_case("classifier.one_direction", "lstm", 1, 1, [6, 6, 2])
