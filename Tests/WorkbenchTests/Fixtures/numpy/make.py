"""Makes arrays of many types and orders as numpy.save writes them (NumPy 2.x), and their numbers in expected.json.

Run anywhere: python make.py
"""

import json
import pathlib

import numpy as np
from numpy.lib import format

here = pathlib.Path(__file__).parent
numbers = [[0, 1, 2, 3], [-4, 5, 60, -7], [8, 9, -10, 11]]
expected = {}


def save(name, array, version=None):
    with open(here / f"{name}.npy", "wb") as file:
        format.write_array(file, array, version=version)
    values = np.ascontiguousarray(array).astype(np.float64).ravel()
    expected[name] = {"shape": list(array.shape), "values": values.tolist()}


for kind in ["<f2", "<f4", ">f4", "<f8", ">f8", "|i1", "<i2", ">i4", "<i8"]:
    save(kind.strip("<>|") + ("_big" if kind[0] == ">" else ""), (np.array(numbers) / (4 if "f" in kind else 1)).astype(kind))
for kind in ["|u1", "<u2", "<u4", "<u8", "|b1"]:
    save(kind.strip("<>|"), np.abs(np.array(numbers)).astype(kind))
save("fortran", np.asfortranarray(np.array(numbers, "<f4")))
save("fortran_three", np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)))
save("three", np.arange(24, dtype="<f4").reshape(2, 3, 4))
save("vector", np.arange(3, dtype="<f4"))
save("single", np.array(2.5, "<f4"))
save("empty", np.zeros((3, 0), "<f4"))
save("version_two", np.array(numbers, "<f4"), (2, 0))
save("version_three", np.array(numbers, "<f4"), (3, 0))
(here / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
# What cannot be read as plain numbers.
for name, array in [("complex", np.zeros(2, "<c8")), ("text", np.array(["a"])), ("records", np.zeros(2, [("x", "<f4")]))]:
    with open(here / f"bad_{name}.npy", "wb") as file:
        format.write_array(file, array)
