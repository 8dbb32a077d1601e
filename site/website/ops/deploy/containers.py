"""The website in containers: one image for pages, requests and worker, and Caddy in front.

The file systems are read-only but for the volume that is kept. Secrets come from files.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from website.ops.deploy.systemd import MEMORY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from website.ops.deploy.rules import HostedSite

KEPT = "/var/lib/website"
USER = 10001
PORT = 8000
SUBNET = "172.30.47.0/24"
"""Of the containers; requests from there come through our own proxy."""

CONTAINERFILE = """\
# Written by "flask --app website deploy-files". From the checkout:
#   docker build --file THIS --build-arg BASE_URL={base_url} --tag website .
FROM python:3.11-slim
ARG BASE_URL
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 WEBSITE_INSTANCE_DIR={kept}
RUN useradd --uid {user} --no-create-home website && install -d -o website -m 700 {kept}
WORKDIR /srv/website
COPY . .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock \\
    && pip install --no-cache-dir --no-deps --no-build-isolation --editable .
RUN WEBSITE_INSTANCE_DIR=/tmp/freezing python freeze.py --release --base-url "$BASE_URL" \\
    && rm -rf /tmp/freezing
USER website
VOLUME {kept}
EXPOSE {port}
CMD ["flask", "--app", "website", "serve", "--no-deliver", "--host", "0.0.0.0"]
"""

IGNORED = """\
# Written by "flask --app website deploy-files": what does not go into the image.
.git
.venv
build
build.releases
.build.freezing
instance
screenshots
tests/node_modules
"""

COMPOSE = """\
# Written by "flask --app website deploy-files". Beside it lie website.env and secrets/.
name: website

x-website: &website
  image: website
  env_file: website.env
  environment: &environment
    WEBSITE_BASE_URL: {base_url}
    WEBSITE_INSTANCE_DIR: {kept}
    WEBSITE_TRUSTED_PROXIES: {subnet}
    WEBSITE_SECRET_KEY_FILE: /run/secrets/secret_key
    WEBSITE_SMTP_URL_FILE: /run/secrets/smtp_url
{database}  secrets: [{secrets}]
  volumes: ["kept:{kept}"]
  read_only: true
  tmpfs: [/tmp]
  cap_drop: [ALL]
  security_opt: ["no-new-privileges:true"]
  mem_limit: {memory}
  restart: unless-stopped

services:
  web:
    <<: *website
    stop_grace_period: 30s
    healthcheck:
      test: ["CMD", "python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:{port}/readyz')"]
      interval: 30s
  worker:
    <<: *website
    command: ["flask", "--app", "website", "deliver", "--forever"]
    environment:
      <<: *environment
      WEBSITE_METRICS: ""
    stop_grace_period: 260s
  caddy:
    image: caddy:2
    ports: [{ports}]
    volumes: ["./Caddyfile.compose:/etc/caddy/Caddyfile:ro", "certificates:/data"]
    read_only: true
    tmpfs: [/config]
    mem_limit: {memory}
    restart: unless-stopped
    depends_on: [web]
{database_service}
networks:
  default:
    ipam:
      config: [{{subnet: {subnet}}}]

volumes:
  kept:
  certificates:
{database_volume}
secrets:
{secret_files}
"""

DATABASE_SERVICE = """\
  database:
    image: postgres:17
    environment:
      POSTGRES_USER: website
      POSTGRES_DB: website
      POSTGRES_PASSWORD_FILE: /run/secrets/database_password
      POSTGRES_INITDB_ARGS: --encoding=UTF8
    command: ["postgres", "-c", "log_error_verbosity=terse"]
    secrets: [database_password]
    volumes: ["database:/var/lib/postgresql/data"]
    mem_limit: {memory}
    restart: unless-stopped
"""

CADDYFILE = """\
# Written by "flask --app website deploy-files". The website sends every header itself.
{address} {{
\treverse_proxy web:{port} {{
\t\ttransport http {{
\t\t\tkeepalive off
\t\t}}
\t}}
}}
"""


def files(site: HostedSite, *, with_postgresql: bool) -> Mapping[str, str]:
    """Write what is needed to build and run the containers, by the names of the files.

    :param with_postgresql: whether a database of its own runs beside the website.
    """
    secrets = ["secret_key", "smtp_url"]
    if with_postgresql:
        secrets += ["database_url"]
    owned = [*secrets, "database_password"] if with_postgresql else secrets
    scheme = "https" if site.is_https else "http"
    return {
        "Containerfile": CONTAINERFILE.format(
            base_url=site.base_url, kept=KEPT, user=USER, port=PORT
        ),
        "dockerignore": IGNORED,
        "Caddyfile.compose": CADDYFILE.format(
            address=f"{scheme}://{site.host}:{site.port}", port=PORT
        ),
        "compose.yaml": COMPOSE.format(
            base_url=site.base_url,
            kept=KEPT,
            subnet=SUBNET,
            port=PORT,
            ports=", ".join(f'"{port}:{port}"' for port in dict.fromkeys((80, site.port))),
            database="    WEBSITE_DATABASE_URL_FILE: /run/secrets/database_url\n"
            if with_postgresql
            else "",
            secrets=", ".join(secrets),
            database_service=DATABASE_SERVICE.format(memory=MEMORY) if with_postgresql else "",
            memory=MEMORY,
            database_volume="  database:\n" if with_postgresql else "",
            secret_files="\n".join(f"  {name}: {{file: secrets/{name}}}" for name in owned),
        ),
    }
