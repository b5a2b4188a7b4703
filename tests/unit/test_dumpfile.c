/* SPDX-License-Identifier: BSD-3-Clause */
/* core/dumpfile: what is written is read again, in windows of any size; a file that was cut,
 * altered or is none is found, and where. */
#include "base/crc64.h"
#include "tests/unit/dumpfile_cases.h"
#include "tests/unit/t.h"

#define TEXT(s) ((struct dumpfile_text){s, sizeof(s) - 1})
#define KEY(k, p)                                                                                  \
    .key = TEXT(k), .payload = TEXT(p), .expire_ms = DUMPFILE_NONE, .idle_s = DUMPFILE_NONE,       \
    .freq = DUMPFILE_NONE

static const struct dumpfile_header header = {1700000000000, 15, TEXT("vk 0.1.0"), TEXT("7.2.4"),
                                              TEXT("[::1]:6379")};
static const struct dumpfile_key keys[] = {
    {KEY("plain", "payload")},
    {KEY("", "")},
    {KEY("\0\xff\r\n", "\0\n\0")},
    {.key = TEXT("all"),
     .payload = TEXT("p"),
     .expire_ms = INT64_MAX,
     .idle_s = 86400,
     .freq = 255},
    {.key = TEXT("zero"), .payload = TEXT("p"), .expire_ms = 0, .idle_s = 0, .freq = 0},
};
enum { N_KEYS = sizeof keys / sizeof *keys, N_RECORDS = N_KEYS + 2 };

static struct buf file, want, said;
static size_t ends[N_RECORDS]; /* of the records in file */
static struct err error;

static void write_all(void) {
    struct dumpfile_writer w;
    struct dumpfile_record record = {.kind = DUMPFILE_HEADER, .header = header};
    buf_init(&file, 1 << 20);
    buf_init(&want, 1 << 20);
    buf_init(&said, 1 << 20);
    CHECK_EQ(dumpfile_begin(&w, &file, &header), 0);
    say_record(&want, &record);
    ends[0] = file.len;
    for (int i = 0; i < N_KEYS; i++) {
        CHECK_EQ(dumpfile_put(&w, &file, &keys[i]), 0);
        ends[i + 1] = file.len;
        record = (struct dumpfile_record){.kind = DUMPFILE_KEY, .key = keys[i]};
        say_record(&want, &record);
    }
    CHECK_EQ(dumpfile_end(&w, &file), 0);
    ends[N_KEYS + 1] = file.len;
    record = (struct dumpfile_record){.kind = DUMPFILE_END};
    say_record(&want, &record);
    CHECK_EQ(w.keys, N_KEYS);
}

/* A reading of p[0..n): its code, with what was read in said and what is wrong in error. */
static int reading(const char *p, size_t n, size_t window) {
    struct dumpfile_reader *r = dumpfile_new(0);
    buf_clear(&said);
    err_clear(&error);
    int code = say_file(&said, r, p, n, window, &error);
    dumpfile_free(r);
    return code;
}

static void windows_of_any_size_give_the_same(void) {
    for (size_t window = 1; window <= file.len; window++) {
        CHECK_EQ(reading(file.p, file.len, window), 0);
        CHECK_MEM(said.p, said.len, want.p, want.len);
    }
}

static void it_looks_as_documented(void) {
    static const char begin[] = "valkit-dump 1\nH\x29\0\0\0";
    static const char key[] = "K\x11\0\0\0";
    static const char body[] = "\0\5\0\0\0plainpayload";
    CHECK_MEM(file.p, sizeof begin - 1, begin, sizeof begin - 1);
    CHECK_MEM(file.p + ends[0], sizeof key - 1, key, sizeof key - 1);
    CHECK_MEM(file.p + ends[0] + 9, sizeof body - 1, body, sizeof body - 1);
    CHECK_EQ(ends[1] - ends[0], 9 + 17 + 8);
}

/* Nothing of what was altered is given out, and the record is named. */
static void every_altered_byte_is_found(void) {
    char *copy = mem_dup(file.p, file.len);
    for (size_t at = 0; at < file.len; at++) {
        char where[64];
        int record = 0;
        while (ends[record] <= at)
            record++;
        copy[at] = (char)(copy[at] ^ 1 << at % 8);
        CHECK_EQ(reading(copy, file.len, 7), VK_EPARSE);
        CHECK(said.len <= want.len && (!said.len || !memcmp(said.p, want.p, said.len)));
        snprintf(where, sizeof where, "record %d, at byte %zu of the file: ", record + 1,
                 record ? ends[record - 1] : sizeof "valkit-dump 1");
        if (at >= sizeof "valkit-dump 1") CHECK(strstr(error.text, where));
        copy[at] = file.p[at];
    }
    free(copy);
}

static void every_cut_is_found(void) {
    for (size_t n = 0; n < file.len; n++) {
        char where[64];
        CHECK_EQ(reading(file.p, n, 5), VK_EPARSE);
        CHECK(said.len < want.len && (!said.len || !memcmp(said.p, want.p, said.len)));
        snprintf(where, sizeof where, "it ends at byte %zu, ", n);
        if (n >= sizeof "valkit-dump 1") CHECK(strstr(error.text, where));
    }
    CHECK_EQ(reading(file.p, 0, 1), VK_EPARSE);
    CHECK_STR(error.text, "the file is empty");
    CHECK_EQ(reading(file.p, ends[1], 100), VK_EPARSE);
    CHECK(strstr(error.text, ", behind record 2, without its end"));
    CHECK_EQ(reading(file.p, ends[1] + 1, 100), VK_EPARSE);
    CHECK(strstr(error.text, ", inside of record 3, without its end"));
}

/* The head of a record, a whole one, is found missing, doubled or in another place. */
static void records_hang_together(void) {
    struct buf other;
    size_t one = ends[2] - ends[1], tail = file.len - ends[2];
    buf_init(&other, 1 << 20);
    buf_add(&other, file.p, ends[1]);
    buf_add(&other, file.p + ends[2], tail);
    CHECK_EQ(reading(other.p, other.len, 9), VK_EPARSE);
    buf_clear(&other);
    buf_add(&other, file.p, ends[2]);
    buf_add(&other, file.p + ends[1], one + tail);
    CHECK_EQ(reading(other.p, other.len, 9), VK_EPARSE);
    CHECK(strstr(error.text, "record 4, at byte "));
    buf_clear(&other);
    buf_add(&other, file.p, file.len);
    buf_addc(&other, 'x');
    CHECK_EQ(reading(other.p, other.len, 9), VK_EPARSE);
    CHECK(strstr(error.text, "there are bytes behind the end"));
    buf_release(&other);
}

static void what_is_no_such_file_is_named(void) {
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"valkit-dump 2\nwhatever", "of version 2 of the format, and this program knows version 1"},
        {"valkit-dump 1\r\nH", "transferred as text"},
        {"REDIS0011\xfa", "no file of --export: it is an RDB file"},
        {"\x1f\x8b\x08\x08\x08\x08\x08\x08\x08\x08", "compressed"},
        {"SET a 1\nSET b 2\n", "no file of --export"},
        {"\n\n\n\n\n\n\n\n\n\n\n", "no file of --export"},
        {"valkit-dump x\n", "no file of --export"},
        {"valkit-dump 0\n", "no file of --export"},
        {"valkit-dump 1111111111111111111111", "no file of --export"},
        {"xalkit-dump 1\n", "no file of --export"},
        {"valk", "no file of --export"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t window = 1; window < 30; window += 28) {
            CHECK_EQ(reading(cases[i].text, strlen(cases[i].text), window), VK_EPARSE);
            CHECK(strstr(error.text, cases[i].says));
        }
}

/* A record whose checks are right. */
static void put_forged(struct buf *out, uint64_t *check, const char *head, const char *body,
                       size_t n) {
    *check = crc64_update(*check, head, 5);
    buf_add(out, head, 5);
    for (int i = 0; i < 4; i++)
        buf_addc(out, (char)(*check >> (8 * i)));
    *check = crc64_update(*check, body, n);
    buf_add(out, body, n);
    for (int i = 0; i < 8; i++)
        buf_addc(out, (char)(*check >> (8 * i)));
}

static void lies_with_right_checks_are_found(void) {
    static const struct {
        const char *head, *body, *says;
        size_t n;
    } cases[] = {
        {"K\5\0\0\0", "\x08\0\0\0\0", "not what it should be", 5}, /* a flag that is not known */
        {"K\5\0\0\0", "\0\1\0\0\0", "not what it should be", 5},   /* a key longer than the body */
        {"K\0\0\0\0", "", "not what it should be", 0},             /* nothing at all */
        {"K\x0d\0\0\0", "\1\0\0\0\0\0\0\0\x80\0\0\0\0", "not what", 13}, /* before 1970 */
        {"E\x08\0\0\0", "\1\0\0\0\0\0\0\0", "not what it should be", 8}, /* a key is missing */
        {"X\0\0\0\0", "", "of a kind that version 1", 0},
        {"H\0\0\0\0", "", "a second header", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf forged;
        uint64_t check = 0;
        buf_init(&forged, 1 << 20);
        buf_add(&forged, file.p, ends[0]);
        check = crc64_update(0, file.p, 14 + 5);
        check = crc64_update(check, file.p + 14 + 9, ends[0] - 14 - 9 - 8);
        put_forged(&forged, &check, cases[i].head, cases[i].body, cases[i].n);
        CHECK_EQ(reading(forged.p, forged.len, 3), VK_EPARSE);
        CHECK(strstr(error.text, cases[i].says));
        buf_release(&forged);
    }
}

static void limits_hold(void) {
    struct dumpfile_reader *r = dumpfile_new(16);
    buf_clear(&said);
    CHECK_EQ(say_file(&said, r, file.p, file.len, 10, &error), VK_ELIMIT);
    CHECK_EQ(dumpfile_finish(r, &error), VK_ELIMIT);
    dumpfile_free(r);

    struct dumpfile_writer w;
    struct buf small;
    buf_init(&small, 100);
    CHECK_EQ(dumpfile_begin(&w, &small, &header), 0);
    struct dumpfile_writer before = w;
    size_t len = small.len;
    CHECK_EQ(dumpfile_put(&w, &small, &keys[0]), VK_ELIMIT);
    CHECK_EQ(small.len, len);
    CHECK(before.check == w.check && before.keys == w.keys);
    buf_release(&small);
}

int main(void) {
    write_all();
    RUN(windows_of_any_size_give_the_same);
    RUN(it_looks_as_documented);
    RUN(every_altered_byte_is_found);
    RUN(every_cut_is_found);
    RUN(records_hang_together);
    RUN(what_is_no_such_file_is_named);
    RUN(lies_with_right_checks_are_found);
    RUN(limits_hold);
    buf_release(&file);
    buf_release(&want);
    buf_release(&said);
    return t_end();
}
