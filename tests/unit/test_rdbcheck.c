/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/rdbcheck.h"
#include "t.h"

/* The smallest dump of a 7.0 server with one key, "k" = "hello, world". */
static const char dump[] = "REDIS0010\xfe\x00\xfb\x01\x00\x00\x01k\x0chello, world\xff"
                           "\xb6\xf9\x31\x69\x79\xf2\x0a\x62";
enum { DUMP = sizeof dump - 1 };

/* Take p[0..n) in pieces of `step` bytes; what the end says, or what stopped it. */
static int check(const char *p, size_t n, size_t step, bool *summed, struct err *e) {
    struct rdbcheck c;
    rdbcheck_init(&c);
    for (size_t at = 0; at < n; at += step) {
        int code = rdbcheck_take(&c, p + at, n - at < step ? n - at : step, e);
        if (code < 0) return code;
    }
    int code = rdbcheck_end(&c, summed, e);
    if (code == 0) CHECK_EQ(rdbcheck_version(&c), p[0] == 'V' ? 80 : 10);
    return code;
}

static void a_whole_dump_in_pieces_of_every_size(void) {
    struct err e;
    for (size_t step = 1; step <= DUMP; step++) {
        bool summed = false;
        err_clear(&e);
        CHECK_EQ(check(dump, DUMP, step, &summed, &e), 0);
        CHECK(summed);
        CHECK_STR(e.text, "");
    }
}

static void cut_anywhere(void) {
    struct err e;
    bool summed = false;
    for (size_t n = 0; n < DUMP; n++)
        for (size_t step = 1; step < 20; step++)
            CHECK_EQ(check(dump, n, step, &summed, &e), VK_EPROTO);
    CHECK(!summed);
    CHECK_STR(e.text, "the dump is cut off: its end mark is missing after 38 bytes");
}

static void one_bit_changed_anywhere(void) {
    struct err e;
    char bad[DUMP];
    for (size_t at = 9; at < DUMP; at++) {
        bool summed = false;
        memcpy(bad, dump, DUMP);
        bad[at] ^= 4;
        CHECK_EQ(check(bad, DUMP, 7, &summed, &e), VK_EPROTO);
    }
    CHECK_STR(e.text, "the dump is damaged: it says that its CRC64 is 660af2796931f9b6, but it is "
                      "620af2796931f9b6");
}

static void a_crc_of_zero_is_none(void) {
    struct err e;
    char none[DUMP];
    bool summed = true;
    memcpy(none, dump, DUMP);
    memset(none + DUMP - 8, 0, 8);
    CHECK_EQ(check(none, DUMP, 5, &summed, &e), 0);
    CHECK(!summed);
}

static void magics(void) {
    static const char *const bad[] = {"REDIS001x",      "REDIX0010",   "VALKEY08",
                                      "<html>\r\n\r\n", "VALKEY0800x", "\0\0\0\0\0\0\0\0\0"};
    struct err e;
    struct rdbcheck c;
    bool summed;
    CHECK_EQ(check("VALKEY080\xff\0\0\0\0\0\0\0", 18, 3, &summed, &e), 0);
    rdbcheck_init(&c);
    CHECK_EQ(rdbcheck_take(&c, "REDI", 4, &e), 0);
    CHECK_EQ(rdbcheck_take(&c, "", 0, &e), 0);
    CHECK_EQ(rdbcheck_take(&c, "X0010", 5, &e), VK_EPROTO);
    CHECK_STR(e.text, "what the server sends is no dump: it begins with 'REDIX0010'");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        rdbcheck_init(&c);
        int code = rdbcheck_take(&c, bad[i], 8, &e);
        if (code == 0) code = rdbcheck_take(&c, bad[i] + 8, 1, &e);
        CHECK_EQ(code, i == 4 ? 0 : VK_EPROTO);
    }
}

int main(void) {
    RUN(a_whole_dump_in_pieces_of_every_size);
    RUN(cut_anywhere);
    RUN(one_bit_changed_anywhere);
    RUN(a_crc_of_zero_is_none);
    RUN(magics);
    return t_end();
}
