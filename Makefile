# make demo: build a graph from the sample records of every pole and serve it (SERVE=0: stop before serving; PORT=8080: another port)
# make test: lint, types, layers, tests. Both need Python 3.11+ and PyPI, and nothing else.

PYTHON ?= python3
VENV   := .venv
RUN    := $(VENV)/bin/python
PORT   ?= 8000
SECONDS ?= 60
SERVE  ?= 1
IMPORTS ?= $(wildcard $(or $(DATATERRA_SHARED),../shared)/data/vocabularies/w3c $(or $(DATATERRA_SHARED),../shared)/data/vocabularies/iadopt)
DEMO   := $(sort $(filter-out tests/examples/faults%,$(dir $(wildcard tests/examples/*/source.toml))))

.DEFAULT_GOAL := help
.PHONY: help install demo serve test lint ontology fuzz golden docs format bench build clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.installed: requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; say which with make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

install: $(VENV)/.installed ## an environment in .venv with the pinned requirements

demo: install ## a graph from the sample records of every pole, served on http://127.0.0.1:$(PORT)/
	$(VENV)/bin/dataterra ingest $(DEMO)
ifneq ($(SERVE),0)
	$(VENV)/bin/dataterra serve --port $(PORT)
endif

serve: install ## serve the current release
	$(VENV)/bin/dataterra serve --port $(PORT)

test: install lint ## lint, types, layers, tests
	$(RUN) -m pytest -n auto --dist loadfile

lint: install
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports --config pyproject.toml

ontology: install ## prove the ontology with HermiT (needs Java); IMPORTS="FOLDER...": where DCAT, SOSA, PROV and the others are
	$(VENV)/bin/dataterra ontology check $(foreach folder,$(IMPORTS),--imports $(folder))
	$(RUN) -m pytest tests/ontology -rs

fuzz: install ## change natives at random for each crosswalk and requests to the server; SECONDS=60 for each
	FUZZ_SECONDS=$(SECONDS) $(RUN) -m pytest -n auto tests/hostile tests/api -k fuzz

golden: install ## rewrite the expected graphs of tests/golden, to be reviewed with git diff
	$(RUN) tests/crosswalk/rewrite_golden.py

docs: install ## rewrite what is made in the documents: answers, commands, tables; to be reviewed with git diff
	$(RUN) tests/test_docs.py

format: install ## format the code, and bring Turtle files into their canonical form
	$(RUN) -m ruff check --fix --exit-zero .
	$(RUN) -m ruff format .
	$(RUN) -c 'from pathlib import Path; from kg.vocabulary.turtle import recanonical as form; [p.write_text(form(p.read_text())) for p in sorted(Path("ontology").rglob("*.ttl"))]'

bench: install ## measure; results are kept in bench/README.md
	$(RUN) -m bench

build: install ## a wheel in dist/
	$(RUN) -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist .

clean: ## remove the environment and what was built; the working folder var/ stays
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
