# serve, test, check, bench: each makes its own set-up, so that a fresh clone needs
# nothing before. Paths are relative, so that spaces in the folder's name do no harm.

VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
JOBS ?= auto
SECONDS ?= 600
ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup serve test check bench fuzz clean

help:
	@echo "make serve   start the server (ARGS=\"--port 0 --pace real\")"
	@echo "make test    run the tests (ARGS=\"-k idomoo\", JOBS=2)"
	@echo "make check   format, lint, types, schemas, fixtures, scenarios"
	@echo "make bench   run the benchmarks"
	@echo "make fuzz    attack a server of its own (SECONDS=600, ARGS=\"--seed 7\")"
	@echo "make setup   make the virtual environment and nothing else"
	@echo "make clean   remove everything that was made here"

setup: $(STAMP)

# Runs again whenever the dependencies change.
$(STAMP): pyproject.toml
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
	test -x $(BIN)/python || "$$python" -m venv $(VENV) || { \
	  echo "Cannot make $(VENV); Debian and Ubuntu need the package python3-venv" >&2; \
	  exit 1; \
	}
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $(STAMP)

serve: $(STAMP)
	$(BIN)/mockserver serve $(ARGS)

test: $(STAMP)
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

check: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mockserver check

bench: $(STAMP)
	$(BIN)/python benchmarks/run.py $(ARGS)

fuzz: $(STAMP)
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) $(ARGS)

clean:
	rm -rf $(VENV) build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
