/* SPDX-License-Identifier: BSD-3-Clause */
/* Reply events to text as they come: nothing is kept but a small frame per open aggregate, so a
 * reply of a million elements starts at once and takes little memory. Formats are those of
 * redis-cli, to the byte, where it has them. */
#ifndef UI_RENDER_H
#define UI_RENDER_H

#include "resp/reply.h"

enum render_format {
    RENDER_STANDARD, /* for people: quoted strings, numbered elements */
    RENDER_RAW,      /* the bytes */
    RENDER_CSV,
    RENDER_JSON,        /* strings as they are, control characters escaped */
    RENDER_QUOTED_JSON, /* ... and every byte that is not printable ASCII */
    RENDER_NDJSON,      /* one line of valid UTF-8 JSON a reply; see render_ndjson.c */
};

struct render_opts {
    enum render_format format;
    bool safe;         /* it goes to a terminal: no byte of the server's may drive it */
    const char *delim; /* between elements in RAW (-d), default "\n" */
    size_t delim_len;
    const char *cmd_delim; /* behind each reply in RAW (-D), default "\n" */
    size_t cmd_delim_len;
};

/* Called when out holds more than RENDER_FLUSH_BYTES, to write and clear it; non-zero stops the
 * rendering (render_event returns it). */
typedef int render_flush_fn(void *arg);

enum { RENDER_FLUSH_BYTES = 65536 };

struct render_frame;
struct render_ops;

struct render {
    struct render_opts opts;
    struct buf *out; /* borrowed */
    render_flush_fn *flush;
    void *flush_arg;
    bool plain; /* this reply is text for people: printed as it is, in all formats but NDJSON */
    /* private to render*.c */
    const struct render_ops *ops;
    struct render_frame *frames;
    uint32_t cap, depth;
    uint32_t skipping; /* attributes open: nothing is printed */
    uint32_t n_marks;  /* STANDARD: layouts not settled yet; hold has what comes behind the first */
    uint32_t key_depth;  /* NDJSON: depth of the map whose key is being written as text, 0 = none */
    enum resp_type text; /* type of the string under way */
    bool line_due;       /* STANDARD: the last value's line end is not printed yet */
    bool base64;         /* NDJSON: the string under way is written as base64 */
    struct buf hold;     /* STANDARD: see n_marks; NDJSON: a string until it is whole */
    char pending[4];     /* a UTF-8 sequence, CRLF or base64 group cut by a piece's end */
    uint32_t pending_len;
    int error;
};

/* Delimiters NULL = defaults; they are borrowed, as out and flush_arg are borrowed; flush may be
 * NULL (out then just grows). */
void render_init(struct render *r, const struct render_opts *o, struct buf *out,
                 render_flush_fn *flush, void *flush_arg);
void render_release(struct render *r);
/* Before each reply: plain for commands whose reply is text (INFO, LOLWUT, CLUSTER NODES, ...; see
 * render_command_is_plain): it is printed as in RAW, with nothing behind it, whatever the format
 * (but NDJSON). An unfinished reply is forgotten. */
void render_begin(struct render *r, bool plain);
/* One event; after the one with `done` the reply is complete in out, its line end included.
 * Attributes print nothing. 0, what flush returned, or VK_ELIMIT when out is full; sticky until
 * render_begin. */
int render_event(struct render *r, const struct resp_event *ev) MUST_CHECK;
/* A whole tree (pushes), behind a render_begin. */
int render_reply(struct render *r, const struct reply *reply) MUST_CHECK;
/* True for the commands whose reply redis-cli prints as it is. lens NULL = argv are C strings. */
bool render_command_is_plain(int argc, const char *const *argv, const size_t *lens);

#endif
