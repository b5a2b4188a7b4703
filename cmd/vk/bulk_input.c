/* SPDX-License-Identifier: BSD-3-Clause */
/* See bulk_input.h. */
#include "bulk_input.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
    READ_BYTES = 1 << 18,
    DROP_BYTES = 1 << 20,      /* less is not worth moving what stands behind it */
    CSV_RECORD_MAX = 64 << 20, /* a quote that is open for longer was a stray one */
    HELD_SLACK = 64 << 20,
};

static const char bom[] = "\xef\xbb\xbf"; /* what spreadsheets begin a text with */

void bulk_input_init(struct bulk_input *in, const struct options_bulk *o, int fd) {
    *in = (struct bulk_input){.format = o->as, .has_template = o->tmpl, .header = o->header};
    in->fd = fd;
    in->resume = o->resume_at;
    in->resume_line = o->resume_line;
    in->line = 1;
    buf_init(&in->in, (size_t)BULK_INPUT_COMMAND_MAX + HELD_SLACK);
    buf_init(&in->header_text, BULK_INPUT_COMMAND_MAX);
    resp_framer_init(&in->framer, BULK_INPUT_COMMAND_MAX);
}

void bulk_input_release(struct bulk_input *in) {
    buf_release(&in->in);
    buf_release(&in->header_text);
}

const char *bulk_input_format_name(enum bulk_format f) {
    static const char *const names[] = {"auto", "resp", "lines", "csv", "tsv"};
    return names[f];
}

/* ---- bytes ---- */

/* The input's last line needs no end. Of an array only the whole counts. */
static void pad(struct bulk_input *in) {
    bool array =
        in->format == BULK_FORMAT_RESP && in->next < in->in.len && in->in.p[in->next] == '*';
    if (!in->in.len || in->in.p[in->in.len - 1] == '\n' || array) return;
    in->padded = buf_addc(&in->in, '\n') == 0;
}

int bulk_input_read(struct bulk_input *in, struct err *e) {
    char *p = buf_reserve(&in->in, READ_BYTES);
    if (!p) return err_set(e, VK_ELIMIT, "a command of more than %d bytes", BULK_INPUT_COMMAND_MAX);
    ssize_t n = read(in->fd, p, READ_BYTES);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    if (n < 0) return err_sys(e, VK_EFILE, "cannot read standard input");
    in->in.len += (size_t)n;
    in->ended = !n;
    return 0;
}

const char *bulk_input_bytes(const struct bulk_input *in, uint64_t at) {
    return in->in.p + (at - in->base);
}

uint64_t bulk_input_offset(const struct bulk_input *in) {
    return in->base + in->next;
}

uint64_t bulk_input_bytes_read(const struct bulk_input *in) {
    return in->base + in->in.len - in->padded;
}

typedef uint8_t columns __attribute__((vector_size(16)));

/* Newlines in p[0..n), sixteen bytes at a time: each column counts its own, up to what a byte
 * holds. */
static uint64_t count_newlines(const char *p, size_t n) {
    enum { WIDTH = sizeof(columns), ROUNDS = 255 };
    uint64_t total = 0;
    columns bytes, sums;
    while (n >= WIDTH) {
        size_t rounds = n / WIDTH < ROUNDS ? n / WIDTH : ROUNDS;
        memset(&sums, 0, sizeof sums);
        for (size_t i = 0; i < rounds; i++, p += WIDTH) {
            memcpy(&bytes, p, WIDTH);
            sums -= (columns)(bytes == '\n'); /* true is -1 */
        }
        for (int i = 0; i < WIDTH; i++)
            total += sums[i];
        n -= rounds * WIDTH;
    }
    for (; n; p++, n--)
        total += *p == '\n';
    return total;
}

uint64_t bulk_input_line(struct bulk_input *in, uint64_t at) {
    if (at > in->line_at) {
        in->line += count_newlines(bulk_input_bytes(in, in->line_at), (size_t)(at - in->line_at));
        in->line_at = at;
    }
    return in->line;
}

static void drop_now(struct bulk_input *in, uint64_t at) {
    size_t n = (size_t)(at - in->base);
    bulk_input_line(in, at);
    buf_drop(&in->in, n);
    in->base = at;
    in->next = in->next > n ? in->next - n : 0;
    in->searched = in->searched > n ? in->searched - n : 0;
}

void bulk_input_drop(struct bulk_input *in, uint64_t at) {
    size_t n = (size_t)(at - in->base);
    if (n >= DROP_BYTES && n >= in->in.len / 2) drop_now(in, at);
}

/* ---- before the first record ---- */

/* The format, by the first byte that says something; with a template by the first line. */
static bool detect(struct bulk_input *in) {
    const char *p = in->in.p;
    size_t n = in->in.len;
    if (in->has_template) {
        const char *nl = n ? memchr(p, '\n', n) : NULL;
        if (!nl && !in->ended) return false;
        bool tab = n && memchr(p, '\t', nl ? (size_t)(nl - p) : n);
        in->format = tab ? BULK_FORMAT_TSV : BULK_FORMAT_CSV;
        return true;
    }
    while (n && (*p == '\r' || *p == '\n'))
        p++, n--;
    if (!n && !in->ended) return false;
    in->format = n && *p == '*' ? BULK_FORMAT_RESP : BULK_FORMAT_LINES;
    return true;
}

static bool skip_bom(struct bulk_input *in) {
    size_t len = sizeof bom - 1, n = in->in.len;
    if (in->format == BULK_FORMAT_RESP || in->next || !n) return n || in->ended;
    if (memcmp(in->in.p, bom, n < len ? n : len) != 0) return true;
    if (n < len) return in->ended;
    in->next = len;
    return true;
}

static int take_header(struct bulk_input *in, struct err *e) {
    enum bulk_csv_fault fault;
    size_t len;
    int code = bulk_csv_next(&in->csv, in->in.p + in->next, in->in.len - in->next, in->ended, &len,
                             &fault);
    if (code == 0 && in->ended) return err_set(e, VK_EUSAGE, "--header: the input is empty");
    if (code < 0) return err_set(e, VK_EUSAGE, "the header's quotes are not balanced");
    if (code == 0) return 0;
    buf_add(&in->header_text, in->in.p + in->next, len);
    in->next += len;
    in->header = false; /* it is behind us */
    return 1;
}

/* Leave out what is on the way to the byte before `want`, as far as the input can do that; lines
 * are not counted then. */
static void seek(struct bulk_input *in, uint64_t end, uint64_t want) {
    uint64_t line = in->resume_line;
    in->resume_line = 0;
    if (!line || lseek(in->fd, (off_t)(want - 1 - end), SEEK_CUR) < 0) return;
    in->line = line - 1; /* that of the byte before it, a line end */
    buf_clear(&in->in);
    in->next = in->searched = 0;
    in->base = in->line_at = want - 1;
}

/* Over what a run before has dealt with. */
static int skip(struct bulk_input *in, struct err *e) {
    uint64_t end = in->base + in->in.len, want = in->resume;
    if (end < want && !in->ended) {
        if (in->in.len) drop_now(in, end - 1);
        seek(in, end, want);
        return 0;
    }
    if (in->padded && want == end - 1) want = end;
    if (end < want)
        return err_set(e, VK_EUSAGE, "--resume %llu: the input ends before that",
                       (unsigned long long)want);
    if (want != bulk_input_offset(in) && bulk_input_bytes(in, want)[-1] != '\n')
        return err_set(e, VK_EUSAGE, "--resume %llu: no command begins there",
                       (unsigned long long)want);
    in->next = (size_t)(want - in->base);
    in->searched = 0;
    in->resume = 0;
    return 1;
}

int bulk_input_begin(struct bulk_input *in, struct err *e) {
    if (in->format == BULK_FORMAT_AUTO && !detect(in)) return 0;
    if (in->ended && !in->padded) pad(in);
    if (!in->csv.separator) bulk_csv_init(&in->csv, in->format == BULK_FORMAT_TSV ? '\t' : ',');
    if (!in->base && !skip_bom(in)) return 0;
    int code = in->header ? take_header(in, e) : 1;
    if (code > 0 && in->resume) code = skip(in, e);
    return code;
}

/* ---- records ---- */

static int next_line(struct bulk_input *in, size_t n, size_t *len, struct err *e) {
    const char *p = in->in.p + in->next;
    size_t from = in->searched > in->next ? in->searched - in->next : 0;
    const char *nl = memchr(p + from, '\n', n - from);
    in->searched = nl ? 0 : in->in.len;
    if (nl) *len = (size_t)(nl - p) + 1;
    if (!nl && n > BULK_INPUT_COMMAND_MAX)
        return err_set(e, VK_ELIMIT, "a line of more than %d bytes", BULK_INPUT_COMMAND_MAX);
    return nl != NULL;
}

static int next_csv(struct bulk_input *in, size_t n, struct bulk_record *r, size_t *len) {
    enum bulk_csv_fault fault;
    const char *p = in->in.p + in->next;
    int code = bulk_csv_next(&in->csv, p, n, in->ended, len, &fault);
    if (code == 0 && n > CSV_RECORD_MAX) code = bulk_csv_give_up(&in->csv, p, n, len, &fault);
    r->kind = code >= 0                  ? BULK_CSV
              : fault == BULK_CSV_BEHIND ? BULK_TEXT_BEHIND
                                         : BULK_NEVER_CLOSED;
    return code != 0;
}

static int next_framed(struct bulk_input *in, size_t n, struct bulk_record *r, size_t *len,
                       struct err *e) {
    enum resp_framer_kind kind = RESP_FRAMER_NOTHING;
    int code = resp_framer_next(&in->framer, in->in.p + in->next, n, len, &kind, e);
    r->kind = in->in.p[in->next] == '*' ? BULK_ARRAY : BULK_LINE;
    return code;
}

/* It ends in the middle of a command, or goes on with something that is none. */
static int end_broken(struct bulk_input *in, int code, size_t at) {
    in->broken = true;
    in->broken_at = bulk_input_offset(in) + at;
    return code;
}

int bulk_input_next(struct bulk_input *in, struct bulk_record *r, struct err *e) {
    size_t n = in->in.len - in->next, len = 0;
    int code = 0;
    if (in->broken) return 0;
    if (in->ended && !in->padded && n) {
        pad(in);
        n = in->in.len - in->next;
    }
    r->kind = BULK_LINE;
    if (n && in->format == BULK_FORMAT_RESP)
        code = next_framed(in, n, r, &len, e);
    else if (n && in->format == BULK_FORMAT_LINES)
        code = next_line(in, n, &len, e);
    else if (n)
        code = next_csv(in, n, r, &len);
    if (code == 0 && in->ended && n) {
        err_set(e, VK_EPARSE, "the input ends in the middle of a command");
        return end_broken(in, VK_EPARSE, 0);
    }
    if (code < 0) return end_broken(in, code, len);
    if (code == 0) return 0;
    r->at = bulk_input_offset(in);
    r->len = (uint32_t)len;
    in->next += len;
    return 1;
}
