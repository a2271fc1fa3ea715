# The commands of a developer. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help build demo test slow race fuzz long bench accuracy faults fleet scale soak kill preview deployments generate release reproducible publish lint fmt vuln ci clean release-files packages

# Those whose tests take minutes begin first, so that no slow one runs by itself at the end.
longest := ./collector/kafka ./internal/daemon ./cmd/mskfit ./deployments/packages
# Tests named TestMeasured… compare figures with real brokers' own. They run one at a time, so that nothing else slows the brokers down.
slow := ^TestMeasured|^TestUpgrade$$
slow_in := ./collector/kafka ./collector/prometheus ./cmd/mskfit ./deployments/upgrade

tool := go tool -modfile=.ci/tools/go.mod

help: ## list the commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

build: ## build ./mskfit
	go build -trimpath -o mskfit ./cmd/mskfit

demo: ## run mskfit on an embedded Kafka with a live workload
	go run ./cmd/mskfit demo

test: ## install what the tests need and run them, real Kafka included; 10 minutes on two cores
	internal/testbed/install.sh
	go test -timeout 40m -skip '$(slow)' $(TESTFLAGS) $(longest) ./...

slow: ## run the tests that need the machine for themselves, one at a time: figures of real brokers, and the upgrade; 9 minutes
	internal/testbed/install.sh
	go test -timeout 40m -p 1 -run '$(slow)' $(TESTFLAGS) $(slow_in)

long: ## run the tests that take too long for every change (build tag long); every night in CI
	internal/testbed/install.sh
	CI=true go test -tags long -count 1 -timeout 90m -p 1 $(TESTFLAGS) ./internal/testbed ./collector/kafka

# Those whose tests need brokers, a browser or minutes: the race detector makes them ten times slower.
not_fast := $(longest) ./internal/testbed/... ./collector/msk ./collector/prometheus ./deployments/... ./internal/dashboard ./internal/report

race: ## run the fast tests with the race detector; packages="./..." takes all of them
	go test -race -timeout 40m $(if $(packages),$(packages),$$(go list ./... | grep -vxF "$$(go list $(not_fast))"))

fuzztime ?= 30s

fuzz: ## try to break every parser, 30 s each (fuzztime=10m); what breaks one is kept in its testdata/fuzz
	@grep -rE --include='*_test.go' '^func Fuzz' analyzer collector internal | sed -E 's,^(.*)/[^/]*:func (Fuzz[A-Za-z]+).*,./\1 \2,' | while read -r package target; do \
		printf '%s %s\n' "$$package" "$$target"; \
		go test "$$package" -run '^$$' -fuzz "^$$target$$" -fuzztime $(fuzztime) </dev/null || exit; \
	done

benched := ./analyzer/... ./internal/history ./internal/dashboard ./collector/kafka
count ?= 6
out ?= dist/bench.txt

bench: ## run the benchmarks into dist/bench.txt; CONTRIBUTING.md says how to compare two runs
	mkdir -p $(dir $(out))
	go test -run '^$$' -bench . -benchmem -count $(count) -p 1 -timeout 60m $(benched) > $(out); status=$$?; cat $(out); exit $$status

measured ?= 4.3.1,3.9.1,3.9.1-zookeeper,2.8.2
seed ?= 1

accuracy: ## hold every figure against the counters of real Kafka brokers and write docs/accuracy.md; 4 minutes a cluster, on a quiet machine
	go test ./internal/accuracy -run TestMeasuredAccuracy -count 1 -timeout 60m -v -accuracy $(measured) -seed $(seed) -commit $(shell git rev-parse HEAD) -out $(CURDIR)/docs
	go test ./internal/accuracy -run Committed -update

clusters ?= 1000

fleet: ## watch 1,000 simulated clusters with one process and with three, and write docs/fleet.md; 16 minutes a seed (clusters=N seed=N)
	go test ./internal/fleet -run TestMeasuredFleet -count 1 -timeout 60m -v -clusters $(clusters) -seed $(seed) -commit $(shell git rev-parse HEAD) -out $(CURDIR)/docs

# The tests that break something on purpose; those of faults itself have the build tag long.
faults_in := ./internal/faults ./internal/alert ./internal/agent ./internal/daemon ./collector/kafka ./collector/msk ./cmd/mskfit
faults_tests := ^(TestFaultsOfBrokers|TestRetriesWithGrowingPausesUntilAccepted|TestHonoursRetryAfter|TestAPermanentRefusalIsKeptAsDead|TestASlowTargetDelaysNobody|TestWindowsAdjoinAndPausesAreDiscarded|TestExpiredCredentialsAreReadAgain|TestChangedTopicsAreDiscarded|TestExpiredCertificateOfABroker|TestRenewedCertificatesAreTaken|TestThrottlingForAnHour|TestDaemonOnAFullDisk|TestDaemonOnAReadOnlyDisk|TestDaemonReloads|TestDaemonOutlivesPostgres|TestDaemonFollowsDNS|TestKillingTheDaemonLosesNothing|TestReadOnly)$$

faults: ## break brokers, network, disk, clock, credentials, AWS and alert targets, and write docs/faults.md; 8 minutes, as root
	internal/testbed/install.sh
	mkdir -p dist && rm -f dist/faults.jsonl
	status=0; \
	CI=true MSKFIT_FAULTS=$(CURDIR)/dist/faults.jsonl go test -tags long -p 1 -count 1 -timeout 30m -run '$(faults_tests)' $(TESTFLAGS) $(faults_in) || status=1; \
	go test ./internal/faults -run TestWriteDocument -count 1 -rows $(CURDIR)/dist/faults.jsonl -commit $(shell git rev-parse HEAD) -out $(CURDIR)/docs || status=1; \
	exit $$status

small ?= 10000+0x40,10000+500x40
medium ?= 100000+0x12,100000+5000x12
big ?= 1000000+0x4
real ?= 20000+500x10
PEERS ?=
run ?= $(shell date -u +%Y-%m-%dT%H:%M:%SZ)
measured_as = -count 1 -timeout 30m -commit $(shell git rev-parse HEAD)

scale: ## measure sweeps of up to a million partitions and 5,000 groups and write docs/scale.md; 10 minutes, on a quiet machine
	run=$(run); for clusters in $(small) $(medium) $(big); do \
		go test ./collector/kafka -run '^TestScale$$' $(measured_as) -scale $$clusters -scale-run $$run -out $(CURDIR)/docs || exit; \
	done; \
	go test ./collector/kafka -run '^TestScaleReal$$' $(measured_as) -real $(real) -peers "$(PEERS)" -scale-run $$run -out $(CURDIR)/docs && \
	go test ./cmd/mskfit -run '^$$' -bench Rest -benchtime 1x -rest 3m $(measured_as) -scale-run $$run -scale-out $(CURDIR)/docs

for ?= 1h
days ?= 30

soak: ## keep a daemon under load for an hour (for=10m) and through an accelerated month, and write docs/soak.md
	go test ./internal/daemon -run '^TestMonth$$' $(measured_as) -v -month $(days) -out $(CURDIR)/docs
	go test ./internal/scale -run '^TestSoak$$' -count 1 -timeout 0 -v -soak $(for) -seed $(seed) -commit $(shell git rev-parse HEAD) -out $(CURDIR)/docs

kill: ## kill the daemon 200 times at random instants, and its alerting 200 times between detection and delivery
	go test ./cmd/mskfit ./internal/daemon -run 'TestKilling' -kills 200 -timeout 30m -v

preview: ## write dist/slack.html: the messages that Slack gets, to look at in a browser
	mkdir -p dist
	go test ./internal/alert/slack -run TestPreview -count 1 -preview $(CURDIR)/dist/slack.html

deployments: ## hold chart, manifests, Compose file, dashboards, workflows and release against the tools that read them
	cd deployments/verify && go vet ./... && go test -count=1 ./...

generate: ## rewrite what is generated: policies, chart schema and copies, manifests, docs
	go test ./deployments/iam ./deployments/terraform -run Policies -update
	go test ./deployments/prometheus -run Series -update
	go test ./deployments/helm ./docs -update
	go test ./cmd/mskfit -run GeneratedDocuments -update
	cd deployments/verify && go test -count=1 . -run Manifests -update

version ?= 0.0.0-$(shell git rev-parse --short HEAD)
commit := $(shell git rev-parse HEAD)
date := $(shell TZ=UTC git log -1 --format=%cd --date=format-local:%Y-%m-%dT%H:%M:%SZ)
ldflags := -s -w -buildid= -X main.version=$(version) -X main.commit=$(commit) -X main.date=$(date)

release-files: # manual pages and completions, for archives and packages
	rm -rf dist-files && mkdir -p dist-files/man
	go build -buildvcs=false -ldflags '$(ldflags)' -o dist-files/.mskfit ./cmd/mskfit
	dist-files/.mskfit man dist-files/man
	for shell in bash zsh fish; do dist-files/.mskfit completion $$shell > dist-files/mskfit.$$shell || exit; done
	rm dist-files/.mskfit

packages: release-files # dist/*.deb and *.rpm for this machine, without GoReleaser
	mkdir -p dist
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '$(ldflags)' -o dist/mskfit ./cmd/mskfit
	go run -C deployments/verify ./packages -root $(CURDIR) -binary $(CURDIR)/dist/mskfit -version $(version) -arch $(shell go env GOARCH) -date $(date) -out $(CURDIR)/dist

goreleaser := go run github.com/goreleaser/goreleaser/v2@v2.15.1

comma := ,
release: ## build a release into dist/, without publishing it; SBOMs where syft is installed
	$(goreleaser) release --clean --snapshot --skip=docker$(if $(shell command -v syft),,$(comma)sbom)

reproducible: release-files ## build the program twice, from two folders with empty caches, and compare the bytes
	for n in 1 2; do \
		dir=$$(mktemp -d) && git worktree add --quiet --detach $$dir/src && mkdir -p dist && \
		GOCACHE=$$dir/cache CGO_ENABLED=0 go build -C $$dir/src -trimpath -buildvcs=false -ldflags '$(ldflags)' -o $(CURDIR)/dist/mskfit.$$n ./cmd/mskfit; \
		status=$$?; git worktree remove --force $$dir/src; rm -rf $$dir; [ $$status = 0 ] || exit $$status; \
	done
	cmp dist/mskfit.1 dist/mskfit.2 && sha256sum dist/mskfit.1

publish: # by the release workflow, for a tag
	$(goreleaser) release --clean

lint: ## run the linters of .golangci.yml
	$(tool) golangci-lint run ./...

fmt: ## format the code
	gofmt -w $(shell git ls-files '*.go')

vuln: ## look for known vulnerabilities (needs vuln.go.dev)
	$(tool) govulncheck ./...

ci: ## run all that a change must pass, as the build server does
	.ci/run

clean: ## remove what was built and downloaded
	rm -rf mskfit dist dist-files .cache
