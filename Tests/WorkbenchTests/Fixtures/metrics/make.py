"""Makes bleu.json and chrf.json: scores of corpora by sacreBLEU (2.6.0).

Run anywhere: python make.py [--random N]
All sentences were written for this file. --random sets how many short random cases are added (default 200).
"""

import argparse
import json
import pathlib
import random

from sacrebleu.metrics import BLEU, CHRF

here = pathlib.Path(__file__).parent

ENGLISH = [
    "The station is behind the old market, about 300 metres from here.",
    "She said: \"I can't come today - maybe tomorrow?\"",
    "In 2019, sales rose by 3.5% to $1,234,567.89 (before tax).",
    "Well-known state-of-the-art methods don't always work.",
    "He lives at No. 7, Mill Lane, and works 9-5.",
    "What a day!",
]
ENGLISH_HYPOTHESES = [
    "The station is behind the old market, 300 metres from here.",
    "She said: \"I cannot come today - perhaps tomorrow?\"",
    "In 2019 sales rose by 3.5% to $1,234,567.89 before tax.",
    "Well known state-of-the-art methods do not always work.",
    "He lives at No 7, Mill Lane and works 9 - 5.",
    "What a nice day!",
]
ENGLISH_SECOND = [
    "The railway station is just behind the old market, some 300 metres away.",
    "\"I cannot come today,\" she said, \"perhaps tomorrow?\"",
    "Sales went up 3.5 percent in 2019, to $1,234,567.89 before tax.",
    "Methods that are well known and state of the art do not always work.",
    "His home is No. 7, Mill Lane; he works from 9 to 5.",
    "What a nice day it is!",
]
RUSSIAN = ["Где находится вокзал?", "Мы пришли в 10:30, но было уже поздно.", "«Да», — сказал он."]
RUSSIAN_HYPOTHESES = ["Где вокзал?", "Мы приехали в 10:30, но уже было поздно.", "«Да» — сказал он ."]
CHINESE = ["火车站在哪里？", "我们在2019年去了北京。", "他说：“好的！”"]
CHINESE_HYPOTHESES = ["车站在哪里？", "2019年我们去了北京。", "他说：“好！”"]
JAPANESE = ["駅はどこですか。", "昨日、私は本を3冊買いました。"]
JAPANESE_HYPOTHESES = ["駅はどこですか？", "昨日私は3冊の本を買いました。"]
ARABIC = ["أين تقع المحطة؟", "وصلنا الساعة ١٠:٣٠، لكن كان الوقت متأخراً."]
ARABIC_HYPOTHESES = ["أين المحطة؟", "وصلنا في الساعة ١٠:٣٠ لكن الوقت كان متأخرا."]
HINDI = ["स्टेशन कहाँ है?", "यह किताब बहुत अच्छी है।"]
HINDI_HYPOTHESES = ["स्टेशन किधर है?", "यह पुस्तक बहुत अच्छी है ।"]
EMOJI = ["I ❤️ you 👩‍👩‍👧 so much 😀😀!", "🇫🇷 vs 🇩🇪: 2-1 ✅"]
EMOJI_HYPOTHESES = ["I ❤ you 👩‍👩‍👦 so much 😀!", "🇫🇷 vs 🇩🇰 : 2-1 ✅"]
COMBINING = ["cafe\u0301 au lait, s'il vous plai\u0302t", "A\u030angstro\u0308m nai\u0308ve"]
COMBINING_HYPOTHESES = ["café au lait, s'il vous plaît", "A\u030angström naive\u0308"]
SPACES = ["a\u00a0b  c\td\u2003e\u3000f", "  leading and trailing \u00a0", "zero\u200bwidth \ufeffmark", "x\u0085y\u001cz\u2028w"]
SPACES_HYPOTHESES = ["a b c d e f", "leading\u00a0and trailing", "zero width mark", "x y z w"]
MARKUP = ["Tom &amp; Jerry &lt;b&gt;&quot;hi&quot;&lt;/b&gt;", "&amp;lt; is not &lt;", "a <skipped> b&amp", "AT&T; R&D &nbsp; x"]
MARKUP_HYPOTHESES = ["Tom & Jerry <b>\"hi\"</b>", "&lt; is not <", "a b & c", "AT & T; R & D &nbsp x"]
BREAKS = ["one two-\nthree four", "five\nsix seven", "end-\n"]
BREAKS_HYPOTHESES = ["one twothree four", "five six seven", "end"]
DOTS = ["...", "a..b,,c", "1.2.3,4 5. .6 7,", "3-4 -5 6- --7", "U.S.A., e.g. Mr. X.", "1,000.5.", ",.,.1,.", "'tis 'quoted' it's"]
DOTS_HYPOTHESES = ["..", "a.b,c", "1.2.3,4 5 . .6 7 ,", "3 -4 - 5 6 -- 7", "U.S.A., e.g., Mr X.", "1,000.5 .", ".,.,1.,", "tis 'quoted' its"]
TURKISH = ["ΟΔΟΣ ΣΑΣ Σ ΑΣ. ΑΣ'Β", "İSTANBUL'DA IŞIK", "STRAẞE ǅ Ω K Å", "ÇA ÉTÉ ŒUVRE"]
TURKISH_HYPOTHESES = ["οδος σας σ ας. ας'β", "i̇stanbul'da işık", "straße ǆ ω k å", "ça été œuvre"]

GROUPS = {
    "english": (ENGLISH_HYPOTHESES, [ENGLISH]),
    "english, two references": (ENGLISH_HYPOTHESES, [ENGLISH, ENGLISH_SECOND]),
    "english, three references": (ENGLISH_HYPOTHESES, [ENGLISH_SECOND, ENGLISH, ENGLISH[::-1]]),
    "equal": (ENGLISH, [ENGLISH]),
    "nothing in common": (["aaa bbb ccc ddd eee"], [["vvv www xxx yyy zzz"]]),
    "one sentence": (ENGLISH_HYPOTHESES[:1], [ENGLISH[:1]]),
    "one word": (["station"], [["station"]]),
    "three words": (["a b c"], [["a b d"]]),
    "empty hypothesis": ([""], [["a b c d"]]),
    "empty reference": (["a b c d"], [[""]]),
    "all empty": (["", ""], [["", ""]]),
    "some empty": (["", ENGLISH_HYPOTHESES[0], " ", ENGLISH_HYPOTHESES[2]], [[ENGLISH[0], ENGLISH[0], "", ENGLISH[2]]]),
    "one of two references empty": (ENGLISH_HYPOTHESES, [ENGLISH, [""] * len(ENGLISH)]),
    "too short": (["the station is"] * 2, [[ENGLISH[0], ENGLISH[1]]]),
    "too long": ([ENGLISH[0] + " " + ENGLISH[1]], [[ENGLISH[0]]]),
    "repetition": (["the the the the the the the"], [["the cat is on the mat"]]),
    "repetition, two references": (["the the the the the the the"], [["the cat is on the mat"], ["the the dog the"]]),
    "equally close lengths": (["a b c d e"], [["a b c d e f g"], ["a b c"]]),
    "russian": (RUSSIAN_HYPOTHESES, [RUSSIAN]),
    "chinese": (CHINESE_HYPOTHESES, [CHINESE]),
    "japanese": (JAPANESE_HYPOTHESES, [JAPANESE]),
    "arabic": (ARABIC_HYPOTHESES, [ARABIC]),
    "hindi": (HINDI_HYPOTHESES, [HINDI]),
    "emoji": (EMOJI_HYPOTHESES, [EMOJI]),
    "combining marks": (COMBINING_HYPOTHESES, [COMBINING]),
    "white space": (SPACES_HYPOTHESES, [SPACES]),
    "white space, reversed": (SPACES, [SPACES_HYPOTHESES]),
    "markup": (MARKUP_HYPOTHESES, [MARKUP]),
    "markup, reversed": (MARKUP, [MARKUP_HYPOTHESES]),
    "line breaks": (BREAKS_HYPOTHESES, [BREAKS]),
    "line breaks, reversed": (BREAKS, [BREAKS_HYPOTHESES]),
    "dots and dashes": (DOTS_HYPOTHESES, [DOTS]),
    "dots and dashes, reversed": (DOTS, [DOTS_HYPOTHESES]),
    "capitals": (TURKISH_HYPOTHESES, [TURKISH]),
    "capitals, reversed": (TURKISH, [TURKISH_HYPOTHESES]),
    "all scripts": (
        RUSSIAN_HYPOTHESES + CHINESE_HYPOTHESES + JAPANESE_HYPOTHESES + ARABIC_HYPOTHESES + EMOJI_HYPOTHESES,
        [RUSSIAN + CHINESE + JAPANESE + ARABIC + EMOJI],
    ),
}

BLEU_SETTINGS = [
    {},
    {"lowercase": True},
    {"tokenize": "none"},
    {"tokenize": "char"},
    {"tokenize": "intl"},
    {"tokenize": "intl", "lowercase": True},
    {"effective_order": True},
    {"smooth_method": "none"},
    {"smooth_method": "floor"},
    {"smooth_method": "floor", "smooth_value": 0.25},
    {"smooth_method": "add-k"},
    {"smooth_method": "add-k", "smooth_value": 2.5, "effective_order": True},
]
CHRF_SETTINGS = [
    {},
    {"word_order": 2},
    {"lowercase": True},
    {"whitespace": True},
    {"word_order": 2, "whitespace": True, "lowercase": True},
    {"char_order": 3, "word_order": 1, "beta": 1},
    {"beta": 3},
]

PIECES = list("ab  ..,,--''12\"!?&;<>()[]{}/\\:@#$%^*_=+|~`") + [
    "&amp;", "&lt;", "&quot;", "<skipped>", "é", "e\u0301", "Σ", "Α", "ß", "İ", "Я", "я", "中", "。", "，", "「", "١", "½", "Ⅷ", "²",
    "€", "©", "°", "«", "»", "—", "…", "¿", "\u00a0", "\u2009", "\u3000", "\u200b", "\u0085", "\u001f", "\t", "😀", "👩\u200d👧", "𝟘", "－", "．",
]


def random_group(generator):
    lines = generator.randint(1, 3)
    documents = 1 + generator.randint(1, 2)

    def line():
        return "".join(generator.choice(PIECES) for _ in range(generator.randint(0, 25)))

    def vary(text):
        kept = [c for c in text if generator.random() > 0.1]
        if generator.random() < 0.5:
            kept.insert(generator.randint(0, len(kept)), generator.choice(PIECES))
        return "".join(kept)

    first = [line() for _ in range(lines)]
    return first, [[vary(x) for x in first] for _ in range(documents - 1)]


def without_version(signature):
    return str(signature).rsplit("|version:", 1)[0]


def bleu_case(name, hypotheses, references, settings):
    metric = BLEU(force=True, **settings)
    result = metric.corpus_score(hypotheses, references)
    return {
        "name": name, "hypotheses": hypotheses, "references": references, "settings": settings,
        "score": result.score, "precisions": result.precisions, "brevity": result.bp,
        "lengths": [result.sys_len, result.ref_len], "text": str(result),
        "signature": without_version(metric.get_signature()),
    }


def chrf_case(name, hypotheses, references, settings):
    metric = CHRF(**settings)
    result = metric.corpus_score(hypotheses, references)
    return {
        "name": name, "hypotheses": hypotheses, "references": references, "settings": settings,
        "score": result.score, "text": str(result), "signature": without_version(metric.get_signature()),
    }


def write(name, cases):
    text = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    (here / name).write_text("[\n" + text + "\n]\n", encoding="utf-8")
    print(name, len(cases), "cases")


parser = argparse.ArgumentParser()
parser.add_argument("--random", type=int, default=200)
count = parser.parse_args().random
generator = random.Random(5)
bleu, chrf = [], []
for index, (name, (hypotheses, references)) in enumerate(GROUPS.items()):
    # Every group with the defaults and with a few other settings in turn.
    for shift in range(4):
        settings = BLEU_SETTINGS[0 if shift == 0 else 1 + (3 * index + shift - 1) % (len(BLEU_SETTINGS) - 1)]
        bleu.append(bleu_case(name, hypotheses, references, settings))
    for shift in range(3):
        settings = CHRF_SETTINGS[0 if shift == 0 else 1 + (2 * index + shift - 1) % (len(CHRF_SETTINGS) - 1)]
        chrf.append(chrf_case(name, hypotheses, references, settings))
# Every code point that has a small letter: equal only if the two ways of making small letters are.
capitals = " ".join(chr(point) for point in range(0x20000) if chr(point).lower() != chr(point))
for settings in ({"lowercase": True, "tokenize": "char"}, {"lowercase": True, "tokenize": "none"}):
    bleu.append(bleu_case("every capital", [capitals], [[capitals.lower()]], settings))
for index in range(count):
    hypotheses, references = random_group(generator)
    bleu.append(bleu_case(f"random {index}", hypotheses, references, generator.choice(BLEU_SETTINGS)))
    chrf.append(chrf_case(f"random {index}", hypotheses, references, generator.choice(CHRF_SETTINGS)))
write("bleu.json", bleu)
write("chrf.json", chrf)
