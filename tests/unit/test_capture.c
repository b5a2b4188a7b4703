/* SPDX-License-Identifier: BSD-3-Clause */
/* core/capture: what is written is read again, whole, byte by byte and cut at every byte; what is
 * wrong is told. */
#include <stdlib.h>

#include "tests/unit/capture_cases.h"
#include "tests/unit/t.h"

#define TEXT(s) ((struct capture_text){s, sizeof(s) - 1})
#define HEADER "*5\r\n$14\r\nvalkit-capture\r\n$1\r\n1\r\n$1\r\n7\r\n$1\r\np\r\n$1\r\ns\r\n"
#define NODE "*3\r\n$4\r\nnode\r\n$1\r\n0\r\n$1\r\nn\r\n"
#define END(count) "*3\r\n$3\r\nend\r\n$1\r\n9\r\n$1\r\n" count "\r\n"

static const char *const argv[] = {"SET", "a\0\r\n$1", ""};
static const size_t lens[] = {3, 6, 0};

static const struct capture_record records[] = {
    {.kind = CAPTURE_HEADER,
     .time_us = 1700000000000000,
     .program = TEXT("vktail 0.1.0"),
     .text = TEXT("monitor -c prod")},
    {.kind = CAPTURE_NODE, .node = 0, .text = TEXT("10.0.0.1:6379")},
    {.kind = CAPTURE_NODE, .node = 7, .text = TEXT("[::1]:6380")},
    {.kind = CAPTURE_COMMAND,
     .node = 7,
     .time_us = 1700000000000001,
     .command = {.time_us = 1700000000000001,
                 .db = 15,
                 .origin = MONITOR_TCP,
                 .addr = "127.0.0.1:60866",
                 .addr_len = 15,
                 .argc = 3,
                 .argv = argv,
                 .lens = lens}},
    {.kind = CAPTURE_COMMAND,
     .time_us = 2,
     .command =
         {.time_us = 2, .origin = MONITOR_LUA, .addr = "", .argc = 0, .argv = argv, .lens = lens}},
    {.kind = CAPTURE_COMMAND,
     .time_us = 2,
     .command = {.time_us = 2,
                 .origin = MONITOR_UNIX,
                 .addr = "/a b",
                 .addr_len = 4,
                 .argc = 1,
                 .argv = argv,
                 .lens = lens}},
    {.kind = CAPTURE_COMMAND,
     .time_us = 2,
     .command = {.time_us = 2, .origin = MONITOR_UNKNOWN, .argc = 1, .argv = argv, .lens = lens}},
    {.kind = CAPTURE_MESSAGE, .time_us = 3, .channel = TEXT("news"), .text = TEXT("\xff\0\r\n")},
    {.kind = CAPTURE_SMESSAGE, .time_us = 3, .node = 7, .channel = TEXT(""), .text = TEXT("")},
    {.kind = CAPTURE_PMESSAGE,
     .time_us = 3,
     .pattern = TEXT("n*"),
     .channel = TEXT("news"),
     .text = TEXT("hello")},
    {.kind = CAPTURE_RAW, .time_us = 4, .text = TEXT("1.000000 [0 lua] \"a\"b\"")},
    {.kind = CAPTURE_GAP, .time_us = 9, .node = 7, .from_us = 5, .text = TEXT("connection lost")},
    {.kind = CAPTURE_DROP, .time_us = 10, .count = UINT64_MAX, .text = TEXT("oldest")},
    {.kind = CAPTURE_END, .time_us = 11, .count = 12},
};
enum { N_RECORDS = sizeof records / sizeof *records };

static struct buf stream, said, want;
static size_t ends[N_RECORDS]; /* in stream */
static size_t said_ends[N_RECORDS];
static struct err error;

static void write_all(void) {
    buf_init(&stream, 1 << 20);
    buf_init(&said, 1 << 20);
    buf_init(&want, 1 << 20);
    for (int i = 0; i < N_RECORDS; i++) {
        CHECK_EQ(capture_put(&stream, &records[i]), 0);
        say_record(&want, &records[i]);
        ends[i] = stream.len;
        said_ends[i] = want.len;
    }
}

static void what_is_written_is_read(void) {
    struct capture_reader *r = capture_new(NULL);
    CHECK_EQ(capture_ending(r), CAPTURE_EMPTY);
    buf_clear(&said);
    CHECK_EQ(say_window(&said, r, stream.p, stream.len, &error), 0);
    CHECK_MEM(said.p, said.len, want.p, want.len);
    CHECK_EQ(capture_ending(r), CAPTURE_ENDED);
    CHECK_EQ(capture_offset(r), stream.len);
    CHECK_EQ(capture_records(r), N_RECORDS);
    CHECK_STR(capture_node(r, 7), "[::1]:6380");
    CHECK(!capture_node(r, 1) && !capture_node(r, 8) && !capture_node(r, -1));
    capture_free(r);
}

static void records_look_as_documented(void) {
    struct buf out;
    buf_init(&out, 1000);
    CHECK_EQ(capture_put(&out, &records[1]), 0);
    CHECK_EQ(capture_put(&out, &records[9]), 0);
    CHECK_STR(buf_cstr(&out), "*3\r\n$4\r\nnode\r\n$1\r\n0\r\n$13\r\n10.0.0.1:6379\r\n"
                              "*6\r\n$8\r\npmessage\r\n$1\r\n3\r\n$1\r\n0\r\n$2\r\nn*\r\n$4\r\n"
                              "news\r\n$5\r\nhello\r\n");
    buf_release(&out);
}

static void windows_of_any_size_give_the_same(void) {
    for (size_t size = 1; size < 40; size++) {
        struct capture_reader *r = capture_new(NULL);
        buf_clear(&said);
        for (size_t at = 0; at < stream.len; at += size) {
            size_t n = stream.len - at < size ? stream.len - at : size;
            char *window = malloc(n);
            memcpy(window, stream.p + at, n);
            CHECK_EQ(say_window(&said, r, window, n, &error), 0);
            free(window);
        }
        CHECK_MEM(said.p, said.len, want.p, want.len);
        CHECK_EQ(capture_ending(r), CAPTURE_ENDED);
        capture_free(r);
    }
}

static void a_cut_is_told_and_keeps_the_whole_records(void) {
    for (size_t len = 0; len < stream.len; len++) {
        struct capture_reader *r = capture_new(NULL);
        char *part = malloc(len + !len);
        memcpy(part, stream.p, len);
        buf_clear(&said);
        CHECK_EQ(say_window(&said, r, part, len, &error), 0);
        size_t n = 0;
        while (n < N_RECORDS && ends[n] <= len)
            n++;
        size_t end = n ? ends[n - 1] : 0;
        CHECK_EQ(capture_records(r), n);
        CHECK_EQ(capture_offset(r), end);
        CHECK_EQ(capture_ending(r), end < len ? CAPTURE_CUT : n ? CAPTURE_OPEN : CAPTURE_EMPTY);
        CHECK_MEM(said.p, said.len, want.p, n ? said_ends[n - 1] : 0);
        free(part);
        capture_free(r);
    }
}

/* Whatever a changed byte does, reading ends without harm, and says so when it is an error. */
static void changed_bytes_do_no_harm(void) {
    for (size_t i = 0; i < stream.len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            struct capture_reader *r = capture_new(NULL);
            stream.p[i] ^= (char)(1 << bit);
            buf_clear(&said);
            err_clear(&error);
            int rc = say_window(&said, r, stream.p, stream.len, &error);
            CHECK(rc == 0 || rc == VK_EPARSE || rc == VK_ELIMIT);
            CHECK_EQ(error.code, rc);
            stream.p[i] ^= (char)(1 << bit);
            capture_free(r);
        }
    }
}

static void captures_may_follow_each_other(void) {
    struct capture_reader *r = capture_new(NULL);
    buf_clear(&said);
    CHECK_EQ(say_window(&said, r, stream.p, stream.len, &error), 0);
    CHECK_EQ(say_window(&said, r, HEADER, sizeof HEADER - 1, &error), 0);
    CHECK(!capture_node(r, 7)); /* a header forgets them */
    CHECK_EQ(capture_ending(r), CAPTURE_OPEN);
    CHECK_EQ(say_window(&said, r, HEADER END("0"), sizeof(HEADER END("0")) - 1, &error), 0);
    CHECK_EQ(capture_ending(r), CAPTURE_ENDED);
    CHECK_EQ(capture_records(r), N_RECORDS + 3);
    capture_free(r);
}

static void what_is_newer_is_passed_over(void) {
    static const char text[] = HEADER NODE "*2\r\n$3\r\nnew\r\n$4\r\nmore\r\n"
                                           "*6\r\n$3\r\nraw\r\n$1\r\n1\r\n$1\r\n0\r\n$1\r\nx\r\n"
                                           "$1\r\ny\r\n$0\r\n\r\n" END("3");
    struct capture_reader *r = capture_new(NULL);
    buf_clear(&said);
    CHECK_EQ(say_window(&said, r, text, sizeof text - 1, &error), 0);
    CHECK_EQ(capture_ending(r), CAPTURE_ENDED);
    CHECK_EQ(capture_unknown(r), 1);
    CHECK_EQ(capture_records(r), 5);
    CHECK(strstr(buf_cstr(&said), "\"x\" [0") != NULL);
    capture_free(r);
}

struct bad {
    const char *text, *message;
    int code;
};

static const struct bad bads[] = {
    {"1700000000.000001 [0 lua] \"GET\"\r\n", "record 1 at offset 0: not a capture", VK_EPARSE},
    {"\x1f\x8b\b", "record 1 at offset 0: not a capture", VK_EPARSE},
    {"+OK\r\n", "record 1 at offset 0: not an array of bulk strings", VK_EPARSE},
    {"*1\r\n$4\r\nPING\r\n", "record 1 at offset 0: not a capture", VK_EPARSE},
    {NODE, "record 1 at offset 0: not a capture", VK_EPARSE},
    {"*1\r\n$14\r\nvalkit-capture\r\n", "record 1 at offset 0: a header without a version",
     VK_EPARSE},
    {"*2\r\n$14\r\nvalkit-capture\r\n$1\r\n2\r\n", "record 1: version 2 of the format, known is 1",
     VK_EPARSE},
    {"*2\r\n$14\r\nvalkit-capture\r\n$1\r\n1\r\n", "record 1 at offset 0: elements are missing",
     VK_EPARSE},
    {HEADER "*0\r\n", "record 2 at offset 53: an empty array", VK_EPARSE},
    {HEADER "*-1\r\n", "record 2 at offset 53: not an array of bulk strings", VK_EPARSE},
    {HEADER "*1\r\n*1\r\n$1\r\nx\r\n", "record 2 at offset 53: not an array of bulk strings",
     VK_EPARSE},
    {HEADER "*1\r\n:1\r\n", "record 2 at offset 53: not an array of bulk strings", VK_EPARSE},
    {HEADER "*1\r\n$-1\r\n", "record 2 at offset 53: not an array of bulk strings", VK_EPARSE},
    {HEADER "%1\r\n$1\r\nx\r\n$1\r\nx\r\n", "record 2 at offset 53: not an array of bulk strings",
     VK_EPARSE},
    {HEADER "*?\r\n", "record 2 at offset 53: its length is not told at its beginning", VK_EPARSE},
    {HEADER "*1\r\n$?\r\n;1\r\n", "record 2 at offset 53: its length is not told at its beginning",
     VK_EPARSE},
    {HEADER "*1\r\n$1\r\nxx\r\n", "record 2: offset 62: expected CRLF behind a string, got 'x'",
     VK_EPARSE},
    {HEADER NODE "*4\r\n$3\r\nraw\r\n$1\r\nx\r\n$1\r\n0\r\n$0\r\n\r\n",
     "record 3 at offset 81: element 1 of 'raw' is not what it should be", VK_EPARSE},
    {HEADER NODE "*4\r\n$3\r\nraw\r\n$1\r\n1\r\n$1\r\n1\r\n$0\r\n\r\n",
     "record 3 at offset 81: its node was not declared", VK_EPARSE},
    {HEADER "*3\r\n$4\r\nnode\r\n$5\r\n65536\r\n$1\r\nn\r\n",
     "record 2 at offset 53: element 1 of 'node' is not what it should be", VK_EPARSE},
    {HEADER NODE "*6\r\n$7\r\ncommand\r\n$1\r\n1\r\n$1\r\n0\r\n$1\r\n0\r\n$3\r\nudp\r\n$0\r\n\r\n",
     "record 3 at offset 81: element 4 of 'command' is not what it should be", VK_EPARSE},
    {HEADER NODE END("0"), "record 3 at offset 81: records before it are missing", VK_EPARSE},
    {HEADER END("0") NODE, "record 3 at offset 80: not a capture's header", VK_EPARSE},
    {HEADER "*9\r\n", "record 2: offset 53: expected at most 8 values in an aggregate, got more",
     VK_ELIMIT},
    {HEADER "*1\r\n$101\r\n",
     "record 2: offset 57: expected at most 100 bytes in a string, got more", VK_ELIMIT},
    {HEADER "*2\r\n$60\r\n"
            "012345678901234567890123456789012345678901234567890123456789\r\n$60\r\n"
            "012345678901234567890123456789012345678901234567890123456789\r\n",
     "record 2 at offset 53: longer than 100 bytes", VK_ELIMIT},
};

static void damage_is_told_and_stays(void) {
    const struct capture_limits limits = {.args = 8, .record = 100};
    struct capture_record record;
    for (const struct bad *b = bads; b < bads + sizeof bads / sizeof *bads; b++) {
        struct capture_reader *r = capture_new(&limits);
        err_clear(&error);
        CHECK_EQ(say_window(&said, r, b->text, strlen(b->text), &error), b->code);
        CHECK_STR(error.text, b->message);
        err_clear(&error);
        capture_feed(r, HEADER, sizeof HEADER - 1);
        CHECK_EQ(capture_next(r, &record, &error), b->code);
        CHECK_STR(error.text, b->message);
        capture_free(r);
    }
}

static void large_records_leave_no_large_memory_behind(void) {
    enum { ARGS = 20000, BYTES = 200 };
    static const char *many[ARGS];
    static size_t sizes[ARGS];
    static char bytes[BYTES];
    struct capture_record big = records[3], got;
    struct capture_reader *r = capture_new(NULL);
    for (int i = 0; i < ARGS; i++) {
        many[i] = bytes;
        sizes[i] = (size_t)i % BYTES;
    }
    big.command.argc = ARGS;
    big.command.argv = many;
    big.command.lens = sizes;
    struct buf out;
    buf_init(&out, 1 << 24);
    for (int i = 0; i < 3; i++)
        CHECK_EQ(capture_put(&out, &records[i]), 0);
    CHECK_EQ(capture_put(&out, &big), 0);
    CHECK_EQ(capture_put(&out, &records[4]), 0);
    capture_feed(r, out.p, out.len);
    for (int i = 0; i < 4; i++)
        CHECK_EQ(capture_next(r, &got, &error), 1);
    CHECK_EQ(got.command.argc, ARGS);
    CHECK_EQ(got.command.lens[199], 199);
    CHECK_MEM(got.command.argv[ARGS - 1], got.command.lens[ARGS - 1], bytes, (ARGS - 1) % BYTES);
    CHECK_EQ(capture_next(r, &got, &error), 1);
    CHECK_EQ(got.command.argc, 0);
    CHECK_EQ(capture_next(r, &got, &error), 0);
    capture_free(r);
    buf_release(&out);
}

static void a_full_buffer_is_left_as_it_was(void) {
    for (size_t max = 4; max < 4 + ends[0]; max++) {
        struct buf out;
        buf_init(&out, max);
        buf_adds(&out, "kept");
        CHECK_EQ(capture_put(&out, &records[0]), VK_ELIMIT);
        CHECK_MEM(out.p, out.len, "kept", 4);
        buf_release(&out);
    }
}

int main(void) {
    RUN(write_all);
    RUN(what_is_written_is_read);
    RUN(records_look_as_documented);
    RUN(windows_of_any_size_give_the_same);
    RUN(a_cut_is_told_and_keeps_the_whole_records);
    RUN(changed_bytes_do_no_harm);
    RUN(captures_may_follow_each_other);
    RUN(what_is_newer_is_passed_over);
    RUN(damage_is_told_and_stays);
    RUN(large_records_leave_no_large_memory_behind);
    RUN(a_full_buffer_is_left_as_it_was);
    buf_release(&stream);
    buf_release(&said);
    buf_release(&want);
    return t_end();
}
