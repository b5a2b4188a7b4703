/* SPDX-License-Identifier: BSD-3-Clause */
/* Capture files: what was tailed, kept to be shown or sent again. The format, version 1:
 *
 * A capture is a sequence of records, each a RESP2 array of bulk strings, so any RESP parser reads
 * it. The first element says what the record is; numbers are decimal text; times are microseconds
 * since 1970-01-01 UTC, by the clock of the server that the event is from for command, else by the
 * recorder's; "node" is a number that a node record before it has declared.
 *
 *   valkit-capture VERSION TIME PROGRAM SOURCE      the header; first record
 *   node NODE NAME                                  declares a node: its host:port
 *   command TIME NODE DB ORIGIN ADDR ARG...         a command seen by MONITOR, its exact arguments;
 *                                                   ORIGIN is tcp, unix, lua or unknown
 *   message TIME NODE CHANNEL PAYLOAD               a message of SUBSCRIBE
 *   smessage TIME NODE CHANNEL PAYLOAD              the same of SSUBSCRIBE
 *   pmessage TIME NODE PATTERN CHANNEL PAYLOAD      the same of PSUBSCRIBE
 *   raw TIME NODE LINE                              a line of MONITOR that cannot be parsed
 *   gap TIME NODE FROM REASON                       nothing was seen of the node from FROM to TIME
 *   drop TIME NODE COUNT POLICY                     COUNT events were seen and thrown away since
 * the last such record end TIME COUNT                                  the last record; COUNT
 * records stand between the header and it
 *
 * A file without its end record is from a recorder that still runs or was killed, one that ends
 * inside a record was cut. Behind the end record another capture may follow (files of one rotation
 * are whole captures and may be joined with cat). A reader passes over records of a kind that it
 * does not know; a change that it could misread has a new version. */
#ifndef CORE_CAPTURE_H
#define CORE_CAPTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/monitor.h"
#include "resp/read.h"

enum {
    CAPTURE_VERSION = 1,
    CAPTURE_NODES_MAX = 65536, /* node numbers are below it */
    CAPTURE_NAME_MAX = 1024,   /* bytes of a node's name */
};

#define CAPTURE_TIME_MAX ((int64_t)1 << 60) /* microseconds, either way */

enum capture_kind {
    CAPTURE_HEADER,
    CAPTURE_NODE,
    CAPTURE_COMMAND,
    CAPTURE_MESSAGE,
    CAPTURE_SMESSAGE,
    CAPTURE_PMESSAGE,
    CAPTURE_RAW,
    CAPTURE_GAP,
    CAPTURE_DROP,
    CAPTURE_END,
};

struct capture_text {
    const char *p;
    size_t len;
};

/* What a record holds, by its kind; the rest is 0. */
struct capture_record {
    enum capture_kind kind;
    int node;        /* all but header and end */
    int64_t time_us; /* all but node; capture_put takes a command's from command.time_us */
    struct monitor_event command;
    struct capture_text channel; /* of the three messages */
    struct capture_text pattern; /* pmessage */
    struct capture_text text;    /* header: source; node: name; messages: payload; raw: line; gap:
                                    reason; drop: policy */
    struct capture_text program; /* header */
    int64_t from_us;             /* gap */
    uint64_t count;              /* drop; end */
};

/* Append one record. VK_ELIMIT: out is full, and as it was. That the header comes first, a node
 * before its use and the right count at the end is the caller's part. */
int capture_put(struct buf *out, const struct capture_record *r);

struct capture_limits {
    int64_t args;  /* elements of one record */
    size_t record; /* bytes of one record's elements */
};

#define CAPTURE_LIMITS_DEFAULT                                                                     \
    (struct capture_limits) {                                                                      \
        .args = 1 << 21, .record = (size_t)1 << 30                                                 \
    }

enum capture_ending {
    CAPTURE_ENDED, /* the end record was the last */
    CAPTURE_OPEN,  /* whole records, but no end record */
    CAPTURE_CUT,   /* in the middle of a record */
    CAPTURE_EMPTY, /* no byte at all */
};

struct capture_reader;

/* limits NULL = CAPTURE_LIMITS_DEFAULT. */
struct capture_reader *capture_new(const struct capture_limits *limits);
void capture_free(struct capture_reader *r);
/* The next bytes, borrowed until capture_next returns 0; the window before must be used up. The
 * cut may fall anywhere. */
void capture_feed(struct capture_reader *r, const char *p, size_t n);
/* 1 and *out filled, which is valid until the next call; 0 when the window is used up. VK_EPARSE:
 * not a capture, damaged, or of an unknown version; VK_ELIMIT: over a limit; both sticky, e says
 * which record and what is wrong with it. */
int capture_next(struct capture_reader *r, struct capture_record *out, struct err *e) MUST_CHECK;
/* How the bytes so far end. */
enum capture_ending capture_ending(const struct capture_reader *r);
/* Where the last whole record ends, counted in bytes; records so far, headers and ends among them;
 * and how many were passed over because of their kind. */
uint64_t capture_offset(const struct capture_reader *r);
uint64_t capture_records(const struct capture_reader *r);
uint64_t capture_unknown(const struct capture_reader *r);
/* The name of a node as the capture under way declared it, borrowed until the next call of
 * capture_next; NULL when it has not. */
const char *capture_node(const struct capture_reader *r, int node);

#endif
