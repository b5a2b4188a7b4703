/* SPDX-License-Identifier: BSD-3-Clause */
/* core/clients: lines of CLIENT LIST of several servers, and the join with MONITOR's origins. */
#include "core/clients.h"

#include <stdlib.h>

#include "tests/unit/t.h"

/* Valkey 8, Redis 7.0 over a unix socket with a blank in its path, Redis 6.0. */
#define VALKEY8                                                                                    \
    "id=12 addr=127.0.0.1:60866 laddr=127.0.0.1:6379 fd=9 name=web-1 age=3 idle=0 flags=N db=2 "   \
    "sub=0 psub=0 ssub=0 multi=-1 watch=0 qbuf=26 qbuf-free=20448 argv-mem=10 multi-mem=0 "        \
    "rbs=1024 rbp=0 obl=0 oll=0 omem=40984 tot-mem=22426 events=r cmd=client|list user=app "       \
    "redir=-1 resp=3 lib-name=valkey-py(asyncio_v1) lib-ver=6.1.0 tot-net-in=5 capa=r\n"
#define REDIS7_UNIX                                                                                \
    "id=13 addr=/run/a b].sock:0 laddr=/run/a b].sock:0 fd=10 name= age=0 idle=0 flags=U db=0 "    \
    "omem=0 cmd=get user=default redir=-1 resp=2\n"
#define REDIS6 "id=3 addr=[::1]:52555 fd=8 name= age=855 idle=0 flags=xN db=0 omem=0 cmd=NULL\n"

static struct clients_entry c;
static struct err error;

static void text_is(struct clients_text got, const char *want) {
    CHECK_MEM(got.p, got.len, want, strlen(want));
}

static void a_line_is_taken_apart(void) {
    CHECK_EQ(clients_parse(VALKEY8, sizeof VALKEY8 - 1, &c), 0);
    CHECK_EQ(c.id, 12);
    CHECK_EQ(c.db, 2);
    CHECK_EQ(c.omem, 40984);
    text_is(c.addr, "127.0.0.1:60866");
    text_is(c.laddr, "127.0.0.1:6379");
    text_is(c.name, "web-1");
    text_is(c.user, "app");
    text_is(c.lib_name, "valkey-py(asyncio_v1)");
    text_is(c.lib_ver, "6.1.0");
    text_is(c.flags, "N");
    text_is(c.cmd, "client|list");
}

static void what_a_server_does_not_tell_is_empty(void) {
    CHECK_EQ(clients_parse(REDIS6, sizeof REDIS6 - 1, &c), 0);
    CHECK_EQ(c.id, 3);
    text_is(c.addr, "[::1]:52555");
    text_is(c.laddr, "");
    text_is(c.name, "");
    text_is(c.user, "");
    text_is(c.lib_name, "");
    CHECK_EQ(clients_parse("id=0", 4, &c), 0);
    CHECK_EQ(c.id, 0);
    CHECK_EQ(c.db, -1);
    CHECK_EQ(c.omem, -1);
    text_is(c.addr, "");
}

static void blanks_in_a_path_belong_to_it(void) {
    CHECK_EQ(clients_parse(REDIS7_UNIX, sizeof REDIS7_UNIX - 1, &c), 0);
    text_is(c.addr, "/run/a b].sock:0");
    text_is(c.laddr, "/run/a b].sock:0");
    text_is(c.user, "default");
    CHECK_EQ(clients_parse("id=1 name= addr=a  b", 20, &c), 0);
    text_is(c.name, "");
    text_is(c.addr, "a  b");
}

static void other_lines_are_refused(void) {
    static const char *const bads[] = {
        "",      "id",           "id=",   "id=x", "addr=1.2.3.4:5",
        "id=-1", "id=1x addr=a", " id=1", "ID=1", "id=99999999999999999999"};
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++)
        CHECK_EQ(clients_parse(bads[i], strlen(bads[i]), &c), VK_EPARSE);
    CHECK_EQ(clients_parse("id=1 db=x omem=", 15, &c), 0);
    CHECK_EQ(c.db, -1);
    CHECK_EQ(c.omem, -1);
}

static const struct clients_entry *of(const struct clients *t, enum monitor_origin origin,
                                      const char *addr) {
    return clients_of(t, origin, addr, strlen(addr));
}

static void clients_are_found_by_their_origin(void) {
    static const char text[] = VALKEY8 REDIS7_UNIX REDIS6;
    struct clients *t = clients_new(100);
    CHECK(!of(t, MONITOR_TCP, "127.0.0.1:60866"));
    CHECK_EQ(clients_take(t, text, sizeof text - 1, &error), 0);
    CHECK_EQ(clients_count(t), 3);
    CHECK_EQ(clients_at(t, 2)->id, 3);
    const struct clients_entry *found = of(t, MONITOR_TCP, "127.0.0.1:60866");
    CHECK(found && found->id == 12);
    found = of(t, MONITOR_TCP, "[::1]:52555");
    CHECK(found && found->id == 3);
    found = of(t, MONITOR_UNIX, "/run/a b].sock");
    CHECK(found && found->id == 13);
    CHECK(!of(t, MONITOR_TCP, "/run/a b].sock"));
    CHECK(!of(t, MONITOR_UNIX, "127.0.0.1:60866"));
    CHECK(!of(t, MONITOR_TCP, "127.0.0.1:60867"));
    CHECK(!of(t, MONITOR_LUA, ""));
    clients_free(t);
}

static void clients_of_one_socket_are_not_guessed(void) {
    static const char text[] = "id=1 addr=/s:0 flags=U\nid=2 addr=/s:0 flags=U\nid=3 addr=/s:0 "
                               "flags=N\n";
    struct clients *t = clients_new(100);
    CHECK_EQ(clients_take(t, text, sizeof text - 1, &error), 0);
    CHECK(!of(t, MONITOR_UNIX, "/s"));
    CHECK_EQ(clients_at(t, 1)->id, 2);
    clients_free(t);
}

static void a_bad_text_leaves_the_table_as_it_was(void) {
    static const char text[] = REDIS6, bad[] = REDIS6 "\nERR no\n";
    struct clients *t = clients_new(100);
    CHECK_EQ(clients_take(t, text, sizeof text - 1, &error), 0);
    CHECK_EQ(clients_take(t, bad, sizeof bad - 1, &error), VK_EPARSE);
    CHECK_STR(error.text, "line 3 of CLIENT LIST is not a client's");
    CHECK_EQ(clients_count(t), 1);
    CHECK(of(t, MONITOR_TCP, "[::1]:52555"));
    CHECK_EQ(clients_take(t, "", 0, &error), 0);
    CHECK_EQ(clients_count(t), 0);
    CHECK(!of(t, MONITOR_TCP, "[::1]:52555"));
    clients_free(t);
}

static void the_table_is_bounded(void) {
    enum { N = 5000, MAX = 3000 };
    struct buf text;
    buf_init(&text, 1 << 20);
    for (int i = 0; i < N; i++)
        buf_addf(&text, "id=%d addr=10.0.0.%d:%d\n", i, i % 256, 1000 + i);
    struct clients *t = clients_new(MAX);
    CHECK_EQ(clients_take(t, text.p, text.len, &error), 0);
    CHECK_EQ(clients_count(t), MAX);
    CHECK_EQ(clients_left_out(t), N - MAX);
    int wrong = 0;
    for (int i = 0; i < N; i++) {
        char addr[40];
        snprintf(addr, sizeof addr, "10.0.0.%d:%d", i % 256, 1000 + i);
        const struct clients_entry *found = of(t, MONITOR_TCP, addr);
        wrong += i < MAX ? !found || found->id != i : found != NULL;
    }
    CHECK_EQ(wrong, 0);
    clients_free(t);
    buf_release(&text);
}

/* Cut at every byte, each byte changed, in memory of its own: nothing is read behind the end, and
 * all texts lie in the line. */
static void damaged_lines_do_no_harm(void) {
    static const char *const lines[] = {VALKEY8, REDIS7_UNIX, REDIS6};
    for (size_t i = 0; i < 3; i++) {
        size_t whole = strlen(lines[i]);
        for (size_t n = 0; n <= 2 * whole; n++) {
            size_t len = n <= whole ? n : whole;
            char *line = malloc(len + !len);
            memcpy(line, lines[i], len);
            if (n > whole) line[n - whole - 1] = "= \nx"[n % 4];
            if (!clients_parse(line, len, &c)) {
                CHECK(c.id >= 0);
                CHECK(!c.addr.len || (c.addr.p >= line && c.addr.p + c.addr.len <= line + len));
                CHECK(!c.cmd.len || (c.cmd.p >= line && c.cmd.p + c.cmd.len <= line + len));
            }
            free(line);
        }
    }
}

int main(void) {
    RUN(a_line_is_taken_apart);
    RUN(what_a_server_does_not_tell_is_empty);
    RUN(blanks_in_a_path_belong_to_it);
    RUN(other_lines_are_refused);
    RUN(clients_are_found_by_their_origin);
    RUN(clients_of_one_socket_are_not_guessed);
    RUN(a_bad_text_leaves_the_table_as_it_was);
    RUN(the_table_is_bounded);
    RUN(damaged_lines_do_no_harm);
    return t_end();
}
