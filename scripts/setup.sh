#!/usr/bin/env bash
# Makes a machine ready to build Unroll: checks for Swift, installs the Debian packages that are missing.
# Usage: setup.sh [--cross]     --cross: also the aarch64 cross compiler of `make cross-check`
#        setup.sh [--tests]     --tests: also the programs that tests compare with
#        setup.sh --list        prints the packages and does nothing
# Ends with 69 (unavailable, after sysexits.h) when something is missing that it cannot install.
set -euo pipefail

# The one list of the packages that Unroll is built from.
packages=(libdnnl-dev libsentencepiece-dev zlib1g-dev nettle-dev
  libavformat-dev libavcodec-dev libavutil-dev libswscale-dev pkg-config)
cross_packages=(gcc-aarch64-linux-gnu g++-aarch64-linux-gnu)
test_packages=(ffmpeg)
# The same, for a machine that has no apt: a header that shows that the library is there.
headers=(oneapi/dnnl/dnnl.h sentencepiece_trainer.h zlib.h nettle/sha2.h
  libavformat/avformat.h libavcodec/avcodec.h libavutil/avutil.h libswscale/swscale.h)
swift_at_least=6.1
unavailable=69

say() { printf 'setup: %s\n' "$*" >&2; }
stop() { say "$@"; exit "$unavailable"; }

case "${1-}" in
  "") ;;
  --cross) packages+=("${cross_packages[@]}") ;;
  --tests) packages+=("${test_packages[@]}") ;;
  --list) printf '%s\n' "${packages[@]}"; exit 0 ;;
  *) echo "usage: setup.sh [--cross | --tests | --list]" >&2; exit 64 ;;
esac

check_swift() {
  local swift=${SWIFT:-swift} version
  local get="get it with swiftly, Swift's installer, or as a toolchain: https://www.swift.org/install"
  command -v "$swift" >/dev/null || stop "Swift $swift_at_least or newer is missing; $get"
  version=$("$swift" --version 2>&1 | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
  [ -n "$version" ] || stop "'$swift --version' does not name a version; $get"
  [ "$(printf '%s\n' "$swift_at_least" "$version" | sort -V | head -n 1)" = "$swift_at_least" ] \
    || stop "Swift $version is too old, $swift_at_least or newer is needed; $get"
}

# Which of the packages are not installed. A package that dpkg never heard of has no line at all.
missing_packages() {
  local installed
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null || true)
  for package in "${packages[@]}"; do
    grep -qxF "installed $package" <<<"$installed" || printf '%s\n' "$package"
  done
}

# Without apt nothing can be installed, but the libraries may well be there.
check_headers() {
  local compiler absent=()
  compiler=$(command -v cc || command -v clang || command -v gcc) || stop "no C compiler (cc, clang or gcc) is to be found"
  for header in "${headers[@]}"; do
    "$compiler" -E -include "$header" -x c++ /dev/null >/dev/null 2>&1 || absent+=("$header")
  done
  [ ${#absent[@]} -eq 0 ] && return
  say "this is no Debian (no apt-get, no dpkg-query), so nothing can be installed from here"
  say "Unroll needs oneDNN, SentencePiece, zlib, nettle, FFmpeg (avformat, avcodec, avutil, swscale) and pkg-config"
  stop "headers not found: ${absent[*]}; install the libraries with your system's package manager"
}

install() {
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    local by_hand="sudo apt-get install -y --no-install-recommends $*"
    command -v sudo >/dev/null || stop "packages are missing; as root, run: ${by_hand#sudo }"
    # Without a terminal nobody can type a password.
    as_root=(sudo); [ -t 0 ] || as_root+=(-n)
    "${as_root[@]}" true || stop "packages are missing, and sudo does not let us install them; run: $by_hand"
  fi
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
  local get=("${apt[@]}" install -y --no-install-recommends "$@")

  # Package lists are fetched only where they are absent or have gone stale.
  say "installing $*"
  if apt-cache show --no-all-versions "$@" >/dev/null 2>&1 && "${get[@]}" </dev/null >&2; then return; fi
  say "fetching the package lists first (apt-get update)"
  "${apt[@]}" update </dev/null >&2 || stop "'apt-get update' failed; packages still missing: $*"
  "${get[@]}" </dev/null >&2 || stop "'apt-get install' failed; packages still missing: $*"
}

check_swift
if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
  mapfile -t missing < <(missing_packages)
  if [ ${#missing[@]} -gt 0 ]; then
    install "${missing[@]}"
    say "done"
  fi
else
  check_headers
fi
