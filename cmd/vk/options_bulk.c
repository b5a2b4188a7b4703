/* SPDX-License-Identifier: BSD-3-Clause */
/* See options_bulk.h. */
#include "options_bulk.h"

#include <stddef.h>
#include <string.h>

#include "base/str.h"

#define ROW(member) .offset = offsetof(struct options_bulk, member)

const struct opt_row options_bulk_rows[] = {
    {.type = OPT_HEADING, .help = "Mass insertion"},
    {0, "pipe", OPT_FLAG, ROW(pipe),
     .help = "send the commands on standard input as fast as the server takes them, and count the "
             "replies"},
    {0, "pipe-timeout", OPT_INT, ROW(timeout_s), "SECONDS",
     "give up when no reply comes for so long (default 30, 0: never)", .max = 1e9},
    {0, "pipe-format", OPT_STR, ROW(format), "FORMAT",
     "what the input is: resp, lines, csv or tsv (default: found out)",
     .words = "resp lines csv tsv"},
    {0, "template", OPT_STR, ROW(tmpl), "COMMAND",
     "the command for each record of CSV or TSV: {1}, {2} ... are its fields, {{ is a brace"},
    {0, "header", OPT_FLAG, ROW(header),
     .help = "the first record names the fields: {name} in the template"},
    {0, "max-errors", OPT_INT, ROW(max_errors), "N",
     "stop at the Nth error, 0: never (default: when the first 1000 commands all fail, or 100 in a "
     "row fail by the server's state)",
     .max = 1e15},
    {0, "errors-to", OPT_STR, ROW(errors_to), "FILE",
     "write the commands that failed to FILE, as they came, to be fed again", .words = "file"},
    {0, "resume", OPT_STR, ROW(resume), "OFFSET",
     "go on from there, as the summary of a run that stopped says it (OFFSET:LINE)"},
    {0},
};

void options_bulk_init(struct options_bulk *o) {
    *o = (struct options_bulk){.timeout_s = 30, .max_errors = -1};
}

static int check_format(struct options_bulk *o, struct err *e) {
    static const char *const names[] = {"", "resp", "lines", "csv", "tsv"};
    int i = 1;
    if (!o->format) return 0;
    while (i <= BULK_FORMAT_TSV && strcmp(o->format, names[i]) != 0)
        i++;
    if (i > BULK_FORMAT_TSV)
        return err_set(e, VK_EUSAGE, "unknown --pipe-format '%s' (valid: resp, lines, csv, tsv)",
                       o->format);
    o->as = (enum bulk_format)i;
    if (i >= BULK_FORMAT_CSV && !o->tmpl)
        return err_set(e, VK_EUSAGE, "--pipe-format %s needs a --template", o->format);
    if (i < BULK_FORMAT_CSV && o->tmpl)
        return err_set(e, VK_EUSAGE, "--template goes with csv and tsv, not with %s", o->format);
    return 0;
}

static int check_resume(struct options_bulk *o, struct err *e) {
    const char *text = o->resume;
    if (!text) return 0;
    const char *colon = strchr(text, ':');
    int code = str_to_u64(text, colon ? (size_t)(colon - text) : strlen(text), &o->resume_at);
    if (code == 0 && colon) code = str_to_u64(colon + 1, strlen(colon + 1), &o->resume_line);
    if (code == 0 && (!colon || o->resume_line)) return 0;
    return err_set(e, VK_EUSAGE, "--resume '%s' is no OFFSET or OFFSET:LINE", text);
}

int options_bulk_check(struct options_bulk *o, struct err *e) {
    const char *alone = o->format      ? "pipe-format"
                        : o->tmpl      ? "template"
                        : o->header    ? "header"
                        : o->errors_to ? "errors-to"
                        : o->resume    ? "resume"
                                       : NULL;
    if (!o->pipe) return alone ? err_set(e, VK_EUSAGE, "--%s goes with --pipe", alone) : 0;
    int code = check_format(o, e);
    if (code == 0) code = check_resume(o, e);
    if (code == 0 && o->header && !o->tmpl)
        return err_set(e, VK_EUSAGE, "--header goes with a --template");
    return code;
}
