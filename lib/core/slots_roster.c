/* SPDX-License-Identifier: BSD-3-Clause */
/* Nodes by number and by address. A bucket holds its entries newest first, so that the newest
 * entries can be taken off again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/slots_impl.h"

enum { FIRST_CAP = 16, WHERE_HOST_MAX = 64 };

/* FNV-1a, letters in either case alike. */
static unsigned bucket_of(const char *host, int port) {
    uint32_t hash = 2166136261u ^ (uint32_t)port;
    for (; *host; host++) {
        unsigned char c = (unsigned char)*host;
        hash = (hash ^ (c >= 'A' && c <= 'Z' ? c | 32u : c)) * 16777619u;
    }
    return (hash ^ hash >> 16) % SLOTS_BUCKETS;
}

void slots_roster_init(struct slots_roster *r) {
    *r = (struct slots_roster){0};
    for (int i = 0; i < SLOTS_BUCKETS; i++)
        r->buckets[i] = -1;
}

void slots_roster_release(struct slots_roster *r) {
    slots_roster_cut(r, 0);
    free(r->entries);
}

int slots_roster_find(const struct slots_roster *r, const char *host, int port) {
    int i = r->buckets[bucket_of(host, port)];
    while (i >= 0) {
        const struct slots_node *n = &r->entries[i]->node;
        if (n->port == port && !strcasecmp(n->host, host)) break;
        i = r->entries[i]->next;
    }
    return i;
}

/* A name serves as the name in the certificate, an address does not. */
static bool is_name(const char *host) {
    return !strchr(host, ':') && host[strspn(host, "0123456789.")];
}

static struct slots_entry *new_entry(const char *host, int port) {
    struct slots_entry *entry = mem_zalloc(1, sizeof *entry);
    entry->node = (struct slots_node){.host = mem_strdup(host),
                                      .port = port,
                                      .hostname = mem_strdup(is_name(host) ? host : ""),
                                      .primary = -1};
    return entry;
}

int slots_roster_add(struct slots_roster *r, const char *host, int port) {
    int i = slots_roster_find(r, host, port);
    if (i >= 0) return i;
    if (r->n == SLOTS_NODES_MAX) return -1;
    if (r->n == r->cap) {
        r->cap = r->cap ? 2 * r->cap : FIRST_CAP;
        r->entries = mem_realloc(r->entries, (size_t)r->cap, sizeof *r->entries);
    }
    int *bucket = &r->buckets[bucket_of(host, port)];
    r->entries[r->n] = new_entry(host, port);
    r->entries[r->n]->next = *bucket;
    *bucket = r->n;
    return r->n++;
}

void slots_roster_cut(struct slots_roster *r, int n) {
    while (r->n > n) {
        struct slots_entry *entry = r->entries[--r->n];
        r->buckets[bucket_of(entry->node.host, entry->node.port)] = entry->next;
        free(entry->node.host);
        free(entry->node.hostname);
        free(entry);
    }
}

const char *slots_roster_where(const struct slots_node *n, char *text, size_t cap) {
    snprintf(text, cap, strchr(n->host, ':') ? "[%.*s]:%d" : "%.*s:%d", WHERE_HOST_MAX, n->host,
             n->port);
    return text;
}
