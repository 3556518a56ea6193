"""Kills trainings at random moments, again and again, and sees whether anything is lost.

Each of three small trainings (of sentences, labels and captions) runs once undisturbed. Then it runs again, is killed with SIGKILL
after a random time and resumed, until it is done and has been killed often enough; it is begun anew when it ends too soon.
Every restart must go on from a whole checkpoint, and the weights at the end must be those of the undisturbed run, bit for bit.
Twice a round the newest checkpoint is damaged as well: the run must say so and go on from the one before.

usage: kill_runs.py [--kills 200] [--seed 1] [--threads 1] [--jobs text,label,caption]
environment: UNROLL (.build/release/unroll)
Prints a JSON object a job: kills, restarts, damaged checkpoints, and whether weights and logs agree. Status 1 if one does not.
"""

import argparse, hashlib, json, os, pathlib, random, shutil, signal, subprocess, sys, tempfile, time

here = pathlib.Path(__file__).resolve().parent.parent
unroll = os.environ.get("UNROLL", str(here / ".build/release/unroll"))
often = ["training.checkpoint_every=7", "training.log_every=5"]


def jobs(folder):
    """What is trained: the arguments of `unroll train` of each job, a few seconds each."""
    data = str(folder / "shapes")
    subprocess.run([unroll, "synthesize", "shapes", "--clips", "40", "--out", data, "--quiet"], check=True,
                   stdout=subprocess.DEVNULL)
    small = ["model.warm_start=null", "model.frozen=false", "model.channels=[8, 16]", "model.projection_size=16",
             "model.layers=1", "model.hidden_size=16", "data.hold_out=0.2", "data.batch_size=4"]
    return {
        "text": (["recipes/translate/reverse-digits.yaml"], ["training.steps=300", "training.validate_every=60"]),
        "label": (["recipes/label/shapes-tiny.yaml", "--source", data],
                  ["training.epochs=20", "training.validate_every=30"]),
        "caption": (["recipes/caption/shapes-sentences.yaml", "--source", data],
                    small + ["training.epochs=10", "training.validate_every=30"]),
    }


def command(job, run, threads, resume):
    arguments, settings = job
    sets = [word for setting in settings + often for word in ("--set", setting)]
    return [unroll, "train", *arguments, *sets, "--run", str(run), "--threads", str(threads), "--quiet",
            *(["--resume"] if resume else [])]


def digests(run):
    """What a finished run is held against: the weights of its model and of its last checkpoint."""
    files = sorted(run.glob("model/*.safetensors")) + sorted(run.glob("checkpoint-*-final.safetensors"))
    return {str(file.relative_to(run)): hashlib.sha256(tensors(file)).hexdigest() for file in files}


def tensors(file):
    """The numbers of a safetensors file, without its header, in the order of their names."""
    data = file.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    start = 8 + length
    return b"".join(
        name.encode() + data[start + entry["data_offsets"][0] : start + entry["data_offsets"][1]]
        for name, entry in sorted(header.items()))


def steps(run):
    """The training steps that the log tells of, in its order."""
    lines = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    return [line["step"] for line in lines if "train/loss" in line]


def damage(run, chance):
    """Changes a byte of the newest checkpoint, if there is one before it to go back to."""
    checkpoints = sorted(run.glob("checkpoint-*.safetensors"), key=lambda file: int(file.stem.split("-")[1]))
    if len(checkpoints) < 2:
        return False
    data = bytearray(checkpoints[-1].read_bytes())
    data[chance.randrange(len(data))] ^= 0xFF
    checkpoints[-1].write_bytes(data)
    return True


def disturbed(job, run, wanted, duration, threads, chance):
    """Runs a job to its end with kills in between; how many kills, restarts and damaged checkpoints."""
    kills = restarts = damaged = 0
    while True:
        resume = (run / "checkpoints.json").exists()
        if not resume:
            shutil.rmtree(run, ignore_errors=True)
        hurt = resume and kills % 10 == 9 and damage(run, chance)
        process = subprocess.Popen(command(job, run, threads, resume), cwd=here, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE, text=True)
        # Late enough, mostly, that a few checkpoints are written before the kill.
        patience = chance.uniform(0.02, max(0.3, duration / 3)) if kills < wanted else None
        try:
            _, told = process.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            _, told = process.communicate()
            kills += 1
        restarts += resume
        damaged += hurt
        if process.returncode not in (0, -signal.SIGKILL):
            sys.exit(f"kill_runs: {run}: status {process.returncode}: {told}")
        if hurt and process.returncode == 0 and "checkpoint" not in told:
            sys.exit(f"kill_runs: {run}: nothing was said of a damaged checkpoint: {told}")
        if process.returncode == 0:
            return kills, restarts, damaged


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--kills", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--jobs", default="text,label,caption")
    options = options.parse_args()
    chance = random.Random(options.seed)
    good = True
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        wanted = options.jobs.split(",")
        share = -(-options.kills // len(wanted))
        for name, job in jobs(scratch).items():
            if name not in wanted:
                continue
            whole = scratch / f"{name}-whole"
            start = time.monotonic()
            subprocess.run(command(job, whole, options.threads, False), cwd=here, check=True,
                           stdout=subprocess.DEVNULL)
            duration = time.monotonic() - start
            row = {"job": name, "seconds_undisturbed": round(duration, 1), "kills": 0, "restarts": 0, "damaged": 0,
                   "runs": 0, "weights_equal": True, "logs_equal": True}
            while row["kills"] < share:
                run = scratch / f"{name}-killed"
                shutil.rmtree(run, ignore_errors=True)
                kills, restarts, damaged = disturbed(
                    job, run, share - row["kills"], duration, options.threads, chance)
                row["kills"] += kills
                row["restarts"] += restarts
                row["damaged"] += damaged
                row["runs"] += 1
                row["weights_equal"] &= digests(run) == digests(whole)
                row["logs_equal"] &= steps(run) == steps(whole)
            print(json.dumps(row), flush=True)
            good &= row["weights_equal"] and row["logs_equal"]
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
