# Each command does its own set-up: Python 3.11 or later, make and the package registries are enough.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

RUN = .venv/bin/python
UV = $(shell if uv --version >/dev/null 2>&1; then echo uv; else echo .venv/bin/uv; fi)
SYNC = $(UV) pip sync --quiet --python $(RUN) --require-hashes
LOCK = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header $(if $(UPGRADE),--upgrade)
CATALOGS = $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))
APP = .venv/.app static/vendor/.built $(CATALOGS)
TESTED = .venv/.dev static/vendor/.built $(CATALOGS)

help: ## Shows these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(APP) ## Installs, migrates, seeds and starts everything; Ctrl-C stops it (VIRTLAB_PORT=8000)
	@exec $(RUN) -m virtlab.platform.demo

test: $(TESTED) browser ## Runs every test (ARGS="tests/engine -k name")
	@$(RUN) -m pytest $(ARGS)

test-quick: $(TESTED) ## Runs the tests that need neither a browser nor a worker
	@$(RUN) -m pytest -m "not browser and not worker" $(ARGS)

test-postgres: $(TESTED) ## Runs the tests that touch a database, without a browser, on a PostgreSQL of its own, in two processes
	@$(RUN) -m virtlab.platform.postgres $(RUN) -m pytest -n 2 -m "database and not browser" --ignore tests/platform/test_demo.py --ignore tests/operations $(ARGS)

lint: lint-style lint-arrows lint-laws lint-templates lint-messages lint-deployment lint-types ## Style, types, templates, translations, the laws of the house, production

lint-style: $(TESTED)
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
lint-arrows: $(TESTED)
	.venv/bin/lint-imports
lint-laws: $(TESTED)
	$(RUN) -m pytest tests/platform tests/web -m "not database and not browser and not worker" --ignore tests/platform/test_demo.py
lint-templates: $(TESTED)
	.venv/bin/djlint --quiet --lint templates
lint-types: $(TESTED)
	VIRTLAB_EXTRA_APPS=bench.probe $(RUN) -m mypy
lint-messages: $(TESTED)
	$(RUN) -m virtlab.platform.messages --check
lint-deployment: $(TESTED)
	VIRTLAB_PRODUCTION=1 VIRTLAB_SECRET_KEY=$$($(RUN) -c 'import secrets; print(secrets.token_urlsafe(50))') \
	    VIRTLAB_ALLOWED_HOSTS=virtlab.example.org $(RUN) manage.py check --deploy --fail-level WARNING
	$(RUN) manage.py makemigrations --check --dry-run

bench: $(TESTED) ## Measures: one line a figure (ONLY=name runs one bench)
	@$(RUN) -m bench.run $(if $(SMOKE),--smoke) $(ONLY)

screenshots: $(TESTED) browser ## Takes the pictures of the README anew (docs/images)
	@$(RUN) -m tools.screenshots

lock: | .venv/bin/python ## Writes requirements*.txt and package-lock.json (UPGRADE=1 takes newer versions)
	$(LOCK) requirements.in --output-file requirements.txt
	$(LOCK) requirements-dev.in --constraint requirements.txt --output-file requirements-dev.txt
	$(LOCK) requirements-node.in --output-file requirements-node.txt
	tools/npm.sh npm install --package-lock-only

messages: .venv/.app ## Brings the message catalogs (.po) up to date with the sources
	$(RUN) -m virtlab.platform.messages

compile-messages: $(CATALOGS) ## Compiles the message catalogs (.mo)

assets: static/vendor/.built ## Installs the browser's assets and copies them into static/vendor

clean: ## Removes what was installed and built, not your data in var/
	rm -rf .venv node_modules static/vendor $(CATALOGS)

browser: .venv/.dev
	@$(RUN) -m virtlab.platform.browser

.venv/bin/python:
	@tools/venv.sh

# The larger set holds the smaller one, so that test and demo do not undo each other's installation.
.venv/.app: requirements.txt requirements-dev.txt | .venv/bin/python
	@echo "Installing the Python packages"
	@if [ -e .venv/.dev ]; then $(SYNC) requirements-dev.txt && touch .venv/.dev; else $(SYNC) requirements.txt; fi
	@touch $@

.venv/.dev: requirements-dev.txt | .venv/bin/python
	@echo "Installing the Python packages for tests"
	@$(SYNC) requirements-dev.txt
	@touch .venv/.app $@

node_modules/.package-lock.json: package.json package-lock.json .npmrc | .venv/bin/python
	@echo "Installing the browser's assets"
	@tools/npm.sh npm ci --silent
	@touch $@

static/vendor/.built: node_modules/.package-lock.json virtlab/platform/assets.py virtlab/platform/tabler.mjs virtlab/platform/plotly_css.mjs
	@$(RUN) -m virtlab.platform.assets

%.mo: %.po | .venv/bin/python
	@if [ ! -x .venv/bin/pybabel ]; then $(MAKE) --no-print-directory .venv/.app; fi
	@$(RUN) -m virtlab.platform.messages --compile $<

.PHONY: screenshots lint-style lint-arrows lint-laws lint-templates lint-types lint-messages lint-deployment help demo test test-quick test-postgres lint bench lock messages compile-messages assets clean browser
