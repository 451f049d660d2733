# Each target sets up .venv once; the stamp makes it anew when what is installed changes.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
MANILA := 23.0.1
SDIST := .cache/manila-$(MANILA).tar.gz

# Tests start a hundred processes, each of which would compile the package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: serve test check lint types schemas contract conformance image histories bench soak docs pictures readme coverage

serve: $(STAMP)  ## Run the server: make serve ARGS="--port 0 --seed 7"
	$(BIN)/fakemanila serve $(ARGS)

test: $(STAMP)  ## All tests: make test ARGS="-k policy"
	$(BIN)/pytest --numprocesses auto --dist worksteal $(ARGS)

# The wheel is checked by tests/test_wheel.py, links in the documentation by tests/test_docs.py.
check: lint types contract test docs  ## All that a change must pass, save the conformance tests

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(STAMP)
	$(BIN)/mypy

schemas: $(STAMP)  ## What the kinds of records say of themselves, written into schemas/
	$(BIN)/python -m fakemanila.manila.described

contract: $(STAMP) $(SDIST)  ## schemas/ is what Manila's API reference, its code and patches.json give
	$(BIN)/fakemanila derive $(SDIST) --check
	$(BIN)/fakemanila derive --against-source $(SDIST)
	$(BIN)/python -m fakemanila.manila.described --check

# What was recorded of a real Manila is part of `make test`. Where FAKEMANILA_REAL_CLOUD names a cloud of clouds.yaml, the
# commands that ask real clouds are tried there first. Arguments are for upstream's suite.
conformance: $(STAMP)  ## Upstream's tests, with the outcomes of a real Manila: make conformance ARGS="--regex test_quotas"
	$(BIN)/pytest tests/conformance/test_real_cloud.py
	$(BIN)/python -m tests.conformance.tempest $(ARGS)

image: $(STAMP) .venv-image/.installed  ## The container image, built, run and linted; as root, on Debian
	tests/image/prepare
	$(BIN)/pytest tests/image $(ARGS)

.venv-image/.installed: tests/image/requirements.txt
	test -x .venv-image/bin/python || $(PYTHON) -m venv .venv-image
	.venv-image/bin/python -m pip install --quiet --disable-pip-version-check --requirement $<
	touch $@

# Needs a running Manila with the drivers that tests/conformance was recorded with.
histories: $(STAMP)  ## Random requests to a real Manila and to this one: make histories ARGS="--os-cloud real --histories 100"
	$(BIN)/fakemanila compare --rate 1000/s --jobs 4 --histories 20 $(ARGS)

soak: $(STAMP)  ## Five minutes under load: make soak ARGS="--seconds 30"
	$(BIN)/python -m benchmarks.soak $(ARGS)

bench: $(STAMP) .venv/.moto  ## Every figure of docs/performance.md, measured anew: make bench ARGS=--quick
	$(BIN)/python -m benchmarks $(ARGS)

.venv/.moto: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	touch $@

docs: $(STAMP)  ## The documentation in docs/_build; fails on a link that leads nowhere
	$(BIN)/sphinx-build -W --keep-going -q docs docs/_build

pictures: $(STAMP)  ## The dashboard's pictures in docs/, made by its tests
	FAKEMANILA_PICTURES=docs/pictures $(BIN)/pytest -q tests/control/ui

readme: $(STAMP)  ## docs/fidelity.md and its totals in the README as they are now
	$(BIN)/python -m tests.conformance.fidelity

coverage: $(STAMP)
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report

$(STAMP): setup.cfg pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

$(SDIST): | $(STAMP)
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --no-binary manila --dest .cache manila==$(MANILA)
