# make run    set up, freeze the site, serve it with the contact endpoint
# make test   set up and pass every test
# make screenshots   show every kind of page in screenshots/, to look at
# make guide-pictures   take the pictures of docs/redaktion.md anew
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
PIN := --quiet --upgrade --strip-extras --no-header --no-emit-index-url --no-emit-find-links \
	--no-emit-trusted-host --no-emit-options
export WEBSITE_BASE_URL ?= http://127.0.0.1:$(PORT)

.PHONY: run test check-code freeze preview screenshots guide-pictures pins clean

run: .venv/.installed
	$(BIN)/python freeze.py
	exec $(BIN)/flask --app website serve --port $(PORT)

freeze: .venv/.installed
	$(BIN)/python freeze.py

preview: .venv/.installed
	$(BIN)/flask --app website preview --port $(PORT)

screenshots: .venv/.tools-installed
	$(BIN)/python tests/screenshots.py

guide-pictures: .venv/.tools-installed
	$(BIN)/python tests/guide_pictures.py

test: check-code
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

check-code: .venv/.tools-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# The newest versions that fit pyproject.toml and tests/requirements.in, written as pins.
pins: .venv/.tools-installed
	$(BIN)/pip-compile $(PIN) --output-file requirements.txt pyproject.toml
	$(BIN)/pip-compile $(PIN) --output-file tests/requirements.txt tests/requirements.in
	echo "-e ." >> requirements.txt

clean:
	rm -rf .venv build .build.freezing tests/node_modules

.venv/bin/python:
	sh tests/setup/venv.sh $(PYTHON)

.venv/.installed: .venv/bin/python requirements.txt pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/.tools-installed: .venv/.installed tests/requirements.txt tests/package.json tests/setup/tools.sh
	$(BIN)/pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	sh tests/setup/tools.sh
	touch $@
