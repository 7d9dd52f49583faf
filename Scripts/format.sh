#!/usr/bin/env bash
# Formats every Swift file, then lints; with --check it changes nothing and fails on what is not formatted.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "${1:-}" = --check ] || swift format --in-place --parallel --recursive Package.swift Plugins Sources Tests
swift format lint --strict --parallel --recursive Package.swift Plugins Sources Tests
