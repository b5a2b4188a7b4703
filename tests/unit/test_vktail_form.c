/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd/vktail/form: each form of an event, from literal lines of MONITOR; secrets go first. */
#include "cmd/vktail/form.h"

#include <stdlib.h>

#include "cmd/vktail/redaction.h"
#include "tests/unit/t.h"

static struct monitor monitor;
static struct redaction redaction;
static struct buf out;

static const char *name_of(void *arg, int node) {
    (void)arg;
    return node ? "10.0.0.2:7001" : "10.0.0.1:7000";
}

static struct form form_of(enum form_kind kind) {
    return (struct form){.kind = kind, .node = name_of};
}

static struct event event_of(const char *line) {
    struct event ev = {.kind = EVENT_COMMAND, .line = {line, strlen(line)}, .time_us = 5000000};
    if (monitor_head(&monitor, line, strlen(line)) < 0) return ev;
    ev.command = &monitor;
    ev.time_us = monitor.ev.time_us;
    return ev;
}

static const char *put(struct form *f, const struct event *ev) {
    buf_clear(&out);
    form_put(f, ev, &out);
    return buf_cstr(&out);
}

static const char *show(struct form *f, const char *line) {
    struct event ev = event_of(line);
    redaction_apply(&redaction, &ev);
    if (form_needs_arguments(f) && ev.command && monitor_args(ev.command, 1 << 20) < 0)
        ev.command = NULL;
    return put(f, &ev);
}

#define LINE(rest) "1339518083.107412 [0 127.0.0.1:60866] " rest

static void test_plain_is_the_line(void) {
    static const char *const lines[] = {
        LINE("\"SET\" \"a \\\"q\\\" b\" \"x\\\\\""),
        LINE("\"SET\" \"\\x00\\xff\\n\" \"\""),
        "1.000000 [3 lua] \"incr\" \"n\"",
        "1.000000 [0 unix:/a b/s] \"PING\"",
        LINE("\"SET\" \"k\" \"a\"b\""),
        "neither head nor tail",
    };
    struct form f = form_of(FORM_PLAIN);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char want[256];
        snprintf(want, sizeof want, "%s\n", lines[i]);
        CHECK_STR(show(&f, lines[i]), want);
    }
    f.many = true;
    CHECK_STR(show(&f, "1.000000 [0 lua] \"PING\""), "10.0.0.1:7000 1.000000 [0 lua] \"PING\"\n");
}

static void test_secrets(void) {
    struct form f = form_of(FORM_PLAIN);
    CHECK_STR(show(&f, LINE("\"AUTH\" \"bob\" \"hunter2\"")),
              LINE("\"AUTH\" \"bob\" \"(redacted)\"\n"));
    CHECK_STR(show(&f, LINE("\"hello\" \"3\" \"auth\" \"bob\" \"hunter2\" \"setname\" \"x\"")),
              LINE("\"hello\" \"3\" \"auth\" \"bob\" \"(redacted)\" \"setname\" \"x\"\n"));
    CHECK_STR(show(&f, LINE("\"config\" \"set\" \"requirepass\" \"hunter2\"")),
              LINE("\"config\" \"set\" \"requirepass\" \"(redacted)\"\n"));
    CHECK_STR(show(&f, LINE("\"config\" \"get\" \"a\\\"b\"")),
              LINE("\"config\" \"get\" \"a\\\"b\"\n"));
    /* where arguments begin and end is not to be told */
    CHECK_STR(show(&f, LINE("\"AUTH\" \"hun\"ter2\"")), LINE("\"AUTH\" (redacted)\n"));
    f = form_of(FORM_JSON);
    CHECK(strstr(show(&f, LINE("\"ACL\" \"SETUSER\" \"bob\" \">hunter2\"")),
                 "\"argv\":[\"ACL\",\"SETUSER\",\"bob\",\"(redacted)\"]"));
    CHECK(strstr(show(&f, LINE("\"AUTH\" \"hun\"ter2\"")), "\\\"AUTH\\\" (redacted)"));
    CHECK(redaction_passes((struct event_text){LINE("\"SET\" \"a\""), 48}));
    CHECK(!redaction_passes((struct event_text){LINE("\"AUTH\" \"a\""), 49}));
    CHECK(!redaction_passes((struct event_text){"no line", 7}));
    CHECK(!redaction_passes((struct event_text){"x] \"AUTH", 8}));
}

static void test_json(void) {
    struct form f = form_of(FORM_JSON);
    CHECK_STR(show(&f, LINE("\"SET\" \"\\x00\\xff\"")),
              "{\"time\":1339518083.107412,\"node\":\"10.0.0.1:7000\",\"db\":0,"
              "\"client\":\"127.0.0.1:60866\",\"argv\":[\"SET\","
              "{\"base64\":\"AP8=\"}]}\n");
}

static void test_json_texts(void) {
    struct form f = form_of(FORM_JSON);
    CHECK_STR(show(&f, LINE("\"SET\" \"h\\xc3\\xa9 \\\"\\\\\" \"\\n\\x1b\"")),
              "{\"time\":1339518083.107412,\"node\":\"10.0.0.1:7000\",\"db\":0,"
              "\"client\":\"127.0.0.1:60866\",\"argv\":[\"SET\",\"h\xc3\xa9 \\\"\\\\\","
              "\"\\u000a\\u001b\"]}\n");
    CHECK_STR(show(&f, "not a line"),
              "{\"time\":5.000000,\"node\":\"10.0.0.1:7000\",\"raw\":\"not a line\"}\n");
    CHECK_STR(show(&f, LINE("\"SET\" \"k\" \"a\"b\"")),
              "{\"time\":1339518083.107412,\"node\":\"10.0.0.1:7000\",\"raw\":"
              "\"1339518083.107412 [0 127.0.0.1:60866] \\\"SET\\\" \\\"k\\\" \\\"a\\\"b\\\"\"}\n");
}

static void test_other_events(void) {
    struct form json = form_of(FORM_JSON), plain = form_of(FORM_PLAIN);
    struct event ev = {.kind = EVENT_GAP, .time_us = 3500000, .from_us = 1000000, .why = "lost"};
    CHECK_STR(put(&json, &ev), "{\"gap\":{\"node\":\"10.0.0.1:7000\",\"from\":1.000000,"
                               "\"to\":3.500000,\"reason\":\"lost\"}}\n");
    CHECK_STR(put(&plain, &ev), "# gap from 1.000000 to 3.500000 (2.500 s): lost\n");
    ev = (struct event){.kind = EVENT_DROPPED, .node = -1, .time_us = 1, .dropped = 7};
    CHECK_STR(put(&json, &ev), "{\"dropped\":{\"node\":null,\"time\":0.000001,\"events\":7}}\n");
    ev = (struct event){.kind = EVENT_MESSAGE,
                        .time_us = 1000000,
                        .push = PUSH_PMESSAGE,
                        .channel = {"c1", 2},
                        .pattern = {"c*", 2},
                        .payload = {"\xff", 1}};
    CHECK_STR(put(&json, &ev), "{\"time\":1.000000,\"node\":\"10.0.0.1:7000\",\"channel\":\"c1\","
                               "\"pattern\":\"c*\",\"payload\":{\"base64\":\"/w==\"}}\n");
}

static const char *pretty(const char *line, int columns) {
    struct form f = form_of(FORM_PRETTY);
    f.time = FORM_RELATIVE;
    f.columns = columns;
    return show(&f, line);
}

static void test_pretty(void) {
    CHECK_STR(pretty(LINE("\"set\" \"k\" \"two words\" \"\" \"plain\""), 0),
              "   +0.000000   0  127.0.0.1:60866  set k \"two words\" \"\" plain\n");
    CHECK_STR(pretty(LINE("\"set\" \"\\x1b]0;x\\a\" \"\\xe2\\x80\\xae\""), 0),
              "   +0.000000   0  127.0.0.1:60866  set \"\\x1b]0;x\\x07\" \"\\xe2\\x80\\xae\"\n");
    CHECK_STR(pretty(LINE("\"set\" \"k\" \"0123456789012345678901234\""), 60),
              "   +0.000000   0  127.0.0.1:60866  set k \"01234567890…\"(25)\n");
    CHECK_STR(pretty(LINE("\"set\" \"k\" \"0123456789\""), 50),
              "   +0.000000  set k 0123456789\n"); /* room for the command alone */
    CHECK_STR(pretty(LINE("\"set\" \"k\" \"a\"b\""), 0),
              "   +0.000000  (malformed) 1339518083.107412 [0 127.0.0.1:60866] \"set\" \"k\" "
              "\"a\"b\"\n");
    CHECK_STR(pretty("raw \x1b[31m", 0), "   +0.000000  (malformed) raw \\x1b[31m\n");
    CHECK_STR(pretty("1.000000 [12 lua] \"incr\" \"n\"", 0),
              "   +0.000000  12  lua              incr n\n");
}

static void test_pretty_cuts_values(void) {
    char line[6000] = LINE("\"set\" \"big\" \"");
    size_t n = strlen(line);
    memset(line + n, 'x', 5000);
    memcpy(line + n + 5000, "\"", 2);
    const char *text = pretty(line, 100);
    CHECK(strstr(text, "set big \"xxxxxxxxxx"));
    CHECK(strstr(text, "x…\"(5000)\n"));
    CHECK(strlen(text) < 110);
}

static void test_pretty_times(void) {
    struct form f = form_of(FORM_PRETTY);
    f.time = FORM_DELTA;
    show(&f, "1.000000 [0 lua] \"PING\"");
    CHECK(!strncmp(show(&f, "1.250000 [0 lua] \"PING\""), "   +0.250000", 12));
    CHECK(!strncmp(show(&f, "1.125000 [0 lua] \"PING\""), "   -0.125000", 12));
}

static void test_pretty_colours(void) {
    struct form f = form_of(FORM_PRETTY);
    f.colour = true;
    CHECK(strstr(show(&f, "1.000000 [0 lua] \"get\" \"k\""), "\x1b[32mget\x1b[0m k\n"));
    CHECK(strstr(show(&f, "1.000000 [0 lua] \"set\" \"k\" \"v\""), "\x1b[33mset\x1b[0m"));
    CHECK(strstr(show(&f, "1.000000 [0 lua] \"flushall\""), "\x1b[1;31mflushall\x1b[0m"));
    CHECK(strstr(show(&f, "1.000000 [0 lua] \"publish\" \"c\" \"m\""), "\x1b[35mpublish"));
    CHECK(strstr(show(&f, "1.000000 [0 lua] \"eval\" \"x\" \"0\""), "\x1b[34meval"));
}

int main(void) {
    monitor_init(&monitor, 1000, 1 << 20);
    redaction_init(&redaction);
    buf_init(&out, 1 << 20);
    RUN(test_plain_is_the_line);
    RUN(test_secrets);
    RUN(test_json);
    RUN(test_json_texts);
    RUN(test_other_events);
    RUN(test_pretty);
    RUN(test_pretty_cuts_values);
    RUN(test_pretty_times);
    RUN(test_pretty_colours);
    buf_release(&out);
    redaction_release(&redaction);
    monitor_release(&monitor);
    return t_end();
}
