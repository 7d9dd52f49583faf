#!/usr/bin/env bash
# Runs the study, or with --seeds a part of it, and writes rates.csv and tables.md beside this script.
#   experiments/studies/skymask-clusters/study.sh [options of skymask run, such as --jobs 2 or --seeds 1-2]
# Needs a release build and python3 with NumPy. SKYMASK names another program than .build/release/skymask.
set -euo pipefail
cd "$(dirname "$0")/../../.."
here=experiments/studies/skymask-clusters
"${SKYMASK:-.build/release/skymask}" run "$here/skymask-clusters.yaml" --results results "$@"
python3 "$here/study.py" results/skymask-clusters "$here"
