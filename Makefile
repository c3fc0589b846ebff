# The commands of the project. `make help` lists them.
SHELL := /bin/bash
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0

.PHONY: help build front front-test front-check run test check unit tsql fhirpath conformance testscripts testscripts-generate bench mutation clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

build: ## build the binary ./openimis
	go build -o openimis ./cmd/openimis

front: ## build the React UI into front/dist, which serve shows at /front; LINE=1.4 for the older line
	./scripts/front build $(LINE)

front-test: build ## drive the React UI in Chromium against the demo, step by step; LINE=1.4 for the older line
	./scripts/front test $(LINE)

front-check: build
	./scripts/front check

run: ## serve the demo on http://127.0.0.1:8000
	go run ./cmd/openimis serve --demo

test: check ## everything CI runs: formatting, vet, staticcheck, tests on SQLite, PostgreSQL and RabbitMQ, T-SQL, conformance, the React UI in a browser
	./scripts/with-postgres ./scripts/with-rabbitmq $(MAKE) --no-print-directory unit tsql conformance front-check

check: ## formatting, vet and staticcheck
	@unformatted=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	go run $(STATICCHECK) ./...

unit: ## the Go tests with coverage per package
	@mkdir -p .build && rm -f .build/tsql
	OPENIMIS_TSQL_OUT=$(CURDIR)/.build/tsql go test -count=1 -timeout 30m -cover ./...

tsql: ## parse as T-SQL what the tests would send to SQL Server
	cd conformance/tsqlcheck && go vet ./... && go test ./... && go run . $(CURDIR)/.build/tsql ../../persistence/migrations/sqlserver

fhirpath: ## the official FHIRPath suite, which Maven brings: for checking, no part of test
	./scripts/fhirpath-suite

conformance: build ## the TestScripts against demo servers
	./scripts/conformance

testscripts: build ## the public TestScript suites against a demo server; SUITES=DIR for another folder, VERBOSE=1 for what failed
	./scripts/conformance public $(or $(SUITES),../shared/testscripts)

testscripts-generate: build ## write conformance/generated anew from what the server claims
	./scripts/conformance generate

bench: build ## benchmarks next to their floors
	./scripts/with-postgres ./openimis bench

mutation: ## how many changed comparisons the tests of scheme catch; FILES="claim_price.go" for some files
	nice go run ./scheme/mutation $(FILES)

clean: ## remove what the commands made
	rm -rf openimis .build front/dist* front/node_modules front/lines/*/node_modules
