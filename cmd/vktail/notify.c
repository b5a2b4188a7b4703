/* SPDX-License-Identifier: BSD-3-Clause */
/* See notify.h. The letters and the events under each are those of the servers' notify.c and of
 * their documentation of keyspace notifications. */
#include "notify.h"

#include <string.h>

static const char letters[] = "KEg$lshzxetdmnoc", all[] = "g$lshzxetd";

static const struct notify_row {
    char letter;
    const char *events; /* each between blanks */
} rows[] = {
    {'g', " del unlink rename_from rename_to copy_to move_from move_to restore expire persist "},
    {'$', " set setrange incrby incrbyfloat append "},
    {'l', " lpush rpush lpop rpop linsert lset lrem ltrim sortstore "},
    {'s', " sadd srem spop sinterstore sunionstore sdiffstore "},
    {'h', " hset hincrby hincrbyfloat hdel hexpire hexpired hpersist "},
    {'z',
     " zadd zincr zrem zremrangebyscore zremrangebyrank zremrangebylex zrembyscore zrembyrank "
     "zrembylex zpopmin zpopmax zinterstore zunionstore zdiffstore zrangestore geosearchstore "},
    {'x', " expired "},
    {'e', " evicted "},
    {'t', " xadd xtrim xdel xgroup-create xgroup-createconsumer xgroup-delconsumer xgroup-destroy "
          "xgroup-setid xsetid xclaim xautoclaim "},
    {'m', " keymiss "},
    {'n', " new "},
    {'o', " overwritten "},
    {'c', " type_changed "},
};

static notify_set bit(char letter) {
    const char *p = strchr(letters, letter);
    return letter && p ? 1u << (p - letters) : 0;
}

notify_set notify_parse(const char *text, size_t len) {
    notify_set set = 0;
    for (size_t i = 0; i < len; i++)
        set |= text[i] == 'A' ? notify_parse(all, sizeof all - 1) : bit(text[i]);
    return set;
}

void notify_add(struct buf *out, notify_set set) {
    notify_set every = notify_parse(all, sizeof all - 1);
    bool has_all = (set & every) == every;
    for (const char *p = letters; *p; p++)
        if (set & bit(*p) && !(has_all && every & bit(*p))) buf_addc(out, *p);
    if (has_all) buf_addc(out, 'A');
}

static bool is_among(const char *events, const char *event, size_t len) {
    for (const char *p = events; (p = strchr(p, ' ')) && p[1]; p++)
        if (!strncmp(p + 1, event, len) && p[1 + len] == ' ') return true;
    return false;
}

notify_set notify_of_event(const char *event, size_t len) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (len && is_among(rows[i].events, event, len)) return bit(rows[i].letter);
    return notify_parse(all, sizeof all - 1);
}

notify_set notify_of_channel(const char *pattern) {
    static const char space[] = "__keyspace@", event[] = "__keyevent@", mark[] = "__:";
    notify_set every = notify_parse(all, sizeof all - 1);
    if (!strncmp(pattern, space, sizeof space - 1)) return bit('K') | every;
    if (strncmp(pattern, event, sizeof event - 1) != 0) return bit('K') | bit('E') | every;
    const char *rest = strstr(pattern + sizeof event - 1, mark);
    if (!rest) return bit('E') | every;
    rest += sizeof mark - 1;
    return bit('E') | notify_of_event(rest, strlen(rest));
}

bool notify_is_deaf(notify_set present, notify_set asked) {
    notify_set forms = bit('K') | bit('E');
    return !(present & asked & forms) || !(present & asked & ~forms);
}

bool notify_take_channel(struct notify_channel *out, const char *p, size_t len) {
    static const char space[] = "__keyspace@", event[] = "__keyevent@", mark[] = "__:";
    const char *end = p + len;
    size_t head = sizeof space - 1;
    if (len <= head || (memcmp(p, space, head) && memcmp(p, event, head))) return false;
    out->is_event = !memcmp(p, event, head);
    out->db = 0;
    for (p += head; p < end && *p >= '0' && *p <= '9' && out->db < 1000000; p++)
        out->db = out->db * 10 + (*p - '0');
    if ((size_t)(end - p) < sizeof mark - 1 || memcmp(p, mark, sizeof mark - 1)) return false;
    out->rest = p + sizeof mark - 1;
    out->len = (size_t)(end - out->rest);
    return true;
}
