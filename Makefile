# make run    everything from nothing to http://127.0.0.1:8000/
# make test   all checks and all tests
# Needs Python 3.11 or later, make and a package index; nothing else.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
TEST_WORKERS ?= auto

# What `make check` takes for a production machine.
PRODUCTION := ENV_FILE=/dev/null DEBUG=false PUBLIC_URL=https://backoffice.example.com \
	ALLOWED_HOSTS=backoffice.example.com BEHIND_PROXY=true

# Checks look at the tests' database, never at the one that is worked with.
CHECKED := ENV_FILE=/dev/null DATABASE_URL= DATA_DIR=.data/tests

.PHONY: run install test check lock clean stop
.DEFAULT_GOAL := run

run: .venv/installed
	@$(BIN)/python manage.py prepare --demo
	@exec $(BIN)/python manage.py serve

install: .venv/installed

test: check
	$(BIN)/pytest -n $(TEST_WORKERS) --dist worksteal

check: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/python manage.py translations --check
	$(CHECKED) $(BIN)/python manage.py makemigrations --check --dry-run
	@$(CHECKED) $(BIN)/python manage.py stop_database --if-unused
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/mypy .

# Stops the embedded database when something left it running.
stop: .venv/installed
	@$(BIN)/python manage.py stop_database

# The newest versions that pyproject.toml allows, with their hashes.
lock: .venv/installed-dev
	$(BIN)/uv pip compile pyproject.toml $(LOCK) -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --group dev $(LOCK) -o requirements-dev.txt

LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links

.venv/installed: requirements.txt | .venv/bin/python
	@$(INSTALL) requirements.txt
	@touch $@

# The development packages contain the others.
.venv/installed-dev: requirements-dev.txt | .venv/bin/python
	@$(INSTALL) requirements-dev.txt
	@touch .venv/installed $@

# uv is ten times faster where it is at hand; pip does the same.
INSTALL := $(shell if command -v uv >/dev/null; \
	then echo uv pip install --quiet --python .venv/bin/python --require-hashes -r; \
	else echo .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r; fi)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed, this is " + sys.version.split()[0] + ": make PYTHON=/path/to/python3.11")'
	@$(PYTHON) -m venv .venv

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
