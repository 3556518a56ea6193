"""Makes small random networks of PyTorch, stored in several ways, and what they give: `python make.py`.

network.safetensors   an encoder-decoder with the layers and names of torch_seq2seq.py, written by save_file(state_dict())
other.safetensors     the same network as other toolkits store such a one: kernels [in, out], one bias a layer, gates i o f g, the
                      backward half of the encoder's states first, the context in front of the decoder's state, two biases of the
                      output, an embedding with rows that belong to nothing
gru.safetensors       GRUs without attention, with gates z r n
words.vocab           the vocabulary of all
outputs.json          for pairs of sentences the logits at each position under teacher forcing, and for the first network the five best
                      translations of a search as docs/search.md describes it, with length_penalty average

Computed in double precision from weights that are exact in single. Made with PyTorch 2.15 and safetensors 0.8.
"""

import json
import math
import pathlib

import torch
from safetensors.torch import save_file
from torch import nn

FOLDER = pathlib.Path(__file__).resolve().parent
WORDS = ["<unk>", "<pad>", "<s>", "</s>"] + [f"w{index}" for index in range(14)]
UNKNOWN, PAD, BEGIN, END = range(4)
EMBEDDING, HIDDEN, BEAM = 5, 6, 5
PAIRS = [("w0 w3 w13", "w1 w2 w3 w4"), ("w5", "w5 w5"), ("w9 w8 w7 w6 w5 w4 w3", "w0"), ("w2 nothing w2 w11", "w12 w13 w1")]
torch.manual_seed(6)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.es, self.et = nn.Embedding(len(WORDS), EMBEDDING), nn.Embedding(len(WORDS), EMBEDDING)
        self.enc = nn.LSTM(EMBEDDING, HIDDEN // 2, bidirectional=True, batch_first=True)
        self.dec = nn.LSTM(EMBEDDING, HIDDEN, batch_first=True)
        self.bh, self.bc = nn.Linear(HIDDEN, HIDDEN), nn.Linear(HIDDEN, HIDDEN)
        self.wa, self.wc = nn.Linear(HIDDEN, HIDDEN, bias=False), nn.Linear(2 * HIDDEN, HIDDEN)
        self.out = nn.Linear(HIDDEN, len(WORDS))

    def encode(self, source):
        states, (hidden, cell) = self.enc(self.es(source)[None])
        both = [torch.cat([part[0], part[1]], -1) for part in (hidden, cell)]
        return states, (torch.tanh(self.bh(both[0]))[None], torch.tanh(self.bc(both[1]))[None])

    def step(self, pieces, state, states):
        """Logits [B,T,V] behind pieces [B,T]."""
        top, state = self.dec(self.et(pieces), state)
        weights = torch.softmax(top @ self.wa(states).transpose(1, 2), -1)
        return self.out(torch.tanh(self.wc(torch.cat([top, weights @ states], -1)))), state


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.es, self.et = nn.Embedding(len(WORDS), EMBEDDING), nn.Embedding(len(WORDS), EMBEDDING)
        self.enc, self.dec = nn.GRU(EMBEDDING, HIDDEN, batch_first=True), nn.GRU(EMBEDDING, HIDDEN, batch_first=True)
        self.out = nn.Linear(HIDDEN, len(WORDS))

    def encode(self, source):
        return self.enc(self.es(source)[None])

    def step(self, pieces, state, states):
        top, state = self.dec(self.et(pieces), state)
        return self.out(top), state


def ids(text):
    return [WORDS.index(word) if word in WORDS else UNKNOWN for word in text.split()]


def forced(network, source, target):
    states, state = network.encode(torch.tensor(ids(source) + [END]))
    return network.step(torch.tensor([[BEGIN] + ids(target)]), state, states)[0][0]


def search(network, source):
    limit = min(200, 2 * (len(ids(source)) + 1) + 10)
    states, state = network.encode(torch.tensor(ids(source) + [END]))
    live, done = [([], 0.0)], []
    while len(done) < BEAM:
        size = len(live)
        logits, state = network.step(
            torch.tensor([[(pieces or [BEGIN])[-1]] for pieces, _ in live]), state, states.expand(size, -1, -1)
        )
        sums = torch.log_softmax(logits[:, 0], -1) + torch.tensor([[total] for _, total in live], dtype=torch.float64)
        sums[:, [PAD, BEGIN]] = -math.inf
        # As nothing but ties could tell them from each other, all that counts must lie apart.
        best = sums.flatten().topk(2 * BEAM + 1).values
        assert (best[:-1] - best[1:])[: 2 * BEAM].min() > 1e-5 or size == 1, "a tie"
        grown = []
        for rank, place in enumerate(sums.flatten().topk(2 * BEAM).indices.tolist()):
            row, piece = divmod(place, len(WORDS))
            total = sums[row, piece].item()
            if piece != END:
                if len(grown) < BEAM and len(live[0][0]) < limit:
                    grown.append((row, live[row][0] + [piece], total))
            elif rank < BEAM:
                done.append((total / (len(live[row][0]) + 1), live[row][0]))
        if not grown:
            break
        rows = [row for row, _, _ in grown]
        state = tuple(part[:, rows] for part in state)
        live = [(pieces, total) for _, pieces, total in grown]
    done.sort(key=lambda found: -found[0])
    return [{"text": " ".join("⁇" if p == UNKNOWN else WORDS[p] for p in pieces), "score": score} for score, pieces in done[:BEAM]]


def kernel(matrix, order):
    """[4H,I] with gates i f g o to [I,4H] with gates in another order."""
    gates = dict(zip("ifgo", matrix.chunk(4)))
    return torch.cat([gates[letter] for letter in order]).T


def stored_otherwise(tensors):
    other = {}
    for ours, theirs in [("enc.%s_l0", "forward"), ("enc.%s_l0_reverse", "backward"), ("dec.%s_l0", "writer")]:
        other[f"{theirs}.kernel"] = kernel(tensors[ours % "weight_ih"], "iofg")
        other[f"{theirs}.recurrent"] = kernel(tensors[ours % "weight_hh"], "iofg")
        other[f"{theirs}.bias"] = kernel((tensors[ours % "bias_ih"] + tensors[ours % "bias_hh"])[:, None], "iofg")[0]

    def turned(matrix):
        return torch.cat([matrix[:, HIDDEN // 2 :], matrix[:, : HIDDEN // 2]], 1)

    # Keys of turned states; what attention finds is turned too.
    other["reader.table"] = torch.cat([torch.full((2, EMBEDDING), 9.0), tensors["es.weight"], torch.full((1, EMBEDDING), 9.0)])
    other["writer.table"] = tensors["et.weight"]
    for name in ["bh", "bc"]:
        other[f"{name}.kernel"], other[f"{name}.bias"] = turned(tensors[f"{name}.weight"]).T, tensors[f"{name}.bias"]
    other["wa"] = turned(tensors["wa.weight"])
    state, context = tensors["wc.weight"].chunk(2, 1)
    other["wc.kernel"], other["wc.bias"] = torch.cat([turned(context), state], 1).T, tensors["wc.bias"]
    half = torch.randn(len(WORDS))
    other["out.kernel"], other["out.bias"], other["out.shift"] = tensors["out.weight"].T, tensors["out.bias"] - half, half
    other["optimizer.steps"], other["optimizer.rate"] = torch.tensor([7]), torch.tensor([0.5])
    return {name: value.contiguous() for name, value in other.items()}


(FOLDER / "words.vocab").write_text("unroll vocabulary word 1\n" + "".join(word + "\n" for word in WORDS))
network, plain = Network(), Plain()
outputs = []
with torch.no_grad():
    for module in [network, plain]:
        for name, parameter in module.named_parameters():
            parameter.mul_(3 if "weight" in name and name[:2] != "es" else 1)
    network.out.bias[END] += 0.9
    save_file(network.state_dict(), FOLDER / "network.safetensors")
    save_file(stored_otherwise(network.state_dict()), FOLDER / "other.safetensors")
    gates = {key: torch.cat([part.chunk(3)[gate] for gate in (1, 0, 2)]) if key[:3] in ("enc", "dec") else part
             for key, part in plain.state_dict().items()}
    save_file({key: part.contiguous() for key, part in gates.items()}, FOLDER / "gru.safetensors")
    network.double()
    plain.double()
    for source, target in PAIRS:
        outputs.append(
            {
                "source": source,
                "target": target,
                "logits": [[round(x, 7) for x in row] for row in forced(network, source, target).tolist()],
                "gru_logits": [[round(x, 7) for x in row] for row in forced(plain, source, target).tolist()],
                "best": search(network, source),
            }
        )
(FOLDER / "outputs.json").write_text("[\n" + ",\n".join(json.dumps(o, ensure_ascii=False) for o in outputs) + "\n]\n")
