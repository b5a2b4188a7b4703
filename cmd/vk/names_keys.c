/* SPDX-License-Identifier: BSD-3-Clause */
/* Keys of the server by SCAN. A call of it is sized by how long those before it took, so that none
 * holds the server up for more than about a millisecond; the series ends when enough is found or
 * its time is over, and goes on there when Tab is pressed again to no avail. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "names_impl.h"

enum {
    FOUND_MAX = 200,
    PREFIX_MAX = 1024,
    COUNT_FIRST = 100, /* tells how far away the server is */
    COUNT_MAX = 1000,
    NODE_NS = 20 * CLOCK_NS_PER_MS, /* a node that says nothing for so long is passed over */
    CALL_NS = 500000,               /* what a call may take beyond that before they get smaller */
};

void names_keys_init(struct names_keys *k) {
    *k = (struct names_keys){.cursor = "0"};
    buf_init(&k->prefix, PREFIX_MAX);
    menu_init(&k->words);
}

void names_keys_release(struct names_keys *k) {
    buf_release(&k->prefix);
    menu_release(&k->words);
}

static void begin(struct names_keys *k, const char *prefix, size_t len) {
    menu_clear(&k->words);
    buf_clear(&k->prefix);
    buf_add(&k->prefix, prefix, len);
    k->node = 0;
    k->done = false;
    snprintf(k->cursor, sizeof k->cursor, "0");
    k->count = COUNT_FIRST;
    k->quickest_ns = INT64_MAX;
}

static void size_next(struct names_keys *k, int64_t took_ns) {
    if (took_ns < k->quickest_ns) k->quickest_ns = took_ns;
    if (took_ns - k->quickest_ns > CALL_NS)
        k->count = k->count / 2 > COUNT_FIRST ? k->count / 2 : COUNT_FIRST;
    else
        k->count = k->count * 2 < COUNT_MAX ? k->count * 2 : COUNT_MAX;
}

static void take(struct names_keys *k, const struct reply *r) {
    const struct reply *cursor = reply_at(r, 0), *list = reply_at(r, 1);
    bool sane = cursor && cursor->p && cursor->len && cursor->len < sizeof k->cursor && list;
    snprintf(k->cursor, sizeof k->cursor, "%s", sane ? cursor->p : "0");
    for (const struct reply *key = sane ? list->child : NULL; key; key = key->next)
        if (key->p && key->len >= k->prefix.len && !memcmp(key->p, k->prefix.p, k->prefix.len))
            menu_add(&k->words, key->p, key->len, "");
    if (!strcmp(k->cursor, "0")) k->node++;
}

static int scan_once(struct names *n, int node, int64_t until_ns) {
    struct names_keys *k = &n->keys;
    struct buf pattern;
    char count[STR_INT_MAX + 1];
    buf_init(&pattern, 2 * PREFIX_MAX + 2);
    names_part_pattern(&pattern, k->prefix.p, k->prefix.len);
    count[str_put_i64(count, k->count)] = 0;
    const char *const argv[] = {"SCAN", k->cursor, "MATCH", pattern.p, "COUNT", count};
    const size_t lens[] = {4, strlen(k->cursor), 5, pattern.len, 5, strlen(count)};
    const struct cmd cmd = {.argc = 6, .argv = argv, .lens = lens};
    int64_t began_ns = clock_now_ns();
    int code = ask_wait(n->ask, node, &cmd, until_ns, &n->answer);
    buf_release(&pattern);
    size_next(k, clock_now_ns() - began_ns);
    if (code == 0) take(k, n->answer.root);
    if (code == VK_ESERVER) k->forbidden = names_part_is_forbidden(n->answer.root);
    return code;
}

/* After an answer that did not come: what of the series is left to do. A node that had its time is
 * passed over, the others may answer. False: nothing now. */
static bool goes_on(struct names_keys *k, int code, int64_t had_ns) {
    if (code == VK_ECANCEL || k->forbidden) return false;
    if (code == VK_ETIMEOUT && had_ns < NODE_NS) return false; /* the series is over, and no more */
    k->node++;
    snprintf(k->cursor, sizeof k->cursor, "0");
    return true;
}

/* The first answer may take its time: the server may be far away. */
static void scan(struct names *n) {
    struct names_keys *k = &n->keys;
    int nodes[NAMES_NODES_MAX], all = names_part_nodes(n, nodes);
    int64_t now_ns = clock_now_ns(), until_ns = now_ns + NAMES_ANSWER_MS * CLOCK_NS_PER_MS;
    int64_t end_ns = now_ns + NAMES_SERIES_MS * CLOCK_NS_PER_MS;
    bool late = false;
    while (k->node < all && k->words.n < FOUND_MAX && now_ns < end_ns) {
        int64_t had_ns = until_ns - now_ns;
        int code = scan_once(n, nodes[k->node], until_ns);
        until_ns = end_ns;
        now_ns = clock_now_ns();
        late |= code < 0 && code != VK_ESERVER;
        if (code < 0 && !goes_on(k, code, had_ns)) break;
    }
    k->done = k->node >= all || k->forbidden;
    bool again = late && k->done && !k->words.n; /* who did not answer may do so next time */
    k->fresh_ns = again ? 0 : now_ns + NAMES_FRESH_MS * CLOCK_NS_PER_MS;
    reply_builder_clear(&n->answer);
}

void names_keys_find(struct names *n, const char *prefix, size_t len, struct menu *words) {
    struct names_keys *k = &n->keys;
    struct ask_epoch now = ask_epoch(n->ask);
    bool same_epoch = ask_epoch_is(&k->epoch, &now);
    if (len > PREFIX_MAX || (same_epoch && k->forbidden) || !ask_may(n->ask)) return;
    bool same = same_epoch && k->fresh_ns > clock_now_ns() && k->prefix.len == len &&
                (!len || !memcmp(k->prefix.p, prefix, len));
    if (!same) {
        begin(k, prefix, len);
        k->epoch = now;
        k->forbidden = false;
    }
    if (!same || (!k->done && !k->words.n)) scan(n);
    for (size_t i = 0; i < k->words.n; i++)
        menu_add(words, k->words.words[i].text, k->words.words[i].len, "");
}
