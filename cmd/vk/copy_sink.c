/* SPDX-License-Identifier: BSD-3-Clause */
/* See copy_sink.h; the words about it are in copy_tell.c. */
#include "copy_sink.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "copy_target.h"
#include "core/errclass.h"
#include "doubt.h"
#include "io/signal.h"

enum {
    WINDOW_KEYS = 1024,
    WINDOW_BYTES = 8 << 20,
    KEEP_BYTES = 1 << 16,
    FAREWELL_S = 2, /* for what is in flight when it ends early */
    ARGS_MAX = 10,
};

/* One RESTORE. */
struct copy_put {
    struct copy_sink *sink;
    struct copy_put *next;
    struct buf words; /* key and payload */
    size_t key_len, payload_len;
    bool failed;
    char ttl[STR_INT_MAX], number[STR_INT_MAX];
    const char *argv[ARGS_MAX];
    size_t lens[ARGS_MAX];
};

int copy_sink_open(struct copy_sink *s, const struct options *from, struct wire *w, struct err *e) {
    *s = (struct copy_sink){.from = from, .wire = w};
    buf_init(&s->old, DUMPFILE_BODY_MAX);
    buf_init(&s->new, DUMPFILE_BODY_MAX);
    s->rewrites = from->copy.rewrite_prefix;
    int code = 0;
    if (s->rewrites) code = options_copy_prefix(from->copy.rewrite_prefix, &s->old, &s->new, e);
    if (code == 0) code = copy_target_connect(w, s->version, sizeof s->version, &s->clock_us, e);
    return code == 0 ? copy_target_confirm(w, e) : code;
}

static void free_put(struct copy_put *p) {
    buf_release(&p->words);
    free(p);
}

void copy_sink_close(struct copy_sink *s) {
    while (s->spare) {
        struct copy_put *p = s->spare;
        s->spare = p->next;
        free_put(p);
    }
    buf_release(&s->old);
    buf_release(&s->new);
    copy_faults_release(&s->faults);
}

bool copy_sink_has_room(const struct copy_sink *s) {
    return !s->failed.code && s->in_flight < WINDOW_KEYS && s->in_flight_bytes < WINDOW_BYTES;
}

/* ---- replies ---- */

/* With such an answer the next key will not fare better. */
static bool is_hopeless(const char *text, size_t len) {
    enum {
        ALL = ERRCLASS_READONLY | ERRCLASS_OOM | ERRCLASS_LOADING | ERRCLASS_AUTH | ERRCLASS_MOVED |
              ERRCLASS_ASK | ERRCLASS_CLUSTERDOWN | ERRCLASS_BUSY | ERRCLASS_MASTERDOWN |
              ERRCLASS_UNKNOWN_COMMAND
    };
    enum errclass class = errclass_of_reply(text, len);
    if (class == ERRCLASS_PERMISSION) return memmem(text, len, "' command", 9);
    return class & ALL || (len > 7 && !memcmp(text, "MISCONF", 7));
}

static void take_error(struct copy_put *p, const struct resp_event *ev) {
    struct copy_sink *s = p->sink;
    const char *text = ev->p ? ev->p : "an error without words";
    size_t len = ev->p ? ev->len : strlen(text);
    if (p->failed) return; /* its further pieces */
    p->failed = true;
    copy_faults_add(&s->faults, text, len, p->words.p ? p->words.p : "", p->key_len);
    if (s->failed.code || !is_hopeless(text, len)) return;
    enum errclass class = errclass_of_reply(text, len);
    bool rights = class & (ERRCLASS_PERMISSION | ERRCLASS_AUTH);
    err_set(&s->failed, rights ? VK_EAUTH : VK_ESERVER, "%.*s", (int)(len < 300 ? len : 300), text);
}

static void note_loss(struct copy_sink *s, int code) {
    s->in_doubt += !doubt_is_unsent(code);
    if (s->failed.code) return;
    wire_why(s->wire, code, &s->failed);
    if (!s->failed.code) err_set(&s->failed, code, "the connection was lost");
}

static void put_back(struct copy_put *p) {
    struct copy_sink *s = p->sink;
    s->in_flight--;
    s->in_flight_bytes -= p->words.len;
    if (p->words.cap > KEEP_BYTES) buf_release(&p->words);
    p->next = s->spare;
    s->spare = p;
}

static void on_restored(void *arg, int code, const struct resp_event *ev) {
    struct copy_put *p = arg;
    struct copy_sink *s = p->sink;
    if (ev && !ev->aside && resp_read_is_error(ev->type)) take_error(p, ev);
    if (code == VK_MORE) return;
    if (code < 0) {
        note_loss(s, code);
    } else if (!p->failed) {
        s->restored++;
        s->bytes += p->payload_len;
    }
    put_back(p);
}

/* ---- commands ---- */

static struct copy_put *new_put(struct copy_sink *s) {
    struct copy_put *p = s->spare;
    if (p) {
        s->spare = p->next;
    } else {
        p = mem_zalloc(1, sizeof *p);
        buf_init(&p->words, 2 * DUMPFILE_BODY_MAX);
    }
    struct buf words = p->words;
    *p = (struct copy_put){.sink = s, .words = words};
    buf_clear(&p->words);
    return p;
}

static void take_key(struct copy_put *p, const struct dumpfile_key *k) {
    const struct copy_sink *s = p->sink;
    const char *key = k->key.p;
    size_t len = k->key.len, old = s->old.len;
    if (s->rewrites && len >= old && (!old || !memcmp(key, s->old.p, old))) {
        if (s->new.len) buf_add(&p->words, s->new.p, s->new.len);
        key += old;
        len -= old;
    }
    buf_add(&p->words, key, len);
    p->key_len = p->words.len;
    buf_add(&p->words, k->payload.p, k->payload.len);
    p->payload_len = k->payload.len;
}

static int add_words(struct copy_put *p, const struct dumpfile_key *k) {
    int n = 0;
#define WORD(text, size) (p->argv[n] = (text), p->lens[n++] = (size))
    WORD("RESTORE", 7);
    WORD(p->words.p ? p->words.p : "", p->key_len);
    WORD(p->ttl, str_put_i64(p->ttl, k->expire_ms > 0 ? k->expire_ms : 0));
    WORD(p->argv[1] + p->key_len, p->payload_len);
    if (p->sink->from->copy.replace) WORD("REPLACE", 7);
    if (k->expire_ms > 0) WORD("ABSTTL", 6);
    if (k->idle_s >= 0)
        WORD("IDLETIME", 8), WORD(p->number, str_put_i64(p->number, k->idle_s));
    else if (k->freq >= 0)
        WORD("FREQ", 4), WORD(p->number, str_put_i64(p->number, k->freq));
#undef WORD
    return n;
}

int copy_sink_put(struct copy_sink *s, const struct dumpfile_key *k, struct err *e) {
    if (s->failed.code) {
        *e = s->failed;
        return e->code;
    }
    if (k->expire_ms >= 0 && k->expire_ms <= (clock_now_ns() / 1000 + s->clock_us) / 1000) {
        s->expired++;
        return 0;
    }
    struct copy_put *p = new_put(s);
    take_key(p, k);
    int argc = add_words(p, k);
    s->in_flight++;
    s->in_flight_bytes += p->words.len;
    if (wire_submit(s->wire, argc, p->argv, p->lens, on_restored, p, e) == 0) return 0;
    if (!s->failed.code) s->failed = *e;
    put_back(p);
    return e->code;
}

void copy_sink_flush(struct copy_sink *s) {
    if (s->wire->cluster)
        cluster_flush(s->wire->cluster);
    else
        client_flush(s->wire->client);
}

void copy_sink_drain(struct copy_sink *s) {
    int64_t until = 0;
    unsigned known = signal_count();
    while (s->in_flight && signal_count() == known) {
        int64_t now = clock_now_ns();
        if (!until && (s->failed.code || signal_stop())) until = now + FAREWELL_S * CLOCK_NS_PER_S;
        if (until && now >= until) break;
        wire_turn(s->wire, until ? until : -1);
    }
    if (s->in_flight) wire_cancel(s->wire);
}
