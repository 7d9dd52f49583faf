#!/usr/bin/env bash
# Compares the CSV files of a finished experiment with what experiments/recorded has of it, byte for byte.
# Other numbers are an error where the type of CPU and the libraries are those of the record; elsewhere they are told.
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

# The files have the same rows in the same order, or else it is told.
difference=$(awk -F, '
  FNR == 1 { for (i = 1; i <= NF; i++) if ($i == "test_accuracy_final_mean") column = i }
  FNR == NR { accuracy[FNR] = $column; rows = FNR; next }
  FNR > 1 { size = $column - accuracy[FNR]; if (size < 0) size = -size; if (size > most) most = size }
  END { if (FNR == rows) print most + 0; else print "unknown: it has " FNR - 1 " cells, recorded are " rows - 1 }
' "$recorded/summary.csv" "$results/summary.csv")
machine=$(<"$recorded/machine.txt")
cells=$(($(wc -l <"$results/provenance.csv") - 1))
here=$(grep -cF ",$machine," "$results/provenance.csv" || true)
printf 'not the bytes that are recorded; largest difference of the last test_accuracy: %s\n' "$difference"
if [ "$here" -eq "$cells" ]; then
  echo "error: this machine is like that of the record ($machine), so that the numbers should be the same" >&2
  exit 1
fi
printf 'recorded on:  %s\nthis machine is another, where sums have another order; provenance.csv has it\n' "$machine"
