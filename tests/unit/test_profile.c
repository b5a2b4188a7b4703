/* SPDX-License-Identifier: BSD-3-Clause */
/* client/profile: what a file of profiles may hold, and what of it counts. */
#include "client/profile.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/clusteropt.h"
#include "io/file.h"
#include "tests/unit/t.h"

static char *folder;
static char path[512];
static struct err err;

/* A program with an option of its own, and without one of the shared ones. */
struct target {
    struct connopt conn;
    int format;
    int64_t level;
};

static struct target target;
static struct profile profile;
static const struct opt_row own_rows[] = {
    {0, "json", OPT_SET, offsetof(struct target, format), .value = 3, .help = "json"},
    {0, "csv", OPT_SET, offsetof(struct target, format), .value = 2, .help = "csv"},
    {'l', "level", OPT_INT, offsetof(struct target, level), "N", "level", .max = 9},
    {0},
};
static const struct opt_group groups[] = {{connopt_rows, &target.conn}, {own_rows, &target}, {0}};
static const struct opt_program program = {.name = "tool", .groups = groups};

static void write_mode(const char *text, mode_t mode) {
    FILE *f = fopen(path, "w");
    CHECK_EQ(fwrite(text, 1, strlen(text), f), strlen(text));
    fclose(f);
    chmod(path, mode);
}

static void start(void) {
    connopt_release(&target.conn);
    profile_release(&profile);
    target.format = 0;
    target.level = 0;
    connopt_init(&target.conn);
    err_clear(&err);
}

static const char *const home = "/nowhere";
static const char *lookup(const char *name) {
    if (!strcmp(name, "XDG_CONFIG_HOME")) return folder;
    return strcmp(name, "HOME") ? NULL : home;
}

static char words_text[20][60];
static char *words[20];
static int first, n_words;

/* A command line, cut at blanks. */
static int parse(const char *line) {
    start();
    words[0] = words_text[0];
    for (n_words = 1; *line; n_words++) {
        size_t len = strcspn(line, " ");
        snprintf(words_text[n_words], sizeof words_text[0], "%.*s", (int)len, line);
        words[n_words] = words_text[n_words];
        line += len + (line[len] == ' ');
    }
    int code = opt_parse(&program, n_words, words, &first, &err);
    if (code < 0) return code;
    return profile_take(&profile, lookup, &program, n_words, words, &first, &err);
}

/* "[p]" with these lines, and the command line. */
static int with(const char *lines, const char *line) {
    char text[1000];
    snprintf(text, sizeof text, "[p]\n%s\n", lines);
    write_mode(text, 0600);
    return parse(line);
}

#define REFUSED(lines, what) refused(lines, what, __LINE__)
static void refused(const char *lines, const char *what, int line) {
    char want[700];
    snprintf(want, sizeof want, "%s:%s", path, what);
    CHECK_EQ(with(lines, "@p"), VK_EUSAGE);
    t_mem(err.text, strlen(err.text), want, strlen(want), __FILE__, line, "the error");
}

static void options_are_set_as_if_typed(void) {
    CHECK_EQ(
        with("host = db.example\n  port=6380\n\ttls = yes\ndb: 4 ; why\n# no\n; no\n"
             "pass = a = \"b c\"\nclient-name = me \nlevel = 7\njson = yes\ncommand-timeout=1.5",
             "@p get k"),
        0);
    CHECK_STR(target.conn.host, "db.example");
    CHECK_EQ(target.conn.port, 6380);
    CHECK(target.conn.tls);
    CHECK_EQ(target.conn.typed.db, 4);
    CHECK_STR(target.conn.password, "a = \"b c\"");
    CHECK_STR(target.conn.client_name, "me");
    CHECK_EQ(target.level, 7);
    CHECK_EQ(target.format, 3);
    CHECK(target.conn.typed.command_timeout_s == 1.5);
    CHECK_STR(profile.name, "p");
    CHECK_EQ(profile.environment, PROFILE_ENVIRONMENT_NONE);
    CHECK_EQ(profile.colour, 0);
    CHECK_EQ(first, 2);
}

static void a_profile_has_an_environment_and_a_colour(void) {
    CHECK_EQ(with("environment = production\ncolour = red", "@p"), 0);
    CHECK_EQ(profile.environment, PROFILE_PRODUCTION);
    CHECK_EQ(profile.colour, 31);
    CHECK_EQ(with("environment = dev\ncolour = white", "@p"), 0);
    CHECK_EQ(profile.environment, PROFILE_DEV);
    CHECK_EQ(profile.colour, 37);
    CHECK_STR(profile_environment_name(PROFILE_STAGING), "staging");
    CHECK_STR(profile_environment_name(PROFILE_ENVIRONMENT_NONE), "");
}

static void what_was_typed_wins(void) {
    static const char lines[] = "host = a\nport = 1\ndb = 1\nlevel = 1\njson = yes";
    CHECK_EQ(with(lines, "-h b @p -p 2 --csv --level=3 -n 5 get -p 9"), 0);
    CHECK_STR(target.conn.host, "b");
    CHECK_EQ(target.conn.port, 2);
    CHECK_EQ(target.format, 2);
    CHECK_EQ(target.level, 3);
    CHECK_EQ(target.conn.typed.db, 5);
    CHECK_STR(words[first], "get");
}

static void what_is_contradicted_is_passed_over(void) {
    CHECK_EQ(with("host = a\nport = 1\npass = x", "@p -s /s"), 0);
    CHECK(!target.conn.host && !target.conn.port && target.conn.password);
    CHECK_EQ(with("socket = /s\nuser = u", "-p 1 @p"), 0);
    CHECK(!target.conn.path && target.conn.user);
    CHECK_EQ(with("host = a\nuser = u\npass = x\ndb = 3", "@p -u redis://h"), 0);
    CHECK(!target.conn.host && !target.conn.user && !target.conn.password);
    CHECK_EQ(target.conn.typed.db, -1);
    CHECK_EQ(with("sentinel = a\nservice = s\npass = x", "@p -h b"), 0);
    CHECK(!target.conn.sentinel.list && !target.conn.sentinel.service && target.conn.password);
    CHECK_EQ(with("pass = x\nuser = u", "@p --auth-command true"), 0);
    CHECK(!target.conn.password && target.conn.user);
    CHECK_EQ(with("pass = x\nuser = u\ntls = yes\ncacert = f\nhost = a", "@p --scratch"), 0);
    CHECK(!target.conn.password && !target.conn.user && !target.conn.tls && !target.conn.host);
    CHECK(!target.conn.tls_opts.cacert);
}

static void a_typed_host_goes_over_the_uri_of_a_profile(void) {
    CHECK_EQ(with("uri = redis://u:x@h:7/2", "@p -h b"), 0);
    CHECK_EQ(connopt_finish(&target.conn, lookup, &err), 0);
    CHECK_STR(target.conn.host, "b");
    CHECK_EQ(target.conn.port, 7);
    CHECK_STR(target.conn.password, "x");
}

static void keys_of_other_programs_are_passed_over(void) {
    CHECK_EQ(with("node-map = a=b\nread-from = random\nfull-coverage = yes\nlevel = 1", "@p"), 0);
    CHECK_EQ(target.level, 1);
}

static void a_switch_may_be_off(void) {
    CHECK_EQ(with("tls = no\njson = no", "@p"), 0);
    CHECK(!target.conn.tls && !target.format);
}

static void other_sections_do_not_count(void) {
    write_mode("[a]\nport = 1\nnonsense = 1\n[p]\nport = 2\n[b]\nport = 3\n[p]\nlevel = 2\n", 0600);
    CHECK_EQ(parse("@p"), 0);
    CHECK_EQ(target.conn.port, 2);
    CHECK_EQ(target.level, 2);
    CHECK_EQ(parse("@P"), VK_EUSAGE);
}

static void a_profile_may_be_empty(void) {
    write_mode("\xef\xbb\xbf[p]\r\n[a]\n", 0600);
    CHECK_EQ(parse("@p"), 0);
    CHECK_STR(profile.name, "p");
    CHECK_EQ(parse("@a ping"), 0);
    CHECK_EQ(first, 2);
}

static void what_is_wrong_is_said_with_its_line(void) {
    REFUSED("\nprot = 1", "3: unknown key 'prot' (did you mean 'port'?)");
    REFUSED("color = red", "2: unknown key 'color' (did you mean 'colour'?)");
    REFUSED("enviroment = dev", "2: unknown key 'enviroment' (did you mean 'environment'?)");
    REFUSED("zzzzzz = 1", "2: unknown key 'zzzzzz'");
    REFUSED("n = 1", "2: unknown key 'n'");
    REFUSED("port = 70000", "2: option 'port': '70000' is not a whole number from 1 to 65535");
    REFUSED("environment = prod",
            "2: environment: the value must be one of dev staging production");
    REFUSED("environment =", "2: environment: the value must be one of dev staging production");
    REFUSED("colour = pink",
            "2: colour: the value must be one of red green yellow blue magenta cyan white");
    REFUSED("askpass = hunter2", "2: askpass: the value must be one of no yes");
    REFUSED("role = boss", "2: option 'role': unknown role 'boss' (valid: primary, replica)");
    REFUSED("port", "2: this is neither [PROFILE] nor KEY = VALUE");
    REFUSED("[q", "2: this is neither [PROFILE] nor KEY = VALUE");
    REFUSED("[]", "2: a profile's name is letters, digits, '-', '_' and '.'");
    REFUSED("[../q]", "2: a profile's name is letters, digits, '-', '_' and '.'");
    REFUSED("[All]", "2: that name is a target's, no profile can have it");
    REFUSED("[h:1]", "2: that name is a target's, no profile can have it");
    REFUSED("[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]",
            "2: the profile's name is too long");
    REFUSED("uri = redis://u:hunter2@h?x=hunter2", "2: bad URI: unknown option 'x'");
}

static void long_lines_and_strange_bytes_are_refused(void) {
    char line[400];
    snprintf(line, sizeof line, "host = %0300d", 0);
    CHECK_EQ(with(line, "@p"), VK_EUSAGE);
    CHECK(strstr(err.text, ":2: the line is longer than "));
    FILE *f = fopen(path, "w");
    CHECK_EQ(fwrite("[p]\nhost = a\0b\n", 1, 15, f), 15);
    fclose(f);
    CHECK_EQ(parse("@p"), VK_EUSAGE);
    CHECK(strstr(err.text, ":2: the line has a NUL byte"));
    write_mode("port = 1\n[p]\n", 0600);
    CHECK_EQ(parse("@p"), VK_EUSAGE);
    CHECK(strstr(err.text, ":1: a key must stand below a [PROFILE]"));
}

static void a_secret_that_others_may_read_is_refused(void) {
    static const char *const secrets[] = {"[q]\npass = hunter2\n[p]\n",
                                          "[p]\nuri = redis://:hunter2@h\n",
                                          "[p]\nuri = redis://h?password=hunter2\n"};
    for (int i = 0; i < 3; i++) {
        write_mode(secrets[i], 0640);
        CHECK_EQ(parse("@p"), VK_EFILE);
        CHECK(strstr(err.text, "others may read it") && !strstr(err.text, "hunter2"));
        chmod(path, 0400);
        CHECK_EQ(parse("@p"), 0);
    }
    write_mode("[p]\nuri = redis://h\n", 0664);
    CHECK_EQ(parse("@p"), 0);
    chmod(path, 0666);
    CHECK_EQ(parse("@p"), VK_EFILE);
}

static void who_is_not_there_is_named(void) {
    write_mode("[p]\n", 0600);
    CHECK_EQ(parse("@q get k"), VK_EUSAGE);
    CHECK_STR(err.text, "unknown target '@q': no profile or target has that name");
    unlink(path);
    CHECK_EQ(parse("@p get k"), VK_EUSAGE);
    CHECK_STR(err.text, "unknown target '@p': no profile or target has that name");
}

static void targets_and_other_words_are_left_alone(void) {
    static const char *const lines[] = {"@all", "@Random get", "@h:1", "@", "get @p", ""};
    write_mode("[p]\nport = 1\n", 0600);
    for (int i = 0; i < 6; i++) {
        CHECK_EQ(parse(lines[i]), 0);
        CHECK_EQ(first, 1);
        CHECK(!target.conn.port && !*profile.name);
    }
    CHECK(profile_is_reserved("primaries") && profile_is_reserved("REPLICAS"));
    CHECK(!profile_is_reserved("prod"));
}

static int add_name(void *arg, const char *name, struct err *e) {
    strcat(arg, name);
    strcat(arg, " ");
    return strcmp(name, "stop") ? 0 : err_set(e, VK_ECANCEL, "stopped");
}

static void profiles_are_listed(void) {
    char names[100] = "";
    write_mode("[b]\nx = 1\n[a]\n[b]\n[a-1.c]\n", 0600);
    CHECK_EQ(profile_list(path, add_name, names, &err), 0);
    CHECK_STR(names, "b a a-1.c ");
    write_mode("[stop]\n[a]\n", 0600);
    CHECK_EQ(profile_list(path, add_name, names, &err), VK_ECANCEL);
    CHECK_STR(names, "b a a-1.c stop ");
    unlink(path);
    CHECK_EQ(profile_list(path, add_name, names, &err), 0);
}

static const char *only_home(const char *name) {
    if (!strcmp(name, "XDG_CONFIG_HOME")) return "relative";
    return strcmp(name, "HOME") ? NULL : home;
}

static const char *nothing(const char *name) {
    (void)name;
    return NULL;
}

static void the_file_is_where_xdg_has_it(void) {
    struct buf b;
    buf_init(&b, 100);
    CHECK_EQ(profile_path(only_home, &b, &err), 0);
    CHECK_STR(buf_cstr(&b), "/nowhere/.config/valkit/config");
    CHECK_EQ(profile_path(nothing, &b, &err), VK_EFILE);
    buf_release(&b);
}

int main(void) {
    if (file_temp_dir("test", &folder, &err) < 0) return 1;
    snprintf(path, sizeof path, "%s/valkit", folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/valkit/config", folder);
    connopt_init(&target.conn);
    profile_init(&profile);
    RUN(options_are_set_as_if_typed);
    RUN(a_profile_has_an_environment_and_a_colour);
    RUN(what_was_typed_wins);
    RUN(what_is_contradicted_is_passed_over);
    RUN(a_typed_host_goes_over_the_uri_of_a_profile);
    RUN(keys_of_other_programs_are_passed_over);
    RUN(a_switch_may_be_off);
    RUN(other_sections_do_not_count);
    RUN(a_profile_may_be_empty);
    RUN(what_is_wrong_is_said_with_its_line);
    RUN(long_lines_and_strange_bytes_are_refused);
    RUN(a_secret_that_others_may_read_is_refused);
    RUN(who_is_not_there_is_named);
    RUN(targets_and_other_words_are_left_alone);
    RUN(profiles_are_listed);
    RUN(the_file_is_where_xdg_has_it);
    start();
    connopt_release(&target.conn);
    profile_release(&profile);
    file_remove_tree(folder);
    free(folder);
    return t_end();
}
