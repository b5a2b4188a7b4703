/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/slots.h"

#include <stdio.h>

#include "resp/read.h"
#include "t.h"

static struct slots *s;
static struct reply_builder builder;
static struct err err;

static void begin(void) {
    s = slots_new();
    CHECK_EQ(slots_add(s, "seed", 7000), 0);
    reply_builder_init(&builder, 1 << 20);
}

static void end(void) {
    slots_free(s);
    reply_builder_release(&builder);
}

/* Read text, the RESP of one reply, as node 0's topology. */
static int take_from(const char *text, int asked, bool tls) {
    struct resp_reader r;
    struct resp_event ev;
    struct resp_limits limits = RESP_LIMITS_DEFAULT;
    resp_read_init(&r, &limits);
    resp_read_feed(&r, text, strlen(text));
    reply_builder_clear(&builder);
    while (resp_read_next(&r, &ev) > 0)
        if (reply_build(&builder, &ev) == 0) break;
    resp_read_release(&r);
    CHECK(builder.root);
    return slots_take(s, builder.root, asked, tls, &err);
}

static int take(const char *text) {
    return take_from(text, 0, false);
}

#define NODE(host, port, id) "*3\r\n" host "\r\n:" port "\r\n$1\r\n" id "\r\n"
#define A "$1\r\na"
#define B "$1\r\nb"
#define C "$1\r\nc"

static const char two_shards[] =
    "*2\r\n"
    "*4\r\n:0\r\n:9999\r\n" NODE(A, "1", "x")
        NODE(B, "2", "y") "*3\r\n:10000\r\n:16383\r\n" NODE(C, "3", "z");

static void crc_vectors(void) {
    static const struct {
        const char *key;
        unsigned slot;
    } rows[] = {
        {"foo", 12182},          {"{user1000}.following", 3443}, {"foo{}{bar}", 8363},
        {"foo{{bar}}zap", 4015}, {"foo{bar}{zap}", 5061},        {"", 0},
        {"123456789", 12739},    {"{user1000}.followers", 3443}, {"{}foo", 9500},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_EQ(slots_of_key(rows[i].key, strlen(rows[i].key)), rows[i].slot);
    CHECK_EQ(slots_crc16("123456789", 9), 0x31c3);
}

/* Bit by bit, as the polynomial says. */
static uint16_t slow_crc(const char *p, size_t len) {
    unsigned crc = 0;
    for (size_t i = 0; i < len; i++) {
        crc ^= (unsigned)(unsigned char)p[i] << 8;
        for (int k = 0; k < 8; k++)
            crc = crc & 0x8000 ? (crc << 1 ^ 0x1021) & 0xffff : crc << 1;
    }
    return (uint16_t)crc;
}

static void the_tables_are_the_polynomial(void) {
    char bytes[300];
    unsigned seed = 1;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)((seed = seed * 1103515245 + 12345) >> 16);
    for (size_t from = 0; from < 8; from++)
        for (size_t len = 0; len + from <= sizeof bytes; len++)
            CHECK_EQ(slots_crc16(bytes + from, len), slow_crc(bytes + from, len));
}

static void hash_tags(void) {
    CHECK_EQ(slots_of_key("a{b}c", 5), slots_of_key("b", 1));
    CHECK(slots_of_key("a{b", 3) != slots_of_key("b", 1));
    CHECK_EQ(slots_of_key("}{b}", 4), slots_of_key("b", 1));
    CHECK_EQ(slots_of_key("{b\0c}", 5), slots_of_key("b\0c", 3));
}

static void a_topology_is_taken(void) {
    int out[4];
    begin();
    slots_begin(s);
    CHECK_EQ(take(two_shards), 0);
    CHECK_EQ(slots_taken(s), SLOTS_COUNT);
    CHECK_EQ(slots_primary(s, 0), -1); /* not yet */
    CHECK_EQ(slots_end(s, &err), 0);
    int a = slots_find(s, "A", 1), b = slots_find(s, "b", 2), c = slots_find(s, "c", 3);
    CHECK_EQ(slots_primary(s, 9999), a);
    CHECK_EQ(slots_primary(s, 10000), c);
    CHECK_EQ(slots_replicas(s, 5, out, 4), 1);
    CHECK_EQ(out[0], b);
    CHECK_EQ(slots_primaries(s, out, 4), 2);
    CHECK(out[0] == a && out[1] == c);
    CHECK_EQ(slots_all_replicas(s, out, 4), 1);
    CHECK_EQ(slots_covered(s), SLOTS_COUNT);
    CHECK_EQ(slots_owned(s, a), 10000);
    CHECK(slots_node(s, 0)->gone); /* the start node is not among them */
    CHECK_STR(slots_node(s, a)->id, "x");
    CHECK(slots_node(s, b)->replica && slots_node(s, b)->primary == a);
    unsigned last;
    CHECK_EQ(slots_run(s, 0, &last), a);
    CHECK_EQ(last, 9999);
    end();
}

static void two_tales_make_one_map(void) {
    begin();
    slots_begin(s);
    CHECK_EQ(take("*1\r\n*3\r\n:0\r\n:100\r\n" NODE(A, "1", "x")), 0);
    CHECK_EQ(slots_taken(s), 101);
    CHECK_EQ(take("*1\r\n*3\r\n:101\r\n:16383\r\n" NODE(B, "2", "y")), 0);
    CHECK_EQ(slots_taken(s), SLOTS_COUNT);
    CHECK_EQ(slots_end(s, &err), 0);
    CHECK_EQ(slots_primary(s, 100), slots_find(s, "a", 1));
    CHECK_EQ(slots_primary(s, 101), slots_find(s, "b", 2));
    end();
}

static void nodes_that_disagree(void) {
    char text[1024] = "*6\r\n";
    begin();
    slots_begin(s);
    CHECK_EQ(take("*1\r\n*3\r\n:0\r\n:16383\r\n" NODE(A, "1", "x")), 0);
    CHECK_EQ(slots_end(s, &err), 0);
    for (int i = 0; i < 6; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text),
                 "*3\r\n:%d\r\n:%d\r\n" NODE(B, "2", "y"), i, i);
    for (int n = 5; n <= 6; n++) {
        text[1] = (char)('0' + n);
        slots_begin(s);
        CHECK_EQ(take("*1\r\n*3\r\n:0\r\n:16383\r\n" NODE(A, "1", "x")), 0);
        CHECK_EQ(take(text), 0);
        CHECK_EQ(slots_end(s, &err), n == 5 ? 0 : VK_EPROTO);
    }
    CHECK(strstr(err.text, "slot 0 is of a:1 or b:2"));
    CHECK_EQ(slots_primary(s, 0), slots_find(s, "a", 1)); /* the old map */
    end();
}

static void hosts_left_out(void) {
    begin();
    slots_begin(s);
    CHECK_EQ(take("*2\r\n*3\r\n:0\r\n:5\r\n" NODE("$0\r\n", "8",
                                                  "x") "*3\r\n:6\r\n:9\r\n" NODE("$-1", "9", "y")),
             0);
    CHECK_EQ(slots_end(s, &err), 0);
    CHECK_EQ(slots_primary(s, 0), slots_find(s, "seed", 8));
    CHECK_EQ(slots_primary(s, 6), slots_find(s, "seed", 9));
    slots_begin(s);
    CHECK_EQ(take("*1\r\n*3\r\n:0\r\n:16383\r\n" NODE("$1\r\n?", "8", "x")), 0);
    CHECK_EQ(slots_taken(s), 0);
    end();
}

static void shards_in_either_protocol(void) {
    static const char *const rows[] = {
        "*1\r\n*4\r\n$5\r\nslots\r\n*2\r\n:0\r\n:16383\r\n$5\r\nnodes\r\n*2\r\n"
        "*8\r\n$4\r\nport\r\n:2\r\n$8\r\nendpoint\r\n$1\r\nb\r\n$4\r\nrole\r\n$7\r\nreplica\r\n"
        "$2\r\nid\r\n$1\r\ny\r\n"
        "*12\r\n$4\r\nport\r\n:1\r\n$8\r\ntls-port\r\n:11\r\n$8\r\nendpoint\r\n$1\r\na\r\n"
        "$8\r\nhostname\r\n$6\r\na.test\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$2\r\nid\r\n$1\r\nx\r\n",
        "*1\r\n%2\r\n$5\r\nslots\r\n*2\r\n:0\r\n:16383\r\n$5\r\nnodes\r\n*2\r\n"
        "%4\r\n$4\r\nport\r\n:2\r\n$8\r\nendpoint\r\n$1\r\nb\r\n$4\r\nrole\r\n$7\r\nreplica\r\n"
        "$2\r\nid\r\n$1\r\ny\r\n"
        "%6\r\n$4\r\nport\r\n:1\r\n$8\r\ntls-port\r\n:11\r\n$8\r\nendpoint\r\n$1\r\na\r\n"
        "$8\r\nhostname\r\n$6\r\na.test\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$2\r\nid\r\n$1\r\nx\r\n",
    };
    for (size_t i = 0; i < 2; i++) {
        begin();
        slots_begin(s);
        CHECK_EQ(take_from(rows[i], 0, i == 1), 0);
        CHECK_EQ(slots_end(s, &err), 0);
        int a = slots_find(s, "a", i == 1 ? 11 : 1), b = slots_find(s, "b", 2);
        CHECK(a >= 0 && b >= 0);
        CHECK_EQ(slots_primary(s, 7), a);
        CHECK_STR(slots_node(s, a)->hostname, "a.test");
        CHECK_EQ(slots_node(s, b)->primary, a);
        end();
    }
}

static void metadata_of_slots(void) {
    begin();
    slots_begin(s);
    CHECK_EQ(take("*1\r\n*3\r\n:0\r\n:16383\r\n*4\r\n$1\r\na\r\n:1\r\n$1\r\nx\r\n*2\r\n$8\r\n"
                  "hostname\r\n$6\r\na.test\r\n"),
             0);
    CHECK_EQ(slots_end(s, &err), 0);
    CHECK_STR(slots_node(s, slots_primary(s, 0))->hostname, "a.test");
    end();
}

static void lies_change_nothing(void) {
    static const char *const rows[] = {
        "+OK\r\n",
        "*1\r\n:5\r\n",
        "*1\r\n*2\r\n:0\r\n:5\r\n",
        "*1\r\n*3\r\n:0\r\n:5\r\n:6\r\n",
        "*1\r\n*3\r\n:-1\r\n:5\r\n" NODE(A, "1", "x"),
        "*1\r\n*3\r\n:6\r\n:5\r\n" NODE(A, "1", "x"),
        "*1\r\n*3\r\n:0\r\n:16384\r\n" NODE(A, "1", "x"),
        "*1\r\n*3\r\n:0\r\n:5\r\n" NODE(A, "0", "x"),
        "*1\r\n*3\r\n:0\r\n:5\r\n" NODE(A, "65536", "x"),
        "*1\r\n*3\r\n:0\r\n:5\r\n" NODE("$3\r\na b", "1", "x"),
        "*1\r\n*3\r\n:0\r\n:5\r\n" NODE("$4\r\na\x1b[m", "1", "x"),
        "*2\r\n*3\r\n:0\r\n:5\r\n" NODE(A, "1", "x") ":7\r\n",
        "*1\r\n*4\r\n$5\r\nslots\r\n*1\r\n:0\r\n$5\r\nnodes\r\n*0\r\n",
        "*1\r\n*2\r\n$5\r\nslots\r\n*0\r\n",
    };
    begin();
    slots_begin(s);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        CHECK_EQ(take(rows[i]), VK_EPROTO);
        CHECK_EQ(slots_taken(s), 0);
    }
    CHECK_EQ(take("-ERR This instance has cluster support disabled\r\n"), VK_ESERVER);
    CHECK(strstr(err.text, "seed:7000: ERR This instance"));
    end();
}

static void moved_patches_one_slot(void) {
    int out[4];
    begin();
    slots_begin(s);
    CHECK_EQ(take(two_shards), 0);
    CHECK_EQ(slots_end(s, &err), 0);
    int a = slots_find(s, "a", 1), b = slots_find(s, "b", 2), c = slots_find(s, "c", 3);
    uint64_t epoch = slots_epoch(s);
    slots_patch(s, 5, a); /* its owner already */
    CHECK_EQ(slots_epoch(s), epoch);
    slots_patch(s, 5, c);
    CHECK_EQ(slots_primary(s, 5), c);
    CHECK_EQ(slots_primary(s, 6), a);
    CHECK_EQ(slots_replicas(s, 5, out, 4), 0);
    slots_patch(s, 6, b); /* its replica: a failover */
    CHECK_EQ(slots_primary(s, 6), b);
    CHECK(slots_node(s, a)->replica && slots_node(s, a)->primary == b);
    CHECK_EQ(slots_replicas(s, 6, out, 4), 1);
    CHECK_EQ(out[0], a);
    int d = slots_add(s, "d", 4);
    slots_patch(s, 7, d);
    CHECK_EQ(slots_primary(s, 7), d);
    CHECK(!slots_node(s, d)->gone);
    CHECK(slots_epoch(s) > epoch);
    end();
}

static void a_node_keeps_its_number(void) {
    begin();
    slots_begin(s);
    CHECK_EQ(take(two_shards), 0);
    CHECK_EQ(slots_end(s, &err), 0);
    int a = slots_find(s, "a", 1);
    slots_begin(s);
    CHECK_EQ(take("*1\r\n*3\r\n:0\r\n:16383\r\n" NODE(C, "3", "z")), 0);
    CHECK_EQ(slots_end(s, &err), 0);
    CHECK(slots_node(s, a)->gone);
    slots_begin(s);
    CHECK_EQ(take(two_shards), 0);
    CHECK_EQ(slots_end(s, &err), 0);
    CHECK_EQ(slots_find(s, "a", 1), a);
    CHECK(!slots_node(s, a)->gone);
    end();
}

static void a_failed_node_is_asked_last(void) {
    begin();
    int b = slots_add(s, "b", 1), c = slots_add(s, "c", 1);
    slots_failed(s, 0);
    CHECK_EQ(slots_candidate(s, 0), b);
    CHECK_EQ(slots_candidate(s, 1), c);
    CHECK_EQ(slots_candidate(s, 2), 0);
    CHECK_EQ(slots_candidate(s, 3), -1);
    slots_failed(s, b);
    slots_failed(s, c);
    slots_failed(s, 0);
    CHECK_EQ(slots_candidate(s, 0), b);
    end();
}

static void there_is_a_limit_to_nodes(void) {
    char host[16];
    begin();
    for (int i = 1; i < SLOTS_NODES_MAX; i++) {
        snprintf(host, sizeof host, "h%d", i);
        CHECK_EQ(slots_add(s, host, 1), i);
    }
    CHECK_EQ(slots_add(s, "one.more", 1), -1);
    CHECK_EQ(slots_add(s, "h7", 1), 7);
    end();
}

int main(void) {
    RUN(crc_vectors);
    RUN(the_tables_are_the_polynomial);
    RUN(hash_tags);
    RUN(a_topology_is_taken);
    RUN(two_tales_make_one_map);
    RUN(nodes_that_disagree);
    RUN(hosts_left_out);
    RUN(shards_in_either_protocol);
    RUN(metadata_of_slots);
    RUN(lies_change_nothing);
    RUN(moved_patches_one_slot);
    RUN(a_node_keeps_its_number);
    RUN(a_failed_node_is_asked_last);
    RUN(there_is_a_limit_to_nodes);
    return t_end();
}
