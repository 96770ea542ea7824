# make test   everything, and what the tests need is installed first; about fifteen minutes
# make failover  the part of it in which databases and servers die under load; about six minutes
# make bench  the figures, each with its limit
# make bench-large  those of ten million people: minutes, and 10 GB of disk in BENCHDIR
# make languages  programs in other languages under kith exec
# make fuzz   every fuzz target for a while
# make test-crash  the long forms of the crash tests: kill -9, power cut, failing disk
# make race   the race detector where it pays

GO      ?= go
FUZZ    ?= 30s
export CGO_ENABLED ?= 0

# The SQLite engine is translated C; under the race detector it takes minutes
# to build and finds nothing, so packages that link it stay out of that run.
RACE_PKGS = ./internal/graph/... ./internal/fields/... ./internal/journal/... ./internal/clock/... \
            ./internal/store ./internal/store/memory/... ./internal/store/pgproxy ./internal/people/... ./internal/access/... \
            ./internal/consent/... ./internal/scopedid/... ./internal/webhook ./internal/picture/... ./internal/port/... ./internal/proxy/... \
            ./internal/schema/... ./internal/engine/... ./internal/nodes/... ./internal/wire/...

.PHONY: all build test lint unit failover race sdk languages bench bench-large fuzz soak strace test-crash clean postgres browser grammar

all: build

build:
	$(GO) build -trimpath -ldflags "-s -w" -o dist/kith ./cmd/kith

test: lint unit grammar race sdk failover

lint:
	@test -z "$$(gofmt -l cmd internal kithtest stories)" || { gofmt -l cmd internal kithtest stories; echo "not gofmt-clean: run gofmt -w"; exit 1; }
	$(GO) vet ./...
	GOOS=windows $(GO) vet ./...
	GOOS=darwin $(GO) vet ./...

# Tests on PostgreSQL start clusters and poolers of their own; without their
# binaries they are skipped.
postgres:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	    { apt-get update -qq; apt-get install -y -qq --no-install-recommends postgresql-15 || \
	      apt-get install -y -qq --no-install-recommends postgresql; } >/dev/null 2>&1; } || \
	  echo "postgres: SKIPPED: not here, and no right to install it (apt-get install postgresql)"
	@command -v pgbouncer >/dev/null 2>&1 || test -x /usr/sbin/pgbouncer || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	    { apt-get update -qq; apt-get install -y -qq --no-install-recommends pgbouncer; } >/dev/null 2>&1; } || \
	  echo "pgbouncer: SKIPPED: not here, and no right to install it (apt-get install pgbouncer)"

# Tests of power cuts and failing disks trace the calls of a process.
strace:
	@command -v strace >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  { apt-get update -qq; apt-get install -y -qq --no-install-recommends strace; } >/dev/null 2>&1; } || \
	  echo "power cuts and failing disks: SKIPPED: no strace here, and no right to install it (apt-get install strace)"
	@if command -v strace >/dev/null 2>&1; then strace -f -o /dev/null true 2>/dev/null || \
	  echo "power cuts and failing disks: SKIPPED: tracing is refused here"; fi
	@[ "$$(id -u)" = 0 ] || echo "full and read-only disks, files of another user: SKIPPED: they take root"

unit: postgres strace
	$(GO) test -timeout 15m ./...

# Every SQL statement against the grammar that all engines share. The parser is
# a module of its own and takes two minutes to build the first time.
grammar:
	$(GO) -C internal/tools/grammar vet ./...
	$(GO) -C internal/tools/grammar test -count=1 ./...

# Several servers on a database that fails under them: Patroni and etcd, three of
# each, kill -9, hosts that stand still, rolling restarts. It takes about four
# minutes, stops processes it started, and skips what it cannot have: PostgreSQL,
# or Patroni and etcd.
failover: postgres
	@{ command -v patroni && command -v etcd; } >/dev/null 2>&1 || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	    { apt-get update -qq; apt-get install -y -qq --no-install-recommends patroni etcd-server; } >/dev/null 2>&1; } || \
	  echo "failover: SKIPPED in part: Patroni and etcd are not here, and no right to install them (apt-get install patroni etcd-server)"
	@git -c safe.directory='*' rev-parse -q --verify HEAD~1 >/dev/null 2>&1 || \
	  echo "failover: SKIPPED in part: the commit before this one is not here (git fetch --deepen=1), so nodes of two versions are not tested"
	KITH_FAILOVER=1 $(GO) test -count=1 -timeout 30m ./internal/failover

race:
	@command -v $${CC:-gcc} >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  { apt-get update -qq; apt-get install -y -qq gcc libc6-dev; } >/dev/null 2>&1; } || true
	@if command -v $${CC:-gcc} >/dev/null 2>&1; then \
	  CGO_ENABLED=1 $(GO) test -race -timeout 15m $(RACE_PKGS); \
	else echo "race: SKIPPED: no C compiler here and no right to install one (apt-get install gcc libc6-dev)"; fi

# People log in and click on plugins with a real browser, without a window.
browser:
	@command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || \
	  { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	    { apt-get update -qq; apt-get install -y -qq --no-install-recommends chromium; } >/dev/null 2>&1; } || \
	  echo "login and plugins in a browser: SKIPPED: no Chromium here, and no right to install it (apt-get install chromium)"

sdk: browser
	./sdk/run.sh

# Programs in other languages under kith exec. Without their interpreters they
# are skipped.
languages:
	@[ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  { apt-get update -qq; apt-get install -y -qq --no-install-recommends curl python3-requests php-cli php-curl ruby; } >/dev/null 2>&1 || \
	  echo "languages: SKIPPED in part: no right to install them (apt-get install curl python3-requests php-cli php-curl ruby)"
	./sdk/run.sh languages

bench:
	$(GO) run ./internal/bench/cmd/kithbench $(BENCHFLAGS)

# Ctrl-C ends it and leaves nothing behind.
BENCHDIR ?= /var/tmp
bench-large:
	$(GO) run ./internal/bench/cmd/kithbench --people 10000000 --dir $(BENCHDIR) $(BENCHFLAGS)

# A target that found something has written it down and fails again; the go command
# also fails now and then only because time was up.
fuzz:
	@for pkg in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZ) $$pkg || \
	      { $(GO) test -run "^$$f$$" $$pkg && $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZ) $$pkg; } || exit 1; \
	  done; \
	done

soak:
	KITH_SOAK=1 $(GO) test -timeout 2h -run Soak ./...

test-crash: strace
	KITH_CRASH=1 $(GO) test -count=1 -timeout 2h -v -run 'Kill|PowerCut|EveryIO|Crash|Damage|FullDisk|Drain' \
	  ./internal/store/sqlite ./internal/app ./internal/cli

clean:
	rm -rf dist
