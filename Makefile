# Everything runs in .venv (Python, and Node from a wheel) and node_modules (the cdk8s command); both are made here.
PYTHON ?= python3
VENV   := .venv
LOWEST_PYTHON ?= $(shell python3.10 -c 'import sys; print(sys.executable)' 2>/dev/null || echo $(PYTHON))
export PATH := $(CURDIR)/$(VENV)/bin:$(CURDIR)/node_modules/.bin:$(PATH)
# Without this, the cdk8s command looks for a newer version of itself on the network.
export CDK8S_CHECK_UPGRADE := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1

CDK8S := node_modules/.bin/cdk8s

.PHONY: help synth test test-lowest test-newest test-package docs wheel bench foreign e2e e2e-agreement e2e-table e2e-runtime lint format import schema schemas release clean
help:  ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

synth: $(VENV)/.ready $(CDK8S)  ## write dist/ from values/, and check it
	@$(CDK8S) synth

test: $(VENV)/.ready $(CDK8S) lint  ## run the linter, the type checks and all tests
	@python -m pytest -n auto --doctest-modules tests constructs_lib

test-lowest: build/lowest/.ready $(CDK8S)  ## test the constructs with the lowest allowed versions on the oldest Python
	@PATH="$(CURDIR)/build/lowest/bin:$$PATH" python -m pytest -n auto tests/constructs tests/test_yaml_writer.py

test-newest: build/newest/.ready $(CDK8S)  ## test the constructs and checks with the newest allowed versions
	@PATH="$(CURDIR)/build/newest/bin:$$PATH" python -m pytest -n auto tests/constructs tests/checks tests/test_yaml_writer.py

test-package: wheel $(CDK8S)  ## test the wheel in a fresh environment, beside another app's imports/
	@python -m pytest tests/package

wheel: $(VENV)/.ready  ## build the wheel into build/wheels/
	@rm -rf build/lib build/wheels
	@python -m pip wheel --quiet --no-deps --wheel-dir build/wheels .

bench: $(VENV)/.ready  ## measure a synth and write docs/benchmark.md
	@python benchmarks/bench.py $(ARGS)

e2e-runtime: $(VENV)/.ready  ## run the containers' commands against real servers; needs PostgreSQL, Redis and RabbitMQ
	@python -m pytest tests/runtime $(ARGS)

# Only a kubeconfig named on make's own command line is used: never the cluster that a shell happens to point at.
e2e: export E2E_KUBECONFIG := $(if $(filter command line,$(origin KUBECONFIG)),$(abspath $(KUBECONFIG)))
e2e: $(VENV)/.ready  ## test dist/ and the checks on a real control plane, built with Go; or KUBECONFIG=<throw-away>
	@python -m tests.e2e.build
	@python -m pytest tests/e2e

e2e-agreement: $(VENV)/.ready  ## compare the checks with the API server on 10,000 random mistakes; SEED=, COUNT=
	@python -m tests.e2e.build
	@python -m tests.e2e.agreement.report $(if $(SEED),--seed $(SEED)) $(if $(COUNT),--count $(COUNT)) $(ARGS)

foreign: $(VENV)/.ready  ## run the checks on manifests of 17 other projects; needs Go, git, kubectl and the network
	@python -m benchmarks.foreign

e2e-table: $(VENV)/.ready  ## write the table of docs/changes.md
	@E2E_WRITE_TABLE=1 python -m pytest tests/e2e/test_changes_table.py

lint: $(VENV)/.ready  ## run the linter, the type checks and the import contracts
	@ruff check .
	@ruff format --check .
	@mypy
	@mkdir -p build && lint-imports --no-logo >build/lint-imports.log 2>&1 || { cat build/lint-imports.log; exit 1; }

format: $(VENV)/.ready  ## format the code
	@ruff check --fix .
	@ruff format .

docs: $(VENV)/.ready  ## write docs/checks.md
	@python -m constructs_lib.checks.reporting.catalogue docs/checks.md

import: $(VENV)/.ready $(CDK8S)  ## write imports/ from crds/
	@NODE_OPTIONS=--disable-warning=DEP0190 $(CDK8S) import

schema: $(VENV)/.ready  ## write values/values.schema.json
	@python -m growbin.schema > build/values.schema.json && mv build/values.schema.json values/

schemas: $(VENV)/.ready  ## write the schemas of built-in kinds and custom resources; needs Go and the network
	@python -m tools.builtin_schemas
	@python -m tools.custom_schemas

release: $(VENV)/.ready $(CDK8S)  ## set the image of an environment: ENVIRONMENT=prod TAG=1.2.3 (or DIGEST=sha256:...)
	@python -m growbin.release --environment "$(ENVIRONMENT)" $(if $(TAG),--tag "$(TAG)") $(if $(DIGEST),--digest "$(DIGEST)")

clean:  ## remove all generated files except dist/
	rm -rf $(VENV) node_modules build

$(VENV)/.ready: pyproject.toml setup.py constraints.txt
	@echo "setting up $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@python -m pip install --quiet --constraint constraints.txt --editable '.[node,runtime,test]'
	@touch $@

.PHONY: build/newest/.ready
build/newest/.ready: pyproject.toml
	@echo "setting up build/newest"
	@test -d build/newest || $(PYTHON) -m venv build/newest
	@build/newest/bin/python -m pip install --quiet --upgrade --upgrade-strategy eager --editable '.[node,test]'

build/lowest/.ready: pyproject.toml constraints-lowest.txt
	@echo "setting up build/lowest"
	@$(LOWEST_PYTHON) -m venv --clear build/lowest
	@build/lowest/bin/python -m pip install --quiet --constraint constraints-lowest.txt --editable '.[node,test]'
	@touch $@

$(CDK8S): package-lock.json package.json $(VENV)/.ready
	@npm ci --silent
	@touch $@
