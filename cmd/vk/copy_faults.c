/* SPDX-License-Identifier: BSD-3-Clause */
/* See copy_faults.h. */
#include "copy_faults.h"

#include <stdio.h>
#include <string.h>

#include "base/msg.h"
#include "base/safe.h"
#include "ui/amount.h"
#include "ui/jsonw.h"

enum { LINE_MAX_BYTES = 4096, KEY_MAX = 1 << 20, KEY_SHOWN = 60 };

void copy_faults_release(struct copy_faults *f) {
    for (int i = 0; i < f->n_kinds; i++)
        for (int k = 0; k < f->kinds[i].n_keys; k++)
            buf_release(&f->kinds[i].keys[k]);
    *f = (struct copy_faults){.n = 0};
}

static struct copy_fault *find(struct copy_faults *f, const char *text, size_t len) {
    struct copy_fault *kind;
    char shown[sizeof kind->text];
    snprintf(shown, sizeof shown, "%.*s", (int)(len < sizeof shown ? len : sizeof shown - 1), text);
    for (int i = 0; i < f->n_kinds; i++)
        if (!strcmp(f->kinds[i].text, shown)) return &f->kinds[i];
    if (f->n_kinds == COPY_FAULTS_KINDS) return &f->kinds[COPY_FAULTS_KINDS - 1];
    kind = &f->kinds[f->n_kinds++];
    *kind = (struct copy_fault){.n = 0};
    snprintf(kind->text, sizeof kind->text, "%s",
             f->n_kinds == COPY_FAULTS_KINDS ? "other errors" : shown);
    return kind;
}

void copy_faults_add(struct copy_faults *f, const char *text, size_t len, const char *key,
                     size_t key_len) {
    struct copy_fault *kind = find(f, text, len);
    f->n++;
    kind->n++;
    if (kind->n_keys == COPY_FAULTS_KEYS) return;
    struct buf *first = &kind->keys[kind->n_keys++];
    buf_init(first, KEY_MAX);
    buf_add(first, key, key_len < KEY_MAX ? key_len : KEY_MAX);
}

static void add_keys(struct buf *line, const struct copy_fault *kind) {
    for (int i = 0; i < kind->n_keys; i++) {
        const struct buf *key = &kind->keys[i];
        buf_adds(line, i ? ", '" : ": '");
        safe_add(line, key->p, key->len < KEY_SHOWN ? key->len : KEY_SHOWN, false);
        buf_adds(line, key->len > KEY_SHOWN ? "...'" : "'");
    }
    if (kind->n > (uint64_t)kind->n_keys) buf_adds(line, ", ...");
}

void copy_faults_say(struct copy_faults *f, const char *what, const char *(*advice)(const char *)) {
    for (int i = 0; i < f->n_kinds; i++) {
        const struct copy_fault *kind = &f->kinds[i];
        const char *more = advice ? advice(kind->text) : NULL;
        struct buf line;
        buf_init(&line, LINE_MAX_BYTES);
        amount_add_count(&line, kind->n);
        buf_addf(&line, " key%s %s: %s", kind->n == 1 ? "" : "s", what, kind->text);
        if (more) buf_addf(&line, " (%s)", more);
        add_keys(&line, kind);
        msg_warn("%s", buf_cstr(&line));
        buf_release(&line);
    }
}

void copy_faults_json(struct copy_faults *f, struct buf *out) {
    jsonw_array(out, "failures");
    for (int i = 0; i < f->n_kinds; i++) {
        struct copy_fault *kind = &f->kinds[i];
        jsonw_separate(out);
        buf_addc(out, '{');
        jsonw_text(out, "error", kind->text);
        jsonw_count(out, "keys", kind->n);
        jsonw_array(out, "first");
        for (int k = 0; k < kind->n_keys; k++) {
            jsonw_separate(out);
            jsonw_bytes(out, kind->keys[k].p ? kind->keys[k].p : "", kind->keys[k].len);
        }
        buf_adds(out, "]}");
    }
    buf_addc(out, ']');
}
