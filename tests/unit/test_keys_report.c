/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd/vk/keys_report: what is told of measured keys, in its three forms. */
#include "cmd/vk/keys_report.h"

#include <jansson.h>

#include "tests/unit/t.h"

static struct keys_stats stats;

static void add(const char *type, const char *name, size_t len, uint64_t elements, uint64_t bytes,
                int64_t ttl_ms) {
    struct keys_seen k = {.name = name, .len = len, .ttl_ms = ttl_ms};
    k.type = keys_stats_type(&stats, type, strlen(type));
    k.has_elements = stats.types[k.type].command;
    k.has_bytes = k.has_ttl = true;
    k.elements = elements;
    k.bytes = bytes;
    keys_stats_add(&stats, &k);
}

static struct keys_report fill(void) {
    keys_stats_init(&stats, &(struct keys_stats_opts){.top = 5, .delimiter = ':', .seed = 1});
    add("string", "user:1:name", 11, 5, 64, -1);
    add("string", "\033[31m\xff", 6, 0, 56, 59999);
    add("list", "jobs", 4, 100000, 1000000, 3600000);
    add("ReJSON-RL", "doc:1", 5, 0, 200, -1);
    return (struct keys_report){.mode = "keystats",
                                .elements = true,
                                .bytes = true,
                                .ttls = true,
                                .stats = &stats,
                                .scanned = 6,
                                .vanished = 2,
                                .used_bytes = 2000000,
                                .nodes = 1,
                                .took_ns = 1500000};
}

static bool has(const struct buf *b, const char *text) {
    return memmem(b->p, b->len, text, strlen(text));
}

static void check_columns(const struct buf *out, int columns) {
    for (const char *p = out->p, *end; p < out->p + out->len; p = end + 1) {
        end = memchr(p, '\n', (size_t)(out->p + out->len - p));
        int n = 0;
        for (const char *q = p; q < end; q++)
            n += (*q & 0xc0) != 0x80;
        CHECK(n <= columns);
    }
}

static void test_text(void) {
    struct keys_report r = fill();
    struct buf out;
    buf_init(&out, 1 << 20);
    keys_report_text(&r, &(struct keys_report_look){.columns = 80}, &out);
    CHECK(has(&out, "4 keys in 1.50 ms\n"));
    CHECK(has(&out, "not counted: 2 gone meanwhile\n"));
    CHECK(has(&out, "memory 977 KiB of 1.91 MiB in use (50 %)\n"));
    CHECK(has(&out, "list keys by items and memory\n"));
    CHECK(has(&out, "ReJSON-RL keys by memory\n"));
    CHECK(has(&out, "100,000  977 KiB    100.0 %  1 h 00 min  jobs\n"));
    CHECK(has(&out, "\"\\x1b[31m\\xff\""));
    CHECK(has(&out, "< 1 minute"));
    CHECK(!memchr(out.p, '\033', out.len));
    check_columns(&out, 80);
    buf_clear(&out);
    keys_report_text(&r, &(struct keys_report_look){.columns = 40}, &out);
    check_columns(&out, 40);
    keys_stats_release(&stats);
    buf_release(&out);
}

static void test_nothing(void) {
    struct keys_report r = {.mode = "memkeys", .bytes = true, .stats = &stats, .nodes = 1};
    struct buf out;
    keys_stats_init(&stats, &(struct keys_stats_opts){.top = 5, .delimiter = ':', .seed = 1});
    buf_init(&out, 1 << 20);
    keys_report_text(&r, &(struct keys_report_look){.columns = 80}, &out);
    CHECK_STR(buf_cstr(&out), "0 keys in 0 us\n");
    buf_clear(&out);
    keys_report_csv(&r, &out);
    CHECK_STR(buf_cstr(&out), "section,type,name,keys,elements,bytes,ttl_ms\n");
    keys_stats_release(&stats);
    buf_release(&out);
}

static json_int_t number(const json_t *o, const char *name) {
    const json_t *n = json_object_get(o, name);
    CHECK(json_is_integer(n));
    return json_integer_value(n);
}

static void test_json(void) {
    static const struct keys_report_refused refused[] = {{"PTTL", "NOPERM \"quoted\""}};
    struct keys_report r = fill();
    struct buf out;
    r.cursor = "127.0.0.1:1=5";
    r.refused = refused;
    r.n_refused = 1;
    buf_init(&out, 1 << 20);
    keys_report_json(&r, &out);
    json_t *o = json_loadb(out.p, out.len, 0, NULL);
    CHECK(o);
    CHECK_EQ(number(o, "keys"), 4);
    CHECK_EQ(number(o, "scanned"), 6);
    CHECK_EQ(number(o, "vanished"), 2);
    CHECK_EQ(number(o, "bytes"), 1000320);
    CHECK(json_is_false(json_object_get(o, "complete")));
    CHECK_STR(json_string_value(json_object_get(o, "cursor")), "127.0.0.1:1=5");
    const json_t *types = json_object_get(o, "types"), *list = json_array_get(types, 1);
    CHECK_EQ(json_array_size(types), 3);
    CHECK_EQ(number(json_object_get(list, "elements"), "max"), 100000);
    const json_t *strings = json_object_get(json_array_get(types, 0), "bytes");
    const json_t *odd = json_array_get(json_object_get(strings, "top"), 1);
    CHECK_STR(json_string_value(json_object_get(json_object_get(odd, "key"), "base64")),
              "G1szMW3/");
    CHECK_EQ(number(odd, "ttl_ms"), 59999);
    CHECK_EQ(number(json_object_get(o, "ttls"), "under_1m"), 1);
    CHECK_EQ(number(json_array_get(json_object_get(o, "prefixes"), 0), "bytes"), 1000000);
    CHECK_EQ(json_array_size(json_object_get(o, "refused")), 1);
    json_decref(o);
    keys_stats_release(&stats);
    buf_release(&out);
}

static void test_csv(void) {
    struct keys_report r = fill();
    struct buf out;
    buf_init(&out, 1 << 20);
    keys_report_csv(&r, &out);
    CHECK(has(&out, "\"type\",\"list\",,1,100000,1000000,\n"));
    CHECK(has(&out, "\"most_elements\",\"list\",\"jobs\",1,100000,1000000,3600000\n"));
    CHECK(has(&out, "\"most_bytes\",\"string\",\"\\x1b[31m\\xff\",1,0,56,59999\n"));
    CHECK(has(&out, "\"most_bytes\",\"ReJSON-RL\",\"doc:1\",1,,200,\n"));
    CHECK(has(&out, "\"ttl\",,\"none\",2,,,\n"));
    CHECK(has(&out, "\"prefix\",,\"user:*:name\",1,,64,\n"));
    for (const char *p = buf_cstr(&out), *end; *p; p = end + 1) {
        int commas = 0;
        for (end = p; *end != '\n'; end++)
            commas += *end == ',';
        CHECK_EQ(commas, 6);
    }
    keys_stats_release(&stats);
    buf_release(&out);
}

static void check_name(const char *name, size_t len, const char *want) {
    struct buf out;
    buf_init(&out, 1 << 16);
    keys_report_name(&out, name, len, len);
    CHECK_STR(buf_cstr(&out), want);
    buf_release(&out);
}

static void test_names(void) {
    check_name("user:1", 6, "user:1");
    check_name("caf\xc3\xa9", 5, "caf\xc3\xa9");
    check_name("", 0, "\"\"");
    check_name("a b", 3, "\"a b\"");
    check_name("a\0b", 3, "\"a\\x00b\"");
    check_name("'a'", 3, "\"'a'\"");
    check_name("@x", 2, "\"@x\"");
    check_name("a\n", 2, "\"a\\n\"");
}

int main(void) {
    RUN(test_text);
    RUN(test_nothing);
    RUN(test_json);
    RUN(test_csv);
    RUN(test_names);
    return t_end();
}
