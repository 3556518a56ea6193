"""Makes the fixtures of caption networks with PyTorch: `python make_captions.py`. Names: README.md beside."""

import dataclasses
import pathlib
import sys

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER.parents[2]), str(FOLDER.parent / "encoder-decoder")]
from fixture_writer import Inputs, reference, save  # noqa: E402
from make_encoder_decoder import EMBEDDING, HIDDEN, SMOOTHING, TARGET_VOCABULARY, Attention, recurrent, sentences  # noqa: E402

FEATURES = 5
HEIGHT, WIDTH = 10, 8
CHANNELS = [3, 4]
LENGTHS = [2, 4, 1]


@dataclasses.dataclass(frozen=True)
class Plan:
    reader: str  # mean, each, recurrent (both directions), stacked (S2VT)
    bridge: str  # linear, affine, input, copy
    cell: str  # rnn (tanh), lstm, gru (reset after the product)
    layers: int = 1
    attention: str = "none"  # dot, general, additive
    input_feeding: bool = False
    places: bool = False  # pictures, and a feature map of them
    projection: int = 0

    @property
    def case(self):
        parts = [self.reader, self.bridge, self.cell, f"layers{self.layers}"]
        parts += [] if self.attention == "none" else [self.attention]
        parts += ["input_feeding"] * self.input_feeding + ["places"] * self.places
        return ".".join(parts + ["projection"] * bool(self.projection))

    @property
    def frame_width(self):
        return self.projection or (CHANNELS[-1] if self.places else FEATURES)

    @property
    def state_width(self):
        return HIDDEN if self.reader in ["recurrent", "stacked"] else self.frame_width


class Network(nn.Module):
    """Pictures [N,1,H,W] to a feature map [N,P,C]; normalised by the statistics of the batch."""

    def __init__(self):
        super().__init__()
        inputs = 1
        self.features = nn.Module()
        for index, channels in enumerate(CHANNELS):
            size = 3 if index else 5
            convolution = nn.Conv2d(inputs, channels, size, stride=2, padding=size // 2, bias=False)
            self.features.add_module(str(3 * index), convolution)
            self.features.add_module(str(3 * index + 1), nn.BatchNorm2d(channels, track_running_stats=False))
            inputs = channels

    def forward(self, x):
        layers = dict(self.features.named_children())
        for index in range(len(CHANNELS)):
            x = F.relu(layers[str(3 * index + 1)](layers[str(3 * index)](x)))
        return x.flatten(2).transpose(1, 2)


class FrameEncoder(nn.Module):
    """Frames one after another, [N,...], to features [N,P,D]."""

    def __init__(self, plan):
        super().__init__()
        if plan.places:
            self.network = Network()
        if plan.projection:
            self.projection = nn.Linear(CHANNELS[-1] if plan.places else FEATURES, plan.projection)

    def forward(self, frames):
        features = self.network(frames) if hasattr(self, "network") else frames[:, None]
        return F.relu(self.projection(features)) if hasattr(self, "projection") else features


def side_by_side(state):
    """[directions,B,H] to [B,directions*H]."""
    return torch.cat(list(state), 1)


class ClipEncoder(nn.Module):
    """Frames to states [S,B,D], their number for each clip, and the final parts of a state, each [layers][B,D]."""

    def __init__(self, plan):
        super().__init__()
        self.plan = plan
        self.frames = FrameEncoder(plan)
        if plan.reader == "recurrent":
            self.rnn = recurrent(plan.cell, plan.frame_width, HIDDEN // 2, bidirectional=True)

    def forward(self, frames):
        clips = [clip.flatten(0, 1) for clip in self.frames(frames).split(LENGTHS)]
        lengths = torch.tensor([len(clip) for clip in clips])
        padded = nn.utils.rnn.pad_sequence(clips)
        parts = 2 if self.plan.cell == "lstm" else 1
        if self.plan.reader == "stacked":
            return clips, lengths, None
        if self.plan.reader == "recurrent":
            states, final = self.rnn(pack_padded_sequence(padded, lengths, enforce_sorted=False))
            final = final if self.plan.cell == "lstm" else (final,)
            return pad_packed_sequence(states)[0], lengths, [[side_by_side(part)] for part in final]
        mean = torch.stack([clip.mean(0) for clip in clips])
        if self.plan.reader == "mean":
            padded, lengths = mean[None], torch.ones_like(lengths)
        return padded, lengths, [[mean]] * parts


class TokenDecoder(nn.Module):
    """Target input ids [T,B] to logits [T,B,V]."""

    def __init__(self, plan):
        super().__init__()
        self.plan = plan
        width = plan.state_width
        self.embedding = nn.Embedding(TARGET_VOCABULARY, EMBEDDING)
        self.bridge = nn.Module()
        if plan.bridge == "input":
            self.bridge.add_module("input", nn.Linear(width, EMBEDDING))
        elif plan.bridge != "copy":
            for layer in range(plan.layers):
                for part in ["h", "c"] if plan.cell == "lstm" else ["h"]:
                    self.bridge.add_module(f"{part}_l{layer}", nn.Linear(width, HIDDEN))
        if plan.reader == "stacked":
            self.rnn = recurrent(plan.cell, plan.frame_width, HIDDEN, num_layers=2)
            upper = recurrent(plan.cell, HIDDEN + EMBEDDING, HIDDEN)
            self.rnn.weight_ih_l1 = nn.Parameter(upper.weight_ih_l0.detach())
        else:
            self.rnn = recurrent(plan.cell, EMBEDDING + HIDDEN * plan.input_feeding, HIDDEN, num_layers=plan.layers)
        if plan.attention != "none":
            self.attention = Attention(plan.attention, width)
            self.combine = nn.Linear(HIDDEN + width, HIDDEN)
        self.output = nn.Linear(HIDDEN, TARGET_VOCABULARY)

    def first(self, final):
        """The state before the begin piece, for self.rnn."""
        maps = dict(self.bridge.named_children())
        squash = torch.tanh if self.plan.bridge == "linear" else lambda x: x
        parts = [
            torch.stack([squash(maps[f"{name}_l{layer}"](part[0])) for layer in range(self.plan.layers)])
            for name, part in zip("hc", final)
        ]
        return tuple(parts) if self.plan.cell == "lstm" else parts[0]

    def run_layer(self, layer, inputs):
        """One layer of the stack alone over `inputs` [T,*] of one clip from zeros: its outputs [T,H]."""
        module = recurrent(self.plan.cell, inputs.shape[1], HIDDEN).to(inputs.dtype)
        names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
        values = {f"{name}_l0": getattr(self.rnn, f"{name}_l{layer}") for name in names}
        return torch.func.functional_call(module, values, (inputs,))[0]

    def written(self, clip, words):
        """S2VT as its authors draw it, for one clip: two layers over one sequence, frames first, then words [T,E]."""
        below = self.run_layer(0, torch.cat([clip, clip.new_zeros(len(words), clip.shape[1])]))
        beside = torch.cat([words.new_zeros(len(clip), EMBEDDING), words])
        return self.run_layer(1, torch.cat([below, beside], 1))[len(clip) :]

    def attentional(self, queries, states, lengths):
        context = self.attention(queries, states, lengths)
        return torch.tanh(self.combine(torch.cat([queries, context], 2)))

    def forward(self, ids, states, lengths, final):
        words = self.embedding(ids)
        if self.plan.reader == "stacked":
            rows = [self.written(clip, words[:, row]) for row, clip in enumerate(states)]
            return self.output(torch.stack(rows, 1))
        if self.plan.bridge == "input":
            image = self.bridge.get_submodule("input")(final[0][-1])[None]
            if not self.plan.input_feeding:
                # The image is one more word, whose output nobody reads.
                top = self.rnn(torch.cat([image, words]))[0][1:]
            else:
                state = self.rnn(torch.cat([image, image.new_zeros(1, len(LENGTHS), HIDDEN)], 2))[1]
        else:
            state = self.first(final)
            top = None if self.plan.input_feeding else self.rnn(words, state)[0]
        if self.plan.input_feeding:
            fed = words.new_zeros(1, len(LENGTHS), HIDDEN)
            features = []
            for word in words:
                top, state = self.rnn(torch.cat([word[None], fed], 2), state)
                fed = self.attentional(top, states, lengths)
                features.append(fed)
            return self.output(torch.cat(features))
        return self.output(top if self.plan.attention == "none" else self.attentional(top, states, lengths))


class CaptionNetwork(nn.Module):
    def __init__(self, plan):
        super().__init__()
        self.encoder = ClipEncoder(plan)
        self.decoder = TokenDecoder(plan)

    def forward(self, frames, target):
        return self.decoder(target, *self.encoder(frames))


def write(plan):
    draw = Inputs(plan.case)
    _, _, target_in, target_out, target_lengths = sentences(draw)
    shape = [1, HEIGHT, WIDTH] if plan.places else [FEATURES]
    frames = draw.normal(sum(LENGTHS), *shape)
    model = CaptionNetwork(plan)
    shapes = {name: value.shape for name, value in model.state_dict().items()}
    parameters = {name: draw.normal(*shape, scale=0.5) for name, shape in shapes.items()}
    alive = torch.arange(target_in.shape[0])[:, None] < target_lengths[None, :]

    def outputs(values):
        dtype = values["decoder.output.weight"].dtype
        logits = torch.func.functional_call(model.to(dtype), values, (frames.to(dtype), target_in))
        labels = torch.where(alive, target_out, -100)
        total = F.cross_entropy(
            logits.flatten(0, 1), labels.flatten(), reduction="sum", label_smoothing=SMOOTHING, ignore_index=-100
        )
        return {"loss": total / alive.sum(), "logits": logits * alive[..., None]}

    tensors = reference(outputs, parameters, {"loss": torch.ones((), dtype=torch.float64)})
    del tensors["grad_loss"]
    integers = {
        "lengths": torch.tensor(LENGTHS),
        "target_in": target_in,
        "target_out": target_out,
        "target_lengths": target_lengths,
    }
    save(FOLDER, plan.case, tensors | integers | {"frames": frames, "smoothing": SMOOTHING})


write(Plan("mean", "affine", "rnn"))
write(Plan("mean", "input", "lstm"))
write(Plan("mean", "input", "gru", layers=2, projection=4))
write(Plan("mean", "linear", "lstm", layers=2))
write(Plan("each", "linear", "lstm", attention="additive", places=True))
write(Plan("each", "linear", "gru", attention="general", places=True, projection=5))
write(Plan("each", "linear", "lstm", attention="additive", input_feeding=True))
for cell in ["lstm", "gru"]:
    for attention in ["dot", "general", "additive"]:
        write(Plan("recurrent", "linear", cell, attention=attention))
write(Plan("recurrent", "input", "lstm", attention="general", input_feeding=True, projection=4))
write(Plan("recurrent", "affine", "lstm", layers=2, attention="dot"))
for cell in ["lstm", "gru"]:
    write(Plan("stacked", "copy", cell, layers=2))
