"""What the scripts that make PyTorch fixtures share: random inputs, reference gradients, one safetensors file a case.

The rule of names, the same in every fixture: an output is called NAME, the gradient that arrives from above is
`grad_NAME`, the gradient of an input is `grad.INPUT`. Floats are stored as F32, integers as I32, a lone number as [1].

Every reference is computed in float64 from inputs that are exact in float32, and rounded to float32 once, at the end: it
is nearer to the truth than PyTorch's own float32 would be. Each case is also run in float32, and the script stops where
the two disagree by more than the tests allow, so that no fixture sits on an edge (a ReLU at zero, a tie in a maximum).
"""

import pathlib
import zlib

import torch
from safetensors.torch import save_file

torch.set_num_threads(1)


class Inputs:
    """Random inputs of one case. The seed is the case's name, so that a new case changes no other."""

    def __init__(self, case):
        self.generator = torch.Generator().manual_seed(zlib.crc32(case.encode()))

    def normal(self, *shape, scale=1.0):
        """Normal float64 values that float32 holds exactly."""
        return (torch.randn(shape, generator=self.generator) * scale).double()

    def uniform(self, *shape, low, high):
        """Uniform float64 values in [low, high) that float32 holds exactly."""
        return (torch.rand(shape, generator=self.generator) * (high - low) + low).double()

    def ids(self, *shape, low, high):
        """Integers in [low, high)."""
        return torch.randint(low, high, shape, generator=self.generator)


def evaluate(function, inputs, upstream, dtype):
    """Outputs of `function(**inputs)` and the gradients of sum(output * upstream), all in `dtype`."""
    leaves = {name: value.to(dtype).clone().requires_grad_() for name, value in inputs.items()}
    outputs = function(leaves)
    sum((outputs[name] * value.to(dtype)).sum() for name, value in upstream.items()).backward()
    gradients = {f"grad.{name}": leaf.grad for name, leaf in leaves.items()}
    missing = [name for name, gradient in gradients.items() if gradient is None]
    assert not missing, f"no gradient: {missing}"
    return {name: value.detach() for name, value in outputs.items()} | gradients


def reference(function, inputs, upstream):
    """The case as a dictionary of tensors. `function` maps a dictionary of inputs to one of outputs."""
    exact = evaluate(function, inputs, upstream, torch.float64)
    single = evaluate(function, inputs, upstream, torch.float32)
    for name, value in exact.items():
        tolerance = 1e-5 if name.startswith("grad.") else 1e-6
        apart = ((single[name].double() - value).abs() / (1 + value.abs())).max().item()
        assert apart < tolerance, f"{name}: float32 and float64 are {apart:.1e} apart"
    return inputs | exact | {f"grad_{name}": value for name, value in upstream.items()}


def save(folder, case, tensors):
    """Writes `folder/case.safetensors`: floats rounded to float32, integers as int32."""

    def stored(value):
        value = value if torch.is_tensor(value) else torch.tensor(value)
        value = value.reshape(1) if value.dim() == 0 else value
        return value.detach().to(torch.float32 if value.is_floating_point() else torch.int32).contiguous().clone()

    path = pathlib.Path(folder) / f"{case}.safetensors"
    save_file({name: stored(value) for name, value in tensors.items()}, path)
    print(f"{path.name}: {path.stat().st_size} bytes")
