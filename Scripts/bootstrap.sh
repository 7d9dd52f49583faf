#!/usr/bin/env bash
# Installs what building and the quickstart need and is not there yet; with everything there it does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'bootstrap: %s\n' "$*"; }
stop() {
  printf 'bootstrap: error: %s\n' "$@" >&2
  exit 1
}

# Swift comes first: without it, the rest would be installed for nothing.
require_swift() {
  local text version
  command -v swift >/dev/null ||
    stop "Swift is not installed. Swift 6.2 or newer is needed: https://www.swift.org/install"
  text=$(swift --version 2>/dev/null) || stop "'swift --version' fails; Swift 6.2 or newer is needed."
  [[ $text =~ Swift\ version\ ([0-9]+)\.([0-9]+) ]] || stop "cannot read the version of Swift from: $text"
  version=${BASH_REMATCH[1]}.${BASH_REMATCH[2]}
  ((BASH_REMATCH[1] > 6 || (BASH_REMATCH[1] == 6 && BASH_REMATCH[2] >= 2))) ||
    stop "Swift $version is too old. Swift 6.2 or newer is needed: https://www.swift.org/install"
}

# The four files of Fashion-MNIST in the folder of data sets, which go before the Debian package.
has_own_fashion_mnist() {
  local part
  for part in train-images-idx3 train-labels-idx1 t10k-images-idx3 t10k-labels-idx1; do
    [ -f "${SKYMASK_DATA:-data}/fashion-mnist/$part-ubyte.gz" ] || return 1
  done
}

# A browser that the tests know to open without a window.
has_browser() {
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null; then return 0; fi
  done
  return 1
}

# Runs a command as root, and shows it.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    say "running: $*"
    "$@"
  else
    say "running: sudo $*"
    sudo "$@"
  fi
}

install_debian() {
  local package missing=()
  local packages=(libyaml-dev zlib1g-dev pkg-config)
  has_own_fashion_mnist || packages+=(dataset-fashion-mnist)
  # Only tests of the report page need it, and say so where it is not there.
  if [ -n "${WITH_BROWSER:-}" ] && ! has_browser; then packages+=(chromium); fi
  # Only pictures for print need it; skymask plot says how to get it where it is not there.
  if [ -n "${WITH_GNUPLOT:-}" ] && ! command -v gnuplot >/dev/null; then packages+=(gnuplot-nox); fi
  # Only Scripts/kernel-digests.sh needs them, to run the kernels as on another CPU; it says so where they are not there.
  if [ -n "${WITH_AARCH64:-}" ]; then packages+=(qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross); fi
  for package in "${packages[@]}"; do
    # A package that was never there has no entry at all; the words are those of an installed one.
    [[ $(dpkg-query --show --showformat='${Status}\n' "$package" 2>/dev/null) == *"install ok installed"* ]] ||
      missing+=("$package")
  done
  if [ ${#missing[@]} -eq 0 ]; then
    say "everything is installed already; nothing to do"
    return
  fi
  say "missing: ${missing[*]}"
  if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
    stop "installing packages takes root, and there is no sudo here. As root, run:" \
      "  apt-get update && apt-get install ${missing[*]}"
  fi
  # A machine that has just started may be installing its updates: wait for it.
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
  # One unreachable source must not stop what the others have.
  as_root "${apt[@]}" update || say "warning: apt-get update failed; trying to install nevertheless"
  as_root "${apt[@]}" install --yes --no-install-recommends "${missing[@]}" ||
    stop "apt-get could not install: ${missing[*]}" "(on Ubuntu, they are in the component 'universe')"
  say "installed: ${missing[*]}"
}

# Written after Homebrew's documentation; not tried on a Mac yet.
install_macos() {
  local formula missing=()
  command -v brew >/dev/null || stop "Homebrew is not installed: https://brew.sh"
  for formula in libyaml zlib pkgconf; do
    brew list --formula "$formula" >/dev/null 2>&1 || missing+=("$formula")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    say "running: brew install ${missing[*]}"
    brew install "${missing[@]}"
  else
    say "everything is installed already; nothing to do"
  fi
  has_own_fashion_mnist ||
    say "Fashion-MNIST is not here yet; once skymask is built: .build/release/skymask data fetch fashion-mnist"
}

require_swift
if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
  install_debian
elif [ "$(uname -s)" = Darwin ]; then
  install_macos
else
  say "this system has neither apt-get nor Homebrew, so nothing is installed for you. Needed, with headers:"
  say "  libyaml, zlib, pkg-config;"
  say "  and Fashion-MNIST; once skymask is built: .build/release/skymask data fetch fashion-mnist"
fi
