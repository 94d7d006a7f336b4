# Kept: what a developer types. `make` alone lists it.
#
# Only Go is needed to build and run. `make test` and `make check` install or build what else they need.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# One static binary, the same from every folder and machine.
export CGO_ENABLED ?= 0
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
BUILD := go build -trimpath -ldflags '-s -w -X main.version=$(VERSION)'

DATA ?= data
ADDR ?= 127.0.0.1:8080

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## Build bin/kept, one static binary
	@mkdir -p bin
	$(BUILD) -o bin/kept ./cmd/kept

run: build ## Run it with three demo businesses, data in ./data (DATA=dir ADDR=host:port)
	@mkdir -p '$(DATA)'
	exec ./bin/kept serve --demo --data '$(DATA)' --addr '$(ADDR)'

test: ## Set up and run every test: both engines, browser, then the race detector
	@scripts/setup-test
	@scripts/test

check: ## Format, generated files, assets, lint, budgets
	@scripts/check

bench: ## Print `name value unit` lines, then the engine's own benchmarks
	@scripts/setup-test
	go run ./internal/bench/cmd
	go run ./internal/simulate/cmd
	go test -run '^$$' -bench . -benchtime 1s ./availability
	go test -run '^$$' -bench SealingShare -benchtime 3s ./internal/store

WORLDS ?= 2000
SOAK ?= 60s

soak: ## Many random worlds by the oracle (WORLDS=n), then everything at once on both engines (SOAK=60s)
	@scripts/setup-test
	go test -run AgainstOracle -timeout 0 ./availability -rapid.checks $(WORLDS)
	KEPT_SOAK=$(SOAK) go test -run 'Mixed|Thousand' -parallel 1 -count 1 -v -timeout 0 ./internal/store

generate: ## Write the generated code anew (SQL, pages)
	@scripts/generate

assets: ## Fetch the vendored files of other projects anew and check their sums
	@scripts/assets fetch

.PHONY: help build run test check bench soak generate assets
