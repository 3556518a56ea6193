"""Makes the fixtures of whole encoder-decoders with PyTorch: `python make_encoder_decoder.py`. Names: README.md beside."""

import dataclasses
import pathlib
import sys

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[2]))
from fixture_writer import Inputs, reference, save  # noqa: E402

SOURCE_VOCABULARY, TARGET_VOCABULARY = 11, 13
EMBEDDING, HIDDEN, ENERGY = 4, 6, 7
PAD, BEGIN, END = 0, 2, 3
SMOOTHING = 0.1


@dataclasses.dataclass(frozen=True)
class Plan:
    cell: str  # lstm, gru (reset after the product)
    layers: int
    arrangement: str  # output (Luong), next_layer (GNMT), input_feeding, plain
    attention: str = "none"  # dot, general, additive
    bidirectional: bool = True
    reverse_source: bool = False

    @property
    def case(self):
        attention = [] if self.attention == "none" else [self.attention]
        ends = [] if self.bidirectional else ["one_direction"]
        ends += ["reversed"] if self.reverse_source else []
        return ".".join([self.arrangement, self.cell, *attention, f"layers{self.layers}", *ends])


def recurrent(cell, inputs, hidden, **options):
    return {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[cell](inputs, hidden, **options)


class SourceEncoder(nn.Module):
    """Source ids [S,B] to states [S,B,D] (zeros after the end) and the final h (and c) of each layer, [B,D]."""

    def __init__(self, plan):
        super().__init__()
        self.plan = plan
        directions = 2 if plan.bidirectional else 1
        self.embedding = nn.Embedding(SOURCE_VOCABULARY, EMBEDDING)
        self.rnn = recurrent(
            plan.cell, EMBEDDING, HIDDEN // directions, num_layers=plan.layers, bidirectional=plan.bidirectional
        )

    def forward(self, ids, lengths):
        if self.plan.reverse_source:
            ids = ids.clone()
            for row, length in enumerate(lengths.tolist()):
                ids[:length, row] = ids[:length, row].flip(0)
        sequence = pack_padded_sequence(self.embedding(ids), lengths, enforce_sorted=False)
        states, final = self.rnn(sequence)
        states = pad_packed_sequence(states, total_length=ids.shape[0])[0]

        def by_layer(state):
            # [layers*directions,B,H] to one [B,directions*H] a layer, forward half first.
            directions = 2 if self.plan.bidirectional else 1
            halves = state.view(self.plan.layers, directions, *state.shape[1:])
            return [torch.cat(list(layer), 1) for layer in halves]

        return states, [by_layer(state) for state in (final if self.plan.cell == "lstm" else (final,))]


class Attention(nn.Module):
    """Queries [T,B,H] over states [S,B,D]: context [T,B,D]. The values are the states themselves."""

    def __init__(self, kind, width):
        super().__init__()
        self.kind = kind
        if kind == "general":
            self.key = nn.Linear(width, HIDDEN, bias=False)
        if kind == "additive":
            self.key = nn.Linear(width, ENERGY, bias=False)
            self.query = nn.Linear(HIDDEN, ENERGY, bias=False)
            self.energy = nn.Linear(ENERGY, 1, bias=False)

    def forward(self, queries, states, lengths):
        if self.kind == "additive":
            energy = torch.tanh(self.query(queries)[:, None] + self.key(states)[None])
            scores = self.energy(energy)[..., 0].permute(0, 2, 1)
        else:
            keys = self.key(states) if self.kind == "general" else states
            scores = torch.einsum("tbh,sbh->tbs", queries, keys)
        alive = torch.arange(states.shape[0])[None, None, :] < lengths[None, :, None]
        weights = scores.masked_fill(~alive, -torch.inf).softmax(-1)
        return torch.einsum("tbs,sbd->tbd", weights, states)


class Bridge(nn.Module):
    """The decoder's initial state: tanh of one linear map for each layer and each part (h, c) of the state."""

    def __init__(self, plan):
        super().__init__()
        self.parts = ["h", "c"] if plan.cell == "lstm" else ["h"]
        for layer in range(plan.layers):
            for part in self.parts:
                self.add_module(f"{part}_l{layer}", nn.Linear(HIDDEN, HIDDEN))

    def forward(self, final):
        maps = dict(self.named_children())
        return tuple(
            torch.stack([torch.tanh(maps[f"{part}_l{i}"](layer)) for i, layer in enumerate(layers)])
            for part, layers in zip(self.parts, final)
        )


class TokenDecoder(nn.Module):
    """Target input ids [T,B] to logits [T,B,V]."""

    def __init__(self, plan):
        super().__init__()
        self.plan = plan
        self.embedding = nn.Embedding(TARGET_VOCABULARY, EMBEDDING)
        self.bridge = Bridge(plan)
        feeds = plan.arrangement == "input_feeding"
        self.rnn = recurrent(plan.cell, EMBEDDING + (HIDDEN if feeds else 0), HIDDEN, num_layers=plan.layers)
        if plan.arrangement == "next_layer":
            # torch.nn has no stack with a context in the middle: two layers that share one name space.
            second = recurrent(plan.cell, 2 * HIDDEN, HIDDEN)
            for name in ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]:
                setattr(self.rnn, f"{name}_l1", nn.Parameter(getattr(second, f"{name}_l0").detach()))
        if plan.attention != "none":
            self.attention = Attention(plan.attention, HIDDEN)
        if plan.arrangement in ["output", "input_feeding"]:
            self.combine = nn.Linear(2 * HIDDEN, HIDDEN)
        self.output = nn.Linear(HIDDEN, TARGET_VOCABULARY)

    def run(self, inputs, state):
        """The stack over `inputs` [T,B,*] from `state`, a tuple of [layers,B,H]."""
        outputs, state = self.rnn(inputs, state if self.plan.cell == "lstm" else state[0])
        return outputs, state if self.plan.cell == "lstm" else (state,)

    def run_layer(self, layer, inputs, state):
        """One layer of the stack alone over `inputs` [T,B,*]: its outputs [T,B,H]."""
        module = recurrent(self.plan.cell, inputs.shape[2], HIDDEN).to(inputs.dtype)
        values = {f"{n}_l0": getattr(self.rnn, f"{n}_l{layer}") for n in ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]}
        initial = tuple(part[layer : layer + 1] for part in state)
        argument = initial if self.plan.cell == "lstm" else initial[0]
        return torch.func.functional_call(module, values, (inputs, argument))[0]

    def attentional(self, queries, states, lengths):
        context = self.attention(queries, states, lengths)
        return torch.tanh(self.combine(torch.cat([queries, context], 2)))

    def forward(self, ids, states, final, lengths):
        embedded, state = self.embedding(ids), self.bridge(final)
        if self.plan.arrangement == "plain":
            return self.output(self.run(embedded, state)[0])
        if self.plan.arrangement == "output":
            return self.output(self.attentional(self.run(embedded, state)[0], states, lengths))
        if self.plan.arrangement == "next_layer":
            first = self.run_layer(0, embedded, state)
            context = self.attention(first, states, lengths)
            return self.output(self.run_layer(1, torch.cat([first, context], 2), state))
        fed = embedded.new_zeros(1, ids.shape[1], HIDDEN)
        logits = []
        for step in embedded:
            top, state = self.run(torch.cat([step[None], fed], 2), state)
            fed = self.attentional(top, states, lengths)
            logits.append(self.output(fed))
        return torch.cat(logits)


class EncoderDecoder(nn.Module):
    def __init__(self, plan):
        super().__init__()
        self.encoder = SourceEncoder(plan)
        self.decoder = TokenDecoder(plan)

    def forward(self, source, source_lengths, target):
        states, final = self.encoder(source, source_lengths)
        return self.decoder(target, states, final, source_lengths)


def sentences(draw):
    """Unequal lengths on both sides; ids repeat; padding is PAD."""
    source_lengths, target_lengths = torch.tensor([3, 5, 1]), torch.tensor([4, 2, 3])
    source = draw.ids(5, 3, low=4, high=SOURCE_VOCABULARY)
    words = draw.ids(4, 3, low=4, high=TARGET_VOCABULARY)
    target_in = torch.cat([torch.full((1, 3), BEGIN), words[:-1]])
    target_out = words.clone()
    for row, length in enumerate(target_lengths.tolist()):
        target_out[length - 1, row] = END
        target_in[length:, row] = target_out[length:, row] = PAD
    for row, length in enumerate(source_lengths.tolist()):
        source[length:, row] = PAD
    return source, source_lengths, target_in, target_out, target_lengths


def write(plan):
    draw = Inputs(plan.case)
    source, source_lengths, target_in, target_out, target_lengths = sentences(draw)
    model = EncoderDecoder(plan)
    shapes = {name: value.shape for name, value in model.state_dict().items()}
    parameters = {name: draw.normal(*shape, scale=0.5) for name, shape in shapes.items()}
    alive = torch.arange(target_in.shape[0])[:, None] < target_lengths[None, :]

    def outputs(values):
        network = model.to(values["encoder.embedding.weight"].dtype)
        logits = torch.func.functional_call(network, values, (source, source_lengths, target_in))
        labels = torch.where(alive, target_out, -100)
        total = F.cross_entropy(
            logits.flatten(0, 1), labels.flatten(), reduction="sum", label_smoothing=SMOOTHING, ignore_index=-100
        )
        return {"loss": total / alive.sum(), "logits": logits * alive[..., None]}

    tensors = reference(outputs, parameters, {"loss": torch.ones((), dtype=torch.float64)})
    del tensors["grad_loss"]
    integers = {
        "source": source,
        "source_lengths": source_lengths,
        "target_in": target_in,
        "target_out": target_out,
        "target_lengths": target_lengths,
    }
    save(FOLDER, plan.case, tensors | integers | {"smoothing": SMOOTHING})


if __name__ == "__main__":
    for cell in ["lstm", "gru"]:
        for layers in [1, 2]:
            for attention in ["dot", "general", "additive"]:
                write(Plan(cell, layers, "output", attention))
            for attention in ["general", "additive"]:
                write(Plan(cell, layers, "input_feeding", attention))
            write(Plan(cell, layers, "plain"))
        for attention in ["general", "additive"]:
            write(Plan(cell, 2, "next_layer", attention))
        write(Plan(cell, 1, "output", "general", bidirectional=False))
        write(Plan(cell, 1, "plain", bidirectional=False))
        write(Plan(cell, 2, "plain", bidirectional=False, reverse_source=True))
