/* SPDX-License-Identifier: BSD-3-Clause */
/* The input of a load: bytes of standard input, cut into records (a command in RESP, a line, a
 * record of CSV). What has been read stays until its command is accounted for, so that an error can
 * name it and hand it back; that is all that is ever held of it. Offsets count from where standard
 * input stood, lines from 1. */
#ifndef VK_BULK_INPUT_H
#define VK_BULK_INPUT_H

#include "bulk_csv.h"
#include "options_bulk.h"
#include "resp/framer.h"

enum { BULK_INPUT_COMMAND_MAX = 1 << 30 }; /* bytes of one record */

enum bulk_kind {
    BULK_ARRAY,       /* RESP */
    BULK_LINE,        /* words, by resp/quote's rules */
    BULK_CSV,         /* fields */
    BULK_TEXT_BEHIND, /* CSV whose quotes are wrong: never sent */
    BULK_NEVER_CLOSED,
};

struct bulk_record {
    uint64_t at;
    uint32_t len; /* with its line end */
    uint8_t kind; /* enum bulk_kind */
};

struct bulk_input {
    enum bulk_format format; /* BULK_FORMAT_AUTO until the first byte has come */
    bool has_template, header;
    int fd;
    struct buf in;        /* what is held, */
    uint64_t base;        /* from this offset on */
    size_t next;          /* where in it the next record begins, */
    size_t searched;      /* and how far there is no newline */
    uint64_t resume;      /* where the first record is to begin, */
    uint64_t resume_line; /* and its line; 0 = not known */
    bool ended;           /* all has been read */
    bool padded;          /* the last line end is ours */
    bool broken;          /* RESP that has gone wrong: nothing more comes out of it */
    uint64_t broken_at;
    struct resp_framer framer;
    struct bulk_csv csv;
    struct buf header_text; /* the header as it came */
    uint64_t line_at, line; /* the line that the byte at this offset is in */
};

void bulk_input_init(struct bulk_input *in, const struct options_bulk *o, int fd);
void bulk_input_release(struct bulk_input *in);
/* Read once. 0, also when nothing is there now or all has been; VK_EFILE; VK_ELIMIT. */
int bulk_input_read(struct bulk_input *in, struct err *e) MUST_CHECK;
/* All that must come before the first record: the format, the header, and the way to --resume. 1:
 * done; 0: more must be read. VK_EUSAGE, VK_EFILE. */
int bulk_input_begin(struct bulk_input *in, struct err *e) MUST_CHECK;
/* 1: a record, which stays until bulk_input_drop; 0: none is whole (in->ended: none is left).
 * VK_EPARSE, VK_ELIMIT: in is broken, at in->broken_at. */
int bulk_input_next(struct bulk_input *in, struct bulk_record *r, struct err *e) MUST_CHECK;
/* The bytes of what is held, at an offset. */
const char *bulk_input_bytes(const struct bulk_input *in, uint64_t at);
/* What is before an offset is not needed any more. */
void bulk_input_drop(struct bulk_input *in, uint64_t at);
/* The line that an offset is in; it must not be before the last one that was asked for. */
uint64_t bulk_input_line(struct bulk_input *in, uint64_t at);
/* Where the next record begins; and how much has been read so far. */
uint64_t bulk_input_offset(const struct bulk_input *in);
uint64_t bulk_input_bytes_read(const struct bulk_input *in);
const char *bulk_input_format_name(enum bulk_format f);

#endif
