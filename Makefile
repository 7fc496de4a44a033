# hitl: build, test, measure, install.  GNU make, Debian 12 packages only.
#   make                builds everything into build/
#   make demo           packages, build, and the whole pipeline on a made-up log
#   make loop           three weeks in which people's reviews let more go alone
#   make check          the tests, plain and under ASan and UBSan
#   make lint           formatting, analysers, and the rules of the house
#   make faults         each system call fails in turn, in all programs; hours
#   make fuzz           fuzzers, FUZZ_SECONDS each
#   make coverage       which lines the tests run
#   make cross          builds for ARCH, arm64, and tests that under emulation
#   make install        programs, pages and completions, into DESTDIR and PREFIX
#   make dist           hitl-VERSION.tar.gz of the commit
#   make sbom           what the programs are linked, run and built with
#   make hardening      how the programs are protected
#   make SAN=address,undefined ...   a variant in a directory of its own
#   make LTO=1 ...      as packages are built, and as bench measures it
#   make WERROR= ...    warnings stay warnings

CC         ?= cc
CFLAGS     ?= -O2 -g
PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
MANDIR     ?= $(PREFIX)/share/man
COMPDIR    ?= $(PREFIX)/share/bash-completion/completions
# where zsh looks by itself; fish looks below /usr/local if XDG_DATA_DIRS says
# so, and else in /etc/fish/completions
ZSHDIR     ?= $(PREFIX)/share/zsh/$(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)
FISHDIR    ?= $(PREFIX)/share/fish/vendor_completions.d
PKG_CONFIG ?= pkg-config
INSTALL    ?= install
WERROR     ?= -Werror
JOBS       ?= $(shell nproc)

# The one place of the version; scripts/dist compares debian/changelog.
VERSION := 0.1.0

SAN   :=
B     := build
comma := ,
ifneq ($(SAN),)
B   := build-$(subst $(comma),-,$(SAN))
ALL_SAN := -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
endif

# Link-time optimisation (gcc): a few per cent faster, seconds to link.
LTO :=
ifneq ($(LTO),)
B       := build-lto
ALL_LTO := -flto=auto
endif

# What a fault can be made to do (scripts/hardening lists it).  Sanitizers and
# fuzzers see more without.
ifeq ($(SAN)$(ENGINE),)
accepts = $(shell echo 'int x;' | $(CC) -Werror $(1) -c -x c -o /dev/null - 2>/dev/null && echo $(1))
HARDEN  ?= -fstack-protector-strong $(call accepts,-fstack-clash-protection) \
	$(call accepts,-mbranch-protection=standard) -fPIE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
HARDEN_LINK ?= -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
endif

# The linker that takes half the time, for eight programs after each change.
ifeq ($(SAN)$(ENGINE)$(LTO),)
FAST_LINK := $(shell echo 'int main(void) { return 0; }' | \
	$(CC) -fuse-ld=gold -x c -o /dev/null - 2>/dev/null && echo -fuse-ld=gold)
endif

packages := gsl libsodium sqlite3
# Some architectures round a * b + c once, and some twice: the same for all.
ALL_CPPFLAGS := -D_GNU_SOURCE -Ilib -Icmd $(CPPFLAGS)
ALL_CFLAGS   := -std=gnu17 -Wall -Wextra -Wshadow -Wmissing-prototypes \
	-Wstrict-prototypes -Wwrite-strings -Wvla -ffp-contract=off -pthread $(WERROR) $(ALL_SAN) $(HARDEN) $(CFLAGS) $(ALL_LTO) \
	$(shell $(PKG_CONFIG) --cflags $(packages) libpq 2>/dev/null)
ALL_LDFLAGS  := -pthread -Wl,--as-needed $(FAST_LINK) $(ALL_SAN) $(HARDEN_LINK) $(CFLAGS) $(ALL_LTO) $(LDFLAGS)
ALL_LDLIBS   := $(shell $(PKG_CONFIG) --libs libjq 2>/dev/null || echo -ljq) \
	-lcsv $(shell $(PKG_CONFIG) --libs $(packages) hiredis ncursesw 2>/dev/null) -lm $(LDLIBS)

lib_src  := $(wildcard lib/*/*.c)
cmd_src  := $(wildcard cmd/hitl-*.c)
programs := $(cmd_src:cmd/%.c=$(B)/%)
shared   := $(patsubst %.c,$(B)/%.o,$(filter-out $(cmd_src),$(wildcard cmd/*.c)))
units    := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/*_test.c))
fuzzers  := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(filter-out %/alone.c,$(wildcard tests/fuzz/*.c)))
# a program of several verbs has a directory: cmd/calibrate of hitl-calibrate
verbs     = $(patsubst %.c,$(B)/%.o,$(wildcard cmd/$(1:hitl-%=%)/*.c))
pages    := $(wildcard man/*.[157])

all: $(programs) $(B)/gen-log

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Made again when the version is another one.
$(B)/cmd/program.o: ALL_CPPFLAGS += -DHITL_VERSION='"$(VERSION)"'
$(B)/cmd/program.o: $(B)/version
$(B)/version: FORCE
	@mkdir -p $(@D)
	@echo '$(VERSION)' | cmp -s - $@ || echo '$(VERSION)' >$@
FORCE:

# A thin one, of names: made in no time, and only for our own programs.
$(B)/libhitl.a: $(lib_src:%.c=$(B)/%.o)
	@rm -f $@
	$(AR) rcsT $@ $^

$(foreach p,$(programs),$(eval $p: $(call verbs,$(notdir $p))))
# a reviewer finds his queue as hitl-queue does
$(B)/hitl-review: $(B)/cmd/queue/common.o
$(programs): $(B)/%: $(B)/cmd/%.o $(shared) $(B)/libhitl.a
	$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(ALL_LDLIBS)

$(B)/gen-log: $(B)/scripts/gen-log.o
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lm

$(B)/unit/%: $(B)/tests/unit/%.o $(B)/libhitl.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcmocka $(ALL_LDLIBS)

# Fuzzers without an engine: they run what is in a directory.  scripts/fuzz
# makes them with one, ENGINE=fuzzer, in a directory of its own.
ENGINE :=
$(B)/fuzz/%: $(B)/tests/fuzz/%.o $(if $(ENGINE),,$(B)/tests/fuzz/alone.o) $(B)/libhitl.a
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) $(ENGINE:%=-fsanitize=%) -o $@ $^ $(ALL_LDLIBS)

# What makes system calls fail, and what looks at how programs take it.
$(B)/fault/shim.so: tests/fault/shim.c tests/fault/fault.h
	@mkdir -p $(@D)
	$(CC) $(ALL_CPPFLAGS) -std=gnu17 -Wall -Wextra $(WERROR) -O1 -g -fPIC -shared -o $@ $<

$(B)/fault/sweep: $(B)/tests/fault/sweep.o
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^

fault-tools: $(B)/fault/shim.so $(B)/fault/sweep
units: $(units)
fuzzers: $(fuzzers)
.SECONDARY:

-include $(shell find $(B) -name '*.d' 2>/dev/null)

deps:
	@scripts/deps build check

# Finds out first whether the packages are there: the variables above ask
# pkg-config when make starts, so the work is done by a second make.
check:
	@scripts/deps build check fuzz
	@scripts/check

demo:
	@scripts/deps build demo
	@scripts/demo

# Three weeks of reviews and thresholds; files in loop/.
loop:
	@scripts/deps build demo
	@scripts/loop

bench:
	@scripts/deps build bench
	@$(MAKE) -s LTO=1 all
	@BENCH_BUILD=build-lto scripts/bench

# Eight processes on one queue; SQLite, plain SQLite, PostgreSQL.
bench-queue:
	@scripts/deps build check bench
	@$(MAKE) -s LTO=1 all
	@BENCH_BUILD=build-lto scripts/bench-queue

simulate: $(B)/unit/proof_test $(B)/unit/stats_proof_test $(B)/unit/weighted_test
	for t in $^; do HITL_SIMULATE=1 $$t || exit 1; done

# Every call of every program and verb fails in turn; check takes a few of each.
faults: deps
	@$(MAKE) -s all fault-tools
	@FAULTS=$${FAULTS:-0} bats --jobs $(JOBS) tests/cli/faults.bats

fuzz:
	@scripts/deps build $(if $(filter afl,$(FUZZ_ENGINE)),afl,fuzz)
	@scripts/fuzz

# ARCH on the command line is in the environment of both, too.
cross:
	@scripts/deps build cross
	@scripts/cross

# Which lines the tests run: build-coverage/lines.txt, branches.txt.
coverage:
	@scripts/deps build check coverage
	@scripts/coverage

lint:
	@scripts/deps build check lint
	@scripts/lint

install: all
	$(INSTALL) -d $(DESTDIR)$(BINDIR)
	$(INSTALL) -m 755 $(programs) $(DESTDIR)$(BINDIR)
	for n in 1 5 7; do \
		$(INSTALL) -d $(DESTDIR)$(MANDIR)/man$$n; \
		$(INSTALL) -m 644 man/*.$$n $(DESTDIR)$(MANDIR)/man$$n; \
	done
	$(INSTALL) -d $(DESTDIR)$(COMPDIR)
	for p in $(notdir $(programs)); do \
		$(INSTALL) -m 644 scripts/completion/hitl.bash $(DESTDIR)$(COMPDIR)/$$p; \
	done
	$(INSTALL) -d $(DESTDIR)$(ZSHDIR) $(DESTDIR)$(FISHDIR)
	$(INSTALL) -m 644 scripts/completion/_hitl $(DESTDIR)$(ZSHDIR)/_hitl
	for p in $(notdir $(programs)); do \
		$(INSTALL) -m 644 scripts/completion/hitl.fish $(DESTDIR)$(FISHDIR)/$$p.fish; \
	done

uninstall:
	rm -f $(programs:$(B)/%=$(DESTDIR)$(BINDIR)/%)
	rm -f $(programs:$(B)/%=$(DESTDIR)$(COMPDIR)/%) $(DESTDIR)$(ZSHDIR)/_hitl
	rm -f $(programs:$(B)/%=$(DESTDIR)$(FISHDIR)/%.fish)
	for p in $(notdir $(pages)); do \
		rm -f $(DESTDIR)$(MANDIR)/man$${p##*.}/$$p; \
	done

# The manual as pages for a browser, with links from one to the other.
html: $(pages:man/%=$(B)/html/%.html)
$(B)/html/%.html: man/%
	@mkdir -p $(@D)
	mandoc -T html -O 'man=%N.%S.html,toc' -W warning $< >$@.new && mv $@.new $@

# The same bytes whenever and wherever it is run on the same commit.
dist:
	@scripts/dist $(VERSION)

sbom: $(programs)
	@scripts/sbom $(VERSION) $(programs)

hardening: $(programs)
	@scripts/hardening $(programs)

version:
	@echo $(VERSION)

clean:
	rm -rf build build-* demo loop try

.PHONY: FORCE all bench bench-queue check clean coverage cross demo deps dist fault-tools faults fuzz fuzzers hardening html install lint loop sbom simulate uninstall units version
