#!/usr/bin/env bash
# The house rules that a machine can see, over the files that git knows or would add.
set -euo pipefail
cd "$(dirname "$0")/.."

failed=0
# rule MESSAGE < PLACES: shows the offending places, if there are any. (Not behind a pipe, where `failed` would be lost.)
rule() {
  local found
  found=$(cat)
  if [ -n "$found" ]; then
    printf 'lint: %s\n%s\n' "$1" "$(sed 's/^/  /' <<<"$found")" >&2
    failed=1
  fi
}
# files PATH…: those that exist, each ended by a zero byte.
files() {
  git ls-files -z --cached --others --exclude-standard --deduplicate -- "$@" \
    | while IFS= read -r -d '' file; do if [ -f "$file" ]; then printf '%s\0' "$file"; fi; done
}
# matches PATTERN PATH…: an extended regular expression in the text files below the paths.
matches() {
  local pattern=$1
  shift
  files "$@" | xargs -0 -r grep -nHIE -e "$pattern" -- || true
}
# SwiftPM names these packages to people who do not use the set-up script; both lists must agree.
providers_not_installed() {
  grep -oE '\.apt\(\[[^]]*\]' Package.swift | grep -oE '"[^"]+"' | tr -d '"' | sort -u | comm -23 - <(scripts/setup.sh --list | sort -u)
}

rule "a path of one machine in a file: derive it, or take it as an argument" \
  < <(matches '/(work|root|home|opt)/|/tmp/[p]eers' .)
rule "a file over 1 MB outside models/ (KB, file)" \
  < <(files . | xargs -0 -r du -k --apparent-size -- | awk '$1 > 1024 && $2 !~ /^models\//')
rule "a file over 600 lines: give each idea its own" \
  < <(files 'Sources/*.swift' 'Sources/*.c' 'Sources/*.cpp' 'Sources/*.h' 'Tests/*.swift' | xargs -0 -r wc -l -- \
    | awk '$1 > 600 && $2 != "total"')
rule "try! and as! trap: throw an UnrollError, or 'try #require' in a test" < <(matches '\btry!|\bas! ' Sources Tests)
rule "bad input ends in an UnrollError, never in a trap" \
  < <(matches '\bfatalError\(|\bpreconditionFailure\(' Sources/UnrollCommand Sources/Unroll Sources/Workbench Sources/TextIO)
rule "try? hides a failure: handle it, or say on the same line why none matters" \
  < <(matches '\btry\? ' Sources | awk '!/\/\//')
rule "a model has no files, no clock and no output: give it numbers, or do it in Workbench" \
  < <(matches '\b(FileManager|FileHandle|URL|ContinuousClock|DispatchTime)\b|\b(Date|print)\(' Sources/SequenceModels)
rule "unfinished code: a case exists only if it works" < <(matches 'TODO|FIXME|XXX|[Nn]ot (yet )?[Ii]mplemented' Sources Tests)
rule "a check that cannot fail" < <(matches '#expect\(true\)' Tests)
rule "processes that start together inherit each other's pipes: start() and unshared(), of TestSupport" \
  < <(matches '\b(process|cat)\.run\(\)|[=(] ?Pipe\(\)' Tests | awk '!/ProcessStart/')
rule "unsafeFlags would keep others from depending on the package" < <(matches 'unsafeFlags' Package.swift)
rule "an apt provider of Package.swift that scripts/setup.sh does not install" < <(providers_not_installed)

exit "$failed"
