#!/bin/sh
# Runs published Graph SDKs, unmodified, against the kith binary.
#
#   ./sdk/run.sh                  install, build, test
#   ./sdk/run.sh languages        one file of tests
#   KITH_BIN=./dist/kith ./sdk/run.sh   test a binary that is there already
#
# Exit 0: passed, or skipped with a printed reason. Exit 1: failed, or Node,
# npm or Go is missing.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$here")
from=$PWD
work=$(mktemp -d "${TMPDIR:-/tmp}/kith-sdk.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() { echo "sdk: $*" >&2; exit 1; }
skip() { echo "sdk: SKIPPED: $*"; exit 0; }

need_node() {
	how='install Node 18 or later, with npm: apt install nodejs npm, or https://nodejs.org/'
	command -v node >/dev/null 2>&1 || fail "Node is not here: $how"
	major=$(node -p 'process.versions.node.split(".")[0]') || fail "node does not run: $how"
	[ "$major" -ge 18 ] || fail "Node $(node --version) is too old: $how"
	command -v npm >/dev/null 2>&1 || fail "npm is not here: $how"
}

# install brings node_modules in line with the lock file. A copy of the lock
# lies inside as the mark of a finished installation, so that a second run
# needs no network.
install() {
	mark=node_modules/.kith-lock.json
	if cmp -s package-lock.json "$mark"; then return 0; fi
	had=no
	if [ -d node_modules ]; then had=yes; fi
	if npm ci >"$work/npm.log" 2>&1; then
		cp package-lock.json "$mark"
		return 0
	fi
	cat "$work/npm.log" >&2
	code=$(sed -nE 's/^npm (error|ERR!) code ([A-Z_0-9]+).*/\2/p' "$work/npm.log" | head -n 1)
	case $code in
	ENOTFOUND | EAI_AGAIN | ECONNREFUSED | ECONNRESET | ETIMEDOUT | ENETUNREACH | EHOSTUNREACH | ERR_SOCKET_TIMEOUT)
		[ "$had" = no ] || fail "node_modules does not fit package-lock.json and npm reaches no registry ($code)"
		skip "npm reaches no registry ($code), so the SDKs cannot be installed" ;;
	EACCES | EPERM | EROFS)
		skip "npm may not write to sdk/node_modules ($code), so the SDKs cannot be installed" ;;
	esac
	fail "npm ci failed"
}

# build leaves the binary to test in $KITH_BIN, as an absolute path.
build() {
	if [ -n "${KITH_BIN:-}" ]; then
		case $KITH_BIN in /*) ;; *) KITH_BIN=$from/$KITH_BIN ;; esac
		[ -f "$KITH_BIN" ] && [ -x "$KITH_BIN" ] || fail "KITH_BIN is not a program: $KITH_BIN"
	else
		go=${GO:-go}
		command -v "$go" >/dev/null 2>&1 || fail "Go is not here: https://go.dev/dl/"
		KITH_BIN=$work/kith
		(cd "$root" && CGO_ENABLED=0 "$go" build -o "$KITH_BIN" ./cmd/kith) || fail "kith does not build"
	fi
	export KITH_BIN
}

need_node
cd "$here"
install
build
# Everything from here on is loopback: axios would send even that to a proxy.
export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost
# Files, not a folder: Node 22 and later read a folder name as a module.
if [ $# -gt 0 ]; then set -- "test/$1.test.mjs"; else set -- test/*.test.mjs; fi
node --test "$@"
