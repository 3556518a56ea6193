#!/usr/bin/env bash
# Tests scripts/setup.sh on machines that do not exist: every program it asks is a stand-in in a folder of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

box=$(mktemp -d)
trap 'rm -rf "$box"' EXIT
failed=0

# A machine: Debian with everything installed, run by root, with Swift 6.1. Each case then breaks one thing.
machine() {
  rm -rf "${box:?}/bin"; mkdir -p "$box/bin"; : >"$box/calls"
  local tool
  for tool in bash sed grep sort head env cat; do ln -s "$(command -v "$tool")" "$box/bin/$tool"; done
  program swift 'echo "Swift version 6.1 (swift-6.1-RELEASE)"'
  program id 'echo 0'
  program dpkg-query 'shift 3; for p; do [ "$p" = "${ABSENT-}" ] || echo "installed $p"; done'
  program apt-cache 'exit 0'
  program apt-get 'echo "apt-get $*" >>"$CALLS"'
}
program() { printf '#!/usr/bin/env bash\n%s\n' "$2" >"$box/bin/$1"; chmod +x "$box/bin/$1"; }
# setup ABSENT-PACKAGE [ARGUMENT…]: runs the script there and keeps its status, its messages and what it had others do.
setup() {
  local absent=$1; shift
  status=0
  messages=$(PATH=$box/bin CALLS=$box/calls ABSENT=$absent SWIFT='' "$BASH" scripts/setup.sh "$@" 2>&1 </dev/null) || status=$?
  calls=$(cat "$box/calls")
}
expect() { # CASE STATUS TEXT-IN-MESSAGES TEXT-IN-CALLS
  if [ "$status" != "$2" ] || [[ $messages != *"$3"* ]] || [[ $calls != *"$4"* ]]; then
    printf 'test-setup: %s: status %s (expected %s)\n  said: %s (expected: %s)\n  called: %s (expected: %s)\n' \
      "$1" "$status" "$2" "$messages" "$3" "$calls" "$4" >&2
    failed=1
  fi
}
silent() { [ -z "$messages$calls" ] || { printf 'test-setup: %s: was not silent: %s %s\n' "$1" "$messages" "$calls" >&2; failed=1; }; }

machine; setup ""
expect "nothing missing" 0 "" ""; silent "nothing missing"

machine; setup nettle-dev
expect "one package missing" 0 "installing nettle-dev" "install -y --no-install-recommends nettle-dev"
[[ $calls != *update* ]] || { echo "test-setup: fetched package lists without need" >&2; failed=1; }

machine; program apt-cache 'exit 100'; setup nettle-dev
expect "no package lists yet" 0 "fetching the package lists" "DPkg::Lock::Timeout=300 update"
expect "then installs" 0 "" "nettle-dev"

machine; program apt-get 'echo "apt-get $*" >>"$CALLS"; [ "$(grep -c update "$CALLS")" -gt 0 ]'; setup nettle-dev
expect "stale package lists" 0 "fetching the package lists" "update"

machine; program apt-get 'exit 100'; setup nettle-dev
expect "apt fails" 69 "still missing: nettle-dev" ""

machine; program id 'echo 1000'; setup nettle-dev
expect "neither root nor sudo" 69 "as root, run: apt-get install -y --no-install-recommends nettle-dev" ""

machine; program id 'echo 1000'; program sudo 'echo "sudo $*" >>"$CALLS"; shift; exec "$@"'; program true 'exit 0'; setup nettle-dev
expect "through sudo" 0 "installing nettle-dev" "sudo -n env DEBIAN_FRONTEND=noninteractive apt-get"

machine; program id 'echo 1000'; program sudo 'exit 1'; setup nettle-dev
expect "sudo refuses" 69 "run: sudo apt-get install -y --no-install-recommends nettle-dev" ""

machine; setup g++-aarch64-linux-gnu
expect "the cross compiler is not needed to build" 0 "" ""; silent "the cross compiler is not needed to build"
machine; setup g++-aarch64-linux-gnu --cross
expect "the cross compiler on demand" 0 "installing g++-aarch64-linux-gnu" "g++-aarch64-linux-gnu"

machine; setup ffmpeg
expect "the ffmpeg program is not needed to build" 0 "" ""; silent "the ffmpeg program is not needed to build"
machine; setup ffmpeg --tests
expect "the ffmpeg program for tests" 0 "installing ffmpeg" "--no-install-recommends ffmpeg"

machine; rm "$box/bin/swift"; setup ""
expect "no Swift" 69 "https://www.swift.org/install" ""

machine; program swift 'echo "Swift version 5.10.1 (swift-5.10.1-RELEASE)"'; setup ""
expect "an old Swift" 69 "Swift 5.10.1 is too old, 6.1 or newer is needed" ""

machine; program swift 'echo "Swift version 10.0 (swift-10.0-RELEASE)"'; setup ""
expect "10.0 is newer than 6.1" 0 "" ""

machine; rm "$box/bin/apt-get"; program cc '[[ "$*" != *zlib.h* ]]'; setup ""
expect "no Debian, a library missing" 69 "headers not found: zlib.h" ""

machine; rm "$box/bin/apt-get"; program cc 'exit 0'; setup ""
expect "no Debian, all there" 0 "" ""; silent "no Debian, all there"

machine; setup "" --wrong
expect "unknown argument" 64 "usage:" ""

exit "$failed"
