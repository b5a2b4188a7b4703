/* SPDX-License-Identifier: BSD-3-Clause */
/* core/monitor: lines of MONITOR as servers print them, whole, cut and damaged, and the way back.
 */
#include "core/monitor.h"

#include <limits.h>
#include <stdlib.h>

#include "tests/unit/t.h"

#define HEAD "1339518083.107412 [0 127.0.0.1:60866] "

struct arg {
    const char *p;
    size_t len;
};

struct good {
    const char *line;
    enum monitor_origin origin;
    const char *addr;
    int db, argc;
    struct arg args[6];
};

#define A(text)                                                                                    \
    { text, sizeof(text) - 1 }

static const struct good goods[] = {
    {HEAD "\"keys\" \"*\"", MONITOR_TCP, "127.0.0.1:60866", 0, 2, {A("keys"), A("*")}},
    {"0.000000 [15 127.0.0.1:1] \"PING\"", MONITOR_TCP, "127.0.0.1:1", 15, 1, {A("PING")}},
    {"1.000001 [0 [::1]:6379] \"GET\" \"] \\\"\"",
     MONITOR_TCP,
     "[::1]:6379",
     0,
     2,
     {A("GET"), A("] \"")}},
    {"1.000001 [0 [fe80::1%eth0]:6379] \"A\"", MONITOR_TCP, "[fe80::1%eth0]:6379", 0, 1, {A("A")}},
    {"1.000001 [3 lua] \"set\" \"a\" \"b\"", MONITOR_LUA, "", 3, 3, {A("set"), A("a"), A("b")}},
    {"1.000001 [0 unix:/run/a b]c] d.sock] \"A\"",
     MONITOR_UNIX,
     "/run/a b]c] d.sock",
     0,
     1,
     {A("A")}},
    {"1.000001 [0 unix:] \"A\"", MONITOR_UNIX, "", 0, 1, {A("A")}},
    {"1.000001 [0 ] \"A\"", MONITOR_UNKNOWN, "", 0, 1, {A("A")}},
    {"1.000001 [0 ?:0] \"A\"", MONITOR_TCP, "?:0", 0, 1, {A("A")}},
    {"1.000001 [0 somewhere] \"A\"", MONITOR_UNKNOWN, "somewhere", 0, 1, {A("A")}},
    {"1.000001 [0 :6379] \"A\"", MONITOR_UNKNOWN, ":6379", 0, 1, {A("A")}},
    {"1.000001 [0 a:b] \"A\"", MONITOR_UNKNOWN, "a:b", 0, 1, {A("A")}},
    {HEAD, MONITOR_TCP, "127.0.0.1:60866", 0, 0, {A("")}},
    {HEAD "\"\"", MONITOR_TCP, "127.0.0.1:60866", 0, 1, {A("")}},
    {HEAD "\"SET\" \"\" \"\"", MONITOR_TCP, "127.0.0.1:60866", 0, 3, {A("SET"), A(""), A("")}},
    {HEAD "\"SET\" \"x\" \"end\\\\\"",
     MONITOR_TCP,
     "127.0.0.1:60866",
     0,
     3,
     {A("SET"), A("x"), A("end\\")}},
    {HEAD "\"SET\" \"a b\" \"say \\\"hi\\\" \\\\\\\"\"",
     MONITOR_TCP,
     "127.0.0.1:60866",
     0,
     3,
     {A("SET"), A("a b"), A("say \"hi\" \\\"")}},
    {HEAD
     "\"S\\x00T\" \"\\n\\r\\t\\a\\b\" \"\\x00\\x01\\x1f\\x7f\\x80\\xff\" \"plain\" \"\\x0b\\x0c\"",
     MONITOR_TCP,
     "127.0.0.1:60866",
     0,
     5,
     {A("S\0T"), A("\n\r\t\a\b"), A("\0\1\x1f\x7f\x80\xff"), A("plain"), A("\v\f")}},
    {HEAD "\"AUTH\" \"(redacted)\" \"\\\\xff\" \"0123456789abcde\\\"\" \"0123456789abcdef\\\\n\"",
     MONITOR_TCP,
     "127.0.0.1:60866",
     0,
     5,
     {A("AUTH"), A("(redacted)"), A("\\xff"), A("0123456789abcde\""), A("0123456789abcdef\\n")}},
};
enum { N_GOODS = sizeof goods / sizeof *goods };

static struct monitor m;
static struct buf back;

static void check_args(const struct good *g) {
    CHECK_EQ(m.ev.argc, g->argc);
    for (int i = 0; i < g->argc && i < m.ev.argc; i++)
        CHECK_MEM(m.ev.argv[i], m.ev.lens[i], g->args[i].p, g->args[i].len);
}

static void lines_are_taken_apart(void) {
    for (const struct good *g = goods; g < goods + N_GOODS; g++) {
        CHECK_EQ(monitor_head(&m, g->line, strlen(g->line)), 0);
        CHECK_EQ(m.ev.origin, g->origin);
        CHECK_EQ(m.ev.db, g->db);
        CHECK_MEM(m.ev.addr, m.ev.addr_len, g->addr, strlen(g->addr));
        CHECK_EQ(m.ev.argc, g->argc ? 1 : 0);
        CHECK_EQ(monitor_args(&m, INT_MAX), 0);
        CHECK(m.whole);
        check_args(g);
    }
}

static void time_is_in_microseconds(void) {
    CHECK_EQ(monitor_head(&m, goods[0].line, strlen(goods[0].line)), 0);
    CHECK_EQ(m.ev.time_us, 1339518083107412);
    CHECK_EQ(monitor_head(&m, "0.000001 [0 lua] \"A\"", 20), 0);
    CHECK_EQ(m.ev.time_us, 1);
}

static void arguments_come_as_asked_for(void) {
    const struct good *g = &goods[17];
    CHECK_EQ(monitor_head(&m, g->line, strlen(g->line)), 0);
    const char *first = m.ev.argv[0];
    for (int n = 1; n <= g->argc; n++) {
        CHECK_EQ(monitor_args(&m, n), 0);
        CHECK_EQ(m.ev.argc, n);
        CHECK(!m.whole);
    }
    CHECK_EQ(monitor_args(&m, 1), 0);
    CHECK_EQ(m.ev.argc, g->argc);
    CHECK_EQ(monitor_args(&m, g->argc + 1), 0);
    CHECK(m.whole);
    CHECK(first == m.ev.argv[0]);
    check_args(g);
}

/* What was accepted is put together to the same bytes; whatever it was. */
static bool holds(const char *line, size_t len) {
    if (monitor_head(&m, line, len) || monitor_args(&m, INT_MAX)) return true;
    buf_clear(&back);
    return !monitor_put(&back, &m.ev) && back.len == len && !memcmp(back.p, line, len);
}

static void lines_are_put_together_again(void) {
    for (const struct good *g = goods; g < goods + N_GOODS; g++) {
        CHECK_EQ(monitor_head(&m, g->line, strlen(g->line)), 0);
        CHECK_EQ(monitor_args(&m, INT_MAX), 0);
        buf_clear(&back);
        CHECK_EQ(monitor_put(&back, &m.ev), 0);
        CHECK_MEM(back.p, back.len, g->line, strlen(g->line));
    }
}

/* In memory of its own, so that a sanitizer sees a look behind the end. */
static bool holds_alone(const char *line, size_t len) {
    char *copy = malloc(len ? len : 1);
    if (len) memcpy(copy, line, len);
    bool ok = holds(copy, len);
    free(copy);
    return ok;
}

static void cut_lines_are_refused_or_shorter(void) {
    for (const struct good *g = goods; g < goods + N_GOODS; g++)
        for (size_t len = 0; len < strlen(g->line); len++)
            CHECK(holds_alone(g->line, len));
    CHECK_EQ(monitor_head(&m, "", 0), VK_EPARSE);
}

static void flipped_bytes_are_refused_or_meant(void) {
    static const char bytes[] = "\"\\ ][x.0a\n\x80";
    char line[200];
    for (const struct good *g = goods; g < goods + N_GOODS; g++) {
        size_t len = strlen(g->line);
        for (size_t i = 0; i < len; i++) {
            for (size_t j = 0; j < sizeof bytes + 8; j++) {
                memcpy(line, g->line, len);
                line[i] = (char)(j < sizeof bytes ? bytes[j] : line[i] ^ (1 << (j - sizeof bytes)));
                CHECK(holds_alone(line, len));
            }
        }
    }
}

static int whole(const char *line) {
    int rc = monitor_head(&m, line, strlen(line));
    return rc ? rc : monitor_args(&m, INT_MAX);
}

static void malformed_heads_are_refused(void) {
    static const char *const bads[] = {
        "OK",
        "1339518083 [0 lua] \"A\"",
        "1339518083.10741 [0 lua] \"A\"",
        "1339518083.1074122 [0 lua] \"A\"",
        "-1.000000 [0 lua] \"A\"",
        ".000000 [0 lua] \"A\"",
        "01.000000 [0 lua] \"A\"",
        "1234567890123.000000 [0 lua] \"A\"",
        "1.000000  [0 lua] \"A\"",
        "1.000000 (0 lua) \"A\"",
        "1.000000 [ lua] \"A\"",
        "1.000000 [-1 lua] \"A\"",
        "1.000000 [00 lua] \"A\"",
        "1.000000 [2147483648 lua] \"A\"",
        "1.000000 [0lua] \"A\"",
        "1.000000 [0 lua]",
        "1.000000 [0 lua]\"A\"",
        "1.000000 [0 lua] A",
        "1.000000 [0 lua",
        "1.000000 \"A\"",
    };
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++)
        CHECK_EQ(whole(bads[i]), VK_EPARSE);
}

static void malformed_quoting_is_refused(void) {
    static const char *const bads[] = {
        "\"A",
        "\"A\" ",
        "\"A\"  \"B\"",
        "\"A\"\"B\"",
        "\"A\" B",
        "\"A\"B\"",
        "\"say \"hi\"",
        "\"C:\\dir\"",
        "\"A\\\"",
        "\"A\\",
        "\"\\x4\"",
        "\"\\x\"",
        "\"\\xg0\"",
        "\"\\xFF\"",
        "\"\\x41\"",
        "\"\\x0a\"",
        "\"\\x22\"",
        "\"\\'\"",
        "\"\\0\"",
        "\"a\tb\"",
        "\"a\x7f\"",
        "\"caf\xc3\xa9\"",
        "\"0123456789\"abcdef\"",
        "\"012345\n6789\"",
    };
    char line[100];
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
        snprintf(line, sizeof line, HEAD "\"SET\" %s", bads[i]);
        CHECK_EQ(monitor_head(&m, line, strlen(line)), 0);
        CHECK_EQ(monitor_args(&m, INT_MAX), VK_EPARSE);
        CHECK(!m.whole);
        CHECK_MEM(m.ev.argv[0], m.ev.lens[0], "SET", 3);
        snprintf(line, sizeof line, HEAD "%s", bads[i]);
        CHECK_EQ(whole(line), VK_EPARSE);
    }
}

static void limits_are_kept(void) {
    struct monitor small;
    monitor_init(&small, 2, 64);
    CHECK_EQ(monitor_head(&small, HEAD "\"A\" \"B\"", sizeof HEAD + 6), 0);
    CHECK_EQ(monitor_args(&small, INT_MAX), 0);
    CHECK_EQ(monitor_head(&small, HEAD "\"A\" \"B\" \"C\"", sizeof HEAD + 10), 0);
    CHECK_EQ(monitor_args(&small, INT_MAX), VK_ELIMIT);
    CHECK_EQ(small.ev.argc, 2);
    char line[65];
    memset(line, 'x', sizeof line);
    CHECK_EQ(monitor_head(&small, line, 64), VK_EPARSE);
    CHECK_EQ(monitor_head(&small, line, 65), VK_ELIMIT);
    monitor_release(&small);
    struct buf full;
    buf_init(&full, 40);
    buf_adds(&full, "kept");
    CHECK_EQ(whole(goods[0].line), 0);
    CHECK_EQ(monitor_put(&full, &m.ev), VK_ELIMIT);
    CHECK_MEM(full.p, full.len, "kept", 4);
    buf_release(&full);
}

/* 100,000 arguments, each second one with an escape: pointers into grown memory would show. */
static void long_lines_are_taken_apart(void) {
    enum { N = 100000 };
    struct buf line;
    buf_init(&line, 1 << 24);
    buf_adds(&line, HEAD "\"MSET\"");
    for (int i = 0; i < N; i++)
        buf_addf(&line, i % 2 ? " \"\\xff%d\"" : " \"k%d\"", i);
    CHECK_EQ(monitor_head(&m, line.p, line.len), 0);
    CHECK_EQ(monitor_args(&m, INT_MAX), 0);
    CHECK_EQ(m.ev.argc, N + 1);
    int wrong = 0;
    for (int i = 0; i < N; i++) {
        char want[16];
        int len = snprintf(want, sizeof want, i % 2 ? "\xff%d" : "k%d", i);
        wrong += m.ev.lens[i + 1] != (size_t)len || memcmp(m.ev.argv[i + 1], want, (size_t)len);
    }
    CHECK_EQ(wrong, 0);
    CHECK(holds(line.p, line.len));
    buf_release(&line);
}

static void every_byte_at_every_place(void) {
    char bytes[24];
    const char *argv[] = {bytes};
    for (size_t len = 1; len <= sizeof bytes; len++) {
        for (size_t at = 0; at < len; at++) {
            int wrong = 0;
            for (int byte = 0; byte < 256; byte++) {
                memset(bytes, 'a', len);
                bytes[at] = (char)byte;
                struct monitor_event ev = {
                    .time_us = 1, .origin = MONITOR_LUA, .argc = 1, .argv = argv, .lens = &len};
                buf_clear(&back);
                wrong += monitor_put(&back, &ev) || monitor_head(&m, back.p, back.len) ||
                         monitor_args(&m, INT_MAX) || m.ev.lens[0] != len ||
                         memcmp(m.ev.argv[0], bytes, len);
            }
            CHECK_EQ(wrong, 0);
        }
    }
}

static int again(void) {
    char line[1 << 16];
    while (fgets(line, sizeof line, stdin)) {
        size_t len = strcspn(line, "\n");
        buf_clear(&back);
        if (monitor_head(&m, line, len) || monitor_args(&m, INT_MAX) || monitor_put(&back, &m.ev))
            return 1;
        puts(buf_cstr(&back));
    }
    return 0;
}

int main(int argc, char **argv) {
    monitor_init(&m, 1 << 20, 1 << 26);
    buf_init(&back, 1 << 26);
    if (argc == 2 && !strcmp(argv[1], "again")) return again();
    RUN(lines_are_taken_apart);
    RUN(time_is_in_microseconds);
    RUN(arguments_come_as_asked_for);
    RUN(lines_are_put_together_again);
    RUN(cut_lines_are_refused_or_shorter);
    RUN(flipped_bytes_are_refused_or_meant);
    RUN(malformed_heads_are_refused);
    RUN(malformed_quoting_is_refused);
    RUN(limits_are_kept);
    RUN(long_lines_are_taken_apart);
    RUN(every_byte_at_every_place);
    monitor_release(&m);
    buf_release(&back);
    return t_end();
}
