#!/usr/bin/env python3
"""Feeds damaged videos to `unroll frames` and stops at the first that makes it crash, hang, swell or answer out of form.

usage: fuzz_frames.py PROGRAM FOLDER [--minutes M] [--seed N] [--jobs J] [--keep DIR]
PROGRAM is .build/release/unroll, FOLDER holds sound videos of many kinds. The same seed makes the same files.
A file that was found is kept in DIR. Runs on any Python 3.9 or newer, without packages.
"""
import argparse, os, pathlib, random, resource, signal, subprocess, sys, tempfile, threading, time

SECONDS_EACH = 60
MEGABYTES_EACH = 2500
# After sysexits.h: usage, bad data, no input, unavailable, input/output. Anything else is a finding.
ALLOWED = {0, 64, 65, 66, 69, 74}


def mutate(data, others, random):
    """A damaged copy of `data`: a few changes of random kinds."""
    data = bytearray(data)
    for _ in range(random.choice([1, 1, 2, 3, 8, 30])):
        if not data:
            break
        # Headers are where the decisions are: half of the changes go into the first four kilobytes.
        place = random.randrange(min(len(data), 4096) if random.random() < 0.5 else len(data))
        kind = random.randrange(8)
        if kind == 0:
            data[place] ^= 1 << random.randrange(8)
        elif kind == 1:
            data[place] = random.choice([0, 1, 0x7F, 0x80, 0xFF, random.randrange(256)])
        elif kind == 2:
            width = random.choice([2, 4, 8])
            data[place:place + width] = random.choice([b"\x00", b"\xff", b"\x7f", b"\x80"]) * width
        elif kind == 3:
            del data[place:place + random.randrange(1, 4096)]
        elif kind == 4:
            data[place:place] = data[place:place + random.randrange(1, 4096)]
        elif kind == 5:
            del data[place:]
        elif kind == 6:
            other = random.choice(others)
            start = random.randrange(len(other))
            data[place:place + 512] = other[start:start + random.randrange(1, 8192)]
        else:
            block = bytes(random.randrange(256) for _ in range(random.randrange(1, 64)))
            data[place:place + len(block)] = block
    return bytes(data)


def command(program, path, folder, random):
    """One of the ways to read a video."""
    return random.choice([
        [program, "frames", "probe", path, "--json", "--threads", "2"],
        [program, "frames", "times", path, "--threads", "1", "--strict"],
        [program, "frames", "extract", path, "--every", "9", "--size", "64x48", "--fit", "pad", "--out", folder],
        [program, "frames", "extract", path, "--count", "3", "--size", "32x32", "--threads", "2", "--out", folder],
        [program, "frames", "extract", path, "--from", "0.5", "--to", "1", "--size", "16x16", "--out", folder],
        [program, "frames", "extract", path, "--at", "0.7", "--crop", "8x8+1+1", "--out", folder],
    ])


def complaint(arguments):
    """What is wrong with a run, or None."""
    limit = MEGABYTES_EACH << 20
    started = time.monotonic()
    process = subprocess.Popen(
        arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (0, 0)))
    # Not `process.kill`, which would also collect the exit status.
    killer = threading.Timer(SECONDS_EACH, os.kill, (process.pid, signal.SIGKILL))
    killer.start()
    errors = process.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    killer.cancel()
    code = os.waitstatus_to_exitcode(status)
    if time.monotonic() - started >= SECONDS_EACH:
        return f"it took over {SECONDS_EACH} s"
    if usage.ru_maxrss * 1024 > limit:
        return f"it took {usage.ru_maxrss >> 10} MB"
    if code not in ALLOWED:
        return f"exit status {code}: {errors[-2000:]}"
    foreign = [line for line in errors.splitlines() if not line.startswith("unroll: ")]
    if foreign or (code != 0 and not errors):
        return f"exit status {code}, standard error: {errors[-2000:]!r}"
    return None


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=pathlib.Path, default=pathlib.Path("."))
    options = parser.parse_args()
    seeds = [p for p in sorted(options.folder.iterdir()) if p.is_file() and p.stat().st_size < 1 << 20 and p.stat().st_size > 0]
    contents = [p.read_bytes() for p in seeds]
    deadline = time.monotonic() + 60 * options.minutes
    found, done, lock = [], [0], threading.Lock()

    def work(job):
        number = job
        with tempfile.TemporaryDirectory() as folder:
            while time.monotonic() < deadline and not found:
                chance = random.Random(f"{options.seed}-{number}")
                source = chance.randrange(len(seeds))
                data = mutate(contents[source], contents, chance)
                path = os.path.join(folder, "damaged" + (seeds[source].suffix if chance.random() < 0.8 else ""))
                with open(path, "wb") as file:
                    file.write(data)
                arguments = command(options.program, path, os.path.join(folder, "frames"), chance)
                wrong = complaint(arguments)
                if wrong:
                    kept = options.keep / f"fuzz-{options.seed}-{number}{seeds[source].suffix}"
                    kept.write_bytes(data)
                    with lock:
                        found.append(f"{kept} ({' '.join(arguments[1:3] + arguments[4:])}): {wrong}")
                os.unlink(path)
                number += options.jobs
                with lock:
                    done[0] += 1

    threads = [threading.Thread(target=work, args=(job,)) for job in range(options.jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"{done[0]} files in {options.minutes:g} minutes with seed {options.seed}: {len(found)} findings")
    for line in found:
        print(line)
    sys.exit(1 if found else 0)


main()
