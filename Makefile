# The commands of a developer. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help build demo test kill preview lint fmt vuln ci clean

# Those whose tests take minutes begin first, so that none is left alone at the end.
longest := ./collector/kafka ./cmd/mskfit ./internal/testbed ./collector/prometheus

tool := go tool -modfile=.ci/tools/go.mod

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

build: ## build ./mskfit
	go build -trimpath -o mskfit ./cmd/mskfit

demo: ## run mskfit on an embedded Kafka with a live workload
	go run ./cmd/mskfit demo

test: ## install what the tests need and run them all, real Kafka included
	internal/testbed/install.sh
	go test -timeout 40m $(TESTFLAGS) $(longest) ./...

kill: ## kill the daemon 200 times at random instants, and its alerting 200 times between detection and delivery
	go test ./cmd/mskfit -run 'TestKilling' -kills 200 -timeout 30m -v

preview: ## write dist/slack.html: the messages that Slack gets, to look at in a browser
	mkdir -p dist
	go test ./internal/alert/slack -run TestPreview -count 1 -preview $(CURDIR)/dist/slack.html

lint: ## run the linters of .golangci.yml
	$(tool) golangci-lint run ./...

fmt: ## format the code
	gofmt -w $(shell git ls-files '*.go')

vuln: ## look for known vulnerabilities (needs vuln.go.dev)
	$(tool) govulncheck ./...

ci: ## run all that a change must pass, as the build server does
	.ci/run

clean: ## remove what was built and downloaded
	rm -rf mskfit dist .cache
