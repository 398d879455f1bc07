# calfeed: everything a newcomer, a developer and CI need.  `make help` lists the targets.
PYTHON ?= python3
PORT ?= 8000
SECONDS ?= 60
LAWS ?= 5000
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help run test laws lint format bench fuzz docs golden check lock clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 10

$(READY): requirements.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "calfeed needs Python 3.11 or newer: install it, or name it as in: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "calfeed needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Name another: make run PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --no-build-isolation --no-deps --editable .
	@touch $@

run: $(READY) ## set up, serve the example, print its page and its feed (PORT=8000)
	$(BIN)/calfeed serve examples/systems-reading-group --port $(PORT)

test: $(READY) ## set up, then run all tests
	$(BIN)/python -m pytest

laws: $(READY) ## try the laws of identity on LAWS=5000 random histories each
	LAWS=$(LAWS) $(BIN)/python -m pytest tests/properties/test_ledger_laws.py tests/properties/test_subscriber_laws.py

lint: $(READY) ## ruff, mypy --strict, import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict calfeed tests benchmarks docs deploy
	$(BIN)/lint-imports

format: $(READY) ## let ruff mend what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(READY) ## measure, as ratios taken in one run
	$(BIN)/python -m benchmarks

fuzz: $(READY) ## read damaged schedules for SECONDS=60, keep what breaks a law of reading
	$(BIN)/python -m tests.fuzz $(SECONDS)

docs: $(READY) ## write the generated pages of docs/ anew
	$(BIN)/python -m docs

golden: $(READY) ## write the golden feeds of tests/golden anew, and show what changed
	$(BIN)/python -m pytest --quiet tests/test_golden.py --rewrite
	git --no-pager diff --stat tests/golden

check: lint test ## all that CI runs

lock: $(READY) ## choose the newest versions of everything, with hashes (asks for uv)
	uv pip compile pyproject.toml --group dev --extra server --universal --python-version 3.11 \
	  --upgrade --generate-hashes --no-annotate --no-header --output-file requirements.txt

clean: ## remove what the other targets made
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .grimp_cache .hypothesis
