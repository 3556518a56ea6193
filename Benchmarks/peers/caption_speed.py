"""How fast PyTorch trains the networks that `unroll-bench caption` trains, as one JSON object a line: milliseconds a step.

A bidirectional GRU reads the frames of a clip, a linear bridge with tanh hands its last state over, and a GRU with general
attention at the output writes: all words at once, one call of nn.GRU for the reader and one for the writer. Cross entropy,
AdamW, norm clipping at 1. Clips of a batch have one length, and so have captions: nothing is padded or packed, which is what
PyTorch is fastest at. Clips and captions are random numbers that lie ready in memory.

usage: caption_speed.py [--only features|pictures] [--threads 2] [--rounds 10]
  features   32 clips of 40 frames that come as 1280 numbers each, 512 units, captions of 12 words out of 4000
  pictures   recipes/caption/shapes-sentences.yaml: 16 clips of 48 frames of 64 x 64 with both differences (9 channels), four
             strided convolutions with normalisation, a projection to 128, 192 units, captions of 11 words out of 39. Both
             layouts of memory are tried, --layout channels_last|contiguous, and the faster one counts
  --batch, --frames, --words, --vocabulary, --hidden, --embedding, --dropout, --width, --size, --inputs, --channels and
  --projection are other sizes of what --only names; --compile runs the network through torch.compile, which needs a C++
  compiler

Made with PyTorch 2.15.
"""
import argparse, json, statistics, time

import torch
import torch.nn as nn
import torch.nn.functional as F

parser = argparse.ArgumentParser()
parser.add_argument("--only", choices=["features", "pictures"])
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--rounds", type=int, default=10, help="steps, of which the median counts")
parser.add_argument("--layout", choices=["channels_last", "contiguous"])
parser.add_argument("--compile", action="store_true")
SIZES = ["batch", "frames", "words", "vocabulary", "hidden", "embedding", "width", "size", "inputs", "projection"]
for size in SIZES:
    parser.add_argument("--" + size, type=int)
parser.add_argument("--channels", help="such as 24,48,64,96")
parser.add_argument("--dropout", type=float, default=0.2)
options = parser.parse_args()
torch.set_num_threads(options.threads)

DEFAULTS = dict(
    features=dict(batch=32, frames=40, words=12, vocabulary=4000, hidden=512, embedding=256, width=1280),
    pictures=dict(
        batch=16, frames=48, words=11, vocabulary=39, hidden=192, embedding=64, size=64, inputs=9,
        channels=[24, 48, 64, 96], projection=128))


class Convolutions(nn.Module):
    """Pictures [N, C, H, W] become features [N, D]."""

    def __init__(self, inputs, channels, size, projection, dropout):
        super().__init__()
        blocks = []
        for place, (before, after) in enumerate(zip([inputs] + channels, channels)):
            kernel = 5 if place == 0 else 3
            blocks += [nn.Conv2d(before, after, kernel, 2, kernel // 2, bias=False), nn.BatchNorm2d(after), nn.ReLU(True)]
            size = (size + 1) // 2
        self.features = nn.Sequential(*blocks)
        self.project = nn.Linear(channels[-1] * size * size, projection)
        self.drop = nn.Dropout(dropout)

    def forward(self, pictures):
        return self.drop(torch.relu(self.project(self.drop(self.features(pictures).flatten(1)))))


class Captioner(nn.Module):
    """Clips, frame by frame [T * B, ...], and words [L, B] become scores of the next words [L, B, V]."""

    def __init__(self, encoder, width, hidden, embedding, vocabulary, dropout):
        super().__init__()
        self.encoder = encoder
        self.reader = nn.GRU(width, hidden // 2, bidirectional=True)
        self.bridge = nn.Linear(hidden, hidden)
        self.embedding = nn.Embedding(vocabulary, embedding)
        self.writer = nn.GRU(embedding, hidden)
        self.key = nn.Linear(hidden, hidden, bias=False)
        self.combine = nn.Linear(2 * hidden, hidden)
        self.out = nn.Linear(hidden, vocabulary)
        self.drop = nn.Dropout(dropout)

    def forward(self, clips, words):
        x = clips if self.encoder is None else self.encoder(clips)
        states, last = self.reader(x.view(-1, words.shape[1], x.shape[-1]))
        first = torch.tanh(self.bridge(torch.cat([last[0], last[1]], -1)))
        y, _ = self.writer(self.drop(self.embedding(words)), first[None])
        states, queries = states.transpose(0, 1), y.transpose(0, 1)
        weights = torch.softmax(queries @ self.key(states).transpose(1, 2), -1)
        seen = torch.tanh(self.combine(torch.cat([queries, weights @ states], -1)))
        return self.out(self.drop(seen)).transpose(0, 1)


def seconds_a_step(case, sizes, layout):
    torch.manual_seed(0)
    get = sizes.get
    if case == "features":
        encoder, width = None, get("width")
        clips = torch.randn(get("frames") * get("batch"), width)
    else:
        encoder = Convolutions(get("inputs"), get("channels"), get("size"), get("projection"), options.dropout)
        width = get("projection")
        clips = torch.randn(get("frames") * get("batch"), get("inputs"), get("size"), get("size"))
        if layout == "channels_last":
            encoder, clips = encoder.to(memory_format=torch.channels_last), clips.contiguous(memory_format=torch.channels_last)
    net = Captioner(encoder, width, get("hidden"), get("embedding"), get("vocabulary"), options.dropout)
    run = torch.compile(net) if options.compile else net
    optimizer = torch.optim.AdamW(net.parameters(), 1e-3, weight_decay=0.01, fused=True)
    words = torch.randint(4, get("vocabulary"), (get("words") + 1, get("batch")))
    expected = torch.randint(4, get("vocabulary"), (get("words") + 1, get("batch")))

    def step():
        loss = F.cross_entropy(run(clips, words).flatten(0, 1), expected.flatten())
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
        return loss.item()

    for _ in range(3):
        step()
    times = []
    for _ in range(options.rounds):
        start = time.perf_counter()
        loss = step()
        times.append(time.perf_counter() - start)
    return statistics.median(times), loss, sum(p.numel() for p in net.parameters())


for case in [options.only] if options.only else list(DEFAULTS):
    sizes = dict(DEFAULTS[case])
    if options.only:
        sizes.update({name: value for name in SIZES if (value := getattr(options, name)) is not None and name in sizes})
        if options.channels and case == "pictures":
            sizes["channels"] = [int(c) for c in options.channels.split(",")]
    layouts = [options.layout] if options.layout else ["contiguous", "channels_last"]
    tried = {layout: seconds_a_step(case, sizes, layout) for layout in (layouts if case == "pictures" else layouts[:1])}
    layout = min(tried, key=lambda name: tried[name][0])
    seconds, loss, parameters = tried[layout]
    row = dict(
        peer=f"torch {torch.__version__}", net="caption " + case, mode="train", threads=options.threads, batch=sizes["batch"],
        ms=round(seconds * 1e3, 1), clips_per_s=round(sizes["batch"] / seconds, 1), loss=round(loss, 3), parameters=parameters)
    if len(tried) > 1:
        row.update({f"ms_{name}": round(result[0] * 1e3, 1) for name, result in tried.items()})
    if case == "pictures":
        row["layout"] = layout
    print(json.dumps(row), flush=True)
