/* SPDX-License-Identifier: BSD-3-Clause */
/* See image.h. The hot path is a few operations of one command with a hole or none: nothing is
 * computed there but the numbers and their digits. */
#include "bench/image.h"

#include <stdlib.h>
#include <string.h>

#include "load/keygen.h"

#define IMAGE_BYTES ((size_t)64 << 20)
#define WRITTEN_MAX ((size_t)2 << 30)

static int too_large(struct err *e) {
    return err_set(e, VK_EUSAGE, "the requests are too large: more than 2 GiB");
}

/* A copy of the workload's operation, then as many more as fit. */
static int init_patched(struct image *m, struct err *e) {
    const struct resp_template *from = &m->workload->template;
    struct resp_template *t = &m->template;
    while (m->ops > 1 && from->bytes.len > IMAGE_BYTES / (size_t)m->ops)
        m->ops /= 2;
    resp_template_init(t, from->bytes.len * (size_t)m->ops);
    if (buf_add(&t->bytes, from->bytes.p, from->bytes.len)) return too_large(e);
    t->n_commands = from->n_commands;
    t->n_holes = from->n_holes;
    t->commands = (void *)mem_dup(from->commands, (size_t)from->n_commands * sizeof *t->commands);
    if (from->n_holes)
        t->holes = (void *)mem_dup(from->holes, (size_t)from->n_holes * sizeof *t->holes);
    return resp_template_repeat(t, m->ops) < 0 ? too_large(e) : 0;
}

int image_init(struct image *m, const struct workload *w, int ops, struct err *e) {
    *m = (struct image){.workload = w, .ops = ops};
    buf_init(&m->written, WRITTEN_MAX);
    int code = w->write ? 0 : init_patched(m, e);
    if (code < 0) {
        image_release(m);
        return code;
    }
    for (int i = 0; i < w->template.n_holes; i++) {
        const struct resp_template_hole *h = &w->template.holes[i];
        if (h->at + h->width > m->holes_end) m->holes_end = h->at + h->width;
    }
    size_t commands = (size_t)m->ops * (size_t)w->commands;
    m->rows = mem_zalloc(commands, sizeof *m->rows);
    m->lens = mem_zalloc(commands, sizeof *m->lens);
    for (size_t i = 0; !w->write && i < commands; i++) {
        m->rows[i] = w->row_of[i % (size_t)w->commands];
        m->lens[i] = (uint32_t)m->template.commands[i].len;
    }
    return 0;
}

void image_release(struct image *m) {
    resp_template_release(&m->template);
    buf_release(&m->written);
    free(m->rows);
    free(m->lens);
    *m = (struct image){0};
}

static void put_tag(struct image *m, int hole, unsigned slot) {
    char text[sizeof WORKLOAD_TAG - 1] = {'{', '}', '}', '}', '}'};
    const char *tag = m->tags[slot];
    memcpy(text + 1, tag, strlen(tag));
    resp_template_bytes(&m->template, hole, text, sizeof text);
}

static size_t encode_patched(struct image *m, const struct image_op *ops, int n, const char **p,
                             size_t *fixed_from) {
    const struct workload *w = m->workload;
    const int per_op = w->template.n_holes;
    for (int i = 0, hole = 0; per_op && i < n; i++)
        for (int k = 0; k < per_op; k++, hole++) {
            if (w->holes[k].tag)
                put_tag(m, hole, ops[i].slot);
            else
                resp_template_digits(&m->template, hole,
                                     workload_number(w, &w->holes[k], ops[i].number));
        }
    m->commands = n * w->commands;
    *p = m->template.bytes.p;
    *fixed_from = per_op ? (size_t)(n - 1) * w->template.bytes.len + m->holes_end : 0;
    return (size_t)n * w->template.bytes.len;
}

/* ---- written ---- */

/* The byte behind the command at p, an array of bulk strings of our own making. */
static const char *skip_command(const char *p) {
    long words = strtol(p + 1, (char **)(uintptr_t)&p, 10);
    for (p += 2; words > 0; words--) {
        long len = strtol(p + 1, (char **)(uintptr_t)&p, 10);
        p += 2 + len + 2;
    }
    return p;
}

static size_t encode_written(struct image *m, const struct image_op *ops, int n, const char **p,
                             size_t *fixed_from) {
    const struct workload *w = m->workload;
    buf_clear(&m->written);
    m->commands = 0;
    for (int i = 0; i < n; i++)
        m->commands += w->write(w->write_arg, ops[i].number, &m->written, m->rows + m->commands);
    const char *at = *p = buf_cstr(&m->written);
    for (int i = 0; i < m->commands; i++) {
        const char *behind = skip_command(at);
        m->lens[i] = (uint32_t)(behind - at);
        at = behind;
    }
    *fixed_from = m->written.len;
    return m->written.len;
}

size_t image_encode(struct image *m, const struct image_op *ops, int n, const char **p,
                    size_t *fixed_from) {
    return m->workload->write ? encode_written(m, ops, n, p, fixed_from)
                              : encode_patched(m, ops, n, p, fixed_from);
}
