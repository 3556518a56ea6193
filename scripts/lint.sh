#!/usr/bin/env bash
# The house rules that a machine can see, over the files that git knows or would add.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=0
# rule MESSAGE: shows the offending places on standard input, if there are any.
rule() {
  local found
  found=$(cat)
  [ -z "$found" ] && return
  printf 'lint: %s\n%s\n' "$1" "$(sed 's/^/  /' <<<"$found")" >&2
  failed=1
}
files() { git ls-files -z --cached --others --exclude-standard --deduplicate -- "$@" | while IFS= read -r -d '' f; do [ -f "$f" ] && printf '%s\0' "$f"; done; true; }
# matches PATTERN PATH…: an extended regular expression in the text files below the paths.
matches() { local pattern=$1; shift; files "$@" | xargs -0 -r grep -nHIE -e "$pattern" -- || true; }

matches '/(work|root|home|opt)/|/tmp/[p]eers' . \
  | rule "a path of one machine in a file: derive it, or take it as an argument"
files . | xargs -0 -r du -k --apparent-size -- | awk '$1 > 1024 && $2 !~ /^(\.\/)?models\//' \
  | rule "a file over 1 MB outside models/ (KB, file)"
files 'Sources/*.swift' 'Sources/*.c' 'Sources/*.cpp' 'Sources/*.h' 'Tests/*.swift' | xargs -0 -r wc -l -- \
  | awk '$1 > 600 && $2 != "total"' | rule "a file over 600 lines: give each idea its own"
matches '\btry!|\bas! ' Sources Tests \
  | rule "try! and as! trap: throw an UnrollError, or 'try #require' in a test"
matches '\bfatalError\(|\bpreconditionFailure\(' Sources/UnrollCommand Sources/Unroll Sources/Workbench Sources/TextIO \
  | rule "bad input ends in an UnrollError, never in a trap"
matches '\btry\? ' Sources | awk '!/\/\//' | rule "try? hides a failure: handle it, or say on the same line why none matters"
matches 'TODO|FIXME|XXX|[Nn]ot (yet )?[Ii]mplemented' Sources Tests | rule "unfinished code: a case exists only if it works"
matches '#expect\(true\)' Tests | rule "a check that cannot fail"
matches 'unsafeFlags' Package.swift | rule "unsafeFlags would keep others from depending on the package"

# SwiftPM names these packages to people without the set-up script; both lists must agree.
grep -oE '\.apt\(\[[^]]*\]' Package.swift | grep -oE '"[^"]+"' | tr -d '"' | sort -u \
  | comm -23 - <(scripts/setup.sh --list | sort -u) | rule "an apt provider of Package.swift that scripts/setup.sh does not install"

exit "$failed"
