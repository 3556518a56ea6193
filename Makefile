# What one does with Unroll. `make help` lists the targets.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
PEERS ?=
# Of `make fuzz`, for all readers together.
SECONDS := 300
SEED ?= 1

# Programs, library and tests are all built in release: a tensor without optimisation crawls.
# Tests reach the targets through `package` access, so nothing is built a second time with testing enabled.
BUILD := $(SWIFT) build -c release
TEST := $(SWIFT) test -c release --skip-build --disable-xctest
RELEASE := .build/release
FORMATTED := Sources Tests Package.swift

export SWIFT

.PHONY: help setup build demo test check format lint cross-check warnings fuzz sanitize install bench bench-peers clean

help: ## lists the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## checks for Swift and installs the system packages that are missing (apt, as root or through sudo)
	@scripts/setup.sh

build: setup ## builds the library, unroll and unroll-bench in release
	$(BUILD)

demo: build ## translates a few sentences, labels a clip and captions one with the models that we ship
	@scripts/demo.sh

test: setup ## builds and runs every test, in release
	@scripts/setup.sh --tests
	$(BUILD) --build-tests
	$(TEST)

# One after the other, also under `make -j`: they share one build folder.
check: ## all that a change must pass: format, lint, aarch64 syntax, a build without warnings, tests
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory cross-check
	@$(MAKE) --no-print-directory warnings
	@$(MAKE) --no-print-directory test

format: ## formats the Swift sources in place
	$(SWIFT) format --in-place --parallel --recursive $(FORMATTED)

lint: ## checks format, house rules and who imports whom; builds nothing
	$(SWIFT) format lint --strict --parallel --recursive $(FORMATTED)
	@scripts/lint.sh
	@scripts/check-imports.sh
	@scripts/test-setup.sh

cross-check: ## compiles the C and C++ sources for aarch64, syntax only, with Debian's cross compiler
	@scripts/setup.sh --cross
	@scripts/cross-check.sh

warnings: setup ## compiles every target of ours again and fails on a warning
	@scripts/build-without-warnings.sh

fuzz: setup ## feeds damaged files to the readers of files from anywhere: make fuzz SECONDS=3600 SEED=2
	$(BUILD) --build-tests
	@scripts/fuzz.sh "$(SECONDS)" "$(SEED)"

sanitize: setup ## runs the tests under the address and thread sanitizers; takes over 20 minutes
	@scripts/sanitize.sh

# Under sudo a user's Swift is often out of reach, so what that user built is installed as it is.
install: $(if $(SUDO_USER),,build) ## puts unroll, unroll-bench and the models below PREFIX (default /usr/local; DESTDIR works)
	@scripts/install.sh "$(DESTDIR)$(PREFIX)"

bench: build ## runs every benchmark: one JSON object a line
	@scripts/bench.sh

bench-peers: build ## runs each benchmark beside its PyTorch peer: make bench-peers PEERS=path/to/python
	@scripts/bench-peers.sh "$(PEERS)"

clean: ## removes what was built
	rm -rf .build
