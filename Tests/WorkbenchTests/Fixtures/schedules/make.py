"""Makes rates.json with PyTorch 2.15's schedulers: `python make.py`. A list of rates, one a step, for each case."""

import json
import pathlib

import torch
from torch.optim.lr_scheduler import CosineAnnealingLR, OneCycleLR


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


cases = []
for steps, rate in [(10, 0.5), (37, 0.003), (200, 0.0015)]:
    one_cycle = rates(steps, rate, lambda o: OneCycleLR(o, max_lr=rate, total_steps=steps))
    cases.append({"schedule": "one_cycle", "rate": rate, "minimum": 0, "steps": steps, "rates": one_cycle})
    for minimum in [0, rate / 10]:
        cosine = rates(steps, rate, lambda o: CosineAnnealingLR(o, T_max=steps - 1, eta_min=minimum))
        cases.append({"schedule": "cosine", "rate": rate, "minimum": minimum, "steps": steps, "rates": cosine})

place = pathlib.Path(__file__).resolve().parent / "rates.json"
place.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
