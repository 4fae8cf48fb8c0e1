# Tidemark. `make help` lists the targets; everything that is made lies under $(BUILD).
#
# A sanitized or clang build is a pair of variables, not more rules:
#   make BUILD=build/sanitize SANITIZE=address,undefined
#   make BUILD=build/clang CC=clang

BUILD    ?= build
PREFIX   ?= /usr/local
VERSION  := 0.1.0
SANITIZE ?=

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all test test-sanitized check fuzz fuzz-coverage demo demo-late demo-reset bench lint lint-tools lint-form lint-layers lint-scripts lint-cppcheck lint-tidy \
        format install uninstall clean help

warnings := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wformat=2 -Wundef -Wvla \
            -Wstrict-prototypes -Wmissing-prototypes -Werror
sanitize := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
CFLAGS   ?= -O2 -g
CPPFLAGS += -D_GNU_SOURCE -DTIDEMARK_VERSION='"$(VERSION)"' \
            -Ipipeline -I$(BUILD) -isystem $(shell pg_config --includedir 2>/dev/null)
# ISA-L inflates several times as fast as zlib does; without it (ISAL=) zlib does it alone.
ISAL     ?= $(shell echo '\#include <isa-l/igzip_lib.h>' | $(CC) -E - >/dev/null 2>&1 && echo -lisal)
ISAL     := $(ISAL)
CPPFLAGS += $(if $(ISAL),-DTIDEMARK_HAS_ISAL)
compile   = $(CC) -std=c17 $(warnings) $(CFLAGS) $(sanitize) -pthread $(CPPFLAGS)
libraries := -lpq -lcsv -lz $(ISAL) -lyaml -lroaring -ljansson -lcrypto -lsmartcols -lxxhash -licuuc -lm
link      = $(CC) $(CFLAGS) $(sanitize) -pthread $^ $(LDFLAGS) $(libraries) -o $@

statements := $(sort $(wildcard pipeline/*/*.sql))
migrations := $(sort $(wildcard pipeline/store/schema/*.sql))
library    := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard pipeline/*/*.c))) $(BUILD)/sql.o
stages     := $(patsubst %/tidemark-tidemark,%/tidemark,$(patsubst stages/%.c,$(BUILD)/bin/tidemark-%,$(wildcard stages/*.c)))
support    := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/support/*.c)))
unit       := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/unit/*_test.c)))
fuzzers    := $(patsubst %.c,%,$(sort $(wildcard tests/fuzz/*_fuzz.c)))
fuzz_support := $(patsubst %.c,$(BUILD)/%.o,$(filter-out %_fuzz.c,$(sort $(wildcard tests/fuzz/*.c))) tests/support/drip.c)
integration := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/integration/*_test.c tests/fault/*_test.c)))

all: $(BUILD)/libtidemark.a $(stages) ## build every stage

$(BUILD)/bin/tidemark: $(BUILD)/stages/tidemark.o $(BUILD)/libtidemark.a
	@mkdir -p $(@D)
	$(link)
$(BUILD)/bin/tidemark-%: $(BUILD)/stages/%.o $(BUILD)/libtidemark.a
	@mkdir -p $(@D)
	$(link)
$(BUILD)/%_test: $(BUILD)/%_test.o $(support) $(BUILD)/libtidemark.a
	$(link) -lcmocka
$(BUILD)/tests/integration/sql_oracle_test $(BUILD)/tests/integration/mixed_names_test: | $(BUILD)/tests/bench/generate # which they run
$(BUILD)/%_fuzz: $(BUILD)/%_fuzz.o $(fuzz_support) $(BUILD)/libtidemark.a
	$(link) -fsanitize=fuzzer -Wl,--wrap=calloc,--wrap=reallocarray,--wrap=free
$(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o $(BUILD)/libtidemark.a
	$(link)
$(BUILD)/libtidemark.a: $(library)
	@rm -f $@
	$(AR) rcs $@ $^
$(BUILD)/%.o: %.c | $(BUILD)/sql.h
	@mkdir -p $(@D)
	$(compile) -MMD -MP -c $< -o $@
$(BUILD)/tests/%.o: CPPFLAGS += -Itests
$(BUILD)/sql.o: $(BUILD)/sql.c $(BUILD)/sql.h
	$(compile) -Wno-overlength-strings -MMD -MP -c $< -o $@

# Every statement becomes a constant, named for its file: lock_tide.sql is sql_lock_tide.
# The list of files is kept, so that a file taken away makes them anew too.
$(BUILD)/sql.list: $(if $(filter-out $(file <$(BUILD)/sql.list),$(statements) $(migrations))$(filter-out $(statements) $(migrations),$(file <$(BUILD)/sql.list)),always)
	@mkdir -p $(@D)
	@echo $(statements) $(migrations) >$@
.PHONY: always
$(BUILD)/sql.h $(BUILD)/sql.c: $(BUILD)/sql.%: $(BUILD)/sql.list $(statements) $(migrations) scripts/embed-sql
	@scripts/embed-sql $* $(statements) $(migrations) >$@

# Sanitizers end a program at their first finding; without them these mean nothing.
export ASAN_OPTIONS  ?= halt_on_error=1:detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1
export UBSAN_OPTIONS ?= halt_on_error=1:print_stacktrace=1
# A part of make that first has to install what the rest needs: by a make of its own, which sees it.
again = +$(MAKE) -s $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

test: ## run the unit and integration tests, plain and sanitized, and the fuzzers for a minute
	scripts/install-deps --test
	$(again) check
	$(again) test-sanitized
	$(again) fuzz FUZZ_SECONDS=60 FUZZ_FROM=seeds

test-sanitized: ## run them under the address and undefined behaviour sanitizers only
	$(again) BUILD=$(BUILD)/sanitize SANITIZE=address,undefined check

check: all $(unit) $(integration) # the tests of this build alone
	BUILD=$(BUILD) scripts/with-postgres scripts/run-tests $(unit) $(integration)

# Fuzzers start from tests/fuzz/corpus and what they found before, and keep what they find under $(BUILD)/fuzz.
FUZZ_SECONDS ?= 60
fuzz: ## look for inputs that break the readers, FUZZ_SECONDS in all (60)
	scripts/install-deps --test
	$(again) BUILD=$(BUILD)/fuzz CC=clang SANITIZE=address,undefined,fuzzer-no-link $(addprefix $(BUILD)/fuzz/,$(fuzzers))
	BUILD=$(BUILD)/fuzz FUZZ_FROM=$(FUZZ_FROM) scripts/fuzz run $(FUZZ_SECONDS) $(fuzzers)

fuzz-coverage: ## show how much of each file the fuzzers' inputs have reached
	scripts/install-deps --test
	$(again) BUILD=$(BUILD)/coverage CC=clang CFLAGS='-O1 -g -fprofile-instr-generate -fcoverage-mapping' \
	    $(addprefix $(BUILD)/coverage/,$(fuzzers))
	BUILD=$(BUILD)/coverage FUZZED=$(BUILD)/fuzz scripts/fuzz coverage $(fuzzers)

sources  := $(wildcard pipeline/*/*.[ch] stages/*.[ch] tests/*/*.[ch])
scripts  := $(wildcard scripts/* .ci/*) $(filter-out tests/bench/config,$(wildcard tests/bench/*))
shells   := $(shell grep -lE '^\#!/bin/(ba)?sh' $(scripts) /dev/null)
# The last two: version 2.17 takes fclose() in an assertion for two, and says what it leaves out.
cppcheck := --enable=warning,performance,portability --inline-suppr --error-exitcode=1 --quiet -U__clang__ --library=.cppcheck.cfg \
            --suppress=deallocuse:tests/* --suppress=varFuncNullUB:tests/* --suppress=normalCheckLevelMaxBranches

# Each a target of its own, so that `make -k lint` tells everything at once.
lint: lint-form lint-layers lint-scripts lint-cppcheck lint-tidy ## hold the code against style, analysers and the map
lint-tools:
	@scripts/install-deps --test
lint-form: lint-tools
	@clang-format --dry-run -Werror $(sources)
lint-layers: lint-tools
	scripts/check-layers
lint-scripts: lint-tools
	shellcheck -x $(shells)
lint-cppcheck: lint-tools $(BUILD)/sql.h
	@cppcheck -j $(shell nproc) $(cppcheck) -Ipipeline -I$(BUILD) -Itests $(filter %.c,$(sources))
lint-tidy: lint-tools $(BUILD)/sql.h
	@printf '%s\n' $(filter %.c,$(sources)) | xargs -P $(shell nproc) -I '{}' \
	    clang-tidy --quiet '{}' -- -std=c17 $(CPPFLAGS) -Itests

format: ## give the code its form
	@scripts/install-deps --test
	@clang-format -i $(sources)

install: all ## install under $(PREFIX), or $(DESTDIR)$(PREFIX)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/tidemark $(DESTDIR)$(PREFIX)/share/doc/tidemark
	install -m 0755 $(stages) $(DESTDIR)$(PREFIX)/bin
	cp -R config $(DESTDIR)$(PREFIX)/share/tidemark
	install -m 0644 README.md LICENSE $(DESTDIR)$(PREFIX)/share/doc/tidemark

uninstall: ## remove what install put there
	rm -f $(addprefix $(DESTDIR)$(PREFIX)/bin/,$(notdir $(stages)))
	rm -rf $(DESTDIR)$(PREFIX)/share/tidemark $(DESTDIR)$(PREFIX)/share/doc/tidemark

-include $(library:.o=.d) $(wildcard $(BUILD)/stages/*.d $(BUILD)/tests/*/*.d)

demo: ## run a night on the fixtures, against a private PostgreSQL
	scripts/install-deps
	$(again) all
	BUILD=$(BUILD) scripts/demo night

demo-late: ## bring the report that came late, and pay the difference
	$(again) all
	BUILD=$(BUILD) scripts/demo late

demo-reset: ## stop the demonstration's database and forget it
	BUILD=$(BUILD) scripts/demo reset

ROWS    ?= 10000000
REPEATS ?= 3
bench: ## measure each stage on ROWS generated rows, REPEATS times, beside its peers
	scripts/install-deps --bench
	$(again) all $(BUILD)/tests/bench/generate $(BUILD)/tests/bench/csv_alone
	BUILD=$(BUILD) PG_LOCAL_DIR=$(BUILD)/bench/postgres scripts/with-postgres tests/bench/run $(ROWS) $(REPEATS)

clean: ## remove what was built (a demo's database too, once it is stopped)
	rm -rf $(BUILD)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
