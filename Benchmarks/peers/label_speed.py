"""How fast PyTorch labels the frames of a video that PyAV reads, as one JSON object a line.

Three rates in frames a second for each network, medians of --rounds: `decode` (read, scale, lay out as floats: no network),
`network` (the same network over frames that lie ready in memory), `pipeline` (a thread decodes ahead while the network runs).
`share` is what the pipeline makes of 1/(1/decode + 1/network). The weights are random: speed does not depend on them.

usage: label_speed.py VIDEO [--network mobilenet|lip|small] [--threads 2] [--batch 16] [--rounds 3] [--repeat 1]
  mobilenet  MobileNetV2 of torchvision at 224 x 224 without its classifier, an LSTM layer of --hidden (256), --labels
             (1000); the state is carried from batch to batch
  lip        gray windows of 56 x 104 around the mouth of GRID, differences to both neighbours, four strided convolutions,
             two bidirectional GRU layers of 192; --window (75) frames at a time
  small      --size (64) pixels, --input gray3 (gray and both differences) or rgb, strided convolutions of
             --channels (16,32,48,64), a projection to --hidden (128), --layers (1) of a bidirectional GRU; --window frames
             at a time

Made with PyTorch 2.15, torchvision 0.29 and PyAV 18.1.
"""
import argparse, json, queue, statistics, threading, time

import av
import numpy as np
import torch
import torch.nn as nn

parser = argparse.ArgumentParser()
parser.add_argument("video")
parser.add_argument("--network", choices=["mobilenet", "lip", "small"], default="mobilenet")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--batch", type=int, default=16)
parser.add_argument("--window", type=int, default=75)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--repeat", type=int, default=1, help="how often a round reads the video: more for short clips")
parser.add_argument("--size", type=int, default=64)
parser.add_argument("--input", choices=["gray3", "rgb"], default="gray3")
parser.add_argument("--channels", default="16,32,48,64")
parser.add_argument("--hidden", type=int)
parser.add_argument("--layers", type=int, default=1)
parser.add_argument("--labels", type=int)
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.manual_seed(0)


class MobileNetLSTM(nn.Module):
    """One batch of frames [F, 3, 224, 224] becomes labels [F]; the LSTM goes on where it stopped."""

    def __init__(self, hidden, labels):
        super().__init__()
        from torchvision.models import mobilenet_v2

        self.features = mobilenet_v2(weights=None).features
        self.rnn = nn.LSTM(1280, hidden)
        self.out = nn.Linear(hidden, labels)
        self.state = None

    def forward(self, frames):
        features = self.features(frames).mean((2, 3))
        y, self.state = self.rnn(features[:, None], self.state)
        return self.out(y[:, 0]).argmax(-1)


class ConvolutionsGRU(nn.Module):
    """A window of frames [F, C, H, W] becomes labels [F]."""

    def __init__(self, inputs, channels, height, width, features, hidden, layers, labels):
        super().__init__()
        blocks = []
        for place, (before, after) in enumerate(zip([inputs] + channels, channels)):
            kernel = 5 if place == 0 else 3
            blocks += [nn.Conv2d(before, after, kernel, 2, kernel // 2, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
            height, width = (height + 1) // 2, (width + 1) // 2
        self.features = nn.Sequential(*blocks)
        self.project = nn.Linear(channels[-1] * height * width, features)
        self.rnn = nn.GRU(features, hidden, layers, bidirectional=True)
        self.out = nn.Linear(2 * hidden, labels)

    def forward(self, frames):
        y = torch.relu(self.project(self.features(frames).flatten(1)))
        return self.out(self.rnn(y[:, None])[0][:, 0]).argmax(-1)


def with_differences(gray):
    """Frames [F, H, W] with their differences to the frame before and the one after: [F, 3, H, W]."""
    x = torch.from_numpy(gray).float() / 128 - 1
    return torch.stack([x, x - torch.cat([x[:1], x[:-1]]), torch.cat([x[1:], x[-1:]]) - x], 1)


MEAN = torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1)


def colors(rgb):
    return (torch.from_numpy(rgb).permute(0, 3, 1, 2).float() / 255 - MEAN) / DEVIATION


if options.network == "mobilenet":
    net = MobileNetLSTM(options.hidden or 256, options.labels or 1000)
    take, together, lay_out = lambda f: f.reformat(224, 224, "rgb24").to_ndarray(), options.batch, colors
elif options.network == "lip":
    net = ConvolutionsGRU(3, [24, 48, 96, 96], 56, 104, 192, 192, 2, options.labels or 52)
    take, together = lambda f: f.reformat(format="gray").to_ndarray()[188:244, 112:216], options.window
    lay_out = with_differences
else:
    side, hidden, gray = options.size, options.hidden or 128, options.input == "gray3"
    channels = [int(c) for c in options.channels.split(",")]
    net = ConvolutionsGRU(3, channels, side, side, hidden, hidden, options.layers, options.labels or 13)
    take, together = lambda f: f.reformat(side, side, "gray" if gray else "rgb24").to_ndarray(), options.window
    lay_out = with_differences if gray else colors
net.eval()


def batches():
    for _ in range(options.repeat):
        frames = []
        with av.open(options.video) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            stream.codec_context.thread_count = options.threads
            for frame in container.decode(stream):
                frames.append(take(frame))
                if len(frames) == together:
                    yield lay_out(np.stack(frames))
                    frames = []
        if frames:
            yield lay_out(np.stack(frames))


def ahead(items, room=4):
    """The items, made by a thread of their own; at most `room` wait."""
    waiting = queue.Queue(room)

    def make():
        for item in items:
            waiting.put(item)
        waiting.put(None)

    threading.Thread(target=make, daemon=True).start()
    while (item := waiting.get()) is not None:
        yield item


def decode():
    return sum(len(b) for b in batches())


def network(ready):
    return sum(len(net(b)) for b in ready)


def pipeline():
    return sum(len(net(b)) for b in ahead(batches()))


def rate(run):
    run()
    rates = []
    for _ in range(options.rounds):
        start = time.perf_counter()
        frames = run()
        rates.append(frames / (time.perf_counter() - start))
    return frames, statistics.median(rates)


with torch.inference_mode():
    repeat, options.repeat = options.repeat, 1
    # A few hundred frames show the network's speed; a long video need not fit into memory.
    ready = []
    for batch in batches():
        ready.append(batch)
        if sum(map(len, ready)) >= 300:
            break
    options.repeat = repeat
    frames, decoded = rate(decode)
    _, computed = rate(lambda: network(ready))
    _, whole = rate(pipeline)
print(
    json.dumps(
        dict(
            case="label", peer="pytorch", network=options.network, video=options.video.rsplit("/", 1)[-1], frames=frames,
            threads=options.threads, together=together, parameters=sum(p.numel() for p in net.parameters()),
            decode_frames_per_s=round(decoded, 1), network_frames_per_s=round(computed, 1),
            pipeline_frames_per_s=round(whole, 1), share=round(whole * (1 / decoded + 1 / computed), 3))),
    flush=True)
