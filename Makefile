# ASLog: `make help` lists the commands. Each sets up what it lacks under build/.
BUILD  := build
VENV   := $(BUILD)/venv
PYTHON := $(VENV)/bin/python
READY  := $(VENV)/.ready
PIP    := $(PYTHON) -m pip install --quiet --disable-pip-version-check

# $(call option,NAME,flag): the flag with the variable's value, when it has one
option = $(if $(strip $($(1))),--$(2) '$(strip $($(1)))')
SIM_OPTIONS = $(call option,SIM,sim) $(call option,NET,net) $(call option,LAYER,layer) $(call option,WAVES,waves) \
	$(call option,SEED,seed) $(call option,OC_LANES,oc-lanes) $(call option,IC_LANES,ic-lanes)
NET_OPTIONS = $(call option,SIM,sim) $(call option,NET,net) $(call option,INPUT,picture) $(call option,LAYER,layer) \
	$(call option,SEED,seed) $(call option,STALL,stall) $(call option,OC_LANES,oc-lanes) \
	$(call option,IC_LANES,ic-lanes) $(call option,ACTIVATION_WORDS,activation-words) \
	$(call option,WEIGHT_ROWS,weight-rows) $(call option,PARAMETER_WORDS,parameter-words) \
	$(call option,DATA_WIDTH,data-width)
PPA_OPTIONS = $(call option,BLOCK,block) $(call option,LIBERTY,liberty) $(call option,CELLS,cells) \
	$(call option,GLITCHES,glitches) $(call option,DOCS,docs)
MEASURE_OPTIONS = $(call option,DATA,data) $(call option,CALIBRATION,calibration) $(call option,SEED,seed) \
	$(call option,OUT,out) $(call option,MEAN,mean) $(call option,STD,std) $(call option,CROP,crop)

.DEFAULT_GOAL := help
.PHONY: help venv sim net ppa explore roofline accuracy ablation bench lint formal test cov clean

help:   ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.txt
	python3 -m venv $(VENV)
	$(PIP) torch==$$(sed -n 's/^torch==//p' requirements.txt)
	$(PIP) -r requirements.txt
	@touch $@

venv: $(READY) ## the virtual environment, build/venv

sim: $(READY) ## layers through the core: SIM= NET= LAYER= WAVES= SEED= OC_LANES= IC_LANES=
	$(PYTHON) -m tb.core $(SIM_OPTIONS)

net: $(READY) ## a whole network on the accelerator: NET= INPUT= LAYER= SIM= SEED= OC_LANES= IC_LANES= DATA_WIDTH= ...
	$(PYTHON) -m tb.network $(NET_OPTIONS)

roofline: $(READY) ## OPs/byte and OPs/cycle of every layer of the networks that make net has run, as SVG and PNG
	$(PYTHON) -m tb.roofline

ppa: $(READY) ## area and timing beside multipliers: BLOCK=ae LIBERTY=nangate45 CELLS= GLITCHES= DOCS=
	$(PYTHON) -m ppa $(PPA_OPTIONS)

explore: $(READY) ## accuracy, cycles, energy, area of variants, as a Pareto plot: NET= DATA= LIBERTY= SEED=
	$(PYTHON) -m ppa.explore $(call option,NET,net) $(call option,DATA,data) $(call option,LIBERTY,liberty) \
		$(call option,SEED,seed)

accuracy: $(READY) ## quantize and measure a network: NET= DATA= CALIBRATION= SEED= OUT=
	$(PYTHON) -m golden accuracy '$(NET)' $(MEASURE_OPTIONS)

ablation: $(READY) ## what each step of the quantizer brings: options as accuracy
	$(PYTHON) -m golden ablation '$(NET)' $(MEASURE_OPTIONS)

bench: $(READY) ## time of the integer golden beside float32 PyTorch: NET=
	$(PYTHON) -m golden benchmark '$(or $(NET),efficientnet_lite0)'

lint: $(READY) ## ruff, mypy, verilator -Wall, iverilog -Wall, Yosys
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(PYTHON) -m tb.lint
	$(PYTHON) -m ppa.lint

formal: $(READY) ## proofs about the RTL with Yosys and ABC: ONLY=
	$(PYTHON) -m tb.formal $(call option,ONLY,only)

test: $(READY) ## unit tests, every bench on both simulators, coverage against its thresholds: SEED=
	rm -rf $(BUILD)/runs
	HDL_COVERAGE=1 $(PYTHON) -m pytest --numprocesses auto --dist loadfile
	$(PYTHON) -m tb.coverage report

cov: $(READY) ## the coverage report of the last make test (which it runs when there was none)
	@if [ -d $(BUILD)/runs ]; then $(PYTHON) -m tb.coverage report; else $(MAKE) test; fi

clean:  ## remove everything generated
	rm -rf $(BUILD)
