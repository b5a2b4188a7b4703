/* SPDX-License-Identifier: BSD-3-Clause */
/* What is sent. An operation is one pass through a sequence of commands; each different place in
 * the sequence that the report shows is a row. Two makes: commands of fixed length, encoded once
 * and patched in place (everything a user types, and the test list), and commands written anew for
 * each operation by a function (the suites whose keys have numbers of natural length). Read-only
 * once made, so that all workers share it; what a worker writes into is its image. */
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include "load/keygen.h"
#include "resp/template.h"

enum { WORKLOAD_ROWS_MAX = 64, WORKLOAD_DIGITS = 12 };
#define WORKLOAD_TAG "{tag}" /* in a cluster: a hash tag, so that the key is of a certain slot */

struct workload_row {
    char *title; /* "SET": the command as it stands in a report */
    bool aside; /* framing such as MULTI and EXEC: has its latencies, is not counted as a request */
};

/* What decides the slot of an operation's keys. */
enum workload_slot_rule {
    WORKLOAD_SLOT_ANY,    /* it has no keys */
    WORKLOAD_SLOT_FIXED,  /* always the same */
    WORKLOAD_SLOT_BY_KEY, /* numbers in the key */
    WORKLOAD_SLOT_BY_TAG, /* {tag}: any slot may be chosen */
};

/* A hole and what fills it: random (or sequential) numbers below the range, or a {tag}. */
struct workload_hole {
    bool tag;
    int group;           /* holes of one command and one group share a value; -1 = its own */
    uint64_t stream;     /* number of the value within an operation: chooses the random stream */
    uint64_t drawn_from; /* the same with the seed, as keygen has it */
    uint64_t counter, per_op; /* sequential: value = (op * per_op + counter) mod range */
};

struct workload;
/* Append the commands of operation op to out and the row of each to rows (room for max_commands);
 * returns how many commands there are. */
typedef int workload_write_fn(void *arg, uint64_t op, struct buf *out, uint16_t *rows);

struct workload {
    char *title; /* of the run */
    struct workload_row *rows;
    int n_rows;
    int commands;     /* per operation; written ones: at most */
    uint16_t *row_of; /* by place in the sequence (patched ones) */
    /* patched */
    struct resp_template template; /* one operation */
    struct workload_hole *holes;   /* beside template.holes; none without a range */
    uint64_t range;                /* numbers are below it; 0 = placeholders stay as they are */
    bool sequential;
    uint64_t seed;
    uint64_t op_base; /* operations of earlier runs: numbers go on behind theirs */
    /* in a cluster */
    bool tagged; /* {tag} is a placeholder */
    enum workload_slot_rule slot_rule;
    unsigned slot;            /* FIXED */
    size_t hash_at, hash_len; /* BY_KEY: the first key's hash part in the operation's bytes, */
    uint16_t hash_crc;        /* its CRC while all numbers are 0, */
    struct workload_slot_part *parts; /* and what each number in it adds */
    int n_parts;
    bool reads_only; /* all commands are reads */
    bool tied;       /* a transaction is among them: no command of it may be sent by itself */
    /* written */
    workload_write_fn *write;
    void *write_arg;
    uint64_t ops; /* how many there are in a run; 0 = as many as the run's requests take */
};

/* Any node of a cluster may have its operations; own_slots: {tag} becomes a slot of the node that a
 * connection is to (struct run_opts). */
static inline bool workload_is_free(const struct workload *w, bool own_slots) {
    return w->slot_rule == WORKLOAD_SLOT_ANY || (w->slot_rule == WORKLOAD_SLOT_BY_TAG && own_slots);
}

struct workload_opts {
    uint64_t range; /* -r, 0 = not given */
    bool sequential;
    uint64_t seed;
    size_t data_size;         /* -d */
    struct keygen_text *text; /* payloads go on from here; NULL = from the start */
    bool untitled_last;       /* the last word is in no title (it came from standard input) */
    bool cluster;             /* {tag} is a placeholder, and keys must be of one slot */
};

/* From words: `[N] word... [; [N] word...]`, placeholders __rand_int__, __rand_1st__ to
 * __rand_9th__ and __data__ in them; a repeated command has the same data each time. lens may be
 * NULL: C strings. VK_EUSAGE with what is wrong. Titles are the words as given, joined by blanks:
 * all of them for w, a command's own for its row. */
int workload_from_words(struct workload *w, int argc, const char *const *argv, const size_t *lens,
                        const struct workload_opts *o, struct err *e) MUST_CHECK;
/* One inline line, CRLF not included ("PING"). */
int workload_from_inline(struct workload *w, const char *title, const char *line,
                         struct err *e) MUST_CHECK;
/* One that is written: at most max_commands an operation. Titles are copied; w owns nothing of arg.
 */
void workload_from_writer(struct workload *w, const char *title, const struct workload_row *rows,
                          int n_rows, int max_commands, workload_write_fn *fn, void *arg);
/* Give w, of one row, and that row another title. */
void workload_rename(struct workload *w, const char *title);
void workload_release(struct workload *w);
/* The number that fills a hole in operation op. */
static inline uint64_t workload_number(const struct workload *w, const struct workload_hole *h,
                                       uint64_t op) {
    op += w->op_base;
    if (w->sequential) return (op * h->per_op + h->counter) % w->range;
    return keygen_below(keygen_draw(h->drawn_from, op), w->range);
}
/* The slot of operation op's keys; BY_TAG: the one that is drawn for it. Not for ANY. */
unsigned workload_slot(const struct workload *w, uint64_t op);
/* Bytes of one operation as it is sent; 0 for a written one. */
size_t workload_bytes(const struct workload *w);

#endif
