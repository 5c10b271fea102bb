# Every command sets up what it needs in .venv and reuses what is there. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLES := data_templates/samples
OUT ?= reports
WORKERS ?= 0
INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable

.PHONY: help reports test lint lab bench templates notebooks validate pictures clean

help: ## show this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is missing; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

# One stamp per set of packages: a second run installs nothing.
$(VENV)/.core: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing the report packages into $(VENV) ..."
	@$(INSTALL) .
	@touch $@

$(VENV)/.workshop: $(VENV)/.core
	@echo "Installing JupyterLab and widgets into $(VENV) ..."
	@$(INSTALL) '.[workshop]'
	@touch $@

$(VENV)/.dev: $(VENV)/.workshop
	@echo "Installing the test and lint packages into $(VENV) ..."
	@$(INSTALL) '.[workshop,dev]'
	@touch $@

$(VENV)/.browser: $(VENV)/.dev tests/browser/install_chromium.py
	@$(BIN)/python tests/browser/install_chromium.py
	@touch $@

reports: $(VENV)/.core ## write the sample clients' reports into reports/
	@$(BIN)/adoption report $(SAMPLES) --out $(OUT) $(if $(filter-out 0,$(WORKERS)),--workers $(WORKERS))

test: $(VENV)/.browser ## run every test (installs Chromium for the browser tests)
	@$(BIN)/python -m pytest -n auto --dist loadscope

lint: $(VENV)/.dev ## check style (ruff) and types (mypy --strict)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

lab: $(VENV)/.workshop ## open the notebooks in JupyterLab
	@$(BIN)/adoption lab

validate: reports ## re-run the executed notebooks of reports/ and compare (nbval)
	@$(BIN)/adoption validate $(OUT)

bench: $(VENV)/.dev ## measure what is claimed about speed, as ratios
	@$(BIN)/python benchmarks/reading_speed.py
	@$(BIN)/python benchmarks/report_speed.py

templates: $(VENV)/.dev ## make the blank forms and the sample clients anew
	@$(BIN)/python -m adoption_lib.engagement.forms data_templates
	@$(BIN)/python -m adoption_lib.simulation.samples $(SAMPLES)

notebooks: $(VENV)/.dev ## refresh method text in the notebooks and run them on a sample client
	@$(BIN)/python -m adoption_lib.batch.refresh notebooks

pictures: reports $(VENV)/.browser ## take the README's pictures from the reports
	@$(BIN)/python tests/browser/take_pictures.py $(OUT) docs/pictures

clean: ## remove reports and caches, keep .venv
	@rm -rf $(OUT)/* $(OUT)/.adoption .pytest_cache .mypy_cache .ruff_cache
	@touch $(OUT)/.gitkeep
