# Each target does its own set-up: all it takes is make and Python 3.11 with venv.
#
#   make demo    a small true project on an embedded S3 server: scan, report, look at it
#   make test    all tests that need nothing but Python packages
#   make check   formatting, lint, types, direction of imports
#   make prove   the laws of the decision, on many more random cases than `make test`
#   make bench   the figures of docs/benchmarks.md (minutes, gigabytes of memory and disk)

PYTHON ?= python3.11
VENV ?= .venv
JOBS ?= 2
ARGS ?=
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test test-browser test-real check prove bench docs clean

help:
	@sed -n 's/^#   //p' Makefile

demo: $(VENV)/.demo
	$(BIN)/tutela demo $(ARGS)

test: $(VENV)/.test
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup $(ARGS)

# Needs Chromium (Debian: apt-get install chromium).
test-browser: $(VENV)/.test
	$(BIN)/python -m pytest -m browser $(ARGS)

# Needs the training libraries themselves: gigabytes.
test-real: $(VENV)/.real $(VENV)/.mlflow $(VENV)/.tools $(VENV)/.checkov $(VENV)/.programs $(VENV)/.oracle $(VENV)/.batch $(VENV)/.aws
	$(BIN)/python -m pytest -m real -n $(JOBS) --dist loadgroup $(ARGS)

check: $(VENV)/.test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

prove: $(VENV)/.test
	HYPOTHESIS_PROFILE=prove PROVE_SHARE=1 $(BIN)/python -m pytest -n $(JOBS) --dist loadgroup -m "law" $(ARGS)
	$(BIN)/python -m tests.blueprints.mutation --mutants 2000 --same 200 --write docs/proved.md
	$(BIN)/python -m tests.blueprints.mutation --blueprint cluster --mutants 1000 --same 100 --write docs/proved.md
	$(BIN)/python -m tests.tce.mutants --mutants 1000 --packets 150 --write docs/proved.md

bench: $(VENV)/.test $(VENV)/.rivals $(VENV)/.mlflow
	for one in decide closure html lineage render check clusters update probe seal headers; do $(BIN)/python bench/$$one.py $(ARGS) || exit; done
	$(BIN)/python bench/scan.py --rivals $(VENV)/rivals/bin $(ARGS)
	$(BIN)/python bench/upload.py --rivals $(VENV)/rivals/bin $(ARGS)
	$(BIN)/python bench/tracking.py --mlflow $(VENV)/mlflow/bin/mlflow $(ARGS)

# The pages of commands and rules, from what the program says of itself.
docs: $(VENV)/.test
	$(BIN)/python -m tests.commands
	$(BIN)/python -m tests.rules
	$(BIN)/python -m tests.blueprints.models.figures

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# One stamp for each set of extras; a changed pyproject.toml installs again.
$(VENV)/.demo: pyproject.toml | $(VENV)/bin/python
	$(PIP) --editable '.[demo]'
	@touch $@

$(VENV)/.test: pyproject.toml | $(VENV)/bin/python
	$(PIP) --editable '.[demo,test]'
	@touch $@

# What a scan is held against: awscli pins its own botocore, so not beside ours.
$(VENV)/.rivals: bench/rivals.txt | $(VENV)/bin/python
	$(PYTHON) -m venv $(VENV)/rivals
	$(VENV)/rivals/bin/python -m pip --disable-pip-version-check install --quiet --requirement $<
	@touch $@

# The programs that `tutela check --with` runs, and checkov, which pins what they need newer; what
# the programs of a sandbox's stacks import; what schemas of providers are read from; Ray;
# the AWS command line.
$(VENV)/.tools $(VENV)/.checkov $(VENV)/.programs $(VENV)/.oracle $(VENV)/.batch $(VENV)/.aws: $(VENV)/.%: tests/real/requirements-%.txt | $(VENV)/bin/python
	$(PYTHON) -m venv $(VENV)/$*
	$(VENV)/$*/bin/python -m pip --disable-pip-version-check install --quiet --requirement $<
	@touch $@

# The full MLflow with its server: its pyarrow is older than ours.
$(VENV)/.mlflow: tests/real/requirements-mlflow.txt | $(VENV)/bin/python
	$(PYTHON) -m venv $(VENV)/mlflow
	$(VENV)/mlflow/bin/python -m pip --disable-pip-version-check install --quiet --requirement $<
	@touch $@

$(VENV)/.real: tests/real/requirements.txt tests/real/requirements-no-deps.txt $(VENV)/.test
	$(PIP) --requirement tests/real/requirements.txt
	$(PIP) --no-deps --requirement tests/real/requirements-no-deps.txt
	@touch $@
