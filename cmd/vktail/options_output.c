/* SPDX-License-Identifier: BSD-3-Clause */
/* Options that say how events are shown, counted and kept, and what follows from them. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

#define ROW(member) .offset = offsetof(struct options, member)

static int set_time(void *target, char *value, struct err *e) {
    static const char *const names[] = {
        [FORM_ABSOLUTE] = "absolute", [FORM_RELATIVE] = "relative", [FORM_DELTA] = "delta"};
    struct options *o = target;
    for (int i = 0; i < (int)(sizeof names / sizeof *names); i++) {
        if (strcmp(value, names[i]) != 0) continue;
        o->time = i;
        return 0;
    }
    return err_set(e, VK_EUSAGE, "'%.80s' is none of absolute, relative, delta", value);
}

static int set_delimiter(void *target, char *value, struct err *e) {
    struct options *o = target;
    if (strlen(value) != 1) return err_set(e, VK_EUSAGE, "'%.80s' is not one character", value);
    o->delimiter = *value;
    return 0;
}

const struct opt_row options_output_rows[] = {
    {.type = OPT_HEADING, .help = "Shape of what is shown"},
    {0, "time", OPT_CALL, .arg = "HOW", .fn = set_time, .words = "absolute relative delta",
     .help = "pretty: absolute (default), relative to the first event, or delta to the one before"},
    {0, "date", OPT_FLAG, ROW(date), .help = "pretty: the date in front of the time"},
    {0, "names", OPT_FLAG, ROW(say_who),
     .help = "say who sent a command by name and user (asks CLIENT LIST every few seconds)"},
    {0, "show-secrets", OPT_FLAG, ROW(show_secrets),
     .help = "passwords in AUTH, ACL SETUSER, CONFIG SET and the like as they are"},
    {0, "top", OPT_FLAG, ROW(top),
     .help = "a table of what is heaviest, in place of lines (the mode top is monitor --top)"},
    {0, "delimiter", OPT_CALL, .arg = "CHAR", .fn = set_delimiter,
     .help = "top: between the segments of a key (default :)"},
    {.type = OPT_HEADING, .help = "Recording"},
    {0, "record", OPT_STR, ROW(record.path), "FILE",
     "keep what passes the filters in a new file as well, for replay-log", .words = "file"},
    {0, "record-size", OPT_NUMBER, ROW(record.size_mb), "MB",
     "a file of this size is followed by FILE.1, FILE.2, ... (default: one file)", .min = 0.01,
     .max = 1e9},
    {0, "gzip", OPT_FLAG, ROW(record.gzip),
     .help = "compress the recording (also when FILE ends in .gz)"},
    {0},
};

int options_finish_conn(struct options *o, connopt_env_fn *environment, struct err *e) {
    int code = connopt_finish(&o->conn, environment, e);
    if (code != VK_EUSAGE || !o->typed_key || o->conn.tls) return code;
    return err_set(e, code,
                   "--key is the file of TLS's private key and needs --tls (commands by key: "
                   "--match GLOB)");
}

int options_settle_db(struct options *o, struct err *e) {
    int64_t db;
    int n = filter_dbs(&o->filter, &db);
    if (!n || o->mode == MODE_MONITOR || o->mode == MODE_REPLAY) return 0;
    o->conn.typed.db = n == 1 ? db : -1; /* events: the server tells of these alone */
    if (o->mode == MODE_EVENTS) return 0;
    if (n > 1 || db < 0)
        return err_set(e, VK_EUSAGE, "%s is in one database: one --db N, and no --not before it",
                       o->mode_word);
    filter_forget_dbs(&o->filter);
    return 0;
}

static int settle_filter(struct options *o, struct err *e) {
    unsigned allowed = FILTER_OF_COMMANDS;
    if (o->mode == MODE_MONITOR) allowed |= FILTER_OF_CLIENTS;
    if (o->mode != MODE_MONITOR && o->mode != MODE_REPLAY) allowed = FILTER_OF_ALL;
    if (o->mode == MODE_EVENTS) allowed |= 1 << FILTER_DB;
    return filter_finish(&o->filter, allowed, o->mode_word, e);
}

int options_settle_output(struct options *o, struct err *e) {
    if (o->format == FORM_PAYLOAD && o->top)
        return err_set(e, VK_EUSAGE, "--payload shows messages, --top none");
    if (o->top && o->mode != MODE_MONITOR && o->mode != MODE_REPLAY)
        return err_set(e, VK_EUSAGE, "--top is for monitor and replay-log");
    if (o->say_who && o->mode != MODE_MONITOR)
        return err_set(e, VK_EUSAGE, "--names means nothing for %s", o->mode_word);
    if (o->record.path && o->mode == MODE_STREAM)
        return err_set(e, VK_EUSAGE, "a stream is kept by its server: --record means nothing here");
    if (!o->record.path && (o->record.gzip || o->record.size_mb > 0))
        return err_set(e, VK_EUSAGE, "--gzip and --record-size need --record FILE");
    const char *plain = getenv("NO_COLOR"), *term = getenv("TERM");
    o->draws = o->tty && term && *term && strcmp(term, "dumb") != 0;
    o->colour = o->draws && !(plain && *plain);
    return settle_filter(o, e);
}
