"""Makes rates.json with PyTorch 2.15's schedulers: `python make.py`. A list of rates, one a step, for each case."""

import json
import pathlib

import torch
from torch.optim.lr_scheduler import (
    ConstantLR,
    CosineAnnealingLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    OneCycleLR,
    SequentialLR,
    StepLR,
)


def rates(steps, rate, make):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=rate)
    scheduler = make(optimizer)
    found = []
    for step in range(steps):
        if step > 0:
            optimizer.step()
            scheduler.step()
        found.append(optimizer.param_groups[0]["lr"])
    return found


def warmed(optimizer, warmup, after):
    """`after` behind a rise in a straight line."""
    if warmup == 0:
        return after
    rise = LinearLR(optimizer, start_factor=1 / warmup, total_iters=max(warmup - 1, 1))
    return SequentialLR(optimizer, [rise, after], milestones=[warmup])


cases = []
for steps, rate, warmup in [(40, 0.5, 0), (40, 0.003, 12), (40, 0.003, 1)]:
    makers = {
        "constant": lambda o: ConstantLR(o, factor=1),
        "cosine": lambda o: CosineAnnealingLR(o, T_max=steps - warmup - 1),
    }
    for schedule, make in makers.items():
        found = rates(steps, rate, lambda o: warmed(o, warmup, make(o)))
        cases.append({"schedule": schedule, "rate": rate, "minimum": 0, "warmup": warmup, "steps": steps, "rates": found})
    for every, factor in [(7, 0.5), (1, 0.9)]:
        after = (lambda o: ExponentialLR(o, factor)) if every == 1 else (lambda o: StepLR(o, every, factor))
        found = rates(steps, rate, lambda o: warmed(o, warmup, after(o)))
        settings = {"warmup": warmup, "factor": factor, "every": every}
        cases.append({"schedule": "exponential", "rate": rate, "minimum": 0, "steps": steps, "rates": found} | settings)
    # PyTorch has none of this name; the formula is that of the paper without the model's width.
    top = max(warmup, 1)
    found = rates(steps, rate, lambda o: LambdaLR(o, lambda t: min((t + 1) / top, (top / (t + 1)) ** 0.5)))
    cases.append(
        {"schedule": "inverse_sqrt", "rate": rate, "minimum": 0, "warmup": warmup, "steps": steps, "rates": found}
    )
for steps, rate in [(10, 0.5), (37, 0.003), (200, 0.0015)]:
    one_cycle = rates(steps, rate, lambda o: OneCycleLR(o, max_lr=rate, total_steps=steps))
    cases.append({"schedule": "one_cycle", "rate": rate, "minimum": 0, "steps": steps, "rates": one_cycle})
    for minimum in [0, rate / 10]:
        cosine = rates(steps, rate, lambda o: CosineAnnealingLR(o, T_max=steps - 1, eta_min=minimum))
        cases.append({"schedule": "cosine", "rate": rate, "minimum": minimum, "steps": steps, "rates": cosine})

place = pathlib.Path(__file__).resolve().parent / "rates.json"
place.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
