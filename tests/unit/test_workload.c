/* SPDX-License-Identifier: BSD-3-Clause */
/* bench/workload and bench/image: lines of words to the bytes that are sent. */
#include "bench/image.h"

#include <stdint.h>
#include <stdlib.h>

#include "resp/write.h"
#include "tests/unit/resp_words.h"

enum { WORDS_MAX = 1024, TEXT_MAX = 1 << 22 };

/* ---- helpers ---- */

static int make(struct workload *w, const char *line, const struct workload_opts *o,
                struct err *e) {
    const char *argv[WORDS_MAX];
    char *text = mem_strdup(line), *rest = text;
    int argc = 0;
    for (char *word; argc < WORDS_MAX && (word = strsep(&rest, " "));)
        if (*word) argv[argc++] = word;
    int code = workload_from_words(w, argc, argv, NULL, o, e);
    free(text);
    return code;
}

static void make_good(struct workload *w, const char *line, const struct workload_opts *o) {
    struct err e;
    int code = make(w, line, o, &e);
    CHECK_EQ(code, 0);
    if (code < 0) {
        printf("%s\n", e.text);
        exit(1);
    }
}

static void image_good(struct image *m, const struct workload *w, int ops) {
    struct err e;
    int code = image_init(m, w, ops, &e);
    CHECK_EQ(code, 0);
    if (code < 0) exit(1);
}

static size_t encode(struct image *m, uint64_t first, uint64_t stride, int n, const char **p,
                     size_t *fixed_from) {
    struct image_op *ops = mem_zalloc((size_t)n, sizeof *ops);
    for (int i = 0; i < n; i++)
        ops[i].number = first + (uint64_t)i * stride;
    size_t len = image_encode(m, ops, n, p, fixed_from);
    free(ops);
    return len;
}

/* Operations first, first + stride, ... of w, n of them in batches, as text behind out. */
static void send(const struct workload *w, uint64_t first, uint64_t stride, int n, int batch,
                 struct buf *out) {
    struct image m;
    image_good(&m, w, batch);
    for (int done = 0, now; done < n; done += now) {
        const char *p;
        size_t fixed_from;
        now = n - done < batch ? n - done : batch;
        size_t len = encode(&m, first + (uint64_t)done * stride, stride, now, &p, &fixed_from);
        CHECK(fixed_from <= len);
        resp_words(p, len, out);
    }
    image_release(&m);
}

/* The first n operations of a line of words, as text. */
static const char *sent(const char *line, const struct workload_opts *o, int n, struct buf *out) {
    struct workload w;
    make_good(&w, line, o);
    buf_clear(out);
    send(&w, 0, 1, n, n, out);
    workload_release(&w);
    return buf_cstr(out);
}

static void check_refused(const char *line, const struct workload_opts *o, const char *text) {
    struct workload w;
    struct err e = {.text = ""};
    CHECK_EQ(make(&w, line, o, &e), VK_EUSAGE);
    CHECK_STR(e.text, text);
}

/* All numbers of 12 digits in text, in order; returns how many. */
static int numbers(const char *text, uint64_t *out, int max) {
    int n = 0;
    while (*text && n < max) {
        char digits[WORKLOAD_DIGITS + 1] = "";
        if (strspn(text, "0123456789") < WORKLOAD_DIGITS) {
            text++;
            continue;
        }
        memcpy(digits, text, WORKLOAD_DIGITS);
        out[n++] = strtoull(digits, NULL, 10);
        text += WORKLOAD_DIGITS;
    }
    return n;
}

static bool all_differ(const uint64_t *v, int n) {
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            if (v[i] == v[j]) return false;
    return true;
}

static int compare_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The commands of a text in alphabetical order. */
static void sort_commands(struct buf *text) {
    char *lines = mem_strdup(buf_cstr(text)), *rest = lines;
    const char **all = mem_zalloc(text->len + 1, sizeof *all);
    size_t n = 0;
    while (rest && *rest)
        all[n++] = strsep(&rest, "|");
    qsort((void *)all, n, sizeof *all, compare_text);
    buf_clear(text);
    for (size_t i = 0; i < n; i++) {
        buf_adds(text, all[i]);
        buf_addc(text, '|');
    }
    free((void *)all);
    free(lines);
}

/* ---- words ---- */

static void test_words_go_out_as_they_are(void) {
    struct buf out;
    buf_init(&out, TEXT_MAX);
    const struct workload_opts plain = {.data_size = 3};
    CHECK_STR(sent("SET foo bar", &plain, 1, &out), "SET foo bar|");
    CHECK_STR(sent("SET foo bar", &plain, 3, &out), "SET foo bar|SET foo bar|SET foo bar|");
    CHECK_STR(sent("GET key:__rand_int__ __rand_1st__", &plain, 2, &out),
              "GET key:__rand_int__ __rand_1st__|GET key:__rand_int__ __rand_1st__|");
    CHECK_STR(sent("EVAL a\\n 'b\" \"", &plain, 1, &out), "EVAL a\\n 'b\" \"|");
    buf_release(&out);
}

static void test_lengths_count_not_nuls(void) {
    const char *const argv[] = {"SET", "a\0b|;", "\0;"};
    const size_t lens[] = {3, 3, 1};
    struct workload w;
    struct err e;
    struct image m;
    const char *p;
    size_t fixed_from;
    CHECK_EQ(workload_from_words(&w, 3, argv, lens, &(struct workload_opts){0}, &e), 0);
    image_good(&m, &w, 1);
    size_t len = encode(&m, 0, 1, 1, &p, &fixed_from);
    CHECK_MEM(p, len, "*3\r\n$3\r\nSET\r\n$3\r\na\0b\r\n$1\r\n\0\r\n", 29);
    CHECK_EQ(workload_bytes(&w), 29);
    image_release(&m);
    workload_release(&w);
}

static void test_commands_repeat_and_follow(void) {
    struct buf out;
    buf_init(&out, TEXT_MAX);
    const struct workload_opts plain = {.data_size = 3};
    CHECK_STR(sent("SET a b ; 3 GET a", &plain, 1, &out), "SET a b|GET a|GET a|GET a|");
    CHECK_STR(sent("2 SET a 2 ; GET 3", &plain, 2, &out),
              "SET a 2|SET a 2|GET 3|SET a 2|SET a 2|GET 3|");
    CHECK_STR(sent("; ; 2 ; PING ; ;", &plain, 1, &out), "PING|");
    CHECK_STR(sent("PING a; ;b", &plain, 1, &out), "PING a; ;b|");
    CHECK_STR(sent("2nd x ; 02 y ; 5", &plain, 1, &out), "2nd x|02 y|");
    buf_release(&out);
}

static void test_every_different_command_is_a_row(void) {
    struct workload w;
    make_good(&w, "MULTI ; 2 SET a b ; GET a ; 1 SET a b ; EXEC", &(struct workload_opts){0});
    const char *const titles[] = {"MULTI", "SET a b", "GET a", "EXEC"};
    const int rows[] = {0, 1, 1, 2, 1, 3};
    CHECK_STR(w.title, "MULTI ; 2 SET a b ; GET a ; 1 SET a b ; EXEC");
    CHECK_EQ(w.n_rows, 4);
    CHECK_EQ(w.commands, 6);
    for (int i = 0; i < w.n_rows && i < 4; i++) {
        CHECK_STR(w.rows[i].title, titles[i]);
        CHECK(!w.rows[i].aside);
    }
    for (int i = 0; i < w.commands && i < 6; i++)
        CHECK_EQ(w.row_of[i], rows[i]);
    workload_release(&w);
    make_good(&w, "GET key:__rand_int__", &(struct workload_opts){.range = 10});
    CHECK_STR(w.title, "GET key:__rand_int__");
    CHECK_STR(w.rows[0].title, "GET key:__rand_int__");
    workload_rename(&w, "GET");
    CHECK_STR(w.title, "GET");
    CHECK_STR(w.rows[0].title, "GET");
    workload_release(&w);
}

static void test_a_word_from_elsewhere_is_in_no_title(void) {
    struct workload w;
    const struct workload_opts o = {.untitled_last = true};
    make_good(&w, "GET a ; SET k value", &o);
    CHECK_STR(w.title, "GET a ; SET k");
    CHECK_STR(w.rows[0].title, "GET a");
    CHECK_STR(w.rows[1].title, "SET k");
    workload_release(&w);
    struct buf out;
    buf_init(&out, TEXT_MAX);
    CHECK_STR(sent("GET a ; SET k value", &o, 1, &out), "GET a|SET k value|");
    buf_release(&out);
}

static void test_bad_lines_are_refused(void) {
    const struct workload_opts o = {.data_size = 3};
    check_refused("", &o, "there is no command to send");
    check_refused("; ; ;", &o, "there is no command to send");
    check_refused("3", &o, "there is no command to send");
    check_refused("10001 PING", &o, "a sequence has at most 10000 commands");
    check_refused("PING ; 10000 PING", &o, "a sequence has at most 10000 commands");
    check_refused("99999999999999999999 PING", &o, "a sequence has at most 10000 commands");
    const struct workload_opts large = {.data_size = (size_t)3 << 30};
    check_refused("SET k __data__", &large, "the requests are too large: more than 2 GiB");
}

static void test_limits_can_be_reached(void) {
    struct workload w;
    struct err e = {.text = ""};
    struct buf line;
    const struct workload_opts o = {.data_size = 3};
    make_good(&w, "9999 PING ; ECHO x", &o);
    CHECK_EQ(w.commands, 10000);
    CHECK_EQ(w.row_of[9998], 0);
    CHECK_EQ(w.row_of[9999], 1);
    workload_release(&w);
    buf_init(&line, TEXT_MAX);
    for (int i = 0; i < WORKLOAD_ROWS_MAX; i++)
        buf_addf(&line, "ECHO %d ; ", i);
    make_good(&w, buf_cstr(&line), &o);
    CHECK_EQ(w.n_rows, WORKLOAD_ROWS_MAX);
    workload_release(&w);
    buf_adds(&line, "PING");
    CHECK_EQ(make(&w, buf_cstr(&line), &o, &e), VK_EUSAGE);
    CHECK_STR(e.text, "a sequence has at most 64 different commands");
    buf_release(&line);
}

/* ---- data ---- */

static void test_data_is_fresh_text(void) {
    struct buf out;
    buf_init(&out, TEXT_MAX);
    struct keygen_text text;
    const struct workload_opts o = {.data_size = 3};
    CHECK_STR(sent("SET k __data__", &o, 2, &out), "SET k VXK|SET k VXK|");
    CHECK_STR(sent("SET k a__data__b:__data____data__", &o, 1, &out), "SET k aVXKb:eHogKg|");
    CHECK_STR(sent("SET k __data__ ; GET __data__", &o, 1, &out), "SET k VXK|GET eHo|");
    CHECK_STR(sent("2 SET k __data__ ; GET __data__", &o, 1, &out), "SET k VXK|SET k VXK|GET eHo|");
    CHECK_STR(sent("SET __data_ _data__", &o, 1, &out), "SET __data_ _data__|");
    const struct workload_opts on = {.data_size = 3, .text = &text};
    keygen_text_start(&text);
    const char *got = sent("SET k __data__", &on, 1, &out);
    CHECK_STR(got, "SET k VXK|");
    got = sent("SET k __data__", &on, 1, &out);
    CHECK_STR(got, "SET k eHo|");
    buf_release(&out);
}

static void test_data_moves_holes_along(void) {
    struct buf out;
    buf_init(&out, TEXT_MAX);
    const struct workload_opts o = {.data_size = 5, .range = 1};
    CHECK_STR(sent("SET __data____rand_int__ x__rand_int____data__", &o, 1, &out),
              "SET VXKeH000000000000 x000000000000ogKgJ|");
    buf_release(&out);
}

/* ---- random numbers ---- */

static void test_each_use_has_its_own_number(void) {
    struct buf out;
    uint64_t n[16];
    buf_init(&out, TEXT_MAX);
    const struct workload_opts o = {.range = 1000000000, .seed = 7};
    const char *text =
        sent("SET a__rand_int____rand_int__b __rand_int__ ; 2 GET __rand_int__", &o, 2, &out);
    CHECK_EQ(numbers(text, n, 16), 10);
    CHECK(all_differ(n, 10));
    text = sent("MSET __rand_int__ 1 __rand_int__ 2 __rand_int__ 3 __rand_int__ 4 __rand_int__ 5 "
                "__rand_int__ 6 __rand_int__ 7 __rand_int__ 8 __rand_int__ 9 __rand_int__ 10",
                &o, 1, &out);
    CHECK_EQ(numbers(text, n, 16), 10);
    CHECK(all_differ(n, 10));
    buf_release(&out);
}

static void test_a_group_shares_a_number_within_a_command(void) {
    struct buf out;
    uint64_t n[16];
    buf_init(&out, TEXT_MAX);
    const struct workload_opts o = {.range = 1000000000, .seed = 7};
    const char *text =
        sent("SET __rand_1st__ __rand_2nd__ __rand_int__ x__rand_1st____rand_2nd__ ; "
             "2 GET __rand_1st__ __rand_1st__",
             &o, 1, &out);
    CHECK_EQ(numbers(text, n, 16), 9);
    CHECK_EQ(n[3], n[0]);
    CHECK_EQ(n[4], n[1]);
    CHECK_EQ(n[6], n[5]);
    CHECK_EQ(n[8], n[7]);
    CHECK(all_differ((uint64_t[]){n[0], n[1], n[2], n[5], n[7]}, 5));
    text = sent("E __rand_1st__ __rand_2nd__ __rand_3rd__ __rand_4th__ __rand_5th__ __rand_6th__ "
                "__rand_7th__ __rand_8th__ __rand_9th__ __rand_10th__ __rand_int_",
                &o, 1, &out);
    CHECK_EQ(numbers(text, n, 16), 9);
    CHECK(all_differ(n, 9));
    CHECK(strstr(text, " __rand_10th__ __rand_int_|"));
    buf_release(&out);
}

static void test_odd_places_of_a_placeholder(void) {
    struct buf out;
    buf_init(&out, TEXT_MAX);
    const struct workload_opts o = {.range = 1};
    CHECK_STR(sent("__rand_int__", &o, 1, &out), "000000000000|");
    CHECK_STR(sent("____rand_int____", &o, 1, &out), "__000000000000__|");
    CHECK_STR(sent("__rand___rand_1st__rand_int__", &o, 1, &out), "__rand_000000000000rand_int__|");
    CHECK_STR(sent("{__rand_9th__}:__RAND_INT__", &o, 1, &out), "{000000000000}:__RAND_INT__|");
    buf_release(&out);
}

static void test_numbers_lie_below_the_range(void) {
    struct buf out;
    uint64_t n[1000];
    bool seen[7] = {false};
    buf_init(&out, TEXT_MAX);
    CHECK_EQ(
        numbers(sent("GET __rand_int__", &(struct workload_opts){.range = 7}, 1000, &out), n, 1000),
        1000);
    for (int i = 0; i < 1000; i++) {
        CHECK(n[i] < 7);
        seen[n[i] % 7] = true;
    }
    for (int i = 0; i < 7; i++)
        CHECK(seen[i]);
    const uint64_t most = 999999999999;
    uint64_t greatest = 0;
    numbers(sent("GET __rand_int__", &(struct workload_opts){.range = most}, 1000, &out), n, 1000);
    for (int i = 0; i < 1000; i++)
        greatest = n[i] > greatest ? n[i] : greatest;
    CHECK(greatest > most / 2 && greatest < most);
    buf_release(&out);
}

static void test_the_seed_decides(void) {
    struct buf a, b;
    const char *line = "SET __rand_int__ __rand_3rd__";
    buf_init(&a, TEXT_MAX);
    buf_init(&b, TEXT_MAX);
    sent(line, &(struct workload_opts){.range = 1000000, .seed = 1}, 20, &a);
    sent(line, &(struct workload_opts){.range = 1000000, .seed = 1}, 20, &b);
    CHECK_MEM(a.p, a.len, b.p, b.len);
    sent(line, &(struct workload_opts){.range = 1000000, .seed = 2}, 20, &b);
    CHECK_EQ(a.len, b.len);
    CHECK(memcmp(a.p, b.p, a.len) != 0);
    buf_release(&a);
    buf_release(&b);
}

/* Dealt to `stride` workers, each with batches of its own size. */
static void check_deal(const char *line, const struct workload_opts *o, int stride) {
    enum { OPERATIONS = 84 };
    struct workload w;
    struct buf all, dealt;
    buf_init(&all, TEXT_MAX);
    buf_init(&dealt, TEXT_MAX);
    make_good(&w, line, o);
    send(&w, 0, 1, OPERATIONS, 16, &all);
    for (int worker = 0; worker < stride; worker++)
        send(&w, (uint64_t)worker, (uint64_t)stride, OPERATIONS / stride, worker + 1, &dealt);
    sort_commands(&all);
    sort_commands(&dealt);
    CHECK_MEM(dealt.p, dealt.len, all.p, all.len);
    workload_release(&w);
    buf_release(&all);
    buf_release(&dealt);
}

static void test_requests_are_the_same_however_they_are_dealt(void) {
    const char *line = "SET __rand_int__ __rand_1st__ __rand_1st__ ; 2 GET __rand_int__";
    const struct workload_opts drawn = {.range = 1000000, .seed = 3};
    const struct workload_opts counted = {.range = 100, .sequential = true};
    for (int i = 0; i < 3; i++) {
        int stride = (const int[]){1, 2, 7}[i];
        check_deal(line, &drawn, stride);
        check_deal(line, &counted, stride);
        check_deal("PING", &drawn, stride);
    }
}

/* ---- sequential numbers ---- */

static void test_counting_covers_the_range(void) {
    struct buf out;
    uint64_t n[50];
    buf_init(&out, TEXT_MAX);
    const struct workload_opts o = {.range = 20, .sequential = true};
    CHECK_EQ(numbers(sent("GET __rand_int__", &o, 50, &out), n, 50), 50);
    for (uint64_t i = 0; i < 50; i++)
        CHECK_EQ(n[i], i % 20);
    CHECK_EQ(
        numbers(sent("MGET __rand_int__ __rand_int__ ; GET __rand_int__", &o, 16, &out), n, 50),
        48);
    for (uint64_t i = 0; i < 48; i++)
        CHECK_EQ(n[i], i % 20);
    buf_release(&out);
}

static void test_each_name_counts_by_itself(void) {
    struct buf out;
    buf_init(&out, TEXT_MAX);
    const struct workload_opts o = {.range = 100, .sequential = true};
    CHECK_STR(sent("A __rand_int__ __rand_1st__ __rand_1st__ ; 2 B __rand_1st__ ; C __rand_2nd__ "
                   "__rand_int__",
                   &o, 2, &out),
              "A 000000000000 000000000000 000000000000|B 000000000001|B 000000000002|"
              "C 000000000000 000000000001|"
              "A 000000000002 000000000003 000000000003|B 000000000004|B 000000000005|"
              "C 000000000001 000000000003|");
    buf_release(&out);
}

static void test_counters_go_on_from_earlier_runs(void) {
    struct buf out;
    struct workload w;
    buf_init(&out, TEXT_MAX);
    make_good(&w, "A __rand_int__ __rand_int__",
              &(struct workload_opts){.range = 7, .sequential = true});
    w.op_base = 3;
    send(&w, 0, 1, 1, 1, &out);
    CHECK_STR(buf_cstr(&out), "A 000000000006 000000000000|");
    workload_release(&w);
    buf_release(&out);
}

static void test_drawn_numbers_go_on_as_well(void) {
    struct buf first, later;
    struct workload w;
    buf_init(&first, TEXT_MAX);
    buf_init(&later, TEXT_MAX);
    make_good(&w, "GET __rand_int__", &(struct workload_opts){.range = 1000000});
    send(&w, 3, 1, 2, 1, &first);
    w.op_base = 3;
    send(&w, 0, 1, 2, 1, &later);
    CHECK_MEM(later.p, later.len, first.p, first.len);
    workload_release(&w);
    buf_release(&first);
    buf_release(&later);
}

/* ---- images ---- */

static void test_an_image_tells_its_commands(void) {
    struct workload w;
    struct image m;
    const char *p;
    size_t fixed_from;
    make_good(&w, "SET __rand_int__ value ; 2 PING", &(struct workload_opts){.range = 10});
    image_good(&m, &w, 4);
    CHECK_EQ(m.ops, 4);
    CHECK_EQ(workload_bytes(&w), 43 + 14 + 14);
    for (int n = 4; n > 0; n--) {
        size_t len = encode(&m, 0, 1, n, &p, &fixed_from);
        CHECK_EQ(len, (size_t)n * workload_bytes(&w));
        CHECK_EQ(m.commands, n * 3);
        CHECK_EQ(fixed_from, (size_t)(n - 1) * workload_bytes(&w) + 18 + 12);
        for (int i = 0; i < m.commands; i++) {
            CHECK_EQ(m.rows[i], i % 3 > 0);
            CHECK_EQ(m.lens[i], i % 3 ? 14 : 43);
        }
    }
    image_release(&m);
    workload_release(&w);
}

static void test_nothing_changes_without_holes(void) {
    struct workload w;
    struct image m;
    const char *p, *again;
    size_t fixed_from;
    make_good(&w, "SET __rand_int__ value", &(struct workload_opts){.range = 0});
    image_good(&m, &w, 8);
    encode(&m, 0, 1, 8, &p, &fixed_from);
    CHECK_EQ(fixed_from, 0);
    encode(&m, 8, 1, 8, &again, &fixed_from);
    CHECK(p == again);
    image_release(&m);
    workload_release(&w);
}

static void test_large_operations_make_small_images(void) {
    struct workload w;
    struct image m;
    const char *p;
    size_t fixed_from;
    make_good(&w, "SET k __data__", &(struct workload_opts){.data_size = 5 << 20});
    image_good(&m, &w, 1000);
    CHECK(m.ops >= 6 && m.ops <= 12);
    CHECK_EQ(encode(&m, 0, 1, m.ops, &p, &fixed_from), workload_bytes(&w) * (size_t)m.ops);
    image_release(&m);
    workload_release(&w);
    make_good(&w, "SET k __data__", &(struct workload_opts){.data_size = 70 << 20});
    image_good(&m, &w, 1000);
    CHECK_EQ(m.ops, 1);
    image_release(&m);
    workload_release(&w);
}

/* ---- other makes ---- */

static void test_an_inline_line_is_sent_with_its_end(void) {
    struct workload w;
    struct image m;
    struct err e;
    const char *p;
    char line[300];
    size_t fixed_from;
    CHECK_EQ(workload_from_inline(&w, "PING_INLINE", "PING", &e), 0);
    CHECK_STR(w.title, "PING_INLINE");
    CHECK_STR(w.rows[0].title, "PING_INLINE");
    image_good(&m, &w, 2);
    size_t len = encode(&m, 0, 1, 2, &p, &fixed_from);
    CHECK_MEM(p, len, "PING\r\nPING\r\n", 12);
    CHECK_EQ(m.commands, 2);
    CHECK_EQ(m.lens[1], 6);
    image_release(&m);
    workload_release(&w);
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = 0;
    CHECK_EQ(workload_from_inline(&w, "x", line, &e), VK_EUSAGE);
}

/* Operation 2 has two commands, others one. */
static int write_some(void *arg, uint64_t op, struct buf *out, uint16_t *rows) {
    const char *const *word = arg;
    const char *argv[] = {*word, op % 2 ? "odd" : "even"};
    char number[32];
    const char *echo[] = {"ECHO", number};
    rows[0] = 0;
    CHECK_EQ(resp_write_argv(out, 2, argv, NULL), 0);
    if (op != 2) return 1;
    snprintf(number, sizeof number, "%d", (int)op);
    rows[1] = 1;
    CHECK_EQ(resp_write_argv(out, 2, echo, NULL), 0);
    return 2;
}

static void test_written_commands_are_told_apart(void) {
    const struct workload_row rows[] = {{.title = (char *)"GET"}, {(char *)"ECHO", true}};
    const char *word = "GET", *p;
    struct workload w;
    struct image m;
    struct buf out;
    size_t fixed_from;
    workload_from_writer(&w, "both", rows, 2, 2, write_some, &word);
    CHECK_STR(w.title, "both");
    CHECK_STR(w.rows[1].title, "ECHO");
    CHECK(!w.rows[0].aside && w.rows[1].aside);
    CHECK_EQ(workload_bytes(&w), 0);
    image_good(&m, &w, 4);
    size_t len = encode(&m, 1, 1, 3, &p, &fixed_from);
    buf_init(&out, TEXT_MAX);
    resp_words(p, len, &out);
    CHECK_STR(buf_cstr(&out), "GET odd|GET even|ECHO 2|GET odd|");
    CHECK_EQ(m.commands, 4);
    CHECK_EQ(m.rows[2], 1);
    CHECK_EQ(m.lens[0], 22);
    CHECK_EQ(m.lens[1], 23);
    CHECK_EQ(m.lens[2], 21);
    buf_release(&out);
    CHECK_EQ(encode(&m, 0, 1, 1, &p, &fixed_from), 23);
    CHECK_EQ(m.commands, 1);
    image_release(&m);
    workload_release(&w);
}

int main(void) {
    RUN(test_words_go_out_as_they_are);
    RUN(test_lengths_count_not_nuls);
    RUN(test_commands_repeat_and_follow);
    RUN(test_every_different_command_is_a_row);
    RUN(test_a_word_from_elsewhere_is_in_no_title);
    RUN(test_bad_lines_are_refused);
    RUN(test_limits_can_be_reached);
    RUN(test_data_is_fresh_text);
    RUN(test_data_moves_holes_along);
    RUN(test_each_use_has_its_own_number);
    RUN(test_a_group_shares_a_number_within_a_command);
    RUN(test_odd_places_of_a_placeholder);
    RUN(test_numbers_lie_below_the_range);
    RUN(test_the_seed_decides);
    RUN(test_requests_are_the_same_however_they_are_dealt);
    RUN(test_counting_covers_the_range);
    RUN(test_each_name_counts_by_itself);
    RUN(test_counters_go_on_from_earlier_runs);
    RUN(test_drawn_numbers_go_on_as_well);
    RUN(test_an_image_tells_its_commands);
    RUN(test_nothing_changes_without_holes);
    RUN(test_large_operations_make_small_images);
    RUN(test_an_inline_line_is_sent_with_its_end);
    RUN(test_written_commands_are_told_apart);
    return t_end();
}
