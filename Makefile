# Yingbin 迎宾. The two commands of the README are `make demo` and `make test`; `make help` lists the rest.
# Each does its own set-up: Debian packages, the virtual environment .venv, pinned Python packages.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/bash

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# ESPHome pins an old paho-mqtt and much else, so it lives apart.
ESPHOME_VENV := .venv-esphome
ESPHOME := 2026.6.5
FOR ?=
SPEED ?=
SERVICE ?=
SITE_PACKAGES := import sysconfig; print(sysconfig.get_path("purelib"))
# So many tests run at once: each worker has a broker, databases and a browser of its own.
WORKERS ?= $(shell nproc)
PIP := $(BIN)/pip --disable-pip-version-check --quiet

.PHONY: help
help: ## Show this list
	@echo "Yingbin 迎宾: what you can make"
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14 | sed 's/^/  make /'

.PHONY: demo
demo: $(VENV)/runtime.done ## Open a whole venue with guests arriving (FOR=60 ends it after 60 s with a checked summary; SPEED=20 plays an event day)
	@.ci/system-packages demo
	@$(BIN)/python -m hub demo $(if $(FOR),--for $(FOR)) $(if $(SPEED),--speed $(SPEED))

.PHONY: test
test: $(VENV)/dev.done esphome-env ## Run every test, with real Mosquitto, PostgreSQL, Chromium and ESPHome
	@.ci/system-packages test
	@echo "→ running the tests, $(WORKERS) at a time"
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile $(ARGS)

.PHONY: esphome-env
esphome-env: $(ESPHOME_VENV)/made.done ## Make the environment of ESPHome, which checks the firmware of sensors

.PHONY: lint
lint: $(VENV)/dev.done ## Hold the style, the types, the layers and the dependencies
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/mypy tests --config-file pyproject.toml
	@PYTHONPATH=. $(BIN)/lint-imports
	@$(BIN)/deptry .
	@$(BIN)/vulture
	@$(BIN)/python -m tests.supply.secret_scan

.PHONY: sbom
sbom: $(VENV)/dev.done esphome-env ## Write bills of materials (CycloneDX) to build/; fails where what is installed is not what is locked
	@$(BIN)/python -m tests.supply.sbom --installed dev "$$($(BIN)/python -c '$(SITE_PACKAGES)')" \
	  --installed esphome "$$($(ESPHOME_VENV)/bin/python -c '$(SITE_PACKAGES)')"

.PHONY: audit
audit: $(VENV)/dev.done ## Ask whether a locked package is known to be vulnerable; fails when nobody can tell (SERVICE=address of another OSV)
	@$(BIN)/python -m tests.supply.audit $(if $(SERVICE),--service $(SERVICE))

.PHONY: fuzz
fuzz: $(VENV)/dev.done ## Throw a million inputs (RUNS=) at a parser, guided by coverage: FOR=credential; without FOR at all of them
	@for one in $(or $(FOR),$$($(BIN)/python -m tests.fuzz --list)); do \
	  $(BIN)/python -m tests.fuzz $$one --runs $(or $(RUNS),1000000) --corpus build/fuzz/$$one || exit 1; done

.PHONY: forge
forge: $(VENV)/dev.done ## Hold a million forged codes (COUNT=) before a kiosk; none may be let in
	@$(BIN)/python -m tests.kiosk.test_forged_codes $(or $(COUNT),1000000)

.PHONY: bench
bench: $(VENV)/dev.done ## Print the measured figures as JSON lines (ratios hold; absolute numbers are this machine's)
	@.ci/system-packages test >&2
	@$(BIN)/python -m tests.bench

.PHONY: storm
storm: $(VENV)/dev.done ## Kill, freeze, cut and fill everything at random, then check that no check-in is lost or counted twice
	@.ci/system-packages test >&2
	@$(BIN)/python -m tests.faults.storm --minutes $(or $(MINUTES),2) --database $(or $(DATABASE),sqlite) \
	  $(if $(SEED),--seed $(SEED)) $(if $(MUTANT),--mutant $(MUTANT)) $(if $(PROCESSES),--processes $(PROCESSES))

.PHONY: soak
soak: $(VENV)/dev.done ## Let guests, fingers and crashes have a kiosk for hours (MINUTES=120), then say whether anything grew or stuck
	@.ci/system-packages test >&2
	@$(BIN)/python -m tests.soak --minutes $(or $(MINUTES),120) $(if $(SEED),--seed $(SEED))

.PHONY: format
format: $(VENV)/dev.done ## Write the code in the house's layout
	@$(BIN)/ruff check --fix-only .
	@$(BIN)/ruff format .

.PHONY: contract
contract: $(VENV)/dev.done ## Write the message schemas of docs/mqtt.yaml anew from the code
	@$(BIN)/python -m tests.devices.contract.asyncapi

.PHONY: lock
lock: $(VENV)/dev.done ## Pin the newest dependencies that fit pyproject.toml (needs uv)
	@for set in "kiosk:--extra kiosk --extra devices" "hub:--extra hub" "dev:--extra kiosk --extra hub --extra devices --group dev"; do \
	  uv pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	    --no-emit-index-url --no-emit-find-links $${set#*:} -o requirements-$${set%%:*}.lock; done
	@echo "hatchling>=1.27" | uv pip compile -q - --universal --python-version 3.11 --generate-hashes --no-annotate \
	  --no-header --no-emit-index-url --no-emit-find-links -o requirements-build.lock
	@echo "esphome==$(ESPHOME)" | uv pip compile -q - --universal --python-version 3.11 --generate-hashes --no-annotate \
	  --no-header --no-emit-index-url --no-emit-find-links -o requirements-esphome.lock

.PHONY: clean
clean: ## Remove the virtual environment and what runs left behind
	rm -rf $(VENV) $(ESPHOME_VENV) build var .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/bin/python:
	@.ci/system-packages python
	@echo "→ making the virtual environment $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/runtime.done: requirements-kiosk.lock requirements-hub.lock | $(VENV)/bin/python
	@echo "→ installing the pinned Python packages (a minute or two, once)"
	@$(PIP) install --require-hashes -r requirements-kiosk.lock -r requirements-hub.lock
	@touch $@

$(VENV)/dev.done: requirements-dev.lock | $(VENV)/bin/python
	@echo "→ installing the pinned Python packages for tests (a minute or two, once)"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/runtime.done

$(ESPHOME_VENV)/made.done: requirements-esphome.lock
	@.ci/system-packages python
	@echo "→ installing ESPHome $(ESPHOME) in $(ESPHOME_VENV), to check the firmware of sensors (a minute or two, once)"
	@$(PYTHON) -m venv --clear $(ESPHOME_VENV)
	@$(ESPHOME_VENV)/bin/pip --disable-pip-version-check --quiet install --require-hashes -r requirements-esphome.lock
	@touch $@
