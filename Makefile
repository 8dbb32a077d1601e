# make run    set up, publish the content, serve the pages with the contact endpoint
# make test   set up and pass every test; make test-fast   what takes no long setup
# make screenshots   show every kind of page in screenshots/, to look at
# make guide-pictures   take the pictures of docs/redaktion.md and of the start page anew
# make translations   bring the catalogues of interface words up to date with the sources
# make pins   renew the versions of all that is used
PORT ?= 8000
PYTHON ?= python3
BIN := .venv/bin
PIN := --quiet --upgrade --strip-extras --generate-hashes --allow-unsafe --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check
export WEBSITE_BASE_URL ?= http://127.0.0.1:$(PORT)
# Images of containers often set this; every process would compile all code anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-fast checked check-and-compile check-code freeze preview screenshots guide-pictures translations pins licences clean

run: .venv/.installed
	$(BIN)/flask --app website content publish
	exec $(BIN)/flask --app website serve --port $(PORT)

freeze: .venv/.installed
	$(BIN)/python freeze.py

preview: .venv/.installed
	$(BIN)/flask --app website preview --port $(PORT)

screenshots: .venv/.tools-installed
	$(BIN)/python tests/screenshots.py

guide-pictures: .venv/.tools-installed
	$(BIN)/python tests/guide_pictures.py

# Nearly half of the time, a test waits for a process or a page.
test: export PYTEST_XDIST_AUTO_NUM_WORKERS = $(shell expr $$(nproc) \* 3 / 2)
test: checked
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

# Without what needs a browser, a server or processes of its own, or takes long.
test-fast: checked
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow" --hypothesis-profile=fast

# In a fresh clone both keep one processor busy for a quarter of a minute.
checked: .venv/.tools-installed
	@$(MAKE) --no-print-directory --jobs=2 check-and-compile

check-and-compile: check-code .venv/.tests-compiled

# The bytecode of all tests, which otherwise every process that runs some would make for itself;
# later each makes that of what has changed. What cannot be collected is reported by the tests.
.venv/.tests-compiled: .venv/.tools-installed
	@$(BIN)/python -m pytest --collect-only --quiet > /dev/null 2>&1; touch $@

check-code: .venv/.tools-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

# The newest versions that fit pyproject.toml and tests/requirements.in: with the hash of every file
# in requirements.lock, which is installed; without in requirements.txt, for those who read or whose
# tools know no hashes. Then write down the licences of what is used.
pins: .venv/.tools-installed
	$(BIN)/pip-compile $(PIN) --build-deps-for editable --output-file requirements.lock pyproject.toml
	sed -n 's/^\([A-Za-z0-9][^ ]*==[^ ]*\).*/\1/p' requirements.lock > requirements.txt
	$(BIN)/pip-compile $(PIN) --output-file tests/requirements.lock tests/requirements.in
	echo "-e ." >> requirements.txt
	$(MAKE) licences

translations: .venv/.tools-installed
	$(BIN)/python tests/translations.py

licences: .venv/.tools-installed
	$(BIN)/python tests/licences.py > docs/licences.md

clean:
	rm -rf .venv build build.releases .build.freezing tests/node_modules

.venv/bin/python:
	sh tests/setup/venv.sh $(PYTHON)

.venv/.installed: .venv/bin/python requirements.lock pyproject.toml
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation -e .
	touch $@

.venv/.tools-installed: .venv/.installed tests/requirements.lock tests/package.json tests/setup/tools.sh
	$(INSTALL) --require-hashes -r tests/requirements.lock
	sh tests/setup/tools.sh
	touch $@
