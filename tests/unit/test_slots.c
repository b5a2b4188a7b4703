/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/slots.h"

#include <stdio.h>
#include <stdlib.h>

#include "t.h"

enum { TEXT_MAX = 1 << 20 };

/* ---- a topology as a server would write it ---- */

/* Text to RESP: "[" and "]" an array, "{" and "}" a map, "_" nil, digits an integer, anything else
 * a bulk string; '' is the empty one. The words are parted by blanks. */
static size_t count_values(const char *p) {
    int depth = 0;
    size_t n = 0;
    for (p += strcspn(p, " "); *p; p += strcspn(p, " ")) {
        p += strspn(p, " ");
        if ((*p == ']' || *p == '}') && depth-- == 0) break;
        n += depth == 0 && *p != ']' && *p != '}' && *p;
        if (*p == '[' || *p == '{') depth++;
    }
    return n;
}

static void add_word(struct buf *b, const char *p, size_t len) {
    if (*p == '[')
        buf_addf(b, "*%zu\r\n", count_values(p));
    else if (*p == '{')
        buf_addf(b, "%%%zu\r\n", count_values(p) / 2);
    else if (*p == '_')
        buf_adds(b, "_\r\n");
    else if (strspn(p, "-0123456789") == len)
        buf_addf(b, ":%.*s\r\n", (int)len, p);
    else if (*p == '\'')
        buf_adds(b, "$0\r\n\r\n");
    else if (*p != ']' && *p != '}')
        buf_addf(b, "$%zu\r\n%.*s\r\n", len, (int)len, p);
}

static void build(struct reply_builder *tree, const char *wire, size_t len) {
    struct resp_reader r;
    struct resp_event ev;
    reply_builder_init(tree, (size_t)1 << 28);
    resp_read_init(&r, NULL);
    resp_read_feed(&r, wire, len);
    while (resp_read_next(&r, &ev) == 1)
        if (reply_build(tree, &ev) == 0) break;
    resp_read_release(&r);
    CHECK(tree->root);
}

static void parse(struct reply_builder *tree, const char *text) {
    struct buf b;
    buf_init(&b, 1 << 28);
    for (const char *p = text; *p; p += strspn(p, " ")) {
        size_t len = strcspn(p, " ");
        add_word(&b, p, len);
        p += len;
    }
    build(tree, b.p, b.len);
    buf_release(&b);
}

static struct err why;

static int take_from(struct slots *s, int asked, bool tls, const char *text) {
    struct reply_builder tree;
    parse(&tree, text);
    int code = slots_take(s, tree.root, asked, tls, &why);
    reply_builder_release(&tree);
    return code;
}

static int take(struct slots *s, const char *text) {
    return take_from(s, 0, false, text);
}

static struct slots *start(void) {
    struct slots *s = slots_new();
    CHECK_EQ(slots_add(s, "seed", 7000), 0);
    return s;
}

static void refresh(struct slots *s, const char *text) {
    slots_begin(s);
    CHECK_EQ(take(s, text), 0);
    CHECK_EQ(slots_end(s, &why), 0);
}

#define THREE                                                                                      \
    "[ [ 0 5460 [ a 1 ida ] [ d 4 idd ] ] [ 5461 10922 [ b 2 idb ] [ e 5 ide ] ] "                 \
    "[ 10923 16383 [ c 3 idc ] [ f 6 idf ] ] ]"

static int port_of(const struct slots *s, int node) {
    return node < 0 ? -1 : slots_node(s, node)->port;
}

static int owner(const struct slots *s, unsigned slot) {
    return port_of(s, slots_primary(s, slot));
}

/* The ports of a slot's replicas as decimal digits. */
static int replicas_of(const struct slots *s, unsigned slot) {
    int list[8], n = slots_replicas(s, slot, list, 8), digits = 0;
    for (int i = 0; i < n && i < 8; i++)
        digits = digits * 10 + port_of(s, list[i]);
    return digits;
}

/* ---- keys ---- */

static void the_slot_of_a_key_is_that_of_its_tag(void) {
    static const struct {
        const char *key;
        unsigned slot;
    } rows[] = {
        {"foo", 12182},          {"{user1000}.following", 3443},
        {"foo{}{bar}", 8363},    {"foo{{bar}}zap", 4015},
        {"foo{bar}{zap}", 5061}, {"", 0},
        {"123456789", 12739},    {"x{foo}", 12182},
        {"{foo}{bar}", 12182},   {"}{foo}", 12182},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_EQ(slots_of_key(rows[i].key, strlen(rows[i].key)), rows[i].slot);
}

static void a_tag_that_is_empty_or_open_is_no_tag(void) {
    static const char *const keys[] = {"{}",   "{",         "}",       "{foo",
                                       "foo}", "a{}b{foo}", "{}{foo}", "}{"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        CHECK_EQ(slots_of_key(keys[i], strlen(keys[i])),
                 slots_crc16(keys[i], strlen(keys[i])) % SLOTS_COUNT);
    CHECK_EQ(slots_of_key("{foo}", 4), slots_crc16("{foo", 4) % SLOTS_COUNT);
    CHECK_EQ(slots_of_key("a\0{foo}", 7), 12182);
    CHECK_EQ(slots_of_key(NULL, 0), 0);
}

static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/* The tag of text's slot is text, or comes before it. */
static void check_tag(const slots_tag *tags, const char *text) {
    const char *tag = tags[slots_of_key(text, strlen(text))];
    size_t len = strlen(tag);
    CHECK(len < strlen(text) || (len == strlen(text) && strcmp(tag, text) <= 0));
}

static void every_slot_has_the_first_of_its_shortest_texts(void) {
    static slots_tag tags[SLOTS_COUNT];
    slots_tags(tags);
    CHECK_STR(tags[0], "06S");
    CHECK_STR(tags[1], "Qi");
    CHECK_STR(tags[2], "5L5");
    CHECK_STR(tags[3], "4Iu");
    for (unsigned slot = 0; slot < SLOTS_COUNT; slot++) {
        CHECK(tags[slot][0]);
        CHECK_EQ(slots_of_key(tags[slot], strlen(tags[slot])), slot);
    }
    for (const char *a = alphabet; *a; a++) {
        check_tag(tags, (const char[]){*a, 0});
        for (const char *b = alphabet; *b; b++) {
            check_tag(tags, (const char[]){*a, *b, 0});
            for (const char *c = alphabet; *c; c++)
                check_tag(tags, (const char[]){*a, *b, *c, 0});
        }
    }
}

static uint16_t crc_by_bits(const unsigned char *p, size_t len) {
    unsigned crc = 0;
    for (size_t i = 0; i < len; i++) {
        crc ^= (unsigned)p[i] << 8;
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 0x8000 ? (crc << 1 ^ 0x1021) & 0xffff : crc << 1;
    }
    return (uint16_t)crc;
}

static void the_tables_give_what_the_polynomial_gives(void) {
    unsigned char bytes[600];
    uint32_t seed = 1;
    CHECK_EQ(slots_crc16("123456789", 9), 0x31c3);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)((seed = seed * 1664525 + 1013904223) >> 24);
    for (size_t from = 0; from < 9; from++)
        for (size_t len = 0; from + len <= sizeof bytes; len++)
            CHECK_EQ(slots_crc16((char *)bytes + from, len), crc_by_bits(bytes + from, len));
}

/* ---- nodes ---- */

static void nodes_are_known_by_host_and_port(void) {
    struct slots *s = start();
    char host[] = "Node.Example";
    CHECK_EQ(slots_add(s, host, 7000), 1);
    host[0] = 'X';
    CHECK_EQ(slots_find(s, "nODE.eXAMPLE", 7000), 1);
    CHECK_EQ(slots_add(s, "node.example", 7000), 1);
    CHECK_EQ(slots_find(s, "node.example", 7001), -1);
    CHECK_EQ(slots_find(s, "node.exampl", 7000), -1);
    CHECK_EQ(slots_nodes(s), 2);
    CHECK_STR(slots_node(s, 1)->host, "Node.Example");
    CHECK_STR(slots_node(s, 1)->id, "");
    CHECK_EQ(slots_node(s, 1)->primary, -1);
    slots_free(s);
    slots_free(NULL);
}

static void there_is_room_for_so_many_nodes(void) {
    struct slots *s = slots_new();
    for (int i = 0; i < SLOTS_NODES_MAX; i++)
        CHECK_EQ(slots_add(s, "h", i + 1), i);
    CHECK_EQ(slots_add(s, "h", SLOTS_NODES_MAX + 1), -1);
    CHECK_EQ(slots_add(s, "H", 17), 16);
    slots_free(s);
}

/* ---- CLUSTER SLOTS ---- */

static void an_empty_map_covers_nothing(void) {
    struct slots *s = start();
    unsigned end;
    int node;
    CHECK_EQ(slots_primary(s, 0), -1);
    CHECK_EQ(slots_primary(s, SLOTS_COUNT - 1), -1);
    CHECK_EQ(slots_replicas(s, 0, &node, 1), 0);
    CHECK_EQ(slots_covered(s), 0);
    CHECK_EQ(slots_primaries(s, &node, 1), 0);
    CHECK_EQ(slots_run(s, 0, &end), -1);
    CHECK_EQ(end, SLOTS_COUNT - 1);
    slots_free(s);
}

static void slots_and_replicas_are_taken(void) {
    struct slots *s = start();
    int list[8];
    unsigned end;
    refresh(s, THREE);
    CHECK_EQ(owner(s, 0), 1);
    CHECK_EQ(owner(s, 5460), 1);
    CHECK_EQ(owner(s, 5461), 2);
    CHECK_EQ(owner(s, 16383), 3);
    CHECK_EQ(replicas_of(s, 100), 4);
    CHECK_EQ(replicas_of(s, 16000), 6);
    CHECK_EQ(slots_covered(s), SLOTS_COUNT);
    CHECK_EQ(slots_primaries(s, list, 8), 3);
    CHECK_EQ(port_of(s, list[1]), 2);
    CHECK_EQ(slots_all_replicas(s, list, 2), 3);
    CHECK_EQ(port_of(s, list[1]), 5);
    CHECK_EQ(slots_owned(s, slots_find(s, "b", 2)), 5462);
    CHECK_EQ(port_of(s, slots_run(s, 5461, &end)), 2);
    CHECK_EQ(end, 10922);
    slots_free(s);
}

static void nodes_have_their_ids_and_roles(void) {
    struct slots *s = start();
    refresh(s, THREE);
    const struct slots_node *b = slots_node(s, slots_find(s, "b", 2));
    const struct slots_node *e = slots_node(s, slots_find(s, "e", 5));
    CHECK_STR(b->id, "idb");
    CHECK(!b->replica && b->primary == -1 && !b->gone);
    CHECK(e->replica && port_of(s, e->primary) == 2 && !e->gone);
    CHECK(slots_node(s, 0)->gone); /* the start node's name is not an announced one */
    slots_free(s);
}

static void hosts_may_be_left_out_or_unknown(void) {
    struct slots *s = start();
    refresh(s, "[ [ 0 9 [ '' 1 x ] ] [ 10 19 [ _ 2 y ] ] [ 20 29 [ ? 3 z ] [ r 4 q ] ] "
               "[ 30 39 [ h 5 p ] [ ? 6 o ] [ '' 7 n ] ] ]");
    CHECK_STR(slots_node(s, slots_primary(s, 0))->host, "seed");
    CHECK_STR(slots_node(s, slots_primary(s, 10))->host, "seed");
    CHECK_EQ(slots_primary(s, 20), -1);
    CHECK_EQ(replicas_of(s, 30), 7);
    CHECK_EQ(slots_covered(s), 30);
    CHECK_EQ(slots_find(s, "?", 3), -1);
    CHECK_EQ(slots_find(s, "?", 6), -1);
    slots_free(s);
}

static void hostnames_come_besides_or_as_the_endpoint(void) {
    struct slots *s = start();
    refresh(s, "[ [ 0 1 [ 10.0.0.1 1 x [ ip 10.9.9.9 hostname one.example ] ] ] "
               "[ 2 3 [ 10.0.0.2 2 y { hostname two.example } ] ] "
               "[ 4 5 [ three.example 3 z { ip 10.0.0.3 } ] ] "
               "[ 6 7 [ ::1 4 w [ hostname '' ] ] ] [ 8 9 [ 10.0.0.5 5 v _ ] ] "
               "[ 10 11 [ 10.0.0.6 6 ] ] ]");
    static const char *const names[] = {"one.example", "two.example", "three.example", "", "", ""};
    for (unsigned i = 0; i < 6; i++)
        CHECK_STR(slots_node(s, slots_primary(s, 2 * i))->hostname, names[i]);
    CHECK_STR(slots_node(s, slots_primary(s, 0))->host, "10.0.0.1");
    CHECK_STR(slots_node(s, slots_primary(s, 10))->id, "");
    slots_free(s);
}

static void several_tales_are_merged(void) {
    struct slots *s = start();
    slots_begin(s);
    CHECK_EQ(take(s, "[ [ 0 8191 [ a 1 x ] ] ]"), 0);
    CHECK_EQ(slots_taken(s), 8192);
    CHECK_EQ(take(s, "[ [ 8000 16383 [ a 1 x ] [ r 9 y ] ] ]"), 0);
    CHECK_EQ(slots_taken(s), SLOTS_COUNT);
    CHECK_EQ(slots_covered(s), 0);
    CHECK_EQ(slots_nodes(s) > 0 && slots_primary(s, 0) == -1, 1);
    CHECK_EQ(slots_end(s, &why), 0);
    CHECK_EQ(slots_covered(s), SLOTS_COUNT);
    CHECK_EQ(owner(s, 0), 1);
    slots_free(s);
}

static void what_was_taken_can_be_forgotten(void) {
    struct slots *s = start();
    refresh(s, THREE);
    uint64_t epoch = slots_epoch(s);
    slots_begin(s);
    CHECK_EQ(take(s, "[ [ 0 16383 [ z 9 z ] ] ]"), 0);
    slots_abandon(s);
    CHECK_EQ(owner(s, 0), 1);
    CHECK_EQ(slots_epoch(s), epoch);
    slots_begin(s);
    CHECK_EQ(slots_taken(s), 0);
    slots_abandon(s);
    slots_free(s);
}

/* ---- CLUSTER SHARDS ---- */

#define NODE(open, close, host, port, role, health)                                                \
    open " id id" host " port " port " ip 10.0.0.1 endpoint " host " role " role                   \
         " replication-offset 7 health " health " " close " "

static void check_shards(const char *text) {
    struct slots *s = start();
    refresh(s, text);
    CHECK_EQ(slots_covered(s), SLOTS_COUNT);
    CHECK_EQ(owner(s, 0), 1);
    CHECK_EQ(owner(s, 100), 1);
    CHECK_EQ(owner(s, 60), 2);
    CHECK_EQ(owner(s, 16383), 2);
    CHECK_EQ(replicas_of(s, 0), 3);
    CHECK_EQ(replicas_of(s, 60), 0);
    CHECK_STR(slots_node(s, slots_primary(s, 0))->id, "ida");
    CHECK_EQ(slots_find(s, "bad", 5), -1);
    slots_free(s);
}

static void shards_are_taken_as_maps_and_as_lists(void) {
    check_shards("[ { slots [ 0 50 100 110 ] nodes [ " NODE("{", "}", "c", "3", "replica", "online")
                     NODE("{", "}", "a", "1", "master",
                          "online") "] } { slots [ 51 99 111 16383 ] "
                                    "nodes [ " NODE("{", "}", "b", "2", "master", "online")
                                        NODE("{", "}", "bad", "5", "replica", "fail") "] } ]");
    check_shards(
        "[ [ slots [ 0 50 100 110 ] nodes [ " NODE("[", "]", "c", "3", "replica", "online")
            NODE("[", "]", "a", "1", "master", "online") "] ] [ nodes [ " NODE("[", "]", "b", "2",
                                                                               "master", "online")
                NODE("[", "]", "bad", "5", "replica", "failed") "] "
                                                                "slots [ 51 99 111 16383 ] ] ]");
}

static void a_failed_primary_keeps_its_slots_until_another_takes_over(void) {
    struct slots *s = start();
    refresh(s, "[ { slots [ 0 99 ] nodes [ " NODE("{", "}", "a", "1", "master", "fail")
                   NODE("{", "}", "b", "2", "replica", "online") "] } ]");
    CHECK_EQ(owner(s, 0), 1);
    CHECK_EQ(replicas_of(s, 0), 2);
    refresh(s, "[ { slots [ 0 99 ] nodes [ " NODE("{", "}", "a", "1", "master", "fail")
                   NODE("{", "}", "b", "2", "master", "online") "] } ]");
    CHECK_EQ(owner(s, 0), 2);
    CHECK_EQ(replicas_of(s, 0), 0);
    slots_free(s);
}

static void the_tls_port_is_taken_where_tls_is_spoken(void) {
    static const char text[] = "[ { slots [ 0 9 ] nodes [ { port 1 tls-port 2 endpoint a role "
                               "master } ] } { slots [ 10 19 ] nodes [ { port 3 endpoint b role "
                               "master } ] } ]";
    for (int tls = 0; tls < 2; tls++) {
        struct slots *s = start();
        slots_begin(s);
        CHECK_EQ(take_from(s, 0, tls, text), 0);
        CHECK_EQ(slots_end(s, &why), 0);
        CHECK_EQ(owner(s, 0), tls ? 2 : 1);
        CHECK_EQ(owner(s, 10), 3);
        slots_free(s);
    }
}

/* ---- lies ---- */

static void lies_are_refused_and_change_nothing(void) {
    static const char *const texts[] = {
        "x",
        "7",
        "[ x ]",
        "[ 7 ]",
        "[ [ ] ]",
        "[ [ 0 ] ]",
        "[ [ 0 x [ a 1 ] ] ]",
        "[ [ -1 5 [ a 1 ] ] ]",
        "[ [ 0 16384 [ a 1 ] ] ]",
        "[ [ 5 4 [ a 1 ] ] ]",
        "[ [ 0 1 x ] ]",
        "[ [ 0 1 [ ] ] ]",
        "[ [ 0 1 [ a ] ] ]",
        "[ [ 0 1 [ a 0 ] ] ]",
        "[ [ 0 1 [ a 65536 ] ] ]",
        "[ [ 0 1 [ a -7 ] ] ]",
        "[ [ 0 1 [ a b ] ] ]",
        "[ [ 0 1 [ 7 7 ] ] ]",
        "[ [ 0 1 [ [ ] 7 ] ] ]",
        "[ [ 0 1 [ a\033b 7 ] ] ]",
        "[ [ 0 1 [ a 1 ] [ b 65536 ] ] ]",
        "[ { slots 7 nodes [ ] } ]",
        "[ { slots [ 0 ] nodes [ { port 1 endpoint a role master } ] } ]",
        "[ { slots [ 0 16384 ] nodes [ { port 1 endpoint a role master } ] } ]",
        "[ { slots [ 0 1 ] nodes x } ]",
        "[ { slots [ 0 1 ] nodes [ x ] } ]",
        "[ { slots [ 0 1 ] nodes [ { endpoint a role master } ] } ]",
        "[ { slots [ 0 1 ] nodes [ { port 70000 endpoint a role master } ] } ]",
        "[ { nodes [ ] } ]",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct slots *s = start();
        char text[512];
        slots_begin(s);
        CHECK_EQ(take(s, "[ [ 100 199 [ z 9 z ] ] ]"), 0);
        int nodes = slots_nodes(s);
        if (texts[i][0] == '[' && texts[i][2]) /* a good entry in front */
            snprintf(text, sizeof text, "[ [ 200 299 [ y 8 y ] ] %s", texts[i] + 2);
        else
            snprintf(text, sizeof text, "%s", texts[i]);
        err_clear(&why);
        CHECK_EQ(take(s, text), VK_EPROTO);
        CHECK(why.code == VK_EPROTO && strstr(why.text, "seed"));
        for (const char *p = why.text; *p; p++)
            CHECK(*p >= ' ' && *p <= '~');
        CHECK_EQ(slots_taken(s), 100);
        CHECK_EQ(slots_nodes(s), nodes);
        CHECK_EQ(slots_end(s, &why), 0);
        CHECK_EQ(slots_covered(s), 100);
        slots_free(s);
    }
}

static void too_long_a_host_is_refused(void) {
    struct slots *s = start();
    char text[600], host[300];
    memset(host, 'h', sizeof host);
    snprintf(text, sizeof text, "[ [ 0 1 [ %.*s 1 ] ] ]", 299, host);
    slots_begin(s);
    CHECK_EQ(take(s, text), VK_EPROTO);
    snprintf(text, sizeof text, "[ [ 0 1 [ a 1 %.*s ] ] ]", 299, host);
    CHECK_EQ(take(s, text), 0);
    CHECK_EQ(slots_end(s, &why), 0);
    CHECK(strlen(slots_node(s, slots_primary(s, 0))->id) <= SLOTS_ID_MAX);
    slots_free(s);
}

static void too_many_nodes_are_a_lie(void) {
    struct slots *s = start();
    char *text = mem_alloc(TEXT_MAX);
    size_t n = (size_t)snprintf(text, TEXT_MAX, "[ [ 0 9 [ p 1 ]");
    for (int i = 0; i < SLOTS_NODES_MAX + 1; i++)
        n += (size_t)snprintf(text + n, TEXT_MAX - n, " [ r %d ]", i + 2);
    snprintf(text + n, TEXT_MAX - n, " ] ]");
    slots_begin(s);
    CHECK_EQ(take(s, "[ [ 100 199 [ z 9 ] ] ]"), 0);
    int nodes = slots_nodes(s);
    CHECK_EQ(take(s, text), VK_EPROTO);
    CHECK_EQ(slots_taken(s), 100);
    CHECK_EQ(slots_nodes(s), nodes);
    CHECK_EQ(slots_end(s, &why), 0);
    CHECK_EQ(slots_covered(s), 100);
    free(text);
    slots_free(s);
}

static void an_error_is_told_in_the_servers_words(void) {
    static const char wire[] = "-ERR This instance has cluster support disabled\r\n";
    struct slots *s = start();
    struct reply_builder tree;
    build(&tree, wire, sizeof wire - 1);
    slots_begin(s);
    CHECK_EQ(slots_take(s, tree.root, 0, false, &why), VK_ESERVER);
    CHECK(strstr(why.text, "ERR This instance has cluster support disabled"));
    reply_builder_release(&tree);
    slots_free(s);
}

/* ---- from refresh to refresh ---- */

static void a_node_keeps_its_number(void) {
    struct slots *s = start();
    refresh(s, THREE);
    int b = slots_find(s, "b", 2), n = slots_nodes(s);
    refresh(s, "[ [ 0 16383 [ a 1 ida ] ] ]");
    CHECK(slots_node(s, b)->gone);
    CHECK(!slots_node(s, slots_find(s, "a", 1))->gone);
    CHECK_EQ(slots_nodes(s), n);
    refresh(s, THREE);
    CHECK_EQ(slots_find(s, "b", 2), b);
    CHECK(!slots_node(s, b)->gone);
    CHECK_EQ(slots_primary(s, 6000), b);
    slots_free(s);
}

static void an_id_at_a_new_address_is_a_new_node(void) {
    struct slots *s = start();
    refresh(s, "[ [ 0 16383 [ a 1 same ] ] ]");
    int old = slots_primary(s, 0);
    refresh(s, "[ [ 0 16383 [ a 2 same ] ] ]");
    CHECK(slots_primary(s, 0) != old);
    CHECK(slots_node(s, old)->gone);
    slots_free(s);
}

/* slots 0, 2, 4 ... of b, where a had all */
static int disagree(struct slots *s, int ranges) {
    char text[1024] = "[ ";
    slots_begin(s);
    CHECK_EQ(take(s, "[ [ 0 16383 [ a 1 x ] ] ]"), 0);
    for (int i = 0; i < ranges; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "[ %d %d [ b 2 y ] ] ", 100 * i,
                 100 * i + 50);
    snprintf(text + strlen(text), sizeof text - strlen(text), "]");
    CHECK_EQ(take(s, text), 0);
    return slots_end(s, &why);
}

static void nodes_may_disagree_about_five_ranges(void) {
    struct slots *s = start();
    CHECK_EQ(disagree(s, 5), 0);
    CHECK_EQ(owner(s, 0), 1);
    refresh(s, THREE);
    CHECK_EQ(disagree(s, 6), VK_EPROTO);
    CHECK(strstr(why.text, "a:1") && strstr(why.text, "b:2"));
    CHECK_EQ(owner(s, 6000), 2);
    CHECK_EQ(slots_covered(s), SLOTS_COUNT);
    refresh(s, THREE);
    slots_free(s);
}

/* ---- redirects ---- */

static void a_replica_swaps_places_for_its_slot_alone(void) {
    struct slots *s = start();
    refresh(s, "[ [ 0 16383 [ a 1 ] [ b 2 ] [ c 3 ] ] ]");
    int a = slots_find(s, "a", 1), b = slots_find(s, "b", 2);
    slots_patch(s, 7, b);
    CHECK_EQ(owner(s, 7), 2);
    CHECK_EQ(replicas_of(s, 7), 13);
    CHECK_EQ(owner(s, 8), 1);
    CHECK_EQ(replicas_of(s, 8), 23);
    CHECK(!slots_node(s, b)->replica);
    CHECK(!slots_node(s, a)->replica);
    CHECK_EQ(slots_owned(s, a), SLOTS_COUNT - 1);
    CHECK_EQ(slots_owned(s, b), 1);
    slots_patch(s, 7, a);
    CHECK_EQ(replicas_of(s, 7), 23);
    slots_free(s);
}

static void a_primary_without_slots_left_is_a_replica(void) {
    struct slots *s = start();
    refresh(s, "[ [ 5 6 [ a 1 ] [ b 2 ] [ c 3 ] ] ]");
    int a = slots_find(s, "a", 1), b = slots_find(s, "b", 2), list[4];
    slots_patch(s, 5, b);
    slots_patch(s, 6, b);
    CHECK(slots_node(s, a)->replica && slots_node(s, a)->primary == b);
    CHECK(!slots_node(s, b)->replica && slots_node(s, b)->primary == -1);
    CHECK_EQ(slots_node(s, slots_find(s, "c", 3))->primary, b);
    CHECK_EQ(slots_all_replicas(s, list, 4), 2);
    CHECK_EQ(slots_primaries(s, list, 4), 1);
    CHECK_EQ(list[0], b);
    slots_free(s);
}

static void any_other_node_is_the_slots_only_one(void) {
    struct slots *s = start();
    refresh(s, "[ [ 0 9 [ a 1 ] [ b 2 ] ] ]");
    int new = slots_add(s, "new", 9);
    slots_patch(s, 3, new);
    CHECK_EQ(slots_primary(s, 3), new);
    CHECK_EQ(replicas_of(s, 3), 0);
    CHECK(!slots_node(s, new)->gone);
    CHECK_EQ(replicas_of(s, 4), 2);
    slots_patch(s, 100, new);
    CHECK_EQ(slots_covered(s), 11);
    CHECK_EQ(slots_owned(s, new), 2);
    slots_free(s);
}

static void the_epoch_counts_changes(void) {
    struct slots *s = start();
    refresh(s, THREE);
    uint64_t epoch = slots_epoch(s);
    slots_patch(s, 0, slots_primary(s, 0));
    CHECK_EQ(slots_epoch(s), epoch);
    slots_patch(s, 0, slots_find(s, "b", 2));
    CHECK(slots_epoch(s) > epoch);
    epoch = slots_epoch(s);
    refresh(s, THREE);
    CHECK(slots_epoch(s) > epoch);
    slots_free(s);
}

/* ---- whom to ask ---- */

static void start_nodes_are_asked_first_and_failed_ones_last(void) {
    struct slots *s = start();
    int second = slots_add(s, "seed2", 7000);
    CHECK_EQ(slots_candidate(s, 0), 0);
    CHECK_EQ(slots_candidate(s, 1), second);
    CHECK_EQ(slots_candidate(s, 2), -1);
    refresh(s, THREE);
    CHECK_EQ(slots_candidate(s, 0), 0);
    CHECK_EQ(slots_candidate(s, 1), second);
    CHECK(slots_candidate(s, 7) >= 0);
    CHECK_EQ(slots_candidate(s, 8), -1);
    slots_failed(s, 0);
    CHECK_EQ(slots_candidate(s, 0), second);
    CHECK_EQ(slots_candidate(s, 7), 0);
    for (int i = 0; i < 8; i++)
        slots_failed(s, slots_candidate(s, 0));
    CHECK_EQ(slots_candidate(s, 0), second);
    slots_free(s);
}

int main(void) {
    RUN(the_slot_of_a_key_is_that_of_its_tag);
    RUN(a_tag_that_is_empty_or_open_is_no_tag);
    RUN(every_slot_has_the_first_of_its_shortest_texts);
    RUN(the_tables_give_what_the_polynomial_gives);
    RUN(nodes_are_known_by_host_and_port);
    RUN(there_is_room_for_so_many_nodes);
    RUN(an_empty_map_covers_nothing);
    RUN(slots_and_replicas_are_taken);
    RUN(nodes_have_their_ids_and_roles);
    RUN(hosts_may_be_left_out_or_unknown);
    RUN(hostnames_come_besides_or_as_the_endpoint);
    RUN(several_tales_are_merged);
    RUN(what_was_taken_can_be_forgotten);
    RUN(shards_are_taken_as_maps_and_as_lists);
    RUN(a_failed_primary_keeps_its_slots_until_another_takes_over);
    RUN(the_tls_port_is_taken_where_tls_is_spoken);
    RUN(lies_are_refused_and_change_nothing);
    RUN(too_long_a_host_is_refused);
    RUN(too_many_nodes_are_a_lie);
    RUN(an_error_is_told_in_the_servers_words);
    RUN(a_node_keeps_its_number);
    RUN(an_id_at_a_new_address_is_a_new_node);
    RUN(nodes_may_disagree_about_five_ranges);
    RUN(a_replica_swaps_places_for_its_slot_alone);
    RUN(a_primary_without_slots_left_is_a_replica);
    RUN(any_other_node_is_the_slots_only_one);
    RUN(the_epoch_counts_changes);
    RUN(start_nodes_are_asked_first_and_failed_ones_last);
    return t_end();
}
