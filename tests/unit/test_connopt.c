/* SPDX-License-Identifier: BSD-3-Clause */
/* How options, URI, environment and defaults become one answer, and what contradicts what. */
#include "client/connopt.h"

#include <stdlib.h>

#include "t.h"

static struct connopt o;
static struct err e;

/* The environment of the test: NAME, value, ... */
static const char *env[9];

static const char *lookup(const char *name) {
    for (int i = 0; env[i]; i += 2)
        if (!strcmp(env[i], name)) return env[i + 1];
    return NULL;
}

static void set_env(const char *a, const char *av, const char *b, const char *bv) {
    memset(env, 0, sizeof env);
    env[0] = a, env[1] = av;
    env[2] = a ? b : NULL, env[3] = bv;
}

/* Parse the words of a line and finish. What is borrowed from argv stays until the next call. */
static int take(const char *line, bool lenient) {
    static char storage[20][160];
    char *words[21] = {storage[0]};
    struct opt_group groups[] = {{connopt_rows, &o}, {0}};
    struct opt_program program = {.name = "x", .groups = groups};
    int argc = 1, first;
    connopt_release(&o);
    connopt_init(&o);
    o.lenient = lenient;
    err_clear(&e);
    for (; *line; line += strspn(line, " ")) {
        size_t len = strcspn(line, " ");
        memcpy(storage[argc], line, len);
        storage[argc][len] = 0;
        words[argc] = storage[argc];
        argc++;
        line += len;
    }
    int code = opt_parse(&program, argc, words, &first, &e);
    return code < 0 ? code : connopt_finish(&o, lookup, &e);
}

static int finish(const char *line) {
    return take(line, false);
}

static const char *where(void) {
    static char text[300];
    return connopt_where(&o, text, sizeof text);
}

static const char *text(const char *s) {
    return s ? s : "(none)";
}

static void without_options_the_defaults_hold(void) {
    CHECK_EQ(finish(""), 0);
    CHECK_STR(where(), "127.0.0.1:6379");
    CHECK(o.connect_timeout_s == 10 && o.command_timeout_s == 0 && o.keepalive_s == 15);
    CHECK(!o.tls && !o.password && !o.user && !o.host && !o.port);
    CHECK_EQ(o.db, 0);
    CHECK_EQ(o.protocol, 0);
    CHECK_EQ(o.retry.retries, 0);
    CHECK_EQ(o.password_fd, -1);
}

static void every_option_reaches_its_member(void) {
    CHECK_EQ(finish("-h h -p 1 --user u -a pw -n 3 -3 -4 -t 2.5 --command-timeout 4"), 0);
    CHECK_STR(where(), "h:1");
    CHECK_STR(text(o.user), "u");
    CHECK_STR(text(o.password), "pw");
    CHECK(o.db == 3 && o.protocol == 3 && o.family == DIAL_V4);
    CHECK(o.connect_timeout_s == 2.5 && o.command_timeout_s == 4);
    CHECK_EQ(finish("--keepalive 0 --client-name me --client-capa-redirect -2 -6 -t 0"), 0);
    CHECK(o.keepalive_s == 0 && o.capa_redirect && o.protocol == 2 && o.family == DIAL_V6);
    CHECK(o.connect_timeout_s == 0);
    CHECK_EQ(finish("--tls --sni a --cacert b --cacertdir c --cert d --key e --key-pass-file f"),
             0);
    CHECK_STR(text(o.tls_opts.key_pass_file), "f");
    CHECK_EQ(finish("--tls --tls-ciphers a --tls-ciphersuites b --tls-min-version 1.3"), 0);
    CHECK_STR(text(o.tls_opts.min_version), "1.3");
}

static void retries_come_with_backoff_and_classes(void) {
    CHECK_EQ(finish("--retries 4 --backoff constant:10 --retry-on loading,tryagain"), 0);
    CHECK_STR(e.text, "");
    CHECK_EQ(o.retry.retries, 4);
    CHECK_EQ(o.retry.backoff, RETRY_CONSTANT);
    CHECK_EQ(o.retry.base_ns, 10000000);
    CHECK_EQ(o.retry.command_on, ERRCLASS_LOADING | ERRCLASS_TRYAGAIN);
    CHECK_EQ(finish("--backoff never"), VK_EUSAGE);
    CHECK_EQ(finish("--retry-on loading,never"), VK_EUSAGE);
    CHECK(strstr(e.text, "option '--retry-on': unknown kind 'never' (valid: connect, ") == e.text);
    CHECK_EQ(finish("--retry-on ,loading"), VK_EUSAGE);
    CHECK_EQ(finish("--retry-on loading,"), VK_EUSAGE);
}

static void a_uri_fills_what_options_left_open(void) {
    CHECK_EQ(finish("-u rediss://me:pw@h:7/3?keepalive=9&command_timeout=2&cacert=c"), 0);
    CHECK_STR(where(), "h:7");
    CHECK_STR(text(o.user), "me");
    CHECK_STR(text(o.password), "pw");
    CHECK_STR(text(o.tls_opts.cacert), "c");
    CHECK(o.tls && o.db == 3 && o.keepalive_s == 9 && o.command_timeout_s == 2);
    CHECK_STR(text(o.uri), "rediss://me:xx@h:7/3?keepalive=9&command_timeout=2&cacert=c");
    CHECK_EQ(finish("-u unix://me:pw@/run/x?db=2"), 0);
    CHECK_STR(where(), "/run/x");
}

static void an_option_wins_over_the_uri_wherever_it_stands(void) {
    static const char *const lines[] = {
        "-h g -p 8 -n 0 -a mine --user us -2 --keepalive 1 -u "
        "redis://me:pw@h:7/3?protocol=3&keepalive=9",
        "-u redis://me:pw@h:7/3?protocol=3&keepalive=9 -h g -p 8 -n 0 -a mine --user us -2 "
        "--keepalive 1",
    };
    for (int i = 0; i < 2; i++) {
        CHECK_EQ(finish(lines[i]), 0);
        CHECK_STR(where(), "g:8");
        CHECK_STR(text(o.user), "us");
        CHECK_STR(text(o.password), "mine");
        CHECK(o.db == 0 && o.protocol == 2 && o.keepalive_s == 1);
    }
    CHECK_EQ(finish("-s /s -u redis://h:7/3"), 0);
    CHECK_STR(where(), "/s");
    CHECK(!o.host && o.db == 3);
    CHECK_EQ(finish("-h g -u unix:/s"), 0);
    CHECK_STR(where(), "g:6379");
    CHECK_EQ(finish("-p 9 -u redis://h:7"), 0);
    CHECK_STR(where(), "h:9");
    CHECK_EQ(finish("--askpass -u redis://me:pw@h"), 0);
    CHECK(!o.password);
}

static void the_environment_comes_last(void) {
    set_env("VALKEYCLI_HOST", "eh", "VALKEYCLI_PORT", "11");
    CHECK_EQ(finish(""), 0);
    CHECK_STR(where(), "eh:11");
    CHECK_EQ(finish("-h g -p 2"), 0);
    CHECK_STR(where(), "g:2");
    CHECK_EQ(finish("-u redis://h:7"), 0);
    CHECK_STR(where(), "h:7");
    CHECK_EQ(finish("-s /s"), 0);
    CHECK(!o.host && !o.port);
    CHECK_EQ(finish("--scratch"), 0);
    CHECK(!o.host && !o.port);
    set_env("VALKEYCLI_PORT", "11x", NULL, NULL);
    CHECK_EQ(finish(""), VK_EUSAGE);
    CHECK_STR(e.text, "VALKEYCLI_PORT: '11x' is not a port from 1 to 65535");
    CHECK_EQ(finish("-p 1"), 0);
    set_env(NULL, NULL, NULL, NULL);
}

static void a_password_of_the_environment_yields_to_any_other(void) {
    set_env("REDISCLI_AUTH", "old", "VALKEYCLI_AUTH", "new");
    CHECK_EQ(finish(""), 0);
    CHECK_STR(text(o.password), "new");
    CHECK_EQ(finish("-a mine"), 0);
    CHECK_STR(text(o.password), "mine");
    CHECK_EQ(finish("-u redis://:uri@h"), 0);
    CHECK_STR(text(o.password), "uri");
    CHECK_EQ(finish("--password-file f"), 0);
    CHECK(!o.password);
    CHECK_EQ(finish("--scratch"), 0);
    CHECK(!o.password);
    set_env("REDISCLI_AUTH", "old", "VALKEYCLI_AUTH", "");
    CHECK_EQ(finish("--user u"), 0);
    CHECK_STR(text(o.password), "old");
    set_env(NULL, NULL, NULL, NULL);
}

static void contradictions_are_errors(void) {
    static const struct {
        const char *line, *text;
    } cases[] = {
        {"-2 -3", "option '-3': -2 and -3 exclude each other"},
        {"-4 -6", "option '-6': -4 and -6 exclude each other"},
        {"-s /s -h h", "-s and -h exclude each other"},
        {"-p 1 -s /s", "-s and -p exclude each other"},
        {"--scratch -h h", "--scratch and -h exclude each other"},
        {"--scratch -s s", "--scratch and -s exclude each other"},
        {"--scratch -u redis://h", "--scratch and -u exclude each other"},
        {"--scratch --tls", "--scratch and --tls exclude each other"},
        {"-a x --askpass", "-a and --askpass exclude each other"},
        {"--password-file f --password-fd 3",
         "--password-file and --password-fd exclude each other"},
        {"--auth-command c -a x", "-a and --auth-command exclude each other"},
        {"--cacert f", "--cacert has no effect without --tls"},
        {"--insecure", "--insecure has no effect without --tls"},
        {"--sni s -u redis://h", "--sni has no effect without --tls"},
        {"--tls-min-version 1.2", "--tls-min-version has no effect without --tls"},
        {"--tls --tls-verify-name=", "option '--tls-verify-name': the name is empty"},
        {"--tls --insecure --tls-verify-name n",
         "--insecure and --tls-verify-name exclude each other"},
        {"--user u", "user 'u' needs a password (--askpass, or -a '' for none)"},
        {"--host=", "option '-h': the host is empty"},
        {"--socket=", "option '-s': the path is empty"},
        {"-u http://x",
         "bad URI: it must begin with valkey:// valkeys:// redis:// rediss:// or unix:"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_EQ(finish(cases[i].line), VK_EUSAGE);
        CHECK_STR(e.text, cases[i].text);
    }
    CHECK_EQ(finish("-2 -2 -6 -6 --sni s -u rediss://h"), 0);
}

static void sentinels_come_with_a_service(void) {
    struct connopt_place place;
    CHECK_EQ(finish("--sentinel a,b:1,[::1]:2,::2,[::3] --service m"), 0);
    CHECK_STR(where(), "sentinel m");
    CHECK_STR(connopt_host(&o), "");
    CHECK(!o.sentinel.role && !o.sentinel.peers && !o.sentinel.user && !o.sentinel.tls);
    static const struct connopt_place want[] = {
        {"a", 26379}, {"b", 1}, {"::1", 2}, {"::2", 26379}, {"::3", 26379}};
    const char *p = o.sentinel.list;
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        CHECK_EQ(connopt_next_sentinel(&p, &place), 0);
        CHECK_STR(place.host, want[i].host);
        CHECK_EQ(place.port, want[i].port);
    }
    CHECK_EQ(connopt_next_sentinel(&p, &place), VK_MORE);
    o.host = "::1";
    o.port = 7;
    CHECK_STR(where(), "m ([::1]:7)");
}

static void every_sentinel_option_reaches_its_member(void) {
    CHECK_EQ(finish("--sentinel a --service m --role replica --sentinel-peers 2 --sentinel-user u "
                    "--sentinel-password-file f --sentinel-tls --cacert c"),
             0);
    CHECK(o.sentinel.role == CONNOPT_REPLICA && o.sentinel.peers == 2 && o.sentinel.tls && !o.tls);
    CHECK_STR(text(o.sentinel.user), "u");
    CHECK_STR(text(o.sentinel.password_file), "f");
    CHECK_EQ(finish("--sentinel a --service m --role replica --role primary"), 0);
    CHECK_EQ(o.sentinel.role, CONNOPT_PRIMARY);
}

static void with_sentinels_the_environment_gives_the_password_alone(void) {
    set_env("VALKEYCLI_HOST", "h", "VALKEYCLI_AUTH", "pw");
    CHECK_EQ(finish("--sentinel a --service m"), 0);
    CHECK(!o.host && !o.port);
    CHECK_STR(text(o.password), "pw");
    CHECK(!o.sentinel.password);
    set_env(NULL, NULL, NULL, NULL);
}

static void bad_sentinel_options_are_errors_in_every_face(void) {
    static const struct {
        const char *line, *text;
    } cases[] = {
        {"--sentinel a", "--sentinel needs --service, the name to ask for"},
        {"--sentinel a --service=", "option '--service': the name is empty"},
        {"--service m", "--service needs --sentinel, which says whom to ask"},
        {"--role primary", "--role has no effect without --sentinel"},
        {"--sentinel-peers 1", "--sentinel-peers has no effect without --sentinel"},
        {"--sentinel-user u", "--sentinel-user has no effect without --sentinel"},
        {"--sentinel-password-file f", "--sentinel-password-file has no effect without --sentinel"},
        {"--sentinel-tls", "--sentinel-tls has no effect without --sentinel"},
        {"--role slave", "option '--role': unknown role 'slave' (valid: primary, replica)"},
        {"--sentinel a --service m --sentinel-user u",
         "--sentinel-user needs --sentinel-password-file"},
        {"--sentinel a --service m -h x", "--sentinel and -h exclude each other"},
        {"--sentinel a --service m -p 1", "--sentinel and -p exclude each other"},
        {"--sentinel a --service m -s x", "--sentinel and -s exclude each other"},
        {"--sentinel a --service m -u redis://x", "--sentinel and -u exclude each other"},
        {"--sentinel a --service m --scratch", "--sentinel and --scratch exclude each other"},
        {"--sentinel a,,b --service m", "option '--sentinel': '' is not HOST or HOST:PORT"},
        {"--sentinel a, --service m", "option '--sentinel': '' is not HOST or HOST:PORT"},
        {"--sentinel a:0 --service m", "option '--sentinel': 'a:0' is not HOST or HOST:PORT"},
        {"--sentinel a:65536 --service m",
         "option '--sentinel': 'a:65536' is not HOST or HOST:PORT"},
        {"--sentinel b,a: --service m", "option '--sentinel': 'a:' is not HOST or HOST:PORT"},
        {"--sentinel :1 --service m", "option '--sentinel': ':1' is not HOST or HOST:PORT"},
        {"--sentinel [::1 --service m", "option '--sentinel': '[::1' is not HOST or HOST:PORT"},
        {"--sentinel [::1]1 --service m", "option '--sentinel': '[::1]1' is not HOST or HOST:PORT"},
        {"--sentinel []:1 --service m", "option '--sentinel': '[]:1' is not HOST or HOST:PORT"},
        {"--sentinel= --service m", "option '--sentinel': '' is not HOST or HOST:PORT"},
    };
    for (size_t i = 0; i < 2 * (sizeof cases / sizeof *cases); i++) {
        CHECK_EQ(take(cases[i / 2].line, i % 2), VK_EUSAGE);
        CHECK_STR(e.text, cases[i / 2].text);
    }
    CHECK_EQ(finish("--sentinel a --service m --sentinel-tls --sni s"), VK_EUSAGE);
    CHECK_STR(e.text, "--sni has no effect without --tls");
}

static void sentinels_are_limited_in_number(void) {
    char list[3 * CONNOPT_SENTINELS_MAX] = "";
    for (int i = 0; i < CONNOPT_SENTINELS_MAX; i++)
        memcpy(list + 2 * i, "a,", 2);
    struct err why;
    connopt_release(&o);
    connopt_init(&o);
    o.sentinel.list = list;
    o.sentinel.service = "m";
    list[2 * CONNOPT_SENTINELS_MAX - 1] = 0;
    CHECK_EQ(connopt_finish(&o, lookup, &why), 0);
    memcpy(list + 2 * CONNOPT_SENTINELS_MAX - 1, ",a", 3);
    CHECK_EQ(connopt_finish(&o, lookup, &why), VK_EUSAGE);
    CHECK_STR(why.text, "option '--sentinel': more than 64 sentinels");
}

static void the_compatible_face_takes_contradictions_silently(void) {
    CHECK_EQ(take("-2 -3 -s /s -h h --cacert f --user u -a x --askpass", true), 0);
    CHECK_STR(where(), "/s");
    CHECK_EQ(o.protocol, 3);
    CHECK(!o.password && o.askpass);
    CHECK(o.connect_timeout_s == -1);
    CHECK_EQ(take("-t 3", true), 0);
    CHECK(o.connect_timeout_s == 3);
}

static void the_place_is_written_as_one_would_type_it(void) {
    char small[8];
    CHECK_EQ(finish("-h ::1 -p 7"), 0);
    CHECK_STR(where(), "[::1]:7");
    CHECK_STR(connopt_where(&o, small, sizeof small), "[::1]:7");
    CHECK_STR(connopt_where(&o, small, 4), "[::");
}

static struct dial_opts dial_of(const char *line, bool lenient) {
    CHECK_EQ(take(line, lenient), 0);
    return connopt_dial(&o, 7);
}

static void the_native_face_insists_on_a_family_and_a_compatible_one_prefers_it(void) {
    struct dial_opts d = dial_of("", false);
    CHECK_STR(d.host, "127.0.0.1");
    CHECK(d.port == 6379 && !d.path && d.deadline_ns == 7 && d.keepalive);
    CHECK(d.family == DIAL_ANY && !d.prefer_v4 && !d.prefer_v6);
    d = dial_of("-h h -p 1 -6 --keepalive 0", false);
    CHECK_STR(d.host, "h");
    CHECK(d.port == 1 && d.family == DIAL_V6 && !d.prefer_v6 && !d.keepalive);
    d = dial_of("-6", true);
    CHECK(d.family == DIAL_ANY && d.prefer_v6 && !d.prefer_v4);
    d = dial_of("-4", true);
    CHECK(d.family == DIAL_ANY && d.prefer_v4);
    d = dial_of("", true);
    CHECK(d.family == DIAL_ANY && d.prefer_v4);
}

int main(void) {
    connopt_init(&o);
    RUN(without_options_the_defaults_hold);
    RUN(every_option_reaches_its_member);
    RUN(retries_come_with_backoff_and_classes);
    RUN(a_uri_fills_what_options_left_open);
    RUN(an_option_wins_over_the_uri_wherever_it_stands);
    RUN(the_environment_comes_last);
    RUN(a_password_of_the_environment_yields_to_any_other);
    RUN(contradictions_are_errors);
    RUN(sentinels_come_with_a_service);
    RUN(every_sentinel_option_reaches_its_member);
    RUN(with_sentinels_the_environment_gives_the_password_alone);
    RUN(bad_sentinel_options_are_errors_in_every_face);
    RUN(sentinels_are_limited_in_number);
    RUN(the_compatible_face_takes_contradictions_silently);
    RUN(the_place_is_written_as_one_would_type_it);
    RUN(the_native_face_insists_on_a_family_and_a_compatible_one_prefers_it);
    connopt_release(&o);
    return t_end();
}
