/* SPDX-License-Identifier: BSD-3-Clause */
/* See replica_line.h. */
#include "replica_line.h"

#include <time.h>

#include "resp/quote.h"
#include "ui/jsonw.h"
#include "ui/oneline.h"

enum { US_PER_S = 1000000, US_PER_MS = 1000 };

static void add_time(struct buf *out, int64_t us) {
    time_t s = (time_t)(us / US_PER_S);
    struct tm tm;
    char text[16];
    if (!localtime_r(&s, &tm)) tm = (struct tm){.tm_mday = 1};
    strftime(text, sizeof text, "%T", &tm);
    buf_addf(out, "%s.%03d", text, (int)(us % US_PER_S / US_PER_MS));
}

void replica_line_text(struct buf *out, const struct replica_line *l, size_t limit) {
    add_time(out, l->time_us);
    buf_addf(out, " %s[%lld] ", l->node ? l->node : "", (long long)l->db);
    oneline_words(out, l->command, limit);
    buf_addc(out, '\n');
}

void replica_line_json(struct buf *out, const struct replica_line *l) {
    buf_addc(out, '{');
    jsonw_number(out, "time", (double)l->time_us / US_PER_S);
    if (l->node) jsonw_text(out, "node", l->node);
    jsonw_count(out, "db", (uint64_t)l->db);
    jsonw_array(out, "argv");
    for (const struct reply *word = l->command->child; word; word = word->next) {
        jsonw_separate(out);
        jsonw_bytes(out, word->p ? word->p : "", word->len);
    }
    buf_adds(out, "]}\n");
}

void replica_line_tool(struct buf *out, const struct replica_line *l) {
    for (const struct reply *word = l->command->child; word; word = word->next) {
        if (word != l->command->child) buf_addc(out, ',');
        resp_quote_add(out, word->p ? word->p : "", word->len);
    }
    buf_addc(out, '\n');
}
