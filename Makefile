# Every job of the project. `make` lists them. A fresh machine needs Python 3.11, make and git; the rest comes with `make setup`.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3.11
UV := uv==0.13.9
VENV := .venv
RUN := $(VENV)/bin
export UV_PROJECT_ENVIRONMENT := $(VENV)
export UV_NO_PROGRESS := 1

.PHONY: help
help: ## List the jobs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

.PHONY: setup
setup: $(VENV)/.installed $(VENV)/.kafka ## Make the environment from the lock and fetch Kafka's program files, verified

$(VENV)/bin/uv:
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) is not installed; install Python 3.11, or name one: make PYTHON=/path/to/python3.11" >&2; exit 3; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] < (3, 11))' || { echo "make: $(PYTHON) is older than Python 3.11" >&2; exit 3; }
	@echo "setup: making $(VENV)"
	@$(PYTHON) -m venv $(VENV) || { echo "make: cannot make $(VENV): the reason is above (Debian: apt install python3.11-venv; or a full disk)" >&2; exit 3; }
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check $(UV) > $(VENV)/setup.log 2>&1 \
		|| { rm -f $@; echo "make: cannot install $(UV): the Python package index is unreachable or the disk is full; see $(VENV)/setup.log (proxy: HTTPS_PROXY, mirror: PIP_INDEX_URL)" >&2; exit 3; }

$(VENV)/.installed: $(VENV)/bin/uv uv.lock pyproject.toml
	@echo "setup: installing what uv.lock names"
	@$(RUN)/uv sync --frozen --all-extras --all-groups --quiet > $(VENV)/setup.log 2>&1 \
		|| { echo "make: cannot install what uv.lock names: the Python package index is unreachable or the disk is full; see $(VENV)/setup.log (proxy: HTTPS_PROXY, mirror: UV_DEFAULT_INDEX)" >&2; exit 3; }
	@touch $@

$(VENV)/.kafka: $(VENV)/.installed deploy/local/kafka.lock
	@$(RUN)/python -m deploy.local.fetch
	@touch $@

.PHONY: demo
demo: setup ## Run everything on this machine with the demo districts; Ctrl-C stops it
	@$(RUN)/suoheng demo

.PHONY: test
test: setup ## Run all tests, side by side on up to four cores, on real Kafka and embedded ClickHouse
	@$(RUN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.PHONY: check
check: setup ## Format, lint, types, import rules
	@$(RUN)/ruff format --check --quiet . || { echo "make: not formatted; run: $(RUN)/ruff format ." >&2; exit 1; }
	@$(RUN)/ruff check .
	@$(RUN)/mypy
	@$(RUN)/lint-imports

.PHONY: bench
bench: setup ## Measure speed; the results go to tests/benchmark/results
	@$(RUN)/python -m tests.benchmark

.PHONY: pictures
pictures: setup ## Take pictures of the pages of a running demo (make demo) for deploy/docs/pictures
	@$(RUN)/python -m tests.browser.pictures

.PHONY: faults
faults: setup ## Run the long fault tests; the results go to tests/fault/results
	@LONG_FAULTS=1 FAULTS=20 $(RUN)/python -m pytest tests/fault tests/integration/test_rebuild.py --timeout=3600

.PHONY: secrets
secrets: ## Make the passwords that deploy/compose.yaml reads; those that are there stay
	@umask 077 && mkdir -p deploy/secrets
	@# Containers read them under another account: the folder keeps others out, the files must not.
	@for name in operator sink page grafana; do \
		[ -s "deploy/secrets/$$name" ] || { $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(24))' > "deploy/secrets/$$name" && chmod 644 "deploy/secrets/$$name"; }; \
	done
