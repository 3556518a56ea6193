"""Makes the SentencePiece fixtures: two small models and what SentencePiece's Python package does with 1000 sentences.

    python make.py      # needs: pip install sentencepiece==0.2.0

sentences.txt   the sentences, split at \n only (they hold \r, tabs and other space on purpose)
unigram.model   400 pieces, nmt_nfkc, special ids 0 to 3 as Unroll numbers them
bpe.model       700 pieces, identity normalisation, byte fallback, special ids as SentencePiece numbers them, no pad
*.ids           the ids of each sentence
*.text          what the ids decode to
"""

import pathlib
import random
import unicodedata

import sentencepiece

here = pathlib.Path(__file__).parent
rng = random.Random(20)

WORDS = {
    "latin": "the a station where is train late again we they never always bring water house green old river "
    "café naïve façade où déjà été garçon cœur à la gare train en retard Straße größer über schön "
    "señor mañana niño corazón żółw łódź źdźbło příliš žluťoučký kůň çok güzel İstanbul hæstur þórr "
    "tiếng Việt người được smörgåsbord ångström".split(),
    "cyrillic": "где вокзал поезд опять опоздал мы никогда не приносим воду ёлка йод объём їжак ґанок љубав".split(),
    "greek": "πού είναι ο σταθμός τρένο νερό πάντα ΐσως".split(),
    "cjk": "车站 在哪里 火车 又 晚点 了 駅はどこ ですか 電車 が 遅れた パーティー ガギグゲゴ 기차역은 어디 입니까 한국어".split(),
    "other": "محطة القطار أين שלום עולם नमस्ते दुनिया สถานี รถไฟ বাংলা தமிழ்".split(),
    "digits": "0 7 42 1984 3,14 2.718 1/2 50% €12.50 ¼ ² ① Ⅳ １２３ 10:45 +33 #1".split(),
    "marks": ". , ! ? … — « » “ ” ‘ ’ ( ) [ ] & @ ... ?! -- ™ ﬁn ㍿ ½ Å ℃ ﾊﾝｶｸ ＦＵＬＬ".split(),
    "emoji": "😀 👍🏽 👩‍👩‍👧 🇫🇷 ❤️ 🏳️‍🌈 🧑‍💻 ☃".split(),
}
SPACES = [" "] * 40 + ["  ", "   ", "\t", "\u00a0", "\u3000", "\u200b", "\u2009", "\r", " \u00ad", "\ufeff", "\u2028"]
SPECIAL = ["<s>", "</s>", "<unk>", "<pad>", "▁", "▁▁a", "\u0000", "\u0301", "\u200d", "<0x41>"]


def word():
    script = rng.choices(list(WORDS), [8, 4, 2, 4, 2, 3, 3, 1])[0]
    text = rng.choice(WORDS[script])
    chance = rng.random()
    if chance < 0.06:
        text = unicodedata.normalize("NFD", text)
    elif chance < 0.10:
        text = text.upper()
    elif chance < 0.13:
        text = "".join(rng.sample(text, len(text)))
    elif chance < 0.15:
        text = rng.choice(SPECIAL)
    elif chance < 0.16:
        text = chr(rng.choice([rng.randrange(0xA1, 0xD800), rng.randrange(0x10000, 0x1FFFF)]))
    return text


def sentence():
    words = [word() for _ in range(rng.randrange(1, 9))]
    text = words[0]
    for next_word in words[1:]:
        text += rng.choice(SPACES) + next_word
    if rng.random() < 0.08:
        text = rng.choice(SPACES) + text + rng.choice(SPACES)
    return text


sentences = ["", " ", "\t", "\u3000", "a"] + [sentence() for _ in range(995)]
(here / "sentences.txt").write_bytes(("\n".join(sentences) + "\n").encode())

common = dict(minloglevel=2, num_threads=1)
corpus = [s.replace("\0", "") for s in sentences]
sentencepiece.SentencePieceTrainer.train(
    sentence_iterator=iter(corpus), model_prefix=str(here / "unigram"), model_type="unigram", vocab_size=400,
    character_coverage=0.98, unk_id=0, pad_id=1, bos_id=2, eos_id=3, **common)
sentencepiece.SentencePieceTrainer.train(
    sentence_iterator=iter(corpus), model_prefix=str(here / "bpe"), model_type="bpe", vocab_size=700,
    character_coverage=0.98, normalization_rule_name="identity", byte_fallback=True, remove_extra_whitespaces=False,
    **common)

for name in ("unigram", "bpe"):
    (here / f"{name}.vocab").unlink()
    model = sentencepiece.SentencePieceProcessor(model_file=str(here / f"{name}.model"))
    ids = [model.encode(s) for s in sentences]
    (here / f"{name}.ids").write_text("".join(" ".join(map(str, row)) + "\n" for row in ids))
    (here / f"{name}.text").write_bytes("".join(model.decode(row) + "\n" for row in ids).encode())
    print(name, "pieces", model.get_piece_size(), "unknown", sum(row.count(model.unk_id()) for row in ids))
