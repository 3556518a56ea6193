"""Makes lines.gz: 30 000 numbered lines, "line 1" to "line 30000", as Python's gzip module packs them.

    python make.py
"""

import gzip
import pathlib

text = "".join(f"line {number}\n" for number in range(1, 30_001))
(pathlib.Path(__file__).parent / "lines.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
