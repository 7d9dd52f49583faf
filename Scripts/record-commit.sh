#!/bin/sh
# Writes a Swift file that says which commit the sources are of, and whether they are as committed; nil where git does not
# know, as in an unpacked archive. What says the same already is left untouched, so that nothing is built again.
set -eu
output=$1
cd "$(dirname "$0")/.."

commit=nil
clean=nil
# Not the commit of another repository that an archive was unpacked in.
if [ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$(pwd -P)" ] && head=$(git rev-parse HEAD 2>/dev/null); then
  commit="\"$head\""
  if changes=$(git --no-optional-locks status --porcelain -- Package.swift Plugins Scripts/record-commit.sh Sources); then
    if [ -z "$changes" ]; then clean=true; else clean=false; fi
  fi
fi

printf 'let recordedCommit: String? = %s\nlet recordedClean: Bool? = %s\n' "$commit" "$clean" >"$output.new"
if cmp -s "$output.new" "$output"; then rm "$output.new"; else mv "$output.new" "$output"; fi
