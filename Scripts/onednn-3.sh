#!/usr/bin/env bash
# Builds and tests NeuralNet against oneDNN 3.x from PyPI, beside the 2.6 that Debian 12 installs.
#
# Everything lies in .build-onednn3/. The version found at run time is printed by the tests themselves and compared with
# that of the headers. Usage: Scripts/onednn-3.sh [release of onednn-cpu-gomp; 2023.2.0, which is oneDNN 3.2, by default]
set -euo pipefail
cd "$(dirname "$0")/.."

release="${1:-2023.2.0}"
build="$PWD/.build-onednn3"
place="$build/$release"

if ! python3 -m pip --version > /dev/null 2>&1; then
  echo "error: python3 with pip is needed to fetch oneDNN 3.x (apt-get install python3-pip)" >&2
  exit 1
fi

if [ ! -e "$place/done" ]; then
  rm -rf "$place"
  mkdir -p "$place/wheels"
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --dest "$place/wheels" \
    "onednn-cpu-gomp==$release" "onednn-devel-cpu-gomp==$release"
  for wheel in "$place"/wheels/*.whl; do python3 -m zipfile -e "$wheel" "$place/unpacked"; done
  mkdir "$place/lib"
  # An archive of this kind holds no links: one copy of the library, and a link for the linker.
  cp "$place"/unpacked/onednn_cpu_gomp-*.data/data/lib/libdnnl.so.3 "$place/lib/"
  ln -s libdnnl.so.3 "$place/lib/libdnnl.so"
  mv "$place"/unpacked/onednn_devel_cpu_gomp-*.data/data/include "$place/include"
  rm -rf "$place/unpacked" "$place/wheels"
  touch "$place/done"
fi

# What pkg-config tells of other libraries puts the system's folder, and with it the system's oneDNN, in front of -L: these
# copies name the folder of this one instead, beside which the linker looks into the system's anyway.
mkdir -p "$place/pkgconfig"
for library in yaml-0.1 lapacke zlib; do
  sed "s|^libdir=.*|libdir=$place/lib|" "$(pkg-config --variable=pcfiledir "$library")/$library.pc" \
    > "$place/pkgconfig/$library.pc"
done
export PKG_CONFIG_PATH="$place/pkgconfig"

log="$place/tests.log"
# Headers given with -I come before those of the system; -rpath comes before the system's libraries.
swift test -c release -Xswiftc -enable-testing --scratch-path "$build/build" --filter NeuralNetTests \
  -Xcc "-I$place/include" -Xlinker "-L$place/lib" -Xlinker -rpath -Xlinker "$place/lib" 2>&1 | tee "$log"

if ! grep -E '^oneDNN 3\.[0-9.]+ at run time, headers 3\.x' "$log"; then
  echo "error: the tests did not run with oneDNN 3.x; see $log" >&2
  exit 1
fi
