#!/bin/sh
# Makes .venv with the given Python; installs Debian's venv module first where it is missing.
set -eu
python=$1
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11, 5))'; then
    echo "This is $("$python" --version), and 3.11.5 or newer is needed. Name one with PYTHON=…" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "Python's venv module is missing: installing Debian's python3-venv."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv
fi
"$python" -m venv .venv
