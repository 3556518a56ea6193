"""Makes scores.json and words.json: scores and words of captions by pycocoevalcap (1.2) and jiwer (4.0).

Run anywhere: python make.py [--words]
Captions are drawn from a seed out of words that were written for this file. They are cut into words already, so that the
scores need no Java. --words makes words.json too: the words of captions by pycocoevalcap's tokenizer, which is a Java program.
"""

import argparse
import json
import pathlib
import random

import jiwer
from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge

here = pathlib.Path(__file__).parent

WORDS = (
    "a a a the the on in of with and is are man woman dog cat child red blue small large ball boat tree runs sits jumps "
    "rides holds near water grass street 's n't t-shirt two 3 caf\u00e9 cafe\u0301 \u4e2d \U0001f600"
).split()

CAPTIONS = [
    "A man (in red) sits.", "Don't do that, it's wrong!", "He can't; they're John's dogs.", "I cannot go.",
    "A t-shirt, a well-known high-rise -- and a dash - here.", "\"Quoted\" words and 'single' ones.", "Wait... what?",
    "3,000 people at 10:30.", "It\u2019s a caf\u00e9; \u201cna\u00efve\u201d.", "A [b] {c} .", "  two   spaces  ", "O'Neil's o'clock.",
    "AT&amp;T and a Texas A&M player.", "50% off, $5 or #1!", "Mr. Smith of St. Louis in the U.S. Army.",
    "A girl holding a horse 's lead behind a fire .", "He does n't see the dog 's ball .", "A man standing next to a man.",
    "Two dogs, one of them brown, play tug-of-war.", "Black and white dog : running .", "I'd say we'll go, I'm sure they've won.",
]


def caption(generator, longest):
    return [generator.choice(WORDS) for _ in range(generator.randint(1, longest))]


def varied(generator, words):
    result = [generator.choice(WORDS) if generator.random() < 0.15 else word for word in words if generator.random() > 0.1]
    if generator.random() < 0.3:
        result.insert(generator.randint(0, len(result)), generator.choice(WORDS))
    if generator.random() < 0.1:
        generator.shuffle(result)
    return result


def drawn(generator, clips, references):
    corpus = []
    for _ in range(clips):
        first = caption(generator, generator.choice([4, 12, 25]))
        # A reference always has a word: jiwer counts an empty one in its own way.
        others = [varied(generator, first) or ["a"] for _ in range(generator.randint(*references) - 1)]
        corpus.append((" ".join(varied(generator, generator.choice([first] + others))), [" ".join(x) for x in [first] + others]))
    return corpus


def error_rates(corpus):
    """Corpus-level rates against the reference of the lowest rate, the first of equals: (errors, length) of words, characters."""
    sums = []
    for process in (jiwer.process_words, jiwer.process_characters):
        errors = length = 0
        for hypothesis, references in corpus:
            counts = []
            for reference in references:
                out = process(reference, hypothesis)
                wrong = out.substitutions + out.deletions + out.insertions
                counts.append((wrong, out.substitutions + out.deletions + out.hits))
            best = min(counts, key=lambda count: count[0] / count[1])
            errors += best[0]
            length += best[1]
        sums.append([errors, length])
    return sums


def case(name, corpus):
    given = {index: [hypothesis] for index, (hypothesis, _) in enumerate(corpus)}
    wanted = {index: references for index, (_, references) in enumerate(corpus)}
    bleu, bleus = Bleu(4).compute_score(wanted, given, verbose=0)
    rouge, rouges = Rouge().compute_score(wanted, given)
    cider, ciders = Cider().compute_score(wanted, given)
    words, characters = error_rates(corpus)
    if all(len(references) == 1 for references in wanted.values()):
        texts = [references[0] for references in wanted.values()], [hypothesis for [hypothesis] in given.values()]
        assert abs(jiwer.wer(*texts) - words[0] / words[1]) < 1e-12
        assert abs(jiwer.cer(*texts) - characters[0] / characters[1]) < 1e-12
    return {
        "name": name, "hypotheses": [hypothesis for hypothesis, _ in corpus], "references": list(wanted.values()),
        "bleu": bleu, "rouge": float(rouge), "cider": float(cider), "words": words, "characters": characters,
        "clips": [[b[index] for b in bleus] + [float(rouges[index]), float(ciders[index])] for index in given],
    }


def write(name, cases):
    text = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    (here / name).write_text("[\n" + text + "\n]\n", encoding="utf-8")
    print(name, len(cases), "cases")


parser = argparse.ArgumentParser()
parser.add_argument("--words", action="store_true", help="make words.json too, with Java")
arguments = parser.parse_args()
generator = random.Random(7)
cases = [
    case("equal", [("a man sits on the grass", ["a man sits on the grass"])] * 2),
    case("one clip", [("a man sits on grass", ["a man sits on the grass", "the man is on the grass"])]),
    case("empty captions", [("", ["a dog runs"]), ("a dog runs", ["the dog runs fast", "a dog"]), ("", ["two", "a b c d"])]),
    case("nothing in common", [("x y z", ["a b c", "d e f g"]), ("p q r s t", ["h", "i j"])]),
    case("repetition", [("the the the the the", ["the cat the mat", "the the dog the"]), ("a cat", ["a a a cat"])]),
    case("equally close lengths", [("a b c d e", ["a b c d e f g", "a b c"]), ("a b", ["a b", "b a"])]),
    case("much too long", [("a " * 40 + "dog", ["a dog", "the dog"]), ("two dogs run", ["two dogs run", "dogs"])]),
    case("one word", [("dog", ["dog", "a dog"]), ("cat", ["dog", "bird"])]),
    case("in all clips", [("a dog runs", ["a dog runs", "a dog"]), ("a dog", ["a dog sits", "a dog runs"])]),
]
cases += [case(f"single {index}", drawn(generator, generator.randint(2, 8), (1, 1))) for index in range(10)]
cases += [case(f"several {index}", drawn(generator, generator.randint(2, 8), (2, 5))) for index in range(60)]
cases.append(case("many clips", drawn(generator, 40, (1, 5))))
write("scores.json", cases)
if arguments.words:
    from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

    words = PTBTokenizer().tokenize({index: [{"caption": text}] for index, text in enumerate(CAPTIONS)})
    write("words.json", [{"caption": text, "words": words[index][0]} for index, text in enumerate(CAPTIONS)])
