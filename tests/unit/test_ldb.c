/* SPDX-License-Identifier: BSD-3-Clause */
/* ui/ldb: the debugger's lines as a server sends them, and what is shown of them. */
#include "ui/ldb.h"

#include "t.h"

static const char script[] = "local x = 1\n"
                             "\tlocal y = redis.call('get', KEYS[1])\n"
                             "if x then\r\n"
                             "  x = 2\n"
                             "end\n"
                             "return y";

struct rig {
    struct ldb ldb;
    struct ldb_look look;
    struct buf out;
    struct reply_builder tree;
};

static void rig_init(struct rig *r) {
    *r = (struct rig){.look = {.around = 1}};
    ldb_init(&r->ldb, "a.lua", script, sizeof script - 1);
    buf_init(&r->out, 1 << 16);
    reply_builder_init(&r->tree, 1 << 20);
}

static void rig_release(struct rig *r) {
    ldb_release(&r->ldb);
    buf_release(&r->out);
    reply_builder_release(&r->tree);
}

static const struct reply *read_reply(struct rig *r, const char *bytes) {
    struct resp_reader reader;
    struct resp_event ev;
    resp_read_init(&reader, NULL);
    reply_builder_clear(&r->tree);
    resp_read_feed(&reader, bytes, strlen(bytes));
    while (resp_read_next(&reader, &ev) > 0)
        if (reply_build(&r->tree, &ev) < 0) break;
    resp_read_release(&reader);
    CHECK(r->tree.root);
    return r->tree.root;
}

/* What command (one or two words) is answered with. */
static const char *answer(struct rig *r, const char *command, const char *arg, const char *bytes) {
    const char *const argv[] = {command, arg};
    const size_t lens[] = {strlen(command), strlen(arg)};
    const struct reply *reply = read_reply(r, bytes);
    buf_clear(&r->out);
    CHECK(ldb_take(&r->ldb, *arg ? 2 : *command ? 1 : 0, argv, lens, reply));
    ldb_show(&r->ldb, &r->look, reply, &r->out);
    return buf_cstr(&r->out);
}

/* ---- lines ---- */

static void check_line(const char *text, enum ldb_kind kind, int64_t number, const char *rest) {
    struct ldb_line line = ldb_line_of(text, strlen(text));
    CHECK_EQ(line.kind, kind);
    CHECK_EQ(line.number, number);
    CHECK_MEM(line.text, line.len, rest, strlen(rest));
}

static void lines_are_known_by_how_they_begin(void) {
    check_line("* Stopped at 3, stop reason = break point", LDB_STOP, 3, "break point");
    check_line("-> 1   local x = 1", LDB_SOURCE, 1, "local x = 1");
    check_line("  #12    x = 2", LDB_SOURCE, 12, "  x = 2");
    check_line("->#123 end", LDB_SOURCE, 123, "end");
    check_line("   1234 end", LDB_SOURCE, 1234, "end");
    check_line("   7   ", LDB_SOURCE, 7, "");
    check_line("<debug> line 5: \"a\"", LDB_DEBUG, 0, "<debug> line 5: \"a\"");
    check_line("<redis> get k", LDB_CALL, 0, "<redis> get k");
    check_line("<reply> NULL", LDB_REPLY, 0, "<reply> NULL");
    check_line("<value> x = 1", LDB_VALUE, 0, "<value> x = 1");
    check_line("<retval> 2", LDB_VALUE, 0, "<retval> 2");
    check_line("<error> no", LDB_ERROR, 0, "<error> no");
    check_line("<hint> use maxlen", LDB_HINT, 0, "<hint> use maxlen");
    check_line("<endsession>", LDB_END, 0, "<endsession>");
}

static void what_only_looks_like_one_is_text(void) {
    static const char *const lines[] = {
        "",        "*",    "* Stopped at x, stop reason = y", "* Stopped at 3", "->", "-> x",
        "   x  y", "  #9", "  #99999999999999999999 x",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        check_line(lines[i], LDB_TEXT, 0, lines[i]);
}

/* ---- the session ---- */

static void a_stop_shows_the_source_around_it(void) {
    struct rig r;
    rig_init(&r);
    CHECK_STR(answer(&r, "", "", "*2\r\n+* Stopped at 2, stop reason = step over\r\n+-> 2   x\r\n"),
              "a.lua:2, step over\n"
              "    1  local x = 1\n"
              "->  2      local y = redis.call('get', KEYS[1])\n"
              "    3  if x then\n");
    CHECK_EQ(r.ldb.current, 2);
    CHECK_STR(answer(&r, "s", "",
                     "*4\r\n+<redis> get k\r\n+<reply> NULL\r\n+* Stopped at 6, stop reason = "
                     "step over\r\n+-> 6   return y\r\n"),
              "<redis> get k\n<reply> NULL\na.lua:6, step over\n    5  end\n->  6  return y\n");
    rig_release(&r);
}

static void a_stop_beyond_the_script_shows_what_the_server_says(void) {
    struct rig r;
    rig_init(&r);
    CHECK_STR(answer(&r, "", "",
                     "*2\r\n+* Stopped at 99, stop reason = step over\r\n+-> 99  <out of "
                     "range>\r\n"),
              "a.lua:99, step over\n->  99  <out of range>\n");
    CHECK_STR(answer(&r, "", "", "*1\r\n+* Stopped at 9223372036854775807, stop reason = x\r\n"),
              "a.lua:9223372036854775807, x\n");
    rig_release(&r);
}

static void breakpoints_are_followed(void) {
    struct rig r;
    rig_init(&r);
    answer(&r, "b", "4", "*3\r\n+   3   if x then\r\n+  #4     x = 2\r\n+   5   end\r\n");
    answer(&r, "break", "6", "*2\r\n+   5   end\r\n+  #6   return y\r\n");
    buf_clear(&r.out);
    CHECK_EQ(ldb_breakpoints(&r.ldb, &r.out), 2);
    CHECK_STR(buf_cstr(&r.out), "4 6");
    CHECK_STR(
        answer(&r, "c", "", "*2\r\n+* Stopped at 4, stop reason = break point\r\n+->#4     x\r\n"),
        "a.lua:4, break point\n    3  if x then\n-> #4    x = 2\n    5  end\n");
    answer(&r, "b", "-4", "*1\r\n+Breakpoint removed.\r\n");
    CHECK_EQ(ldb_breakpoints(&r.ldb, &r.out), 1);
    answer(&r, "B", "0", "*1\r\n+All breakpoints removed.\r\n");
    CHECK_EQ(ldb_breakpoints(&r.ldb, &r.out), 0);
    answer(&r, "b", "-9223372036854775808", "*1\r\n+No breakpoint in the specified line.\r\n");
    ldb_mark(&r.ldb, 99, true);
    CHECK_EQ(ldb_breakpoints(&r.ldb, &r.out), 0);
    rig_release(&r);
}

static void the_end_is_seen(void) {
    struct rig r;
    rig_init(&r);
    CHECK_STR(answer(&r, "c", "", "*2\r\n+<debug> line 1: 1\r\n+<endsession>\r\n"),
              "<debug> line 1: 1\n");
    CHECK(r.ldb.ended);
    rig_release(&r);
}

static void other_replies_are_none_of_a_debuggers(void) {
    static const char *const replies[] = {"-ERR x\r\n", "+OK\r\n", "*1\r\n$1\r\na\r\n", "*-1\r\n",
                                          "*1\r\n*0\r\n"};
    struct rig r;
    rig_init(&r);
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
        CHECK(!ldb_take(&r.ldb, 0, NULL, NULL, read_reply(&r, replies[i])));
    rig_release(&r);
}

static void a_script_of_nothing_and_one_without_a_last_newline(void) {
    struct ldb l;
    ldb_init(&l, "x", "", 0);
    CHECK_EQ(l.n_lines, 0);
    ldb_release(&l);
    ldb_init(&l, "x", "\n\na", 3);
    CHECK_EQ(l.n_lines, 3);
    CHECK_EQ(l.lines[1].len, 0);
    CHECK_MEM(l.lines[2].p, l.lines[2].len, "a", 1);
    ldb_release(&l);
}

/* ---- for reading ---- */

static void nothing_drives_the_terminal(void) {
    struct rig r;
    rig_init(&r);
    CHECK_STR(answer(&r, "p", "", "*2\r\n+<redis> set k \x1b[2J\r\n+   1   \x1b]0;x\a\r\n"),
              "<redis> set k \\x1b[2J\n    1  \\x1b]0;x\\x07\n");
    rig_release(&r);
}

static void source_is_cut_to_the_width_and_values_on_request(void) {
    struct rig r;
    rig_init(&r);
    r.look.columns = 28;
    static const char bytes[] = "*2\r\n+   2   local value = 'a long one'\r\n"
                                "+<value> x = \"abcdefghijklmnopqrstuvwxyz\"\r\n";
    CHECK_STR(answer(&r, "p", "", bytes), "    2  local value = 'a lon…\n"
                                          "<value> x = \"abcdefghijklmnopqrstuvwxyz\"\n");
    r.look.cut = true;
    CHECK_STR(answer(&r, "p", "", bytes), "    2  local value = 'a lon…\n"
                                          "<value> x = \"abcdefghijklmn…\n");
    rig_release(&r);
}

static void colours_tell_the_classes_apart(void) {
    struct rig r;
    rig_init(&r);
    r.look.colour = true;
    CHECK_STR(answer(&r, "p", "", "*2\r\n+<error> no\r\n+<value> 1\r\n"),
              "\x1b[31m<error> no\x1b[0m\n\x1b[33m<value> 1\x1b[0m\n");
    CHECK_STR(answer(&r, "p", "", "*1\r\n+->#5   end\r\n"),
              "\x1b[1m-> \x1b[0m\x1b[31m#\x1b[0m\x1b[1m5  end\x1b[0m\n");
    rig_release(&r);
}

static void commands_are_found_by_name_and_letter(void) {
    CHECK_STR(ldb_command_find("B", 1)->name, "break");
    CHECK_STR(ldb_command_find("r", 1)->name, "redis");
    CHECK_STR(ldb_command_find("Restart", 7)->name, "restart");
    CHECK(!ldb_command_find("q", 1));
    CHECK(!ldb_command_find("", 0));
    size_t n = 0;
    while (ldb_command_at(n))
        n++;
    CHECK_EQ(n, 16);
}

int main(void) {
    RUN(lines_are_known_by_how_they_begin);
    RUN(what_only_looks_like_one_is_text);
    RUN(a_stop_shows_the_source_around_it);
    RUN(a_stop_beyond_the_script_shows_what_the_server_says);
    RUN(breakpoints_are_followed);
    RUN(the_end_is_seen);
    RUN(other_replies_are_none_of_a_debuggers);
    RUN(a_script_of_nothing_and_one_without_a_last_newline);
    RUN(nothing_drives_the_terminal);
    RUN(source_is_cut_to_the_width_and_values_on_request);
    RUN(colours_tell_the_classes_apart);
    RUN(commands_are_found_by_name_and_letter);
    return t_end();
}
