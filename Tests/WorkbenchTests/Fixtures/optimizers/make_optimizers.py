"""Makes the fixtures of the optimizers with PyTorch: `python make_optimizers.py`. Names: README.md beside.

Parameters and moments are kept in float64 here: a float32 optimizer should stay within its own rounding of these values.
"""

import pathlib
import sys

import torch

FOLDER = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[2]))
from fixture_writer import Inputs, save  # noqa: E402

STEPS = 10
SHAPES = {"matrix": (3, 11), "vector": (5,), "scalar": (1,)}
# The joint gradient norm of a step before clipping is about 6 times this: some steps are clipped at 1, some are not.
GRADIENT_SCALES = [1, 0.05, 0.5, 3, 0.1, 0.01, 2, 0.15, 0.3, 1]


def write(case, make, settings, clip=None, clip_value=None):
    draw = Inputs(case)
    parameters = {name: torch.nn.Parameter(draw.normal(*shape)) for name, shape in SHAPES.items()}
    optimizer = make(list(parameters.values()), **settings)
    values = {name: [p.detach().clone()] for name, p in parameters.items()}
    gradients = {name: [] for name in SHAPES}
    norms = []
    for step in range(STEPS):
        for name, parameter in parameters.items():
            parameter.grad = draw.normal(*SHAPES[name], scale=GRADIENT_SCALES[step])
            parameter.grad = parameter.grad.float().double()
            gradients[name].append(parameter.grad.clone())
        norms.append(torch.linalg.vector_norm(torch.cat([p.grad.flatten() for p in parameters.values()])))
        if clip is not None:
            torch.nn.utils.clip_grad_norm_(list(parameters.values()), clip)
        if clip_value is not None:
            torch.nn.utils.clip_grad_value_(list(parameters.values()), clip_value)
        optimizer.step()
        for name, parameter in parameters.items():
            values[name].append(parameter.detach().clone())
    norms = torch.stack(norms)
    assert clip is None or (norms < clip).any() and (norms > clip).any()
    tensors = {"norms": norms}
    for name in SHAPES:
        tensors[f"{name}.values"] = torch.stack(values[name])
        tensors[f"{name}.gradients"] = torch.stack(gradients[name])
    tensors |= {name: torch.tensor(value, dtype=torch.float64) for name, value in settings.items()}
    if clip is not None:
        tensors["clip"] = clip
    if clip_value is not None:
        tensors["clip_value"] = clip_value
    save(FOLDER, case, tensors)


ADAM = {"lr": 0.01, "betas": (0.9, 0.999), "eps": 1e-8}
write("adam", torch.optim.Adam, ADAM)
write("adam_other_settings", torch.optim.Adam, {"lr": 0.003, "betas": (0.8, 0.98), "eps": 1e-3})
write("adam_clipped", torch.optim.Adam, ADAM, clip=1.0)
write("sgd", torch.optim.SGD, {"lr": 0.1})
write("sgd_clipped", torch.optim.SGD, {"lr": 0.1}, clip=1.0)
write("sgd_momentum", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9})
write("adamw", torch.optim.AdamW, ADAM | {"weight_decay": 0.01})
write("adamw_clipped", torch.optim.AdamW, {"lr": 0.03, "betas": (0.8, 0.98), "eps": 1e-3, "weight_decay": 0.3}, clip=1.0)
write("sgd_nesterov", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True})
write("sgd_clipped_value", torch.optim.SGD, {"lr": 0.1}, clip_value=0.2)
write("adagrad", torch.optim.Adagrad, {"lr": 0.1, "eps": 1e-10})
write("adagrad_clipped", torch.optim.Adagrad, {"lr": 0.03, "eps": 1e-3}, clip=1.0)
write("rmsprop", torch.optim.RMSprop, {"lr": 0.01, "alpha": 0.99, "eps": 1e-8})
write("rmsprop_momentum", torch.optim.RMSprop, {"lr": 0.003, "alpha": 0.9, "eps": 1e-3, "momentum": 0.8})
write("adadelta", torch.optim.Adadelta, {"lr": 1.0, "rho": 0.9, "eps": 1e-6})
write("adadelta_other_settings", torch.optim.Adadelta, {"lr": 0.3, "rho": 0.95, "eps": 1e-3})
