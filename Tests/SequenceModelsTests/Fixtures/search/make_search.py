"""Makes the numbers of the search's rules with PyTorch: `python make_search.py`. What they are: README.md beside."""

import math
import pathlib
import sys

import torch

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[2]))
from fixture_writer import Inputs, save  # noqa: E402

PAD, BEGIN, END, UNKNOWN = 0, 1, 2, 3
VOCABULARY, LIMIT = 9, 20


def repetition_penalty(scores, past, penalty):
    """transformers' RepetitionPenaltyLogitsProcessor on one row."""
    if not past:
        return scores
    ids = torch.tensor(past)
    score = torch.gather(scores, 0, ids)
    score = torch.where(score < 0, score * penalty, score / penalty)
    return scores.scatter(0, ids, score)


def banned_tokens(past, size):
    """transformers' _calc_banned_ngram_tokens on one row."""
    if size == 0 or len(past) + 1 < size:
        return []
    seen = {}
    for ngram in zip(*[past[i:] for i in range(size)]):
        seen.setdefault(tuple(ngram[:-1]), []).append(ngram[-1])
    return seen.get(tuple(past[len(past) + 1 - size :]), [])


def greedy(table, penalty, size, forbids_unknown, minimum):
    past, found = [], []
    while True:
        logits = repetition_penalty(table[past[-1] if past else BEGIN], past, penalty)
        scores = logits.log_softmax(0)
        allowed = scores.clone()
        for token in [PAD, BEGIN] + banned_tokens(past, size) + ([UNKNOWN] if forbids_unknown else []):
            allowed[token] = -math.inf
        if len(past) < minimum:
            allowed[END] = -math.inf
        token = int(allowed.argmax())
        ordered = allowed.sort(descending=True).values
        assert ordered[0] - ordered[1] > 1e-3, "a tie"
        if token != END and len(past) == LIMIT:
            return past, found
        found.append(scores[token])
        if token == END:
            return past + [END], found
        past.append(token)


def distribution(scores, temperature, top_k, top_p):
    """transformers' warpers in their order, on rows."""
    scores = scores / temperature
    if top_k > 0:
        kth = scores.topk(min(top_k, scores.shape[-1])).values[..., -1, None]
        scores = scores.masked_fill(scores < kth, -math.inf)
    if top_p < 1:
        ordered, places = scores.sort(descending=False)
        cumulative = ordered.softmax(-1).cumsum(-1)
        removed = cumulative <= 1 - top_p
        removed[..., -1:] = False
        scores = scores.masked_fill(removed.scatter(1, places, removed), -math.inf)
    return scores.softmax(-1)


def main():
    inputs = Inputs("search")
    table = inputs.normal(VOCABULARY, VOCABULARY, scale=2)
    # Loops: 4 5 6 4 5 6 ..., with the unknown word never far.
    for token, following in [(BEGIN, 4), (4, 5), (5, 6), (6, 4)]:
        table[token, following] = 5.0
        table[token, UNKNOWN] = 4.5
    tensors = {"table": table}
    settings = [(1, 0, 0, 0), (1.3, 0, 0, 0), (2, 0, 1, 0), (0.5, 0, 0, 3), (1, 1, 0, 0), (1, 2, 1, 0), (1, 3, 1, 12),
                (1.5, 2, 1, 9), (5, 1, 1, 0)]
    for index, (penalty, size, forbids, minimum) in enumerate(settings):
        tokens, scores = greedy(table, penalty, size, forbids, minimum)
        print(settings[index], tokens)
        tensors[f"greedy.{index}.settings"] = torch.tensor([penalty, size, forbids, minimum], dtype=torch.float64)
        tensors[f"greedy.{index}.tokens"] = torch.tensor(tokens)
        tensors[f"greedy.{index}.log_probabilities"] = torch.stack(scores)
    logits = inputs.normal(5, 40, scale=2)
    tensors["logits"] = logits
    choices = [(1, 0, 1), (0.5, 0, 1), (2, 0, 1), (1, 1, 1), (1, 7, 1), (1, 100, 1), (1, 0, 0.9), (1, 0, 0.01),
               (0.7, 10, 0.8), (1.5, 5, 0.5)]
    for index, choice in enumerate(choices):
        tensors[f"sampling.{index}.settings"] = torch.tensor(choice, dtype=torch.float64)
        tensors[f"sampling.{index}.probabilities"] = distribution(logits, *choice)
    attention = inputs.normal(6, 7, scale=2).softmax(-1)
    tensors["attention"] = attention
    coverage = attention.float().double().sum(0)
    assert (coverage > 1).any() and (coverage < 1).any()
    tensors["coverage"] = torch.min(coverage, torch.ones_like(coverage)).log().sum(-1)
    members = inputs.normal(3, 4, 11, scale=3)
    tensors["members"] = members
    tensors["ensemble"] = members.log_softmax(-1).logsumexp(0) - math.log(3)
    save(FOLDER, "search", tensors)


main()
