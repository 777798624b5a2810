# Wirereel. `make demo` and `make test` set everything up themselves, in .venv, without root.

PYTHON ?= python3
BIN := .venv/bin
STAMPS := .venv/.stamps

.PHONY: help demo run test check format test-real gallery examples day bench clean

help:            ## this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

demo: $(STAMPS)/app         ## make a first clip from nothing: offline, no keys, no GPU
	@$(BIN)/wirereel demo

run: $(STAMPS)/app          ## the daemon with ./config.toml; the desk is at http://127.0.0.1:8710
	@$(BIN)/wirereel run

test: $(STAMPS)/test        ## the tests: loopback only, under five minutes
	$(BIN)/python -m pytest -q -n auto --dist loadfile

check: $(STAMPS)/test       ## format, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMPS)/test      ## put the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test-real: $(STAMPS)/real   ## the tests against real servers and a real browser
	@$(BIN)/python tests/real/servers .servers
	$(BIN)/python -m pytest -q tests/real

gallery: $(STAMPS)/test     ## contact sheets of every card, every tone and six stories, into ./gallery
	@$(BIN)/python docs/gallery gallery

examples: $(STAMPS)/test    ## ten drafts from recorded news, with their grounding, into docs/examples.md
	@$(BIN)/python docs/examples > docs/examples.md

day: $(STAMPS)/real         ## an editorial day over Matrix; its transcript goes into docs/operating.md
	@$(BIN)/python tests/real/servers .servers
	@$(BIN)/python docs/day

bench: $(STAMPS)/bench      ## every figure we claim, one JSON line each
	@for file in bench/*.py; do $(BIN)/python $$file || exit 1; done

$(STAMPS)/bench: pyproject.toml | $(BIN)/python
	@echo "setting up the rivals and a model (once, some minutes) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[test,dev,bench]'
	@mkdir -p $(STAMPS)
	@touch $@ $(STAMPS)/test $(STAMPS)/app

clean:           ## forget the set-up; clips and memory stay
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "Wirereel needs Python 3.11 to 3.13; name one: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo "python3 cannot make a venv here: install your system's python3-venv package"; exit 1; }
	@mkdir -p $(STAMPS)

$(STAMPS)/app: pyproject.toml | $(BIN)/python
	@echo "setting up (once, a minute or two) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e .
	@mkdir -p $(STAMPS)
	@touch $@

$(STAMPS)/test: pyproject.toml | $(BIN)/python
	@echo "setting up (once, some minutes: torch is large) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[test,dev]'
	@mkdir -p $(STAMPS)
	@touch $@ $(STAMPS)/app

$(STAMPS)/real: pyproject.toml | $(BIN)/python
	@$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[test,dev,real]'
	@command -v chromium >/dev/null || { \
	  echo "installing chromium for the page's tests ..."; \
	  apt-get update -qq && apt-get install -y -qq chromium >/dev/null; }
	@mkdir -p $(STAMPS)
	@touch $@ $(STAMPS)/test $(STAMPS)/app
