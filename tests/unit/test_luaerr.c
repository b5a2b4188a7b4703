/* SPDX-License-Identifier: BSD-3-Clause */
/* ui/luaerr: what servers say of scripts, word for word, and what is made of it. */
#include "ui/luaerr.h"

#include <stdlib.h>

#include "t.h"

#define SHA "ede4134472addc54fd7300ce4163d8295bc56d64"

static const char script[] = "local x = 1\n\tlocal y = nil  \r\nreturn y.z";

static void check(const char *text, const char *want) {
    struct buf out;
    buf_init(&out, 1 << 16);
    luaerr_add(&out, "a.lua", script, sizeof script - 1, text, strlen(text));
    CHECK_STR(buf_cstr(&out), want);
    buf_release(&out);
}

static void of_redis_7_and_valkey(void) {
    check("ERR user_script:3: attempt to index local 'y' (a nil value) script: " SHA
          ", on @user_script:3.",
          "a.lua:3: attempt to index local 'y' (a nil value)\n    3 | return y.z\n");
    check("WRONGTYPE Operation against a key holding the wrong kind of value script: " SHA
          ", on @user_script:2.",
          "a.lua:2: WRONGTYPE Operation against a key holding the wrong kind of value\n"
          "    2 | local y = nil\n");
    check("ERR Error compiling script (new function): user_script:2: unexpected symbol near 'x'",
          "a.lua:2: unexpected symbol near 'x'\n    2 | local y = nil\n");
}

static void of_redis_6(void) {
    check("ERR Error running script (call to f_" SHA "): @user_script:3: user_script:3: attempt "
          "to index local 'y' (a nil value)",
          "a.lua:3: attempt to index local 'y' (a nil value)\n    3 | return y.z\n");
    check("ERR Error running script (call to f_" SHA "): @user_script:1: WRONGTYPE Operation",
          "a.lua:1: WRONGTYPE Operation\n    1 | local x = 1\n");
}

static void an_error_thrown_again_is_where_it_was_first(void) {
    check("ERR user_script:3: user_script:1: no script: " SHA ", on @user_script:3.",
          "a.lua:1: no\n    1 | local x = 1\n");
}

static void what_is_not_of_the_script_stays_as_it_is(void) {
    check("NOPERM this user has no permissions", "NOPERM this user has no permissions\n");
    check("MY own script: error, on @user_script:x.", "MY own script: error, on @user_script:x.\n");
    check("ERR a script: " SHA ", on nothing", "ERR a script: " SHA ", on nothing\n");
    check("", "\n");
    check("ERR ", "ERR \n");
    check("ERR user_script:99999999999999999999: x", "ERR user_script:99999999999999999999: x\n");
}

static void a_line_that_is_not_there_is_not_shown(void) {
    check("ERR user_script:4: x", "a.lua:4: x\n");
    check("ERR user_script:1: ", "a.lua:1: \n    1 | local x = 1\n");
}

static void nothing_drives_the_terminal(void) {
    check("ERR user_script:3: \x1b[2J\n", "a.lua:3: \\x1b[2J\\x0a\n    3 | return y.z\n");
    struct buf out;
    buf_init(&out, 1 << 16);
    luaerr_add(&out, "\x1b.lua", "x\x1b[2J", 5, "ERR user_script:1: y", 20);
    CHECK_STR(buf_cstr(&out), "\\x1b.lua:1: y\n    1 | x\\x1b[2J\n");
    buf_release(&out);
}

static void every_beginning_of_a_text_is_taken(void) {
    static const char text[] =
        "ERR Error running script (call to f_" SHA
        "): @user_script:3: user_script:3: x script: " SHA ", on @user_script:3.";
    for (size_t n = 0; n < sizeof text; n++) {
        char *cut = mem_dup(text, n);
        struct luaerr r = luaerr_parse(cut, n);
        CHECK(r.what >= cut && r.what + r.what_len <= cut + n);
        free(cut);
    }
}

int main(void) {
    RUN(of_redis_7_and_valkey);
    RUN(of_redis_6);
    RUN(an_error_thrown_again_is_where_it_was_first);
    RUN(what_is_not_of_the_script_stays_as_it_is);
    RUN(a_line_that_is_not_there_is_not_shown);
    RUN(nothing_drives_the_terminal);
    RUN(every_beginning_of_a_text_is_taken);
    return t_end();
}
