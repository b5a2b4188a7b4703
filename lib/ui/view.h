/* SPDX-License-Identifier: BSD-3-Clause */
/* A reply for reading. What is known of the command decides about the view: records as a table
 * (CLIENT LIST, SLOWLOG GET, streams, sorted sets, ...), names and values below each other (INFO,
 * CONFIG GET, HGETALL, any map), JSON text indented; anything else as a tree.
 *
 * In a tree, lists and sets have their count in front, (3), and numbered elements; maps are
 * `field: value`; strings stand as they are when they are plain text, else in quotes with escapes;
 * others are (integer) 3, (double) 0.5, (true), (nil), (error) ERR ...
 *
 * RESP2 and RESP3 replies of a known command look the same. A reply that has not the shape that its
 * command's replies have is shown as a tree: no shape is trusted.
 *
 * Whatever the server sent, nothing of it can drive the terminal. No state, no I/O. */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include "resp/reply.h"

enum view_format {
    VIEW_BEST, /* what is described above */
    VIEW_TABLE,
    VIEW_JSON, /* typed, as view_typed_json, for the commands it knows; JSON text indented; else as
                  RENDER_NDJSON */
    VIEW_RAW,
    VIEW_CSV,
    VIEW_HEX, /* bytes of every string, 16 a line, with their text beside */
};

/* Called between lines when out holds VIEW_FLUSH_BYTES or more, to write and clear it (or to leave
 * it there for the next time); non-zero: no more is wanted, view_render then returns VK_ELIMIT. */
typedef int view_flush_fn(void *arg);

enum { VIEW_FLUSH_BYTES = 16384 };

struct view_opts {
    enum view_format format;
    int columns;   /* of the terminal, 0 = any number */
    size_t rows;   /* shown of one aggregate before "... N more", 0 = all; RAW, JSON and CSV are
                      always whole */
    bool colour;   /* BEST, TABLE and JSON that is indented */
    bool expanded; /* tables: one field a line */
    bool as_is;    /* JSON, RAW and CSV for a pipe or a file: the server's bytes as they are */
    view_flush_fn *flush; /* NULL: out just grows */
    void *flush_arg;
};

/* The format of a word behind a command (`get k \json`): json, raw, hex, table or csv without its
 * backslash. False when it is no such word. */
bool view_format_of(const char *word, size_t len, enum view_format *format);
/* Append the reply to the command argv[0..argc) (lens NULL = C strings), whole lines. 0, or
 * VK_ELIMIT when out is full: what is in it then ends somewhere. */
int view_render(const struct view_opts *o, int argc, const char *const *argv, const size_t *lens,
                const struct reply *r, struct buf *out) MUST_CHECK;
/* Does view_typed_json know the command? So that others need no tree. */
bool view_is_typed(int argc, const char *const *argv, const size_t *lens);
/* Append the reply as one line of JSON (RFC 8259, and nothing that could drive a terminal) with
 * numbers as numbers and names for everything: an object for INFO (sections), CLUSTER INFO, CLIENT
 * INFO, ROLE, MEMORY STATS, ..., an array of objects for CLIENT LIST, CLUSTER NODES, SLOWLOG GET,
 * LATENCY LATEST, ... False, and nothing appended, for other commands, for errors, and when the
 * reply has not the shape it should have. (The arguments in COMMAND DOCS are flat lists in RESP2.)
 */
bool view_typed_json(int argc, const char *const *argv, const size_t *lens, const struct reply *r,
                     struct buf *out);

#endif
