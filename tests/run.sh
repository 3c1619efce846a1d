#!/bin/sh
# Runs every test. Installs what some of them need beside Rust: Python with KLayout and gdstk, the oracles of the layout
# tests. Where that cannot be had, those tests say that they are skipped.
set -eu
cd "$(dirname "$0")/.."
oracle="${CARGO_TARGET_DIR:-target}/oracle"
case "$oracle" in /*) ;; *) oracle="$PWD/$oracle" ;; esac

if ! command -v cc >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  apt-get update -q && apt-get install -qy gcc libc6-dev
fi
if [ -z "${MIGC_PYTHON:-}" ]; then
  if ! [ -x "$oracle/bin/python" ] || ! "$oracle/bin/python" -c 'import klayout.db, gdstk' 2>/dev/null; then
    if ! python3 -c 'import venv, ensurepip' 2>/dev/null && [ "$(id -u)" = 0 ]; then
      apt-get update -q && apt-get install -qy python3 python3-venv || true
    fi
    rm -rf "$oracle"
    { python3 -m venv "$oracle" && "$oracle/bin/pip" install -q klayout==0.30.12 gdstk; } || {
      echo "tests/run.sh: KLayout cannot be installed; the layout tests that need it say \"skipped\"" >&2
      rm -rf "$oracle"
    }
  fi
  if [ -x "$oracle/bin/python" ]; then
    MIGC_PYTHON="$oracle/bin/python"
    export MIGC_PYTHON
  fi
fi
exec cargo test --workspace --locked "$@"
