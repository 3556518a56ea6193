"""Makes python.safetensors with the safetensors package, and checks that the package reads written.safetensors.

Run in this folder: python make.py
written.safetensors is what SafetensorsWriter makes; the test compares its bytes.
"""

import pathlib

import torch
from safetensors import safe_open
from safetensors.torch import save_file

here = pathlib.Path(__file__).parent

# A spread of all bit patterns: signs, subnormals, infinities, but no NaN, which equals nothing.
patterns = torch.arange(-32768, 32768, 37, dtype=torch.int32).to(torch.int16)
half = patterns.view(torch.float16)
half = half[~half.isnan()]
brain = patterns.view(torch.bfloat16)
brain = brain[~brain.isnan()]
generator = torch.Generator().manual_seed(7)
wide = torch.randn(3, 5, 2, generator=generator)
rounded = torch.cat([torch.randn(500, generator=generator) * s for s in (1e-8, 1e-6, 1e-4, 1.0, 1e3)])
rounded = torch.cat([rounded, torch.tensor([65504.0, -65519.9, 0.0, -0.0, 1 + 2**-11, 1 + 3 * 2**-11])])

save_file(
    {
        "encoder.rnn.weight_ih_l0": wide,
        "half": half.contiguous(),
        "half.expected": half.float(),
        "brain": brain.contiguous(),
        "brain.expected": brain.float(),
        "round.full": rounded,
        "round.half": rounded.half().float(),
        "scalar": torch.tensor(2.5),
        "empty": torch.zeros(0, 4),
        "long": torch.tensor([[-1, 2**62], [3, 4]], dtype=torch.int64),
        "int": torch.tensor([-(2**31), 5], dtype=torch.int32),
        "byte": torch.tensor([0, 255, 7], dtype=torch.uint8),
        "flag": torch.tensor([True, False, True]),
        "double": torch.tensor([1.0], dtype=torch.float64),
        'ключ "é"\n': torch.tensor([1.0, 2.0]),
    },
    here / "python.safetensors",
    metadata={"format": "pt", "note": 'line\nand "quote" é'},
)

written = here / "written.safetensors"
if written.exists():
    with safe_open(written, framework="pt") as file:
        assert file.metadata() == {"made": 'by "unroll"\n', "é": "ю"}, file.metadata()
        assert sorted(file.keys()) == ["a.half", "b.full", "bytes", "empty", "long", "scalar"], file.keys()
        assert file.get_tensor("a.half").dtype == torch.float16
        assert file.get_tensor("a.half").tolist() == [1.0, -2.5, 65504.0]
        assert file.get_tensor("b.full").tolist() == [[1.5, 2.5, 3.5], [-1.0, 0.0, 0.10000000149011612]]
        assert file.get_tensor("bytes").tolist() == [1, 2, 255]
        assert file.get_tensor("empty").shape == (0, 3)
        assert file.get_tensor("long").tolist() == [[-5], [2**62]]
        assert file.get_tensor("scalar").item() == 0.25 and file.get_tensor("scalar").shape == ()
    print("written.safetensors is read by the package")
