"""The best translations that PyTorch finds with a network of torch_seq2seq.py, to hold those of the imported model against.

usage: seq2seq_nbest.py WEIGHTS.safetensors SPM.model SOURCE.txt [--against UNROLL.jsonl] [--lines 200] [--beam 5] [--threads 1]
  WEIGHTS   safetensors.torch.save_file(m.state_dict(), WEIGHTS) at the end of the training in torch_seq2seq.py
  --against what `unroll translate --json --n-best 5 --length-penalty average` printed of the same lines: prints how many lists of
            candidates are the same, and how far scores and log-probabilities of pieces are apart at most

A line of JSON a line of text, or with --against one in all. The search is the one that docs/search.md describes, written plainly:
one sentence at a time, whole rows, scores in double precision. Made with PyTorch 2.15 and sentencepiece 0.2.0.
"""
import argparse, json, math

import sentencepiece
import torch
import torch.nn as nn
from safetensors.torch import load_file

parser = argparse.ArgumentParser()
parser.add_argument("weights")
parser.add_argument("pieces")
parser.add_argument("text")
parser.add_argument("--against")
parser.add_argument("--lines", type=int, default=200)
parser.add_argument("--beam", type=int, default=5)
parser.add_argument("--threads", type=int, default=1)
options = parser.parse_args()
torch.set_num_threads(options.threads)
tensors = load_file(options.weights)
spm = sentencepiece.SentencePieceProcessor(model_file=options.pieces)


def linear(name):
    bias = tensors.get(name + ".bias")
    layer = nn.Linear(*reversed(tensors[name + ".weight"].shape), bias=bias is not None)
    layer.load_state_dict({key: tensors[f"{name}.{key}"] for key in layer.state_dict()})
    return layer


def lstm(name, **how):
    width, inputs = tensors[name + ".weight_hh_l0"].shape[1], tensors[name + ".weight_ih_l0"].shape[1]
    layer = nn.LSTM(inputs, width, batch_first=True, **how)
    layer.load_state_dict({key: tensors[f"{name}.{key}"] for key in layer.state_dict()})
    return layer


reader, writer = lstm("enc", bidirectional=True), lstm("dec")
to_hidden, to_cell, to_keys, combine, output = map(linear, ["bh", "bc", "wa", "wc", "out"])


def encode(ids):
    states, (hidden, cell) = reader(tensors["es.weight"][ids][None])
    first = torch.tanh(to_hidden(torch.cat(list(hidden), -1))), torch.tanh(to_cell(torch.cat(list(cell), -1)))
    return states[0], to_keys(states)[0], tuple(part[None] for part in first)


def step(last, state, states, keys):
    """Log-probabilities of what follows the last pieces, in double precision, and the next state."""
    top, state = writer(tensors["et.weight"][last][:, None], state)
    context = torch.softmax(top[:, 0] @ keys.T, -1) @ states
    logits = output(torch.tanh(combine(torch.cat([top[:, 0], context], -1))))
    return torch.log_softmax(logits.double(), -1), state


@torch.no_grad()
def search(text, size):
    ids = spm.encode(text) + [spm.eos_id()]
    limit = min(200, 2 * len(ids) + 10)
    states, keys, state = encode(ids)
    live, done = [([], [])], []
    while True:
        scores, state = step([(pieces or [spm.bos_id()])[-1] for pieces, _ in live], state, states, keys)
        scores[:, [spm.pad_id(), spm.bos_id()]] = -math.inf
        sums = scores + torch.tensor([sum(each) for _, each in live], dtype=torch.float64)[:, None]
        ranked = sums.flatten().topk(2 * size).indices.tolist()
        grown = []
        for rank, place in enumerate(ranked):
            row, piece = divmod(place, scores.shape[1])
            pieces, each = live[row][0] + [piece], live[row][1] + [scores[row, piece].item()]
            if piece != spm.eos_id():
                if len(grown) < size and len(live[0][0]) < limit:
                    grown.append((row, pieces, each))
            elif rank < size:
                done.append((sum(each) / len(each), pieces, each))
        if len(done) >= size or not grown:
            break
        rows = [row for row, _, _ in grown]
        state = tuple(part[:, rows] for part in state)
        live = [(pieces, each) for _, pieces, each in grown]
    done.sort(key=lambda found: -found[0])
    return [
        {"text": spm.decode(pieces[:-1]), "score": score, "pieces": spm.id_to_piece(pieces), "piece_log_probabilities": each}
        for score, pieces, each in done[:size]
    ]


lines = [line.rstrip("\n") for line in open(options.text, encoding="utf-8")][: options.lines]
if not options.against:
    for line in lines:
        print(json.dumps({"source": line, "candidates": search(line, options.beam)}, ensure_ascii=False), flush=True)
else:
    ours = [json.loads(line) for line in open(options.against, encoding="utf-8")]
    same = candidates = best = 0
    apart = {"score": 0.0, "piece_log_probabilities": 0.0}
    for line, found in zip(lines, ours, strict=True):
        theirs = search(line, options.beam)
        mine = [found] + found["alternatives"]
        mine = [candidate for candidate in mine if candidate["complete"]]
        # Where no sentence ended by itself there is nothing to compare but that.
        (mine_pieces, their_pieces) = ([c["pieces"] for c in found] for found in (mine, theirs))
        isSame = mine_pieces == their_pieces
        same += isSame
        best += mine_pieces[:1] == their_pieces[:1]
        if not isSame:
            print(json.dumps({"differs": line, "ours": [(c["text"], c["score"]) for c in mine], "pytorch": [(c["text"], c["score"]) for c in theirs]}, ensure_ascii=False))
            continue
        candidates += len(mine)
        for a, b in zip(mine, theirs):
            apart["score"] = max(apart["score"], abs(a["score"] - b["score"]))
            each = zip(a["piece_log_probabilities"], b["piece_log_probabilities"], strict=True)
            apart["piece_log_probabilities"] = max([apart["piece_log_probabilities"]] + [abs(x - y) for x, y in each])
    print(json.dumps({"lines": len(lines), "same_best": best, "same_lists": same, "candidates": candidates, "apart_at_most": apart}))
