#!/bin/sh
# Builds qjs.wasm. Needs git, clang 14 or newer with wasm-ld, wasi-libc and the
# builtins of compiler-rt for wasm32, and Go. Run it in this folder.
set -eu
commit=05b2db9 # of quickjs-ng, version 0.16.2
here=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git clone -q https://github.com/quickjs-ng/quickjs "$work/quickjs"
cd "$work/quickjs"
git checkout -q "$commit"
patch -p1 <"$here/quickjs.patch"
cp "$here/host.c" "$here/guard.h" .
flags="--target=wasm32-wasi -D_GNU_SOURCE -DNDEBUG -fno-exceptions -O2 -mbulk-memory -msign-ext -mnontrapping-fptoint -w"
flags="$flags -D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_PROCESS_CLOCKS"
for file in host dtoa libregexp libunicode; do
	# shellcheck disable=SC2086
	clang $flags -c "$file.c" -o "$file.o"
done
clang --target=wasm32-wasi -mexec-model=reactor -o named.wasm host.o dtoa.o libregexp.o libunicode.o \
	-Wl,-z,stack-size=2097152 -Wl,--stack-first -Wl,--gc-sections -lwasi-emulated-process-clocks
# The interpreter's own loop looks at the clock by itself.
cd "$here/../../../../tools"
go run ./fuel "$work/quickjs/named.wasm" "$here/qjs.wasm" JS_CallInternal
