# `make demo` and `make test` are all a newcomer needs; both set up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.complete
UV_VERSION := 0.13.9

.DEFAULT_GOAL := help
.PHONY: help setup test demo games bench peers lint format coverage docs lock clean

help:
	@echo "make demo    train on eight pieces and make music, into demo/output"
	@echo "make test    run the tests"
	@echo "make setup   make the environment $(VENV) that the others use"
	@echo "make games   get the game songs of the experiments, into data/games"
	@echo "make bench   time a training step beside its ceiling and its peers"
	@echo "make peers   make the environment .venv-peers, with PyTorch and JAX"
	@echo "make lint    check style and types;  make format  mend style"
	@echo "make coverage  run the tests, and say which lines they ran"
	@echo "make docs    write docs/commands.md, and the API pages into build/docs"
	@echo "make lock    resolve requirements/lock.txt anew"
	@echo "make clean   remove $(VENV), build and demo/output"
	@echo "PYTHON=python3.12 make ...  chooses the Python for $(VENV)"

setup: $(STAMP)

$(STAMP): requirements/lock.txt setup.py pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 10) <= v <= (3, 13) or sys.exit("make: $(PYTHON) is Python %d.%d; the lock serves 3.10 to 3.13, so give PYTHON=python3.11 or another of them" % v)'
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/lock.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

# Files are spread over two processes; a file's tests share what they train.
test: $(STAMP)
	$(BIN)/python -m pytest -n 2 --dist loadfile

demo: $(STAMP)
	$(BIN)/python demo/demo.py

games:
	$(PYTHON) experiments/games.py

bench: $(STAMP)
	$(BIN)/python benchmarks/training_step.py

peers:
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet -r benchmarks/peers/requirements.txt

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Commands run as processes of their own; .coverage.* are theirs, one each. For
# some tests only: make coverage TESTS='tests/data_test.py tests/runs_test.py'.
coverage: $(STAMP)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2 --dist loadfile $(TESTS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage html --quiet
	$(BIN)/coverage report

docs: $(STAMP)
	$(BIN)/python docs/make_commands.py
	$(BIN)/python docs/make_api.py

lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet uv==$(UV_VERSION)
	.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.10 \
	  --upgrade --override requirements/overrides.txt --generate-hashes \
	  --no-header --no-annotate requirements/lock.in -o requirements/lock.txt
	rm -rf .venv-lock

clean:
	rm -rf $(VENV) .venv-lock build demo/output .coverage .coverage.*
