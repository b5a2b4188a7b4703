/* SPDX-License-Identifier: BSD-3-Clause */
/* Connection URIs: the reference's cases (section 13), and what it gets wrong. */
#include "client/uri.h"

#include <stdlib.h>

#include "t.h"

static struct connopt o;
static struct err e;

/* Parse afresh; the result is in o and e. */
static int parse(const char *uri) {
    connopt_release(&o);
    connopt_init(&o);
    err_clear(&e);
    return uri_parse(uri, &o, &e);
}

static const char *text(const char *s) {
    return s ? s : "(none)";
}

static void a_tcp_uri_gives_host_port_db_user_and_password(void) {
    static const struct {
        const char *uri, *host, *user, *password;
        int port, db;
    } cases[] = {
        {"redis://", "(none)", "(none)", "(none)", 0, 0},
        {"redis://localhost", "localhost", "(none)", "(none)", 0, 0},
        {"valkey://my.host", "my.host", "(none)", "(none)", 0, 0},
        {"valkey://my%20host", "my host", "(none)", "(none)", 0, 0},
        {"redis://localhost:6380", "localhost", "(none)", "(none)", 6380, 0},
        {"redis://:6380", "(none)", "(none)", "(none)", 6380, 0},
        {"redis://localhost:", "localhost", "(none)", "(none)", 0, 0},
        {"redis://localhost/", "localhost", "(none)", "(none)", 0, 0},
        {"redis://localhost/2", "localhost", "(none)", "(none)", 0, 2},
        {"redis:///7", "(none)", "(none)", "(none)", 0, 7},
        {"redis://localhost?db=3", "localhost", "(none)", "(none)", 0, 3},
        {"redis://localhost/2?db=3", "localhost", "(none)", "(none)", 0, 3},
        {"redis://[::1]:6380/3", "::1", "(none)", "(none)", 6380, 3},
        {"redis://[2001:db8::1]", "2001:db8::1", "(none)", "(none)", 0, 0},
        {"redis://[fe80::1%25eth0]/1", "fe80::1%eth0", "(none)", "(none)", 0, 1},
        {"redis://me:pw@h:1/0", "h", "me", "pw", 1, 0},
        {"redis://:pw@h", "h", "(none)", "pw", 0, 0},
        {"redis://pw@h", "h", "(none)", "pw", 0, 0},
        {"redis://me:@h", "h", "me", "", 0, 0},
        {"redis://:@h", "h", "(none)", "(none)", 0, 0},
        {"redis://@h", "h", "(none)", "(none)", 0, 0},
        {"redis://me:a:b@h", "h", "me", "a:b", 0, 0},
        {"redis://%40%3a:%2F%2e%5B%25@h", "h", "@:", "/.[%", 0, 0},
        {"redis://:%2520@h", "h", "(none)", "%20", 0, 0},
        {"redis://:a+b@h", "h", "(none)", "a+b", 0, 0},
        {"redis://h?username=me&password=p%26w", "h", "me", "p&w", 0, 0},
        {"redis://a:b@h?user=me&password=pw", "h", "me", "pw", 0, 0},
        {"REDIS://H:65535/15", "H", "(none)", "(none)", 65535, 15},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_EQ(parse(cases[i].uri), 0);
        CHECK_STR(e.text, "");
        CHECK_STR(text(o.host), cases[i].host);
        CHECK_STR(text(o.user), cases[i].user);
        CHECK_STR(text(o.password), cases[i].password);
        CHECK_EQ(o.port, cases[i].port);
        CHECK_EQ(o.db, cases[i].db);
        CHECK(!o.path && !o.tls);
    }
}

static void a_unix_uri_gives_a_path(void) {
    static const struct {
        const char *uri, *path, *user, *password;
        int db;
    } cases[] = {
        {"unix:///run/x.sock", "/run/x.sock", "(none)", "(none)", 0},
        {"unix:/run/x.sock", "/run/x.sock", "(none)", "(none)", 0},
        {"unix:./x.sock", "./x.sock", "(none)", "(none)", 0},
        {"UNIX:x.sock?db=2", "x.sock", "(none)", "(none)", 2},
        {"unix:///path?db=2", "/path", "(none)", "(none)", 2},
        {"unix://me:pw@/path", "/path", "me", "pw", 0},
        {"unix://:pw@/path", "/path", "(none)", "pw", 0},
        {"unix://pw@/path", "/path", "(none)", "pw", 0},
        {"unix:///a%20b%2fc%25", "/a b/c%", "(none)", "(none)", 0},
        {"unix:///run/@1/x", "/run/@1/x", "(none)", "(none)", 0},
        {"unix:///p/12?user=%2fme&password=%40", "/p/12", "/me", "@", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_EQ(parse(cases[i].uri), 0);
        CHECK_STR(e.text, "");
        CHECK_STR(text(o.path), cases[i].path);
        CHECK_STR(text(o.user), cases[i].user);
        CHECK_STR(text(o.password), cases[i].password);
        CHECK_EQ(o.db, cases[i].db);
        CHECK(!o.host && !o.port && !o.tls);
    }
}

static void a_scheme_with_s_means_tls(void) {
    CHECK_EQ(parse("rediss://h"), 0);
    CHECK(o.tls);
    CHECK_EQ(parse("Valkeys://h"), 0);
    CHECK(o.tls);
    CHECK_EQ(parse("valkey://h"), 0);
    CHECK(!o.tls);
}

static void options_have_types(void) {
    CHECK_EQ(parse("rediss://h?socket_timeout=1.5&socket_connect_timeout=2&keepalive=7&protocol=3"
                   "&client_name=a%20b&client_capa_redirect=yes&insecure=TRUE&sni=s&cacert=/c"
                   "&cacertdir=/d&cert=/e&key=/k&tls_min_version=1.3&ssl_check_hostname=False&"),
             0);
    CHECK_STR(e.text, "");
    CHECK(o.command_timeout_s == 1.5 && o.connect_timeout_s == 2 && o.keepalive_s == 7);
    CHECK_EQ(o.protocol, 3);
    CHECK_STR(text(o.client_name), "a b");
    CHECK(o.capa_redirect && o.tls_opts.insecure && o.tls_opts.verify_chain_only);
    CHECK_STR(text(o.tls_opts.sni), "s");
    CHECK_STR(text(o.tls_opts.cacert), "/c");
    CHECK_STR(text(o.tls_opts.cacertdir), "/d");
    CHECK_STR(text(o.tls_opts.cert), "/e");
    CHECK_STR(text(o.tls_opts.key), "/k");
    CHECK_STR(text(o.tls_opts.min_version), "1.3");
    CHECK_EQ(parse("rediss://h?ssl_cert_reqs=none"), 0);
    CHECK(o.tls_opts.insecure);
}

static void booleans_are_the_references_words(void) {
    static const struct {
        const char *word;
        double seconds;
    } cases[] = {{"0", 0},     {"F", 0},    {"false", 0}, {"n", 0},  {"NO", 0},
                 {"true", 15}, {"yes", 15}, {"1", 15},    {"", 33.0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char uri[64];
        snprintf(uri, sizeof uri, "redis://h?socket_keepalive=%s", cases[i].word);
        connopt_release(&o);
        connopt_init(&o);
        o.keepalive_s = 33;
        CHECK_EQ(uri_parse(uri, &o, &e), 0);
        CHECK(o.keepalive_s == cases[i].seconds);
    }
    CHECK_EQ(parse("redis://h?insecure=maybe"), VK_EUSAGE);
    CHECK_STR(e.text, "bad URI: option 'insecure' is not yes or no");
}

static void what_a_uri_does_not_say_stays(void) {
    connopt_release(&o);
    connopt_init(&o);
    o.client_name = "kept";
    o.db = 9;
    CHECK_EQ(uri_parse("redis://h:1", &o, &e), 0);
    CHECK_STR(o.client_name, "kept");
    CHECK_EQ(o.db, 9);
}

static void a_new_place_replaces_the_old(void) {
    connopt_release(&o);
    connopt_init(&o);
    o.path = "/old";
    CHECK_EQ(uri_parse("redis://h:1", &o, &e), 0);
    CHECK(!o.path);
    CHECK_EQ(uri_parse("unix:/new", &o, &e), 0);
    CHECK_STR(text(o.path), "/new");
    CHECK(!o.host && !o.port);
}

static void errors_say_what_is_wrong(void) {
    static const struct {
        const char *uri, *text;
    } cases[] = {
        {"", "it must begin with valkey:// valkeys:// redis:// rediss:// or unix:"},
        {"localhost", "it must begin with valkey:// valkeys:// redis:// rediss:// or unix:"},
        {"redis:h", "it must begin with valkey:// valkeys:// redis:// rediss:// or unix:"},
        {"http://h", "it must begin with valkey:// valkeys:// redis:// rediss:// or unix:"},
        {"redis://h/1/2", "the path is no database number, as in /0"},
        {"redis://h/x", "the path is no database number, as in /0"},
        {"redis://h/1/", "the path is no database number, as in /0"},
        {"redis://h/-1", "the path is no database number, as in /0"},
        {"redis://h/99999999999999999999", "the path is no database number, as in /0"},
        {"redis://:p@ss@h", "an '@' in a user or password is %40, and a '/' there %2F"},
        {"redis://:p/ss@h", "an '@' in a user or password is %40, and a '/' there %2F"},
        {"redis://:p?ss@h", "an '@' in a user or password is %40, and a '/' there %2F"},
        {"redis://:p#ss@h", "a '#' in it is written %23"},
        {"redis://h/0 ", "a blank or control character in it is written with a '%'"},
        {"redis://:%@h",
         "the password has a '%' without two hexadecimal digits (a plain one is %25)"},
        {"redis://:%4@h",
         "the password has a '%' without two hexadecimal digits (a plain one is %25)"},
        {"redis://:%zz@h",
         "the password has a '%' without two hexadecimal digits (a plain one is %25)"},
        {"redis://:a%00b@h", "the password cannot contain %00"},
        {"redis://a%00b:x@h", "the user cannot contain %00"},
        {"redis://h%00", "the host cannot contain %00"},
        {"redis://[::1", "the host has no ']'"},
        {"redis://[::1]6379", "the host ends with ']' or goes on with ':'"},
        {"redis://[h]", "the host in brackets is no IPv6 address"},
        {"redis://[]", "the host in brackets is no IPv6 address"},
        {"unix:", "unix: needs a path"},
        {"unix://", "unix: needs a path"},
        {"unix://h/path",
         "unix:// has no host: unix:///PATH, and in a user or password '/' is %2F"},
        {"redis://h?health_check_interval=3", "unknown option 'health_check_interval'"},
        {"redis://h?socket_timout=3",
         "unknown option 'socket_timout' (did you mean 'socket_timeout'?)"},
        {"redis://h?db=x", "option 'db' is not a whole number from 0 to 2147483647"},
        {"redis://h?db=", "option 'db' is not a whole number from 0 to 2147483647"},
        {"redis://h?socket_timeout=-1",
         "option 'socket_timeout' is not a number from 0 to 1000000000"},
        {"redis://h?socket_timeout=nan",
         "option 'socket_timeout' is not a number from 0 to 1000000000"},
        {"redis://h?protocol=4", "option 'protocol' is not 2 or 3"},
        {"redis://h?sni=", "sni is empty"},
        {"redis://h?sni=%0", "sni has a '%' without two hexadecimal digits (a plain one is %25)"},
        {"redis://h?db=1&db=2", "option 'db' is there twice"},
        {"redis://h?user=a&username=b", "option 'username' is there twice"},
        {"redis://h?ssl_cert_reqs=optional", "option 'ssl_cert_reqs' is not none or required"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_EQ(parse(cases[i].uri), VK_EUSAGE);
        CHECK(strlen(e.text) > 9);
        CHECK_STR(e.text + 9, cases[i].text); /* behind "bad URI: " */
    }
}

static void ports_are_1_to_65535_and_never_quoted(void) {
    static const char *const uris[] = {"redis://h:0", "redis://h:65536",   "redis://h:-1",
                                       "redis://h:x", "redis://me:secret", "redis://::1:6379"};
    for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
        CHECK_EQ(parse(uris[i]), VK_EUSAGE);
        CHECK(strstr(e.text, "the port is no number from 1 to 65535") != NULL);
        CHECK(!strstr(e.text, "secret"));
    }
}

static void wiping_leaves_no_password(void) {
    static const struct {
        const char *uri, *wiped;
    } cases[] = {
        {"redis://me:pw@h/1", "redis://me:xx@h/1"},
        {"redis://:pw@h", "redis://:xx@h"},
        {"redis://pw@h", "redis://xx@h"},
        {"redis://me:p@/w@h", "redis://me:xxxx@h"},
        {"unix://me:pw@/p", "unix://me:xx@/p"},
        {"unix://pw@/p@q:r@s", "unix://xxxxxxxxx@s"},
        {"redis://h?user=u&password=pw&db=1", "redis://h?user=u&password=xx&db=1"},
        {"redis://h?pass%77ord=pw", "redis://h?pass%77ord=xx"},
        {"redis://h:1/2", "redis://h:1/2"},
        {"@", "@"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *uri = mem_strdup(cases[i].uri);
        uri_wipe(uri);
        CHECK_STR(uri, cases[i].wiped);
        free(uri);
    }
}

int main(void) {
    connopt_init(&o);
    RUN(a_tcp_uri_gives_host_port_db_user_and_password);
    RUN(a_unix_uri_gives_a_path);
    RUN(a_scheme_with_s_means_tls);
    RUN(options_have_types);
    RUN(booleans_are_the_references_words);
    RUN(what_a_uri_does_not_say_stays);
    RUN(a_new_place_replaces_the_old);
    RUN(errors_say_what_is_wrong);
    RUN(ports_are_1_to_65535_and_never_quoted);
    RUN(wiping_leaves_no_password);
    connopt_release(&o);
    return t_end();
}
