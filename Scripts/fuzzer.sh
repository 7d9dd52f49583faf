#!/usr/bin/env bash
# Builds the manifest fuzzer that libFuzzer drives, guided by coverage, and prints where it is; prints nothing, and says
# why on standard error, where the toolchain has no libFuzzer. `skymask-fuzz` of the ordinary build needs none.
set -euo pipefail
cd "$(dirname "$0")/.."

scratch=.build-fuzzer
log=$scratch/build.log
mkdir -p "$scratch"
if swift build -c release --sanitize fuzzer -Xswiftc -DLIBFUZZER --product skymask-fuzz --scratch-path "$scratch" \
  >"$log" 2>&1; then
  echo "$scratch/release/skymask-fuzz"
else
  echo "libFuzzer does not link here ($log tells why); fuzzing goes on without coverage" >&2
fi
