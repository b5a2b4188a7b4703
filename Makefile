# Valkit: one static library, three programs. Everything built lands in $(B).
#   make [SAN=address,undefined|thread] [CC=clang] [B=build] [PREFIX=/usr/local] [DESTDIR=]
# Targets: all check unit lint fuzz bench install uninstall clean
B       ?= build$(if $(SAN),-$(firstword $(subst $(comma), ,$(SAN))))
PREFIX  ?= /usr/local
CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))
VERSION := 0.1.0
comma   := ,
export B

OPTFLAGS ?= $(if $(SAN),-O1,-O2)
CFLAGS  ?= $(OPTFLAGS) -g
WARN    := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
           -Wpointer-arith -Wwrite-strings -Wformat=2
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE -DVK_VERSION='"$(VERSION)"' -Ilib -I. $(WARN) $(CFLAGS) \
           -fno-strict-aliasing -pthread $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer)
ALL_LDFLAGS = $(LDFLAGS) -pthread $(if $(SAN),-fsanitize=$(SAN))
LIBS    := -lssl -lcrypto -ljansson -linih -lz -lm

LIB_O   := $(patsubst %.c,$(B)/%.o,$(wildcard lib/*/*.c))
VK_O    := $(patsubst %.c,$(B)/%.o,$(wildcard cmd/vk/*.c))
VKTAIL_O := $(patsubst %.c,$(B)/%.o,$(wildcard cmd/vktail/*.c))
BENCH_O := $(patsubst %.c,$(B)/%.o,$(wildcard bench/*.c))
VKBENCH_O := $(patsubst %.c,$(B)/%.o,$(wildcard cmd/vkbench/*.c))
PROGRAMS := $(B)/vk $(B)/vktail $(B)/vkbench
UNITS   := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/test_*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
MICROS  := $(patsubst bench/micro/%.c,$(B)/micro/%,$(wildcard bench/micro/*.c))

.PHONY: all check unit unit-programs lint fuzz fuzz-programs bench install uninstall clean
.SECONDARY:
all: $(PROGRAMS) $(B)/libvalkit.a

$(B)/vk: $(VK_O) $(B)/libvalkit.a
$(B)/vktail: $(VKTAIL_O) $(B)/libvalkit.a
$(B)/vkbench: $(VKBENCH_O) $(BENCH_O) $(B)/libvalkit.a
$(PROGRAMS):
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LIBS) $(PROGRAM_LIBS)
$(B)/vk: PROGRAM_LIBS := -lreadline
$(B)/libvalkit.a: $(LIB_O)
	@rm -f $@
	$(AR) rcs $@ $^
$(B)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
$(B)/tests/%: tests/unit/%.c tests/unit/t.h $(BENCH_O) $(B)/libvalkit.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -MMD -MP -o $@ $< $(filter %.o,$^) $(B)/libvalkit.a $(LIBS)
$(B)/tests/test_vkbench_report: $(patsubst %,$(B)/cmd/vkbench/%.o,live report report_csv \
    report_json report_json_cluster report_json_parts report_text report_text_cluster report_warnings text)
$(B)/tests/test_vktail_filter: $(patsubst %,$(B)/cmd/vktail/%.o,filter filter_grep filter_match filter_options)
$(B)/tests/test_vktail_form: $(patsubst %,$(B)/cmd/vktail/%.o,form form_json form_plain form_pretty form_text \
    pretty pretty_time redaction)
$(B)/tests/test_vktail_top: $(patsubst %,$(B)/cmd/vktail/%.o,top top_text top_json form_text)
$(B)/tests/test_redirect: $(B)/cmd/vk/redirect.o
$(B)/tests/test_vktail_queue: $(B)/cmd/vktail/queue.o
$(B)/tests/test_vktail_notify: $(patsubst %,$(B)/cmd/vktail/%.o,notify options_until)
$(B)/tests/test_gauge: $(B)/cmd/vk/gauge.o
$(B)/tests/test_stat_table: $(patsubst %,$(B)/cmd/vk/%.o,stat_table stat_lines gauge)
$(B)/tests/test_dash: $(patsubst %,$(B)/cmd/vk/%.o,dash_draw dash_nodes dash_slow trail canvas gauge)
$(B)/tests/test_history: $(B)/cmd/vk/history.o $(B)/cmd/vk/redirect.o
$(B)/tests/test_doctor_rules: $(patsubst %,$(B)/cmd/vk/%.o,judge judge_case judge_clients judge_cluster \
    judge_memory judge_persistence judge_replication judge_security judge_speed)
$(B)/tests/test_help: $(patsubst %,$(B)/cmd/vk/%.o,help_page help_list help_words)
$(B)/tests/test_learn: $(patsubst %,$(B)/cmd/vk/%.o,learn_cache learn_identity)
$(B)/tests/test_names: $(patsubst %,$(B)/cmd/vk/%.o,names_parse names_seen)
$(B)/tests/test_keys_stats: $(patsubst %,$(B)/cmd/vk/%.o,keys_bars keys_cursor keys_guess keys_stats keys_top)
$(B)/tests/test_keys_report: $(patsubst %,$(B)/cmd/vk/%.o,keys_bars keys_pen keys_report keys_report_csv \
    keys_report_json keys_report_lists keys_report_text keys_stats keys_top)
$(B)/tests/test_sweep_pace: $(B)/cmd/vk/sweep_pace.o
$(B)/tests/test_hotkeys_count: $(B)/cmd/vk/hotkeys_count.o
$(B)/tests/test_bulk: $(patsubst %,$(B)/cmd/vk/%.o,bulk_csv bulk_encode bulk_input bulk_refuse bulk_replies bulk_template)
$(B)/tests/test_prompt_format: $(B)/cmd/vk/prompt_format.o
$(B)/tests/test_typing: $(patsubst %,$(B)/cmd/vk/%.o,typing typing_own typing_part history redirect)
$(B)/fakeserver $(B)/rigserver: $(B)/%: tests/fake/%.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $<
$(B)/micro/nullserver: $(B)/bench/nullserver.o
$(B)/micro/%: bench/micro/%.c $(B)/libvalkit.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -MMD -MP -o $@ $< $(filter %.o,$^) $(B)/libvalkit.a -lhiredis $(LIBS)
FUZZ_C  := $(wildcard $(addsuffix .c,lib/base/* lib/resp/* lib/core/* lib/client/uri lib/client/connopt \
    lib/ui/colour lib/ui/complete* lib/ui/grammar* lib/ui/hint lib/ui/l* lib/ui/paint lib/ui/typed lib/ui/width*))
FUZZ_O  := $(patsubst %.c,$(B)/fuzz/%.o,$(FUZZ_C))
FUZZ    := clang -std=c11 -D_GNU_SOURCE -Ilib -I. -O1 -g -fno-sanitize-recover=undefined
$(B)/fuzz/lib/%.o: lib/%.c Makefile
	@mkdir -p $(@D)
	$(FUZZ) -fsanitize=fuzzer-no-link,address,undefined -MMD -MP -c -o $@ $<
$(B)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(FUZZ_O)
	$(FUZZ) -fsanitize=fuzzer,address,undefined -o $@ $^

unit-programs: $(UNITS)
unit: unit-programs
	@scripts/unit $(UNITS)
check: all unit $(B)/fakeserver $(B)/rigserver
	@scripts/bats
lint: all
	@scripts/lint
fuzz-programs: $(FUZZERS)
fuzz: fuzz-programs
	@scripts/fuzz $(FUZZERS)
bench: all $(MICROS)
	@scripts/bench
install: all
	@scripts/install $(B) '$(DESTDIR)$(PREFIX)'
uninstall:
	@scripts/install --remove '$(DESTDIR)$(PREFIX)'
clean:
	rm -rf $(B)

-include $(shell find $(B) -name '*.d' 2>/dev/null)
