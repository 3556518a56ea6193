"""Beam search in PyTorch with a translation model that Unroll trained, to hold `unroll-bench decode` against: the same network, the same weights.

usage: decode_speed.py MODEL SOURCE.txt [--reference TARGET.txt] [--beam 5] [--batch 64] [--threads 2] [--output FILE]
  MODEL     a model folder: one LSTM layer, bidirectional encoder, general attention at the output, bridge `linear`

Needs torch, safetensors and sentencepiece, with --reference also sacrebleu. Prints one JSON object, of the second of two passes. The search is one that PyTorch
runs fast: a batch at a time, sentences of like length together, the choice among candidates over plain lists. Scores are divided by length.
"""
import argparse, json, resource, time

import sentencepiece
import torch
import torch.nn as nn
from safetensors.torch import load_file

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("source")
parser.add_argument("--reference")
parser.add_argument("--beam", type=int, default=5)
parser.add_argument("--batch", type=int, default=64)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--most", type=int, default=1000)
parser.add_argument("--output")
options = parser.parse_args()
torch.set_num_threads(options.threads)
torch.set_grad_enabled(False)
tensors = {name: values.float() for name, values in load_file(options.model + "/weights.safetensors").items()}
pieces = sentencepiece.SentencePieceProcessor(model_file=options.model + "/joint.model")
PAD, BEGIN, END = pieces.pad_id(), pieces.bos_id(), pieces.eos_id()


def filled(module, name):
    """`module` with the weights whose names begin with `name`."""
    module.load_state_dict({key: tensors[f"{name}.{key}"] for key in module.state_dict()})
    return module


def linear(name):
    out, reads = tensors[name + ".weight"].shape
    return filled(nn.Linear(reads, out, bias=name + ".bias" in tensors), name)


def lstm(name, **how):
    width, reads = tensors[name + ".weight_hh_l0"].shape[1], tensors[name + ".weight_ih_l0"].shape[1]
    return filled(nn.LSTM(reads, width, batch_first=True, **how), name)


source_words = tensors["encoder.embedding.weight"]
target_words = tensors.get("decoder.embedding.weight", source_words)
reader, writer = lstm("encoder.rnn", bidirectional=True), lstm("decoder.rnn")
to_hidden, to_cell = linear("decoder.bridge.h_l0"), linear("decoder.bridge.c_l0")
to_keys, combine = linear("decoder.attention.key"), linear("decoder.combine")
projection = linear("decoder.projection") if "decoder.projection.weight" in tensors else nn.Identity()
output_weight, output_bias = tensors.get("decoder.output.weight", target_words), tensors["decoder.output.bias"]


def encode(batch):
    lengths = torch.tensor([len(ids) for ids in batch])
    ids = nn.utils.rnn.pad_sequence([torch.tensor(ids) for ids in batch], batch_first=True, padding_value=PAD)
    packed = nn.utils.rnn.pack_padded_sequence(source_words[ids], lengths, batch_first=True, enforce_sorted=False)
    states, (hidden, cell) = reader(packed)
    states, _ = nn.utils.rnn.pad_packed_sequence(states, batch_first=True)
    first = [torch.tanh(layer(torch.cat([part[0], part[1]], -1)))[None] for layer, part in ((to_hidden, hidden), (to_cell, cell))]
    return states, to_keys(states), ids != PAD, first


def search(batch, size):
    count, limit = len(batch), 2 * max(map(len, batch)) + 10
    states, keys, mask, state = encode(batch)
    # Hypotheses of a sentence ask its states together: [sentences, hypotheses, width].
    state = [part.repeat_interleave(size, 1) for part in state]
    blocked = torch.where(mask, 0.0, -1e9)[:, None]
    sums = torch.full((count, size), -1e9)
    sums[:, 0] = 0
    last, written, done = torch.full((count * size,), BEGIN), [[[] for _ in range(size)] for _ in batch], [[] for _ in batch]
    for step in range(1, limit + 1):
        top, state = writer(target_words[last][:, None], tuple(state))
        top = top.view(count, size, -1)
        context = torch.softmax(top @ keys.transpose(1, 2) + blocked, -1) @ states
        features = projection(torch.tanh(combine(torch.cat([top, context], -1))))
        scores = torch.log_softmax(features.view(count * size, -1) @ output_weight.T + output_bias, -1).view(count, size, -1) + sums[..., None]
        best, places = scores.view(count, -1).topk(2 * size)
        best, places = best.tolist(), places.tolist()
        rows, words, totals = [], [], []
        for i in range(count):
            grown, histories = 0, []
            for score, place in zip(best[i], places[i]):
                row, word = divmod(place, scores.shape[-1])
                if word == END:
                    if len(done[i]) < size:
                        done[i].append((score / step, written[i][row]))
                elif grown < size:
                    grown += 1
                    rows.append(i * size + row), words.append(word), totals.append(score)
                    histories.append(written[i][row] + [word])
            written[i] = histories
        if all(len(found) >= size for found in done):
            break
        sums, last, rows = torch.tensor(totals).view(count, size), torch.tensor(words), torch.tensor(rows)
        state = [part[:, rows] for part in state]
    return [max(found)[1] if found else histories[0] for found, histories in zip(done, written)]


def translate(lines):
    ids = [pieces.encode(line) + [END] for line in lines]
    order, translations = sorted(range(len(lines)), key=lambda i: len(ids[i])), [""] * len(lines)
    for start in range(0, len(order), options.batch):
        chosen = order[start : start + options.batch]
        for i, found in zip(chosen, search([ids[i] for i in chosen], options.beam)):
            translations[i] = pieces.decode(found)
    return translations


read = lambda path: [line.rstrip("\n") for line in open(path, encoding="utf-8")][: options.most]
lines, rates = read(options.source), []
for _ in range(2):
    start = time.perf_counter()
    translations = translate(lines)
    rates.append(len(lines) / (time.perf_counter() - start))
report = dict(peer=f"torch {torch.__version__}", job=f"beam {options.beam}", threads=options.threads, sentences=len(lines),
              sentences_per_s=round(rates[-1], 1), peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10)
if options.reference:
    import sacrebleu

    report["bleu"] = round(sacrebleu.corpus_bleu(translations, [read(options.reference)]).score, 2)
if options.output:
    open(options.output, "w", encoding="utf-8").writelines(line + "\n" for line in translations)
print(json.dumps(report))
