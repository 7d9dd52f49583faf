#!/usr/bin/env bash
# Compares the CSV files of a finished experiment with what experiments/recorded has of it, byte for byte: they are the
# same on every CPU.
# Usage: Scripts/compare-recorded.sh RESULTS/NAME
set -euo pipefail

results=${1:?give the folder of an experiment\'s results}
recorded=$(dirname "$0")/../experiments/recorded/$(basename "$results")
[ -f "$recorded/SHA256SUMS" ] || {
  echo "error: $recorded: nothing is recorded of this experiment" >&2
  exit 1
}
sums() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }

found=$(cd "$results" && sums rounds.csv summary.csv)
if [ "$found" = "$(<"$recorded/SHA256SUMS")" ]; then
  printf 'the same bytes as recorded:\n%s\n' "$found"
  exit 0
fi

# The files have the same rows in the same order, or else that is said.
difference=$(awk -F, '
  FNR == 1 { for (i = 1; i <= NF; i++) if ($i == "test_accuracy_final_mean") column = i }
  FNR == NR { accuracy[FNR] = $column; rows = FNR; next }
  FNR > 1 { size = $column - accuracy[FNR]; if (size < 0) size = -size; if (size > most) most = size }
  END { if (FNR == rows) print most + 0; else print "unknown: it has " FNR - 1 " cells, recorded are " rows - 1 }
' "$recorded/summary.csv" "$results/summary.csv")
printf 'error: not the bytes that are recorded; largest difference of the last test_accuracy: %s\n' "$difference" >&2
exit 1
