#!/usr/bin/env bash
# Draws docs/demo.svg from a real run of the demo, as a terminal shows it. Needs script(1), which gives the demo a terminal.
set -euo pipefail
cd "$(dirname "$0")/.."
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
go build -o "$work/jobsprint" ./cmd/jobsprint
(cd "$work" && COLUMNS=100 TERM=xterm-256color script -qec "stty cols 100; ./jobsprint demo" /dev/null </dev/null >"$work/text")
go run ./docs/picture docs/demo.svg <"$work/text"
echo "docs/demo.svg: $(grep -c '<text' docs/demo.svg) lines"
