#!/usr/bin/env bash
# Compares the training step of skymask with the same step in PyTorch, alternating the two on one pinned core.
# A benchmark, not a test: it exits with 0 whatever the ratio.
set -euo pipefail

usage() {
  cat <<'END'
Usage: Scripts/compare-pytorch.sh [options] [MODEL ...]

Compares the training step of skymask with the same model and step in PyTorch 2.6.0.

The models are cnn, resnet20, mlp and lr; all of them by default. A step is forward, mean cross-entropy, backward,
gradients clamped to ±0.01, and SGD, in float32 on one thread. PyTorch runs in eager mode; cnn and resnet20 in both
memory formats, of which the published SkyMask code uses the contiguous one. Each round measures skymask, then PyTorch,
for each model. Without taskset, as on macOS, nothing is pinned.

glibc is set to keep freed memory: with its defaults, PyTorch may fault memory in anew in every step. Most users run
it that way; --default-malloc does too.

Options:
  --rounds N    rounds (default: 5)
  --seconds S   seconds of each measurement (default: 2)
  --default-malloc
                leave glibc's settings as they are
  --core N      the core that everything is pinned to (default: 0)
  --help        show this help

Environment:
  SKYMASK_BENCH          the program to measure (default: .build/release/skymask-bench)
  SKYMASK_ISA            the instruction set of skymask; PyTorch always chooses its own
  SKYMASK_PYTORCH_VENV   the virtual environment with PyTorch (default: .build-pytorch). If missing, PyTorch 2.6.0 and
                         NumPy are installed there by pip, which needs Python 3.9 to 3.13. For x86-64 Linux, PyPI has
                         only the build with CUDA, several gigabytes; set PIP_INDEX_URL to an index with a CPU build
                         for a smaller download.
END
}

stop() {
  printf 'error: %s\n' "$1" >&2
  exit "${2:-1}"
}

rounds=5 seconds=2 core=0 keep_memory=true models=()
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h)
      usage
      exit
      ;;
    --rounds | --seconds | --core)
      [ $# -gt 1 ] || stop "$1 needs a value" 2
      printf -v "${1#--}" %s "$2"
      shift 2
      ;;
    --default-malloc)
      keep_memory=false
      shift
      ;;
    cnn | resnet20 | mlp | lr)
      models+=("$1")
      shift
      ;;
    -*) stop "unknown option '$1'; see --help" 2 ;;
    *) stop "unknown model '$1'; the models are cnn, resnet20, mlp and lr" 2 ;;
  esac
done
[[ $rounds =~ ^[1-9][0-9]*$ ]] || stop "--rounds must be a positive integer, not '$rounds'" 2
[[ $seconds =~ ^[0-9]+(\.[0-9]+)?$ && $seconds =~ [1-9] ]] ||
  stop "--seconds must be a positive number, not '$seconds'" 2
[[ $core =~ ^[0-9]+$ ]] || stop "--core must be the number of a core, not '$core'" 2
[ ${#models[@]} -gt 0 ] || models=(cnn resnet20 mlp lr)

scripts=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$scripts")
bench=${SKYMASK_BENCH:-$root/.build/release/skymask-bench}
venv=${SKYMASK_PYTORCH_VENV:-$root/.build-pytorch}

[ -x "$bench" ] || stop "$bench is missing; build first: make build"

# Runs a command on the chosen core.
pinned() {
  if command -v taskset >/dev/null; then taskset -c "$core" "$@"; else "$@"; fi
}
pinned true 2>/dev/null || stop "core $core is not available"

has_pytorch() {
  [ -x "$venv/bin/python" ] && "$venv/bin/python" -I - 2>/dev/null <<'END'
from importlib.metadata import version
version("numpy")
raise SystemExit(version("torch").partition("+")[0] != "2.6.0")
END
}

if ! has_pytorch; then
  command -v python3 >/dev/null || stop "python3 is not installed"
  echo "installing PyTorch 2.6.0 into $venv" >&2
  python3 -m venv "$venv" || stop "cannot create $venv (on Debian, python3-venv is needed)"
  "$venv/bin/python" -m pip install --disable-pip-version-check --quiet torch==2.6.0 numpy >&2 ||
    stop "pip cannot install PyTorch 2.6.0 (it needs Python 3.9 to 3.13; this is $("$venv/bin/python" --version))"
fi

export OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
# By default glibc may return the memory of a step to the system and fault it in again in the next, which costs PyTorch
# up to a third more time, depending on what ran before.
if $keep_memory; then export MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=2147483647; fi
pinned "$venv/bin/python" -I "$scripts/compare_pytorch.py" \
  --bench "$bench" --rounds "$rounds" --seconds "$seconds" "${models[@]}"
