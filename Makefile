# The two commands of the README are `make demo` and `make test`; each sets up what it needs (npm packages and Go modules, both locked).
SHELL := /bin/bash
GO ?= go
export CGO_ENABLED = 0

.PHONY: demo test build setup stress lint vuln bench validate-stats screenshots fuzz clean

demo: build
	./orgheat demo

build: setup
	$(GO) build -trimpath -ldflags "-s -w -X main.version=$$(git describe --tags --always 2>/dev/null || echo dev)" -o orgheat ./cmd/orgheat

test: setup
	$(GO) vet ./...
	$(GO) test -timeout 30m ./...

# What make test does for seconds, for longer: 200 clients for a minute beside loads, engine and loader killed 30 times, disks that fill up and
# break. docs/reliability.md has the figures. As root it also mounts small disks.
stress: setup
	ORGHEAT_STRESS=1m ORGHEAT_STRESS_CLIENTS=200 ORGHEAT_TEST_KILLS=30 $(GO) test -count=1 -v -timeout 60m ./cmd/orgheat -run '^(TestStress|TestEngineKilledUnderLoad|TestExactlyOnce|TestFaults)$$'

# Both fetch their tool; govulncheck its database, too.
lint:
	$(GO) vet ./...
	$(GO) run honnef.co/go/tools/cmd/staticcheck@latest ./...

vuln:
	$(GO) run golang.org/x/vuln/cmd/govulncheck@latest ./...

# ClickHouse as a library and ECharts come from npm; ECharts is embedded into the program.
setup: dashboard/static/vendor/echarts.min.js

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-progress
	@touch $@

dashboard/static/vendor/echarts.min.js: node_modules/.package-lock.json
	@mkdir -p $(@D)
	cp node_modules/echarts/dist/echarts.min.js $@

# Load, rebuild, one more month, every metric and page, and plain SQL beside them, of organizations of SIZES activities (1M, 3M, 10M, 30M, 100M), which
# stay in ORGS for the next time. docs/performance.md says what comes of it.
SIZES ?= 1M,10M
ORGS ?= $(CURDIR)/orgheat-bench
bench: setup
	$(GO) test -run '^$$' -bench . -benchtime 1x -timeout 60m ./ingest ./schema ./query/...
	$(GO) test -run '^$$' -bench 'Generate|Load|Rebuild|Month' -benchtime 1x -timeout 5h ./cmd/orgheat -sizes $(SIZES) -orgs $(ORGS)
	$(GO) test -run '^$$' -bench 'Metric|Page|Plain' -benchtime 20x -timeout 5h ./cmd/orgheat -sizes $(SIZES) -orgs $(ORGS)

validate-stats:
	$(GO) test ./query/stat -run Validate -validate -timeout 60m -v

# The documentation's pictures, of the demo: docs/images/*.png. Needs chromium.
screenshots: build
	./orgheat demo --load-only
	@mkdir -p docs/images
	@./orgheat serve --data orgheat-demo/data-220x4-1 --addr 127.0.0.1:8123 & served=$$!; trap "kill $$served" EXIT; \
	for i in $$(seq 50); do curl -fs http://127.0.0.1:8123/readyz >/dev/null && break; sleep 0.2; done; \
	ORGHEAT_PICTURES=$(CURDIR)/docs/images ORGHEAT_SCREENSHOTS_OF=http://127.0.0.1:8123 $(GO) test -count=1 ./dashboard -run 'TestPictures$$'

clean:
	rm -rf orgheat orgheat-demo orgheat-bench dashboard/static/vendor/echarts.min.js
