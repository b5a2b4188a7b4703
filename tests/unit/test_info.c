/* SPDX-License-Identifier: BSD-3-Clause */
/* INFO's text, and what is no such text. */
#include "core/info.h"

#include "t.h"

static struct reply text(const char *p) {
    return (struct reply){.type = RESP_BULK, .p = p, .len = strlen(p)};
}

static void a_field_is_found(void) {
    struct reply r = text("# Server\r\nrole:master\r\nrole2:x\r\nlast:1");
    char out[5];
    CHECK(info_field(&r, "role", out, sizeof out));
    CHECK_STR(out, "mast");
    CHECK(info_field(&r, "last", out, sizeof out));
    CHECK_STR(out, "1");
    CHECK(!info_field(&r, "rol", out, sizeof out));
    CHECK_STR(out, "");
}

static void keys_are_counted(void) {
    struct reply r = text("# Keyspace\r\ndb0:keys=12,expires=0,avg_ttl=0\r\n"
                          "db15:keys=30,expires=1,avg_ttl=0\r\n");
    CHECK_EQ(info_keys(&r, -1), 42);
    CHECK_EQ(info_keys(&r, 0), 12);
    CHECK_EQ(info_keys(&r, 15), 30);
    CHECK_EQ(info_keys(&r, 1), 0);
}

static void nonsense_has_no_keys(void) {
    static const char *const texts[] = {
        "", "db0", "db0:keys=", "dbx:keys=1,e", "db0:keys=x,e", "db0:kex=1,e", "db:keys=1,",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct reply r = text(texts[i]);
        CHECK_EQ(info_keys(&r, -1), 0);
    }
    struct reply nil = {.type = RESP_NIL};
    CHECK_EQ(info_keys(&nil, -1), 0);
}

static void lines_one_by_one(void) {
    static const char info[] =
        "# Server\r\n\r\na:1\r\nno colon\r\nb:\r\nc:x:y\nslave0:ip=::1,offset=7";
    const char *p = info;
    struct info_line l;
    uint64_t v = 5;
    CHECK(info_next(&p, info + sizeof info - 1, &l) && info_is(&l, "a"));
    CHECK_MEM(l.value, l.len, "1", 1);
    CHECK(info_next(&p, info + sizeof info - 1, &l) && info_is(&l, "b") && l.len == 0);
    CHECK(info_next(&p, info + sizeof info - 1, &l) && info_is(&l, "c"));
    CHECK_MEM(l.value, l.len, "x:y", 3);
    CHECK(info_next(&p, info + sizeof info - 1, &l) && !info_is(&l, "slave"));
    CHECK(info_part(&l, "offset", &v) && v == 7);
    CHECK(!info_part(&l, "off", &v) && !info_part(&l, "ip", &v) && v == 7);
    CHECK(!info_next(&p, info + sizeof info - 1, &l));
}

int main(void) {
    RUN(a_field_is_found);
    RUN(lines_one_by_one);
    RUN(keys_are_counted);
    RUN(nonsense_has_no_keys);
    return t_end();
}
