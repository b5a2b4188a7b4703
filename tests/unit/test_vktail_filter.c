/* SPDX-License-Identifier: BSD-3-Clause */
/* cmd/vktail/filter: its language, and what passes, from literal lines of MONITOR. */
#include "cmd/vktail/filter.h"

#include <stdlib.h>

#include "tests/unit/t.h"

enum { ALL = FILTER_OF_COMMANDS | FILTER_OF_CLIENTS };

static struct filter filter;
static struct filter_work work;
static struct monitor monitor;
static struct err err;

static char *argv[16];

static void forget_words(void) {
    for (int i = 0; argv[i]; i++) {
        free(argv[i]);
        argv[i] = NULL;
    }
}

/* A filter out of words of a command line, which it borrows. */
static int parse(int n, const char *const *words) {
    const struct opt_group groups[] = {{filter_rows, &filter}, {0}};
    const struct opt_program program = {.name = "test", .groups = groups};
    int first;
    filter_release(&filter);
    forget_words();
    argv[0] = mem_strdup("test");
    for (int i = 0; i < n; i++)
        argv[i + 1] = mem_strdup(words[i]);
    int code = opt_parse(&program, n + 1, argv, &first, &err);
    return code == 0 ? filter_finish(&filter, ALL, "test", &err) : code;
}

#define PARSE(...)                                                                                 \
    parse((int)(sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)),                           \
          (const char *[]){__VA_ARGS__})

static bool passes(const char *line) {
    struct event ev = {.kind = EVENT_COMMAND, .line = {line, strlen(line)}};
    if (monitor_head(&monitor, line, strlen(line)) == 0) ev.command = &monitor;
    return filter_passes(&filter, &work, &ev);
}

#define LINE(rest) "1339518083.107412 [0 127.0.0.1:60866] " rest

static void test_no_filter(void) {
    filter_release(&filter);
    CHECK(passes(LINE("\"GET\" \"x\"")));
    CHECK(passes("malformed"));
}

static void test_commands(void) {
    CHECK_EQ(PARSE("--cmd", "SET,get"), 0);
    CHECK(passes(LINE("\"set\" \"k\" \"v\"")));
    CHECK(passes(LINE("\"GET\" \"k\"")));
    CHECK(!passes(LINE("\"GETEX\" \"k\"")));
    CHECK(!passes(LINE("\"setnx\" \"k\" \"v\"")));
    CHECK(!passes("malformed"));
    CHECK_EQ(PARSE("--cmd", "config|get", "--cmd", "ping"), 0);
    CHECK(passes(LINE("\"CONFIG\" \"GeT\" \"*\"")));
    CHECK(passes(LINE("\"ping\"")));
    CHECK(!passes(LINE("\"CONFIG\" \"SET\" \"a\" \"b\"")));
    CHECK(!passes(LINE("\"CONFIG\"")));
}

static void test_categories(void) {
    CHECK_EQ(PARSE("--category", "@write"), 0);
    CHECK(passes(LINE("\"DEL\" \"k\"")));
    CHECK(!passes(LINE("\"GET\" \"k\"")));
    CHECK(!passes(LINE("\"MODULE.WRITE\" \"k\"")));
    CHECK_EQ(PARSE("--category", "readonly,@scripting"), 0);
    CHECK(passes(LINE("\"GET\" \"k\"")));
    CHECK(passes(LINE("\"EVAL\" \"return 1\" \"0\"")));
    CHECK(!passes(LINE("\"SET\" \"k\" \"v\"")));
    CHECK_EQ(PARSE("--category", "@admin"), 0); /* of the subcommand */
    CHECK(passes(LINE("\"CLIENT\" \"KILL\" \"x\"")));
    CHECK(!passes(LINE("\"CLIENT\" \"ID\"")));
}

static void test_keys(void) {
    CHECK_EQ(PARSE("--match", "user:*"), 0);
    CHECK(passes(LINE("\"GET\" \"user:1\"")));
    CHECK(passes(LINE("\"MSET\" \"a\" \"1\" \"user:2\" \"2\"")));
    CHECK(!passes(LINE("\"MSET\" \"a\" \"user:1\" \"b\" \"user:2\""))); /* values are no keys */
    CHECK(passes(LINE("\"EVAL\" \"x\" \"1\" \"user:9\"")));
    CHECK(!passes(LINE("\"EVAL\" \"x\" \"0\" \"user:9\"")));
    CHECK(!passes(LINE("\"PING\" \"user:1\"")));
    CHECK(passes(LINE("\"JSON.GET\" \"user:1\"")));     /* a module's */
    CHECK(passes(LINE("\"SET\" \"user:1\" \"a\"b\""))); /* malformed behind it */
    CHECK_EQ(PARSE("--match", "*:\\*0"), 0);
    CHECK(passes(LINE("\"GET\" \"user:*0\"")));
    CHECK(!passes(LINE("\"GET\" \"user:10\"")));
    CHECK_EQ(PARSE("--match", "user:[12"), 0); /* a class that is left open */
    CHECK(passes(LINE("\"GET\" \"user:2\"")));
    CHECK_EQ(PARSE("--match", "?"), 0);
    CHECK(!passes(LINE("\"GET\" \"\"")));
    CHECK_EQ(PARSE("--match", "a\nb"), 0);
    CHECK(passes(LINE("\"GET\" \"a\\nb\"")));
}

static void test_origins(void) {
    CHECK_EQ(PARSE("--addr", "127.0.0.1"), 0);
    CHECK(passes(LINE("\"PING\"")));
    CHECK(!passes("1.000000 [0 127.0.0.11:1] \"PING\""));
    CHECK_EQ(PARSE("--addr", "*:60866"), 0);
    CHECK(passes(LINE("\"PING\"")));
    CHECK_EQ(PARSE("--addr", "lua"), 0);
    CHECK(passes("1.000000 [0 lua] \"PING\""));
    CHECK(!passes(LINE("\"PING\"")));
    CHECK_EQ(PARSE("--addr", "unix", "--db", "3"), 0);
    CHECK(passes("1.000000 [3 unix:/a b/s] \"PING\""));
    CHECK(!passes("1.000000 [0 unix:/a b/s] \"PING\""));
    CHECK_EQ(PARSE("--addr", "[::1]"), 0); /* a class of a glob: as the pattern says */
    CHECK(!passes("1.000000 [0 [::1]:5] \"PING\""));
    CHECK_EQ(PARSE("--addr", "\\[::1\\]"), 0);
    CHECK(passes("1.000000 [0 [::1]:5] \"PING\""));
}

static void test_text(void) {
    CHECK_EQ(PARSE("--grep", "GET k"), 0);
    CHECK(passes(LINE("\"GET\" \"k1\"")));
    CHECK(!passes(LINE("\"GET\" \"ak\"")));
    CHECK_EQ(PARSE("--grep", "60866"), 0); /* the address is no text */
    CHECK(!passes(LINE("\"GET\" \"k\"")));
    CHECK_EQ(PARSE("--grep", "x0a"), 0); /* nor is an escape */
    CHECK(!passes(LINE("\"GET\" \"\\x00a\"")));
    CHECK_EQ(PARSE("--grep", "^SET .*(cat|dog)$"), 0);
    CHECK(passes(LINE("\"SET\" \"a\" \"\\x00hotdog\"")));
    CHECK(!passes(LINE("\"SET\" \"a\" \"dogs\"")));
    CHECK_EQ(PARSE("--grep", "say \"hi\""), 0);
    CHECK(passes(LINE("\"SET\" \"a\" \"say \\\"hi\\\"\"")));
    CHECK_EQ(PARSE("--grep", "mal"), 0); /* a malformed line, as it stands */
    CHECK(passes("malformed"));
}

static void test_alternatives_and_conditions(void) {
    CHECK_EQ(PARSE("--cmd", "get", "--match", "a*", "--match", "b*"), 0);
    CHECK(passes(LINE("\"GET\" \"a\"")));
    CHECK(passes(LINE("\"GET\" \"b\"")));
    CHECK(!passes(LINE("\"GET\" \"c\"")));
    CHECK(!passes(LINE("\"DEL\" \"a\"")));
}

static void test_not(void) {
    CHECK_EQ(PARSE("--not", "--cmd", "ping,get", "--match", "a*", "--not", "--match", "ab*"), 0);
    CHECK(passes(LINE("\"DEL\" \"a\"")));
    CHECK(!passes(LINE("\"GET\" \"a\"")));
    CHECK(!passes(LINE("\"DEL\" \"abc\"")));
    CHECK(!passes(LINE("\"DEL\" \"x\"")));
    CHECK_EQ(PARSE("--not", "--match", "a*", "--not", "--match", "b*"), 0);
    CHECK(!passes(LINE("\"DEL\" \"a\"")));
    CHECK(!passes(LINE("\"DEL\" \"b\"")));
    CHECK(passes(LINE("\"DEL\" \"c\"")));
    CHECK(passes(LINE("\"PING\"")));
}

static const struct clients_entry *client_of(void *arg, const struct event *ev) {
    static const struct clients_entry bob = {
        .user = {"bob", 3}, .name = {"app-1", 5}, .lib_name = {"py", 2}};
    (void)arg;
    return ev->command->ev.origin == MONITOR_TCP ? &bob : NULL;
}

static void test_clients(void) {
    work.client = client_of;
    CHECK_EQ(PARSE("--by-user", "bob", "--by-name", "app-*", "--by-lib", "py"), 0);
    CHECK(passes(LINE("\"PING\"")));
    CHECK_EQ(PARSE("--not", "--by-user", "bob"), 0);
    CHECK(!passes(LINE("\"PING\"")));
    work.n_strangers = 0;
    CHECK(passes("1.000000 [0 lua] \"PING\""));
    CHECK_EQ(work.n_strangers, 1);
    CHECK_EQ(PARSE("--by-user", "*"), 0); /* nobody known matches nothing */
    CHECK(!passes("1.000000 [0 lua] \"PING\""));
    work.client = NULL;
}

static void test_messages(void) {
    const struct event ev = {.kind = EVENT_MESSAGE, .channel = {"news:1", 6}, .payload = {"hi", 2}};
    CHECK_EQ(PARSE("--match", "news:*"), 0);
    CHECK(filter_passes(&filter, &work, &ev));
    CHECK_EQ(PARSE("--grep", "news:1 hi"), 0);
    CHECK(filter_passes(&filter, &work, &ev));
    CHECK_EQ(PARSE("--not", "--match", "news:*"), 0);
    CHECK(!filter_passes(&filter, &work, &ev));
}

static void test_sample(void) {
    int n = 0;
    CHECK_EQ(PARSE("--sample", "1/10"), 0);
    for (int i = 0; i < 10000; i++)
        n += filter_samples(&filter, &work);
    CHECK(n > 800 && n < 1200);
}

static void check_refused(int code, const char *text) {
    CHECK_EQ(code, VK_EUSAGE);
    CHECK_STR(err.text, text);
}

static void test_what_is_wrong(void) {
    check_refused(PARSE("--not"), "--not needs a filter behind it");
    check_refused(PARSE("--not", "--not"), "option '--not': given twice in a row");
    check_refused(PARSE("--cmd", "get,,set"), "option '--cmd': an empty name in 'get,,set'");
    check_refused(PARSE("--cmd", ""), "option '--cmd': an empty name in ''");
    check_refused(PARSE("--cmd", "config|"), "option '--cmd': 'config|' is no command's name");
    check_refused(PARSE("--category", "set"),
                  "option '--category': unknown category or flag 'set' (did you mean '@set'?)");
    check_refused(PARSE("--db", "x"), "option '--db': 'x' is no database's number");
    check_refused(PARSE("--sample", "1/0"), "option '--sample': '1/0' is not 1/N");
    check_refused(PARSE("--not", "--sample", "1/2"), "option '--sample': cannot be negated");
    CHECK_EQ(PARSE("--grep", "a(b"), VK_EUSAGE);
    CHECK_EQ(PARSE("--grep", ""), VK_EUSAGE);
    CHECK_EQ(PARSE("--db", "1"), 0);
    CHECK_EQ(filter_finish(&filter, FILTER_OF_ALL, "subscribe", &err), VK_EUSAGE);
    CHECK_STR(err.text, "--db means nothing for subscribe");
}

int main(void) {
    monitor_init(&monitor, 1000, 1 << 20);
    filter_work_init(&work, 1);
    RUN(test_no_filter);
    RUN(test_commands);
    RUN(test_categories);
    RUN(test_keys);
    RUN(test_origins);
    RUN(test_text);
    RUN(test_alternatives_and_conditions);
    RUN(test_not);
    RUN(test_clients);
    RUN(test_messages);
    RUN(test_sample);
    RUN(test_what_is_wrong);
    filter_release(&filter);
    filter_work_release(&work);
    forget_words();
    monitor_release(&monitor);
    return t_end();
}
