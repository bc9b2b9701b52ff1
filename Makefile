# Everything runs inside .venv, which make builds from the lock files; nothing is installed elsewhere.

VENV    := .venv
PY      := $(VENV)/bin/python
INSTALL := $(PY) -m pip install --quiet --quiet --disable-pip-version-check
LOCKED  := $(INSTALL) --require-hashes --only-binary :all:
SOURCES := src tests tools

export PYTHON

.SILENT:
.DELETE_ON_ERROR:
.PHONY: help demo install install-dev check test format golden docs-figures docs-catalogue docs-vignettes lock clean

help:
	echo "make demo          the main job: one raid, one defence, the answer on screen and in a report"
	echo "make check         quick gate: format, lint, types, floor plan, budgets, fast tests"
	echo "make test          the whole test suite"
	echo "make format        put all sources into the house format"
	echo "make golden        write the stored outcomes of the golden scenarios again; review the difference"
	echo "make docs-figures  make the pictures of the documentation again (needs Chromium)"
	echo "make docs-catalogue  write the pages of docs/systems again from the catalogue"
	echo "make docs-vignettes  play the vignettes again and write what came out (needs Chromium)"
	echo "make lock          resolve the dependencies again (needs uv)"
	echo "make clean         delete what make made"

demo: install
	$(VENV)/bin/rempart demo

# Stamp files in .venv tell make what is installed already.

install: $(VENV)/installed
install-dev: $(VENV)/installed-dev

$(VENV)/pyvenv.cfg:
	sh tools/make_venv.sh $(VENV)

$(VENV)/installed: requirements.lock pyproject.toml | $(VENV)/pyvenv.cfg
	echo "Installing the locked packages (0.8 GB in $(VENV); a minute or two the first time)"
	$(LOCKED) -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/installed-dev: requirements-dev.lock $(VENV)/installed
	echo "Installing the locked packages for development"
	$(LOCKED) -r requirements-dev.lock
	touch $@

check: install-dev
	$(PY) -m ruff format --check --quiet $(SOURCES) || { echo "Run 'make format'"; exit 1; }
	$(PY) -m ruff check --quiet $(SOURCES)
	$(PY) tools/check_budgets.py
	found=$$($(VENV)/bin/lint-imports --no-logo 2>&1) || { echo "$$found"; exit 1; }
	$(PY) -m mypy --no-error-summary
	$(PY) -m pytest -q -m "not slow and not browser"

test: install-dev
	$(PY) -m pytest

format: install-dev
	$(PY) -m ruff format --quiet $(SOURCES)
	$(PY) -m ruff check --quiet --fix $(SOURCES)

golden: install-dev
	$(PY) tools/rewrite_golden.py

docs-figures: install-dev
	$(PY) tools/make_figures.py

docs-catalogue: install-dev
	$(PY) tools/make_catalogue_pages.py

docs-vignettes: install-dev
	$(PY) tools/make_vignettes.py

RESOLVE := compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header

lock:
	PATH="$(CURDIR)/$(VENV)/bin:$$PATH"; \
	command -v uv >/dev/null || { echo "make lock needs uv: $(PY) -m pip install uv"; exit 1; }; \
	uv pip $(RESOLVE) --group build pyproject.toml -o requirements.lock && \
	uv pip $(RESOLVE) --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
