GO       ?= go
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
CONFIG   ?= examples/quickstart
LISTEN   ?= 127.0.0.1:10000
GOFLAGS_BUILD = -trimpath -ldflags "-s -w -X main.version=$(VERSION)"
# What scanner.wasm is compiled with, in tests too: tinygo, or where that cannot be had, go (RATIONALE.md, "Why TinyGo and not the standard Go compiler?").
export WASM_COMPILER ?= tinygo

# Packages that start a real Envoy or Redis, or drive the built binaries.
REAL     = /e2e|/envoytest
UNIT     = $$($(GO) list ./... | grep -vE '$(REAL)')
# Packages whose state is shared between goroutines; the race detector triples the time of a test.
RACE     = ./extauthz/... ./xds ./xds/internal/... ./internal/config/... ./internal/policy ./internal/telemetry

.DEFAULT_GOAL := help
.PHONY: help build scanner tools up check test bench soak differential detect lint generate clean

help: ## print this
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

build: scanner ## build bin/meshwarden and bin/scanner.wasm
	$(GO) build $(GOFLAGS_BUILD) -o bin/meshwarden ./cmd/meshwarden

scanner:
	@scripts/tools tinygo
	@bash scripts/wasm bin/scanner.wasm ./wasm-filter

tools: ## install what is missing: Envoy below .tools, Redis from packages when root
	@scripts/tools

up: build ## run the whole chain on CONFIG (examples/quickstart) with a real Envoy; LISTEN=host:port
	@scripts/tools envoy
	@bin/meshwarden up --config $(CONFIG) --listen $(LISTEN)

check: export WASM_COMPILER = go
check: build ## build, vet, quick tests, with the standard compiler, which is the quicker one: before every commit
	$(GO) vet ./...
	GOOS=wasip1 GOARCH=wasm $(GO) vet ./wasm-filter/...
	$(GO) test -short $(UNIT)

test: build tools ## all tests, with a real Envoy and a real Redis
	$(GO) vet ./...
	GOOS=wasip1 GOARCH=wasm $(GO) vet ./wasm-filter/...
	$(GO) test $(UNIT)
	if [ "$$($(GO) env CGO_ENABLED)" = 1 ]; then $(GO) test -race -short $(RACE); fi
	bin/meshwarden validate $(CONFIG)
	bin/meshwarden test $(CONFIG)
	$(GO) test -count=1 -timeout 20m $$($(GO) list ./... | grep -E '$(REAL)')

bench: build tools ## measure the chain; OUT=FILE also writes JSON
	$(GO) run ./e2e/bench $(if $(OUT),--out $(OUT))

soak: ## mixed load on two replicas with revocations, edits and store faults, each answer compared with a model; SOAK=1h
	$(GO) test -count=1 -timeout 0 -v -run TestSoak ./extauthz -args -soak=$(or $(SOAK),60s)

differential: ## cached decisions against evaluated ones, PAIRS=1000000 of random policies and requests
	$(GO) test -count=1 -timeout 0 -v -run TestTheCacheAnswersAsEvaluationDoes ./internal/policy -rapid.checks=$$(($(or $(PAIRS),1000000) / 500)) -args -requests=500

detect: ## measure detection on CORPORA (default: shared/corpora beside the repository), with floors
	$(GO) run ./internal/scan/detect $(if $(CORPORA),-corpora $(CORPORA))

lint: ## golangci-lint with .golangci.yml
	$(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run ./...

generate: ## rebuild generated docs and schemas
	$(GO) generate ./...

clean: ## remove what was built and fetched
	rm -rf bin .tools
