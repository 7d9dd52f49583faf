#!/usr/bin/env bash
# Checks that every kernel gives the bits in Tests/Golden/kernels/digests.txt: on each instruction set of this CPU and,
# emulated, on aarch64.
#
#   Scripts/kernel-digests.sh            compare
#   Scripts/kernel-digests.sh --install  install what the aarch64 part needs (Debian), then compare
#   Scripts/kernel-digests.sh --write    compare the paths with each other; if all agree, renew the golden file
#
# The exit code is 0 when all digests are the same, 1 on a difference, 2 when something is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

golden=Tests/Golden/kernels/digests.txt
# Those of `hotC` in Package.swift.
flags=(-std=c11 -ffp-contract=off -Wall -Wextra -Werror -ISources/CKernels/include)
packages=(qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross)
cross_headers=/usr/aarch64-linux-gnu/include

stop() {
  printf 'error: %s\n' "$@" >&2
  exit 2
}

install=false write=false
for argument in "$@"; do
  case $argument in
  --install) install=true ;;
  --write) write=true ;;
  *) stop "unknown argument '$argument'; the choices are --install and --write" ;;
  esac
done

if $install; then WITH_AARCH64=yes Scripts/bootstrap.sh; fi
command -v clang >/dev/null || stop "clang is missing; the Swift toolchain contains one"
native=$(uname -m)
# An aarch64 machine needs no emulation.
if [ "$native" != aarch64 ] && [ "$native" != arm64 ]; then
  if ! command -v qemu-aarch64 >/dev/null || ! command -v aarch64-linux-gnu-gcc >/dev/null ||
    [ ! -d "$cross_headers" ]; then
    stop "the kernels cannot run on aarch64 here; it takes the Debian packages ${packages[*]}." \
      "Rerun with --install to install them."
  fi
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# build <folder> <linker> <flag>...: the program from the kernels and their digests.
build() {
  local folder=$work/$1 linker=$2 source
  shift 2
  mkdir "$folder"
  for source in Sources/CKernels/*.c Tests/KernelDigests/*.c Tests/KernelDigests/program/*.c; do
    clang "${flags[@]}" "$@" -c "$source" -o "$folder/${source//\//-}.o"
  done
  # shellcheck disable=SC2086  # the linker's name may carry flags
  $linker "$folder"/*.o -lm -o "$folder/program"
}

echo "compiling"
builds=()
build native clang -O3 &
builds+=($!)
if [[ $native != a* ]]; then
  cross=(--target=aarch64-linux-gnu -isystem "$cross_headers")
  build aarch64 'aarch64-linux-gnu-gcc -static' "${cross[@]}" -O3 &
  builds+=($!)
fi
for job in "${builds[@]}"; do wait "$job" || stop "the kernels do not compile"; done
# Another optimiser's order of instructions must not matter; a loop that it leaves rolled is no mistake.
build unoptimised clang -O1 -Wno-pass-failed || stop "the kernels do not compile with -O1"

# The digests of each path, in files named as in the table.
emulated() { SKYMASK_ISA=$1 qemu-aarch64 "$work/aarch64/program" "$work/aarch64-$1"; }
widest=
for isa in $("$work/native/program" --list); do
  SKYMASK_ISA=$isa "$work/native/program" "$work/$native-$isa" || stop "the kernels fail on $isa"
  widest=$native-$isa
done
SKYMASK_ISA=${widest#"$native-"} "$work/unoptimised/program" "$work/$widest-O1" ||
  stop "the kernels fail with -O1"
paths=("$work/$native"-*)
if [[ $native != a* ]]; then
  runs=()
  for isa in generic neon; do
    emulated "$isa" &
    runs+=($!)
  done
  for job in "${runs[@]}"; do wait "$job" || stop "the kernels fail on aarch64"; done
  paths+=("$work"/aarch64-*)
fi

expected=$golden
if $write; then expected=$work/$widest; fi
[ -f "$expected" ] || stop "$golden is missing; rerun with --write to create it"

printf '%-20s %6s  %s\n' path lines digests
status=0
for path in "${paths[@]}"; do
  result=same
  if ! cmp -s "$expected" "$path"; then result=differ status=1; fi
  printf '%-20s %6d  %s\n' "${path##*/}" "$(wc -l <"$path")" "$result"
done
for path in "${paths[@]}"; do
  if ! cmp -s "$expected" "$path"; then
    printf '\n%s: the first lines that differ (< expected, > found)\n' "${path##*/}"
    # diff returns 1 for a difference, and head may close the pipe before its end.
    { diff "$expected" "$path" || true; } | grep '^[<>]' | head -n 10 || true
  fi
done
if $write && [ "$status" -eq 0 ]; then
  mkdir -p "$(dirname "$golden")"
  cp "$work/$widest" "$golden"
  echo "written: $golden"
fi
exit "$status"
