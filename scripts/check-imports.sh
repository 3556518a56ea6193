#!/usr/bin/env bash
# Checks every import below Sources against the arrows in ARCHITECTURE.md (the block that begins with ```arrows).
# A line `Target: A B` there allows Target to import A and B, and nothing else of ours or of the packages.
set -euo pipefail
cd "$(dirname "$0")/.."

# One line an import: FILE, LINE, TARGET, MODULE. `import struct Foo.Bar` and `import Foo.Bar` count as Foo.
imports() {
  { grep -rnHE --include='*.swift' '^[[:space:]]*(@[A-Za-z_]+(\([a-z]*\))?[[:space:]]+)*((public|package|internal|fileprivate|private)[[:space:]]+)?import[[:space:]]' Sources || true; } \
    | sed -E 's#^(Sources/([^/]+)/[^:]*):([0-9]+):.*import[[:space:]]+((struct|class|enum|protocol|typealias|func|var|let)[[:space:]]+)?([A-Za-z_0-9]+).*#\1 \3 \2 \6#'
}

imports | awk '
  FNR == NR {
    if ($0 == "```arrows") { inside = 1; next }
    if (inside && /^```/) { inside = 0; next }
    if (inside) { target = $1; sub(":$", "", target); known[target] = 1; for (i = 2; i <= NF; i++) allowed[target, $i] = 1 }
    next
  }
  !known[$3] { printf "%s:%s: target %s has no line in ARCHITECTURE.md\n", $1, $2, $3; bad = 1; next }
  $4 != $3 && !(($3, $4) in allowed) && !(("everywhere", $4) in allowed) {
    printf "%s:%s: %s may not import %s (ARCHITECTURE.md)\n", $1, $2, $3, $4; bad = 1
  }
  END { if (length(known) < 2) { print "ARCHITECTURE.md has no arrows"; bad = 1 } exit bad }
' ARCHITECTURE.md - >&2
