# `make demo` and `make test` are all a newcomer needs; both set up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.complete
# Stock Magenta: Python 3.8 and its own pins.
STOCK := .venv-stock
STOCK_BIN := $(STOCK)/bin
STOCK_STAMP := $(STOCK)/.complete
UV_VERSION := 0.13.9
# What making music needs, and not what training needs: no TensorFlow.
LIGHT := .venv-music
LIGHT_STAMP := $(LIGHT)/.complete
LIGHT_PACKAGES := absl-py google-crc32c mido numpy packaging protobuf \
  setuptools tqdm
# Where Python of this repository is.
OWN_PYTHON := setup.py magenta_vrae demo examples experiments benchmarks tools tests web/tests
# What pytest is given: all tests, unless TESTS says which.
TESTS ?=
# Files are spread over three processes, as tests that play music wait for it; a
# file's tests share what they train.
PYTEST := -m pytest -n 3 --dist loadfile $(TESTS)
# With this, models are exchanged between the environments.
OTHER_PYTHON = VRAE_OTHER_PYTHON=$(abspath $(1)/bin/python)

.DEFAULT_GOAL := help
.PHONY: help music setup setup-stock test test-stock test-all test-pythons demo docs docs-check \
  notebook games models bench peers lint format coverage lock clean

help:
	@echo "make music   make music with a ready-made model, half a minute after cloning"
	@echo "make demo    train on eight pieces and make music, into demo/output"
	@echo "make test    run the tests;  TESTS=tests/data_test.py  runs some"
	@echo "make test-stock  run them under stock Magenta, on Python 3.8"
	@echo "make test-all    run all tests, those at length too, and docs-check"
	@echo "make test-pythons  run the tests under every Python found"
	@echo "make setup   make the environment $(VENV) that the others use"
	@echo "make docs-check  run every command of the README and the docs"
	@echo "make notebook    run docs/first_steps.ipynb and keep its pictures"
	@echo "make games   get the game songs of the experiments, into data/games"
	@echo "make models  make the models of the package again, in about two hours"
	@echo "make bench   time a training step beside its ceiling and its peers"
	@echo "make peers   make the environment .venv-peers, with PyTorch and JAX"
	@echo "make lint    check style, types and imports;  make format  mend style"
	@echo "make coverage  run the tests, and say which lines they ran"
	@echo "make web     check and build the page of vrae_explore, with Node"
	@echo "make docs    write docs/commands.md, the import arrows of BUILD.md, and the"
	@echo "             API pages into build/docs"
	@echo "make lock    resolve requirements/lock.txt and stock.txt anew"
	@echo "make clean   remove all environments, build and demo/output"
	@echo "PYTHON=python3.12 make ...  chooses the Python for $(VENV),"
	@echo "PYTHONS='/a/python3.8 ...' those that test-stock and test-pythons look among"

setup: $(STAMP)

# pip would compile on one core, which takes as long again as all else. What does
# not compile is of no use to anybody here, or says so when it is imported.
$(STAMP): requirements/lock.txt setup.py pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 10) <= v <= (3, 13) or sys.exit("make: $(PYTHON) is Python %d.%d; the lock serves 3.10 to 3.13, so give PYTHON=python3.11 or another of them" % v)'
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --no-compile --require-hashes -r requirements/lock.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q -j 0 -x '/tests/' $(VENV)/lib || true
	touch $@

# BUILD.md says why python-rtmidi comes first, and by itself.
setup-stock: $(STOCK_STAMP)

$(STOCK_STAMP): requirements/stock.txt setup.py pyproject.toml
	python=$$($(PYTHON) tests/environments.py find 3.8) && rm -rf $(STOCK) && "$$python" -m venv $(STOCK)
	sed -n '/^python-rtmidi==/,/[^\\]$$/p' requirements/stock.txt > $(STOCK)/first.txt
	$(STOCK_BIN)/python -m pip install --quiet --no-deps --require-hashes --global-option=--no-alsa --global-option=--no-jack -r $(STOCK)/first.txt
	$(STOCK_BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/stock.txt
	$(STOCK_BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(STOCK_BIN)/python -m pip check
	touch $@

# Half a minute: nothing large is installed.
music: $(LIGHT_STAMP)
	$(LIGHT)/bin/vrae_generate --model=chorales --num_outputs=3 --wav

$(LIGHT_STAMP): requirements/lock.txt setup.py pyproject.toml
	rm -rf $(LIGHT)
	$(PYTHON) -m venv $(LIGHT)
	$(PYTHON) tools/part_of_lock.py requirements/lock.txt $(LIGHT_PACKAGES) > $(LIGHT)/part.txt
	$(LIGHT)/bin/python -m pip install --quiet --no-deps --require-hashes -r $(LIGHT)/part.txt
	$(LIGHT)/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

test: $(STAMP)
	$(if $(wildcard $(STOCK_STAMP)),$(call OTHER_PYTHON,$(STOCK))) $(BIN)/python $(PYTEST)

test-stock: $(STAMP) $(STOCK_STAMP)
	$(call OTHER_PYTHON,$(VENV)) $(STOCK_BIN)/python $(PYTEST)

# With what only repeats at length, and every command of the docs.
test-all: $(STAMP) docs-check
	$(BIN)/python $(PYTEST) -m 'long or not long'

test-pythons:
	$(PYTHON) tests/environments.py test $(TESTS)

demo: $(STAMP)
	$(BIN)/python demo/demo.py

docs-check: $(STAMP)
	$(BIN)/python tools/docs_check.py

notebook: $(STAMP)
	$(BIN)/python tools/docs_notebook.py

games:
	$(PYTHON) experiments/games.py

models: $(STAMP)
	$(BIN)/python experiments/make_models.py

bench: $(STAMP)
	$(BIN)/python benchmarks/training_step.py

peers:
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet -r benchmarks/peers/requirements.txt

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tools/function_length.py $(OWN_PYTHON)
	$(BIN)/lint-imports --no-cache --no-logo

format: $(STAMP)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Commands run as processes of their own; .coverage.* are theirs, one each. For
# some tests only: make coverage TESTS='tests/data_test.py tests/runs_test.py'.
coverage: $(STAMP)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 3 --dist loadfile $(TESTS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage html --quiet
	$(BIN)/coverage report

docs: $(STAMP)
	$(BIN)/python tools/make_commands.py
	$(BIN)/python tools/make_api.py
	$(BIN)/python tools/import_arrows.py

lock:
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet uv==$(UV_VERSION)
	.venv-lock/bin/uv pip compile --quiet --universal --python-version 3.10 \
	  --upgrade --override requirements/overrides.txt --generate-hashes \
	  --no-header --no-annotate requirements/lock.in -o requirements/lock.txt
	.venv-lock/bin/uv pip compile --quiet --python-version 3.8 \
	  --upgrade --generate-hashes \
	  --no-header --no-annotate requirements/stock.in -o requirements/stock.txt
	rm -rf .venv-lock

clean:
	rm -rf $(VENV) $(LIGHT) $(STOCK) .venv-3.* .venv-peers .venv-lock build demo/output
	rm -rf .coverage .coverage.*

# The page of vrae_explore, from web/; its built script is committed.
.PHONY: web web-check web-setup
web-setup:
	@command -v npm >/dev/null || { echo 'make: npm is not found; the page is built with Node 20 or later, from nodejs.org' >&2; exit 1; }
	cd web && npm ci --loglevel=error

web: $(STAMP) web-setup
	$(BIN)/python web/tests/golden.py
	cd web && npm run --silent check && npm run --silent build

web-check: web-setup
	cd web && npm run --silent check && npm run --silent built
