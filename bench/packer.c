/* SPDX-License-Identifier: BSD-3-Clause */
/* The strategies, and the rows of their comparison. See packer.h. A strategy packs one command into
 * memory of its own and says where the bytes are; what packs in memory and what sends to a server
 * is the same code, so the two figures belong together.
 *
 * The strategies of a size take turns, and the medians of their turns are compared: whether client
 * and server share a CPU, which the scheduler decides and revises, makes a request many times
 * faster or slower than any way of packing. */
#include "bench/packer.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "bench/exchange.h"
#include "io/signal.h"
#include "resp/template.h"
#include "resp/write.h"

enum {
    ARGC = 3,
    PIECES = 4,            /* of a packed command */
    FRAMING_MAX = 64,      /* bytes of a command besides its value */
    LEAST_COMMANDS = 3,    /* of a row */
    TURNS_MAX = 11,        /* of a strategy and size */
    SLICE_BYTES = 1 << 24, /* packed between two looks at the clock and the stop signal */
};

struct pack {
    const char *argv[ARGC];
    size_t lens[ARGC];
    struct buf joined; /* string, printf */
    struct resp_write_queue queue;
    struct resp_template template;
    int hole;
    struct iovec v[PIECES]; /* the command packed last */
    int n;
};

/* ---- the strategies ---- */

static void point_at(struct pack *p, char *bytes, size_t len) {
    p->v[0] = (struct iovec){.iov_base = bytes, .iov_len = len};
    p->n = 1;
}

static void pack_string(struct pack *p) {
    buf_clear(&p->joined);
    int code = resp_write_argv(&p->joined, ARGC, p->argv, p->lens);
    assert(code == 0);
    point_at(p, p->joined.p, p->joined.len);
}

static void pack_list(struct pack *p) {
    resp_write_queue_clear(&p->queue);
    int code = resp_write_queue_add(&p->queue, ARGC, p->argv, p->lens);
    assert(code == 0);
    p->n = resp_write_queue_iov(&p->queue, p->v, PIECES);
}

static void pack_printf(struct pack *p) {
    size_t cap = p->lens[2] + FRAMING_MAX;
    buf_clear(&p->joined);
    char *to = buf_reserve(&p->joined, cap);
    int len = snprintf(to, cap, "*3\r\n$3\r\n%s\r\n$9\r\n%s\r\n$%zu\r\n%.*s\r\n", p->argv[0],
                       p->argv[1], p->lens[2], (int)p->lens[2], p->argv[2]);
    assert(len > 0 && (size_t)len < cap);
    point_at(p, to, (size_t)len);
}

static void pack_template(struct pack *p) {
    resp_template_bytes(&p->template, p->hole, p->argv[2], p->lens[2]);
    point_at(p, p->template.bytes.p, p->template.bytes.len);
}

static const struct strategy {
    const char *name;
    void (*pack)(struct pack *p);
} strategies[PACKER_STRATEGIES] = {
    {"string", pack_string},
    {"list", pack_list},
    {"printf", pack_printf},
    {"template", pack_template},
};

const char *packer_name(int strategy) {
    return strategies[strategy].name;
}

/* value is borrowed. */
static void pack_init(struct pack *p, const char *value, size_t size) {
    *p = (struct pack){.argv = {"SET", "benchmark", value}, .lens = {3, 9, size}};
    buf_init(&p->joined, size + FRAMING_MAX);
    resp_write_queue_init(&p->queue, RESP_WRITE_CUTOFF + FRAMING_MAX);
    resp_template_init(&p->template, size + FRAMING_MAX);
}

/* The template's encoding is made beforehand: that is its point. */
static void pack_prepare(struct pack *p, int strategy) {
    if (strategies[strategy].pack != pack_template) return;
    int code = resp_template_add(&p->template, ARGC, p->argv, p->lens);
    p->hole = code < 0 ? code : resp_template_hole(&p->template, 2, 0, p->lens[2]);
    assert(p->hole >= 0);
}

static void pack_release(struct pack *p) {
    buf_release(&p->joined);
    resp_write_queue_release(&p->queue);
    resp_template_release(&p->template);
}

/* ---- a row in memory ---- */

/* The compiler must believe that the arguments may change and that the packed bytes are read. */
static void touch(const struct pack *p) {
    __asm__ volatile("" : : "r"(p) : "memory");
}

static size_t packed_bytes(const struct pack *p) {
    size_t bytes = 0;
    for (int i = 0; i < p->n; i++)
        bytes += p->v[i].iov_len;
    return bytes;
}

static int64_t row_commands(const struct packer_opts *o, int64_t size) {
    int64_t n = o->bytes / size < o->commands ? o->bytes / size : o->commands;
    return n < LEAST_COMMANDS ? LEAST_COMMANDS : n;
}

/* What one strategy did with one size, turn by turn. */
struct lane {
    struct packer_row row;
    double pack_ns[TURNS_MAX], rate[TURNS_MAX], cpu_ns[TURNS_MAX];
    int packed, served; /* turns */
    int64_t sent;       /* in turns that were served */
    uint64_t syscalls;
    size_t bytes; /* of a packed command */
    bool lost;    /* its connection: the server is left alone */
};

static int pack_turn(struct pack *p, struct lane *lane, int64_t least, int64_t least_ns,
                     struct err *e) {
    void (*pack)(struct pack *) = strategies[lane->row.strategy].pack;
    int64_t slice = SLICE_BYTES / lane->row.size, done = 0, took_ns = 0;
    if (slice > least) slice = least;
    if (slice < 1) slice = 1;
    pack(p); /* memory and caches as they are later */
    int64_t start_ns = clock_now_ns();
    while (done < least || took_ns < least_ns) {
        for (int64_t i = 0; i < slice; i++) {
            touch(p);
            pack(p);
            touch(p);
        }
        done += slice;
        took_ns = clock_now_ns() - start_ns;
        if (signal_stop()) return err_set(e, VK_ECANCEL, "interrupted");
    }
    lane->row.commands += done;
    lane->bytes = packed_bytes(p);
    lane->pack_ns[lane->packed++] = (double)took_ns / (double)done;
    return 0;
}

/* ---- against the server ---- */

static void note_error(struct packer_row *row, const struct err *e) {
    if (!row->errors++) snprintf(row->error, sizeof row->error, "%.159s", e->text);
}

/* One request. An error reply or a lost connection is the row's. */
static int send_one(struct exchange *x, struct pack *p, struct lane *lane, struct err *e) {
    strategies[lane->row.strategy].pack(p);
    int code = exchange_call(x, p->v, p->n, e);
    if (code == VK_ECANCEL) return code;
    if (code < 0)
        note_error(&lane->row, e);
    else
        lane->row.requests++;
    lane->lost = !exchange_is_open(x);
    return signal_stop() ? err_set(e, VK_ECANCEL, "interrupted") : 0;
}

static int serve_turn(struct exchange *x, struct pack *p, struct lane *lane, int64_t commands,
                      struct err *e) {
    int code = exchange_connect(x, e);
    if (code < 0) return code;
    uint64_t syscalls = exchange_syscalls(x);
    int64_t before = lane->row.requests, start_ns = clock_now_ns(), cpu_ns = clock_process_cpu_ns();
    for (int64_t sent = 0; sent < commands && !lane->lost; sent++)
        if ((code = send_one(x, p, lane, e)) < 0) return code;
    if (lane->lost) return 0;
    cpu_ns = clock_process_cpu_ns() - cpu_ns;
    int64_t took_ns = clock_now_ns() - start_ns, answered = lane->row.requests - before;
    lane->rate[lane->served] = (double)answered * CLOCK_NS_PER_S / (double)took_ns;
    lane->cpu_ns[lane->served++] = (double)cpu_ns / (double)commands;
    lane->sent += commands;
    lane->syscalls += exchange_syscalls(x) - syscalls;
    return 0;
}

/* As far as it can be done: the key may be a hundred megabytes large. */
static void delete_key(struct exchange *x) {
    static const char del[] = "*2\r\n$3\r\nDEL\r\n$9\r\nbenchmark\r\n";
    const struct iovec v = {.iov_base = (char *)del, .iov_len = sizeof del - 1};
    struct err ignored;
    if (exchange_connect(x, &ignored) < 0 || exchange_call(x, &v, 1, &ignored) < 0) return;
}

/* ---- the rows of a size ---- */

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v, int n) {
    if (!n) return 0;
    qsort(v, (size_t)n, sizeof *v, by_value);
    return (v[(n - 1) / 2] + v[n / 2]) / 2;
}

static void settle(struct lane *lane) {
    struct packer_row *row = &lane->row;
    row->pack_ns = median(lane->pack_ns, lane->packed);
    row->pack_bytes_per_s = (double)lane->bytes * CLOCK_NS_PER_S / row->pack_ns;
    row->served = lane->served || row->errors;
    row->rate = median(lane->rate, lane->served);
    row->cpu_ns = median(lane->cpu_ns, lane->served);
    if (lane->sent) row->syscalls = (double)lane->syscalls / (double)lane->sent;
}

/* x NULL = in memory alone. Memory is taken anew for each turn, so that one strategy's is in use at
 * a time. */
static int run_turn(struct exchange *x, struct lane *lane, const char *value, int64_t commands,
                    int64_t least_ns, struct err *e) {
    struct pack p;
    pack_init(&p, value, (size_t)lane->row.size);
    pack_prepare(&p, lane->row.strategy);
    int code = pack_turn(&p, lane, commands, least_ns, e);
    if (code == 0 && x && !lane->lost) code = serve_turn(x, &p, lane, commands, e);
    pack_release(&p);
    return code;
}

static int run_turns(struct exchange *x, const struct packer_opts *o, struct lane *lanes,
                     const char *value, struct err *e) {
    int64_t commands = row_commands(o, lanes->row.size);
    int turns = commands < TURNS_MAX ? (int)commands : TURNS_MAX;
    for (int i = 0; i < turns; i++) {
        int64_t share = commands / turns + (i < commands % turns);
        for (int k = 0; k < PACKER_STRATEGIES; k++) {
            struct lane *lane = &lanes[(i + k) % PACKER_STRATEGIES]; /* nobody is always first */
            int code = run_turn(x, lane, value, share, PACKER_LEAST_NS / turns, e);
            if (code < 0) return code;
        }
    }
    return 0;
}

static int tell_rows(struct lane *lanes, packer_row_fn *fn, void *arg, struct err *e) {
    for (int i = 0; i < PACKER_STRATEGIES; i++) {
        if (!lanes[i].packed) continue;
        settle(&lanes[i]);
        int code = fn(arg, &lanes[i].row, e);
        if (code < 0) return code;
    }
    return 0;
}

static int run_size(struct exchange *x, const struct packer_opts *o, int64_t size,
                    packer_row_fn *fn, void *arg, struct err *e) {
    struct lane lanes[PACKER_STRATEGIES] = {0};
    struct err untold;
    for (int i = 0; i < PACKER_STRATEGIES; i++)
        lanes[i].row = (struct packer_row){.strategy = i, .size = size};
    char *value = mem_alloc((size_t)size + 1); /* a string: printf's */
    memset(value, 'a', (size_t)size);
    value[size] = 0;
    int code = run_turns(x, o, lanes, value, e);
    free(value);
    int told = tell_rows(lanes, fn, arg, code < 0 ? &untold : e);
    return code < 0 ? code : told; /* the first reason counts */
}

void packer_opts_init(struct packer_opts *o) {
    *o = (struct packer_opts){.commands = 1000, .bytes = 256 << 20};
}

int packer_run(struct loop *l, const struct connopt *conn, const struct packer_opts *o,
               packer_row_fn *row, void *arg, struct err *e) {
    struct exchange *x = NULL;
    int64_t size = 1;
    int code = conn ? exchange_new(l, conn, &x, e) : 0;
    if (code == 0 && x) code = exchange_connect(x, e);
    bool connected = code == 0 && x;
    for (int i = 0; code == 0 && i < PACKER_SIZES; i++) {
        size *= 10;
        code = run_size(x, o, size, row, arg, e);
    }
    if (connected) delete_key(x);
    exchange_free(x);
    return code;
}
