"""Makes the fixtures of tied embeddings and of GNMT's stacks with PyTorch 2.15: `python make_variants.py`. Names: README.md
beside."""

import pathlib
import sys

import torch
import torch.nn.functional as F
from torch import nn

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[2]))
sys.path.insert(0, str(FOLDER.parent / "encoder-decoder"))
import make_encoder_decoder as base  # noqa: E402
from fixture_writer import Inputs, reference, save  # noqa: E402


def write(case, shapes, logits):
    """`logits(values, source, source_lengths, target_in)` of parameters with these shapes, and its loss."""
    draw = Inputs(case)
    source, source_lengths, target_in, target_out, target_lengths = base.sentences(draw)
    parameters = {name: draw.normal(*shape, scale=0.5) for name, shape in shapes.items()}
    alive = torch.arange(target_in.shape[0])[:, None] < target_lengths[None, :]

    def outputs(values):
        found = logits(values, source, source_lengths, target_in)
        labels = torch.where(alive, target_out, -100)
        total = F.cross_entropy(
            found.flatten(0, 1), labels.flatten(), reduction="sum", label_smoothing=base.SMOOTHING, ignore_index=-100
        )
        return {"loss": total / alive.sum(), "logits": found * alive[..., None]}

    tensors = reference(outputs, parameters, {"loss": torch.ones((), dtype=torch.float64)})
    del tensors["grad_loss"]
    integers = {
        "source": source,
        "source_lengths": source_lengths,
        "target_in": target_in,
        "target_out": target_out,
        "target_lengths": target_lengths,
    }
    save(FOLDER, case, tensors | integers | {"smoothing": base.SMOOTHING})


def tied(case, embedding, all_sides):
    """The network with attention at the output; what is one parameter here has one name."""
    base.EMBEDDING = embedding
    base.SOURCE_VOCABULARY = base.TARGET_VOCABULARY if all_sides else 11
    model = base.EncoderDecoder(base.Plan("lstm", 1, "output", "general"))
    if embedding != base.HIDDEN:
        model.decoder.projection = nn.Linear(base.HIDDEN, embedding, bias=False)
        model.decoder.output = nn.Linear(embedding, base.TARGET_VOCABULARY)
        model.decoder.output.register_forward_pre_hook(lambda _, inputs: model.decoder.projection(inputs[0]))
    twins = {"decoder.output.weight": "decoder.embedding.weight"}
    if all_sides:
        twins = {name: "encoder.embedding.weight" for name in ["decoder.output.weight", "decoder.embedding.weight"]}
    shapes = {name: value.shape for name, value in model.state_dict().items() if name not in twins}

    def logits(values, source, source_lengths, target_in):
        network = model.to(values["encoder.embedding.weight"].dtype)
        full = values | {twin: values[name] for twin, name in twins.items()}
        return torch.func.functional_call(network, full, (source, source_lengths, target_in))

    write(case, shapes, logits)
    base.EMBEDDING, base.SOURCE_VOCABULARY = 4, 11


def gnmt():
    """Three layers a side, residual connections (Wu et al., 2016, section 3.1), the attention asked by the decoder's first layer
    and its context beside the input of each layer above it; only the output of the layer below is added to a layer's own."""
    layers, hidden, embedding = 3, base.HIDDEN, 4
    shapes = {
        "encoder.embedding.weight": (11, embedding),
        "decoder.embedding.weight": (13, embedding),
        "decoder.attention.key.weight": (hidden, hidden),
        "decoder.output.weight": (13, hidden),
        "decoder.output.bias": (13,),
    }
    for part in "hc":
        for layer in range(layers):
            shapes |= {f"decoder.bridge.{part}_l{layer}.weight": (hidden, hidden)}
            shapes |= {f"decoder.bridge.{part}_l{layer}.bias": (hidden,)}

    def stack(side, inputs, units, ends):
        for layer, width in enumerate(inputs):
            for end in ends:
                for kind, size in [("ih", (4 * units, width)), ("hh", (4 * units, units))]:
                    shapes[f"{side}.rnn.weight_{kind}_l{layer}{end}"] = size
                    shapes[f"{side}.rnn.bias_{kind}_l{layer}{end}"] = (4 * units,)

    stack("encoder", [embedding, hidden, hidden], hidden // 2, ["", "_reverse"])
    stack("decoder", [embedding, 2 * hidden, 2 * hidden], hidden, [""])

    def run(values, side, layer, inputs, units, state=None, bidirectional=False):
        """One layer over inputs [T,1,I]."""
        module = nn.LSTM(inputs.shape[2], units, bidirectional=bidirectional, dtype=inputs.dtype)
        names = {name: values[f"{side}.rnn.{name.replace('_l0', f'_l{layer}')}"] for name, _ in module.named_parameters()}
        return torch.func.functional_call(module, names, (inputs, state))

    def one(values, source, target):
        """Logits [T,V] of one sentence pair."""
        below = values["encoder.embedding.weight"][source][:, None]
        final = []
        for layer in range(layers):
            output, state = run(values, "encoder", layer, below, hidden // 2, bidirectional=True)
            final.append([part.flatten()[None] for part in state])
            below = output if layer == 0 else output + below
        keys = below[:, 0] @ values["decoder.attention.key.weight"].T

        def start(layer):
            return tuple(
                torch.tanh(
                    F.linear(
                        final[layer][part],
                        values[f"decoder.bridge.{'hc'[part]}_l{layer}.weight"],
                        values[f"decoder.bridge.{'hc'[part]}_l{layer}.bias"],
                    )
                )[None]
                for part in range(2)
            )

        top = run(values, "decoder", 0, values["decoder.embedding.weight"][target][:, None], hidden, start(0))[0]
        weights = (top[:, 0] @ keys.T).softmax(-1)
        context = (weights @ below[:, 0])[:, None]
        for layer in range(1, layers):
            top = run(values, "decoder", layer, torch.cat([top, context], 2), hidden, start(layer))[0] + top
        return F.linear(top[:, 0], values["decoder.output.weight"], values["decoder.output.bias"])

    def logits(values, source, source_lengths, target_in):
        # Sentences one by one: nothing is padded.
        return torch.stack(
            [one(values, source[:length, row], target_in[:, row]) for row, length in enumerate(source_lengths.tolist())],
            1,
        )

    write("gnmt", shapes, logits)


if __name__ == "__main__":
    tied("tied_target", 6, all_sides=False)
    tied("tied_target.projected", 4, all_sides=False)
    tied("tied_all", 6, all_sides=True)
    tied("tied_all.projected", 4, all_sides=True)
    gnmt()
