# Near Match. `make help` tells what there is. Everything is made in this folder: .venv, .venv-peers, build and var.

PORT ?= 8000
DATA ?= var
ARGS ?=
PYTHON ?= python3

BIN := .venv/bin
VENV_READY := .venv/venv.ready
RUN_READY := .venv/run.ready
DEV_READY := .venv/dev.ready
KERNELS_READY := .venv/kernels.ready
PEERS_READY := .venv-peers/peers.ready
ASSETS := review_ui/static/vendor/VENDOR.lock
PARALLEL := $(MAKE) --silent -j2

.DEFAULT_GOAL := help
.PHONY: help run setup test check bench bench-peers messages screenshots lock clean

help: ## Show this list
	@echo "Near Match: finds, explains and resolves duplicate migrant-student records."
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Serve the review queue with invented sample data (PORT=8000, DATA=var)
	@$(PARALLEL) $(KERNELS_READY) $(ASSETS)
	@exec $(BIN)/nearmatch demo --port "$(PORT)" --data "$(DATA)"

setup: ## Set up all that tests and checks need, Chromium and PostgreSQL included
	@$(PARALLEL) $(DEV_READY) $(ASSETS)
	@$(PARALLEL) $(KERNELS_READY)
	@tools/step.sh system "Looking for Chromium and PostgreSQL" tools/system_packages.sh

test: setup ## Run all tests (ARGS="-k twins" for some of them)
	@$(BIN)/python -m pytest -n 2 $(ARGS)

check: ## Check style, format, types and the order of the rooms
	@$(PARALLEL) $(DEV_READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: ## Measure accuracy and speed on public and on invented data
	@$(PARALLEL) $(DEV_READY)
	@for each in families febrl; do $(BIN)/python benchmarks/$$each.py || exit 1; done

bench-peers: ## Measure beside Splink and recordlinkage, up to a million records (half an hour)
	@$(PARALLEL) $(DEV_READY)
	@$(PARALLEL) $(PEERS_READY)
	@$(BIN)/python -m benchmarks.peers.run $(or $(ARGS),--records 10000 100000 1000000 --febrl)

messages: ## Bring the catalogues of the languages up to date with what the screens say
	@$(PARALLEL) $(DEV_READY)
	@$(BIN)/python -m tools.messages

screenshots: setup ## Take the pictures of docs/ui.md anew (ARGS="review groups" for some of them)
	@$(BIN)/python -m tools.screenshots $(ARGS)

lock: ## Renew the lock files after a change of pyproject.toml or package.json
	@$(PARALLEL) $(DEV_READY)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/lock.txt
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh requirements/lock.sh
	@npm install --package-lock-only

clean: ## Remove all that make made here; the data in DATA stay
	@rm -rf .venv .venv-peers build dist test-artifacts review_ui/static/vendor *.egg-info
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV_READY):
	@tools/step.sh venv "Making the Python environment" env PYTHON="$(PYTHON)" tools/make_venv.sh .venv
	@touch $@

$(RUN_READY): requirements/run.txt pyproject.toml | $(VENV_READY)
	@tools/step.sh python "Installing the Python packages (about a minute)" tools/install_python.sh $(BIN)/python run
	@touch $@

$(DEV_READY): requirements/dev.txt pyproject.toml | $(VENV_READY)
	@tools/step.sh python "Installing the Python packages (about a minute)" tools/install_python.sh $(BIN)/python dev
	@touch $(RUN_READY) $@

# So that nobody's first scan waits for it.
$(KERNELS_READY): $(RUN_READY) $(shell grep -rl --include=*.py "linkage.compiled import" linkage) linkage/compiled.py
	@tools/step.sh kernels "Compiling the comparisons (a quarter of a minute)" $(BIN)/python tools/compile_kernels.py
	@touch $@

# Kept apart: what we are compared with is no part of what we ship.
$(PEERS_READY): requirements/peers.txt
	@tools/step.sh peers-venv "Making an environment for Splink" env PYTHON="$(PYTHON)" tools/make_venv.sh .venv-peers
	@tools/step.sh peers "Installing Splink" .venv-peers/bin/python -m pip install --disable-pip-version-check \
		--require-hashes --only-binary :all: -r requirements/peers.txt
	@touch $@

$(ASSETS): package-lock.json tools/vendor_assets.py | $(VENV_READY)
	@tools/step.sh assets "Fetching the web assets" tools/fetch_assets.sh $(BIN)/python
