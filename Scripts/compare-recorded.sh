#!/usr/bin/env bash
# Compares the finished cells of an experiment with those recorded in experiments/recorded, byte for byte: they are the
# same on every CPU.
# Usage: Scripts/compare-recorded.sh [--record] RESULTS/NAME
#
# experiments/recorded/NAME/cells.txt has the key of each recorded cell and the SHA-256 of its rounds.csv; --record
# writes it from the results. The exit code is 0 when every cell that is recorded has the recorded bytes.
set -euo pipefail

record=false
if [ "${1:-}" = --record ]; then
  record=true
  shift
fi
results=${1:?give the folder of an experiment\'s results}
recorded=$(dirname "$0")/../experiments/recorded/$(basename "$results")/cells.txt
sum() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi <"$1" | cut -d ' ' -f 1; }

# The key and the digest of each cell that is committed, in the order of the keys.
cells() {
  local cell
  for cell in "$results"/cells/*/*/; do
    if [ -f "$cell/result.json" ]; then echo "$(basename "$cell") $(sum "$cell/rounds.csv")"; fi
  done | LC_ALL=C sort
}

if $record; then
  mkdir -p "$(dirname "$recorded")"
  cells >"$recorded"
  echo "$recorded: $(wc -l <"$recorded") cells"
  exit 0
fi
[ -f "$recorded" ] || {
  echo "error: $recorded: nothing is recorded of this experiment" >&2
  exit 1
}
cells | awk -v recorded="$recorded" '
  BEGIN { while ((getline line < recorded) > 0) { split(line, pair, " "); digest[pair[1]] = pair[2] } }
  !($1 in digest) { unknown++; next }
  digest[$1] == $2 { same++; next }
  { different++; print "error: " $1 " differs from the recorded cell; skymask explain " $1 " shows which it is" }
  END {
    printf "cells with the recorded bytes: %d, different: %d, not recorded: %d\n", same, different, unknown
    if (!same) print "error: no recorded cell is among the results; they are of other parameters or another version"
    exit different > 0 || !same
  }'
