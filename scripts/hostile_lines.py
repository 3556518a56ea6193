#!/usr/bin/env python3
"""Sends lines that are no text through `unroll translate` and fails unless one line comes out for each, with flat memory.

usage: hostile_lines.py PROGRAM MODEL [--lines N] [--long L] [--seed S] [--megabytes M] [--keep FILE] [-- OPTIONS...]
PROGRAM is .build/release/unroll, MODEL a model folder or its name; OPTIONS go to `unroll translate`. Of the N lines most are
short: noise, control characters, bytes that are not UTF-8, emoji, text from right to left, marks on marks, blanks, and
sentences. L of them are long, in both halves of the file: 10 000 words, and 1 MB of words, letters, blanks, marks, stops,
Chinese, bytes; and 3 MB of letters. They take most of the time. The same seed makes the same lines. Memory is flat if the second half takes hardly more
than the first, and M megabytes at most. Runs on any Python 3.9 or newer on Linux, without packages.
"""
import argparse, os, random, subprocess, sys, tempfile, threading, time

WORDS = "the where is a station dog house e.g. Mr. Smith, (never) \"Yes!\" 3.14 o'clock www.example.com ... I".split()
EMOJI = ["😀", "👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇫🇷", "❤️", "🧑🏿‍🚀", "☠"]
RIGHT_TO_LEFT = "שלום عالم مرحبا كيف حالك؟ ‮abc‬ ⁧אבג⁩ نعم۔ ‏".split(" ")


def scalars(r, count, low, high):
    """Random scalars, line feeds and surrogates left out."""
    found = []
    while len(found) < count:
        value = r.randrange(low, high)
        if value != 0x0A and not 0xD800 <= value < 0xE000:
            found.append(chr(value))
    return "".join(found)


def short(r):
    """A line of at most a few hundred bytes."""
    size = r.choice([1, 2, 5, 20, 60])
    kind = r.randrange(12)
    if kind == 0:
        return scalars(r, size, 0, 0x110000)
    if kind == 1:
        return scalars(r, size, 0, 0x20)
    if kind == 2:
        return scalars(r, size, 0x20, 0xFF)
    if kind == 3:
        return bytes(r.choice([b for b in range(256) if b != 10]) for _ in range(size))
    if kind == 4:
        return "".join(r.choice(EMOJI) for _ in range(size))
    if kind == 5:
        return " ".join(r.choice(RIGHT_TO_LEFT) for _ in range(size // 4 + 1))
    if kind == 6:
        return "e" + scalars(r, size, 0x300, 0x370)
    if kind == 7:
        return "".join(r.choice(" \t\r\x0b\x0c\x85\xa0\u2028\u2029\u3000\ufeff\u200b") for _ in range(size))
    if kind == 8:
        return "".join(r.choice(".!?…。！？؟।,;:\"'«»()- ") for _ in range(size))
    if kind == 9:
        return scalars(r, size, 0x4E00, 0x9FFF)
    if kind == 10:
        return ""
    return " ".join(r.choice(WORDS) for _ in range(size // 4 + 1)) + r.choice([".", "!", "?", ""])


def long(r, number):
    """A long line of one of several kinds."""
    kind, million = number % 10, 1_000_000
    if kind == 0:
        return " ".join(r.choice(WORDS) for _ in range(10_000))
    if kind == 1:
        return "a" * million
    if kind == 2:
        return "where is the station? " * (million // 22)
    if kind == 3:
        return " " * million
    if kind == 4:
        return "e" + "\u0301\u0323" * (million // 4)
    if kind == 5:
        return "." * million
    if kind == 6:
        return scalars(r, 3000, 0x4E00, 0x9FFF) + "，" + "好" * (million // 3)
    if kind == 7:
        return b"\xff" * million
    if kind == 8:
        return "x" * (3 * million)
    return ("(" * 20 + "Mr. ") * (million // 24)


def lines(r, count, longs):
    """The lines of the file as bytes, half of the long ones in each half."""
    places = {}
    for number in range(longs):
        half = number % 2 * (count // 2)
        places[half + (number // 2 + 1) * (count // 2) // (longs // 2 + 2)] = number // 2
    for index in range(count):
        line = long(r, places[index]) if index in places else short(r)
        yield line if isinstance(line, bytes) else line.encode()


def resident(process):
    """Megabytes that a process holds now; 0 when it has ended."""
    try:
        with open(f"/proc/{process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20
    except (OSError, IndexError):
        return 0


def main():
    own = sys.argv[1:]
    options = []
    if "--" in own:
        place = own.index("--")
        own, options = own[:place], own[place + 1:]
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program")
    parser.add_argument("model")
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--long", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--megabytes", type=int, default=800)
    parser.add_argument("--keep")
    chosen = parser.parse_args(own)

    with tempfile.TemporaryDirectory() as folder:
        path, errors = chosen.keep or os.path.join(folder, "lines.txt"), os.path.join(folder, "errors.txt")
        with open(path, "wb") as file:
            for line in lines(random.Random(chosen.seed), chosen.lines, chosen.long):
                file.write(line + b"\n")
        started = time.monotonic()
        with open(errors, "wb") as file:
            process = subprocess.Popen(
                [chosen.program, "translate", path, "--model", chosen.model] + options, stdout=subprocess.PIPE, stderr=file)
        count, peaks, wrong = 0, [0, 0], []

        def watch():
            while process.poll() is None:
                half = 0 if count < chosen.lines // 2 else 1
                peaks[half] = max(peaks[half], resident(process))
                time.sleep(0.05)

        watcher = threading.Thread(target=watch)
        watcher.start()
        for line in process.stdout:
            count += 1
            try:
                line.decode()
            except UnicodeDecodeError:
                wrong.append(f"line {count} of the output is not UTF-8")
        status = process.wait()
        watcher.join()
        with open(errors, errors="replace", newline="\n") as file:
            messages = [line for line in file]
        if status != 0:
            wrong.append(f"exit status {status}: {''.join(messages[-3:])}")
        if count != chosen.lines:
            wrong.append("the numbers of lines differ")
        wrong += [f"standard error: {line!r}" for line in messages if not line.startswith("unroll: warning: ")][:3]
        if max(peaks) > chosen.megabytes:
            wrong.append(f"it took {max(peaks)} MB")
        if peaks[1] > 1.2 * peaks[0] + 32:
            wrong.append("memory grew")
    print(
        f"{chosen.lines} lines in, {count} lines out, {len(messages)} warnings, {time.monotonic() - started:.0f} s, "
        f"at most {peaks[0]} MB in the first half and {peaks[1]} MB in the second, seed {chosen.seed}: "
        f"{len(wrong)} findings")
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)


main()
