# serve, test, check, bench: each makes its own set-up, so that a fresh clone needs
# nothing before. Paths are relative, so that spaces in the folder's name do no harm.

VENV ?= .venv
BIN := $(VENV)/bin
# What serving needs is there within half a minute; the tools of tests take longer.
SERVING := $(VENV)/.serving
TESTING := $(VENV)/.testing
PIP := $(BIN)/python -m pip --disable-pip-version-check
JOBS ?= auto
SECONDS ?= 600
ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup serve test check bench chaos fuzz pictures vendor clean

help:
	@echo "make serve   start the server (ARGS=\"--port 0 --pace real\")"
	@echo "make test    run the tests (ARGS=\"-k idomoo\", JOBS=2): a few cases of each,"
	@echo "             more with ARGS=--wide, as .ci/run does, all with ARGS=--deep"
	@echo "make check   format, lint, types, schemas, fixtures, scenarios"
	@echo "make bench   run the benchmarks"
	@echo "make chaos   kill a server under load, 200 times (ARGS=\"--rounds 20\")"
	@echo "make fuzz    attack a server of its own (SECONDS=600, ARGS=\"--seed 7\")"
	@echo "make pictures  shoot the pictures of docs/control-room.md anew (needs Chromium)"
	@echo "make vendor  fetch the page's libraries anew from npm (versions: .ci/vendor)"
	@echo "make setup   make the virtual environment with what serving needs"
	@echo "make clean   remove everything that was made here"

setup: $(SERVING)

# Each runs again whenever the dependencies change.
$(SERVING): pyproject.toml
	@python=; \
	for name in $${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do \
	  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    python=$$name; break; \
	  fi; \
	done; \
	if test -z "$$python"; then \
	  echo "Python 3.11 or newer is needed; name yours: make PYTHON=/path/to/python3" >&2; \
	  exit 1; \
	fi; \
	test -x $(BIN)/python || { \
	  echo "Making $(VENV) with $$("$$python" --version) ..."; \
	  "$$python" -m venv $(VENV); \
	} || { \
	  echo "Cannot make $(VENV); Debian and Ubuntu need the package python3-venv" >&2; \
	  exit 1; \
	}
	@echo "Installing what serving needs: 110 MB to fetch, half of it ffmpeg ..."
	$(PIP) install --progress-bar on --no-compile --editable .
	@touch $(SERVING)

$(TESTING): $(SERVING)
	@echo "Installing what tests, checks and benchmarks need on top ..."
	$(PIP) install --quiet --upgrade 'pip>=25.1'
	$(PIP) install --progress-bar on --editable . --group dev
	@touch $(TESTING)

serve: $(SERVING)
	$(BIN)/mockserver serve $(ARGS)

test: $(TESTING)
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal $(ARGS)

check: $(TESTING)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mockserver check

bench: $(TESTING)
	$(BIN)/python benchmarks/run.py $(ARGS)

chaos: $(TESTING)
	$(BIN)/python benchmarks/chaos.py $(ARGS)

fuzz: $(TESTING)
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) $(ARGS)

vendor:
	.ci/vendor

pictures: $(TESTING)
	$(BIN)/python .ci/pictures.py

clean:
	rm -rf $(VENV) build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
