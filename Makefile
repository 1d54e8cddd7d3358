# ASLog: `make help` lists the commands. Each sets up what it lacks under build/.
BUILD  := build
VENV   := $(BUILD)/venv
PYTHON := $(VENV)/bin/python
READY  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help venv lint test clean

help:   ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.txt
	python3 -m venv $(VENV)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check torch==$$(sed -n 's/^torch==//p' requirements.txt)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

venv: $(READY) ## the virtual environment, build/venv

lint: $(READY) ## ruff, mypy, verilator -Wall, iverilog -Wall
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(PYTHON) -m tb.lint

test: $(READY) ## unit tests and every bench on both simulators
	$(PYTHON) -m pytest

clean:  ## remove everything generated
	rm -rf $(BUILD)
