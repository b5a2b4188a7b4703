/* SPDX-License-Identifier: BSD-3-Clause */
/* core/redact: no secret stays, and nothing else goes. */
#include "core/redact.h"

#include "base/rng.h"
#include "tests/unit/t.h"

static struct buf out;
static struct err error;

static void line_n(const char *line, size_t len, const char *want, size_t want_len) {
    buf_clear(&out);
    CHECK(redact_line(&out, line, len, &error) >= 0);
    CHECK_MEM(out.p, out.len, want, want_len);
}

#define LINE(line, want) line_n(line, strlen(line), want, strlen(want))
#define KEPT(line) LINE(line, line)

static void what_has_no_secret_is_kept(void) {
    KEPT("get k");
    KEPT("  SET  \"a b\"\t'c' \\x ");
    KEPT("eval 'return redis.call(\"auth\", \"x\")' 0");
    KEPT("client list");
    KEPT("set auth requirepass");
    KEPT("config get requirepass");
    KEPT("acl whoami");
    KEPT("acl getuser bob");
    KEPT("auth");
    line_n("set a\0b c", 9, "set a\0b c", 9);
    line_n("set \xff\xfe c", 8, "set \xff\xfe c", 8);
}

static void auth_hides_the_password_not_the_user(void) {
    LINE("AUTH secret", "AUTH (redacted)");
    LINE(" auth\t'my secret'  ", " auth\t(redacted)  ");
    LINE("Auth bob \"sec\\x72et\"", "Auth bob (redacted)");
    LINE("auth \"\"", "auth (redacted)");
    LINE("\"au\\x74h\" secret", "\"au\\x74h\" (redacted)");
}

static void auth_in_doubt_hides_all(void) {
    LINE("auth a b c", "auth (redacted) (redacted) (redacted)");
    LINE("auth secret \\json", "auth (redacted) (redacted)");
    LINE("auth secret | cat", "auth (redacted) (redacted) (redacted)");
    LINE("auth bob >secret", "auth (redacted) (redacted)");
}

static void hello_hides_the_third_word_of_its_auth(void) {
    KEPT("hello 3");
    KEPT("HELLO 3 SETNAME auth");
    LINE("HELLO 3 AUTH bob secret", "HELLO 3 AUTH bob (redacted)");
    LINE("hello 3 auth bob secret setname me", "hello 3 auth bob (redacted) setname me");
    LINE("hello 3 setname me auth bob secret", "hello 3 setname me auth bob (redacted)");
    LINE("hello 3 auth secret", "hello 3 auth (redacted)");
    LINE("hello 3 auth secret setname me", "hello 3 auth (redacted) setname me");
    LINE("hello auth auth secret", "hello auth auth (redacted)");
}

static void acl_setuser_hides_passwords_and_hashes(void) {
    LINE("ACL SETUSER bob on >secret <old ~a#b +@all", "ACL SETUSER bob on (redacted) (redacted) "
                                                       "~a#b +@all");
    LINE("acl setuser bob \">a b\" #0123 !4567",
         "acl setuser bob (redacted) (redacted) (redacted)");
    LINE("acl setuser bob (>secret", "acl setuser bob (redacted)");
    KEPT("acl setuser bob on nopass ~* (+get ~k)");
    KEPT("acl setuser >bob");
    KEPT("acl setuser bob \"\"");
}

static void config_set_hides_secret_parameters(void) {
    KEPT("config set maxmemory 1gb appendonly yes");
    LINE("CONFIG SET requirepass secret", "CONFIG SET requirepass (redacted)");
    LINE("config set masteruser bob MasterAuth secret port 1",
         "config set masteruser bob MasterAuth (redacted) port 1");
    LINE("config set primaryauth a tls-key-file-pass b tls-client-key-file-pass c",
         "config set primaryauth (redacted) tls-key-file-pass (redacted) tls-client-key-file-pass "
         "(redacted)");
    LINE("config set port 1 requirepass my secret",
         "config set port 1 requirepass (redacted) (redacted)");
}

static void migrate_hides_both_kinds(void) {
    LINE("MIGRATE h 1 \"\" 0 10 COPY AUTH secret KEYS a b",
         "MIGRATE h 1 \"\" 0 10 COPY AUTH (redacted) KEYS a b");
    LINE("migrate h 1 k 0 10 auth2 bob secret replace",
         "migrate h 1 k 0 10 auth2 bob (redacted) replace");
    LINE("migrate h 1 k 0 auth secret", "migrate h 1 k 0 auth (redacted)");
}

static void sentinel_hides_its_passwords(void) {
    LINE("SENTINEL SET main quorum 2 AUTH-PASS secret", "SENTINEL SET main quorum 2 AUTH-PASS "
                                                        "(redacted)");
    LINE("sentinel config set sentinel-pass secret",
         "sentinel config set sentinel-pass (redacted)");
    LINE("sentinel config set sentinel-user bob sentinel-pass secret",
         "sentinel config set sentinel-user bob sentinel-pass (redacted)");
    KEPT("sentinel set main auth-user bob");
}

static void words_in_front_are_looked_past(void) {
    LINE("@all auth secret", "@all auth (redacted)");
    LINE("5 auth secret", "5 auth (redacted)");
    LINE("@10.0.0.5:6379 3 config set requirepass secret",
         "@10.0.0.5:6379 3 config set requirepass (redacted)");
    LINE("\\watch 2 auth secret", "\\watch 2 auth (redacted)");
    LINE("acl dryrun bob auth secret", "acl dryrun bob auth (redacted)");
    LINE("command getkeys migrate h 1 k 0 1 auth secret",
         "command getkeys migrate h 1 k 0 1 auth (redacted)");
    KEPT("@all");
    KEPT("5");
    KEPT("\\");
}

static void connect_hides_a_uri_with_a_password(void) {
    KEPT("\\connect @prod");
    KEPT("\\connect redis://h:1/2");
    LINE("\\connect redis://bob:secret@h", "\\connect (redacted)");
    LINE("\\connect redis://h?password=secret", "\\connect (redacted)");
}

static void what_does_not_parse_has_no_redacted_form(void) {
    buf_clear(&out);
    buf_adds(&out, "before");
    err_clear(&error);
    CHECK_EQ(redact_line(&out, "auth \"secret", 12, &error), VK_EPARSE);
    CHECK_EQ(redact_line(&out, "auth 'secret'x", 14, &error), VK_EPARSE);
    CHECK(!strstr(error.text, "secret"));
    CHECK_MEM(out.p, out.len, "before", 6);
    LINE("", "");
    KEPT("  ");
}

static void the_limit_is_kept(void) {
    struct buf small;
    buf_init(&small, 8);
    CHECK_EQ(redact_line(&small, "auth s", 6, &error), VK_ELIMIT);
    CHECK_EQ(small.len, 0);
    buf_release(&small);
}

static void words_are_counted(void) {
    const char *argv[] = {"HELLO", "3", "AUTH", "bob", "secret"};
    bool secret[5] = {true, true, true, true, false};
    CHECK_EQ(redact_words(5, argv, NULL, secret), 1);
    CHECK(!secret[0] && !secret[3] && secret[4]);
    CHECK_EQ(redact_words(0, NULL, NULL, NULL), 0);
}

/* ---- no secret survives ---- */

/* Lines with a secret at each %: plain words, in any case, any quotes. */
static const char *const shapes[] = {
    "auth %",
    "auth bob %",
    "hello 3 auth bob % setname n",
    "hello 3 setname n auth bob %",
    "acl setuser bob on >% #% ~k",
    "acl setuser bob <% !%",
    "config set requirepass %",
    "config set port 1 masterauth % primaryauth %",
    "config set tls-key-file-pass % tls-client-key-file-pass %",
    "migrate h 1 k 0 1 copy auth % keys a b",
    "migrate h 1 k 0 1 auth2 bob % replace",
    "sentinel set m auth-pass % quorum 2",
    "sentinel config set sentinel-pass %",
    "\\connect redis://bob:%@h:1",
};

static struct rng rng;

static unsigned lot(unsigned n) {
    return (unsigned)(rng_next(&rng) % n);
}

static void make_secret(char secret[9]) {
    for (int i = 0; i < 8; i++)
        secret[i] = (char)('0' + lot(10));
    secret[8] = 0;
}

/* One word, its letters in any case (but not the secret, digits), with or without quotes. */
static void add_word(struct buf *line, const char *word, size_t len, const char *secret) {
    static const char *const quotes[] = {"", "\"", "'"};
    const char *quote = quotes[lot(3)];
    buf_adds(line, quote);
    for (size_t i = 0; i < len; i++) {
        char c = word[i];
        if (c == '%')
            buf_adds(line, secret);
        else
            buf_addc(line, c >= 'a' && c <= 'z' && lot(2) ? (char)(c - 'a' + 'A') : c);
    }
    buf_adds(line, quote);
}

static void make_line(struct buf *line, const char *shape, const char *secret) {
    static const char *const fronts[] = {"", "", "@all ", "3 ", " ", "@h:1 2 ", "\\watch 1 "};
    buf_clear(line);
    if (*shape != '\\') buf_adds(line, fronts[lot(7)]);
    while (*shape) {
        size_t len = strcspn(shape, " ");
        add_word(line, shape, len, secret);
        shape += len + (shape[len] == ' ');
        buf_adds(line, lot(2) ? " " : "\t ");
    }
}

static void no_secret_survives(void) {
    struct buf line;
    buf_init(&line, 4096);
    rng_seed(&rng, 7);
    for (int round = 0; round < 50000; round++) {
        char secret[9];
        make_secret(secret);
        make_line(&line, shapes[lot(sizeof shapes / sizeof *shapes)], secret);
        buf_clear(&out);
        CHECK(redact_line(&out, line.p, line.len, &error) > 0);
        if (memmem(out.p, out.len, secret, 8))
            t_mem(out.p, out.len, line.p, line.len, __FILE__, __LINE__, "a line with its secret");
    }
    buf_release(&line);
}

int main(void) {
    buf_init(&out, 1 << 16);
    RUN(what_has_no_secret_is_kept);
    RUN(auth_hides_the_password_not_the_user);
    RUN(auth_in_doubt_hides_all);
    RUN(hello_hides_the_third_word_of_its_auth);
    RUN(acl_setuser_hides_passwords_and_hashes);
    RUN(config_set_hides_secret_parameters);
    RUN(migrate_hides_both_kinds);
    RUN(sentinel_hides_its_passwords);
    RUN(words_in_front_are_looked_past);
    RUN(connect_hides_a_uri_with_a_password);
    RUN(what_does_not_parse_has_no_redacted_form);
    RUN(the_limit_is_kept);
    RUN(words_are_counted);
    RUN(no_secret_survives);
    buf_release(&out);
    return t_end();
}
