/* SPDX-License-Identifier: BSD-3-Clause */
/* What is said of keys that were put: the rest of copy_sink.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/msg.h"
#include "base/str.h"
#include "copy_sink.h"
#include "ui/amount.h"
#include "ui/jsonw.h"

static const char *advice(const char *text) {
    if (!strncmp(text, "BUSYKEY", 7)) return "--replace overwrites what is there";
    if (strstr(text, "DUMP payload version"))
        return "a newer server than this one made the payload";
    if (!strncmp(text, "MOVED", 5) || !strncmp(text, "ASK ", 4))
        return "the server is a cluster's node: -c";
    return NULL;
}

void copy_sink_say(struct copy_sink *s, const char *made_by) {
    copy_faults_say(&s->faults, "not restored", advice);
    for (int i = 0; i < s->faults.n_kinds && *made_by && *s->version; i++)
        if (strstr(s->faults.kinds[i].text, "DUMP payload version"))
            msg_warn("the keys are from version %s, this server is %s", made_by, s->version);
    if (s->in_doubt)
        msg_warn("%" PRIu64 " key%s sent without a reply: may or may not have been restored",
                 s->in_doubt, s->in_doubt == 1 ? " was" : "s were");
}

static void sum_json(const struct copy_sink *s, struct buf *out) {
    jsonw_count(out, "restored", s->restored);
    jsonw_count(out, "bytes", s->bytes);
    jsonw_count(out, "expired", s->expired);
    jsonw_count(out, "failed", s->faults.n);
    jsonw_count(out, "in_doubt", s->in_doubt);
}

void copy_sink_sum(struct copy_sink *s, int64_t took_ns, bool json, struct buf *out) {
    if (json) {
        sum_json(s, out);
        copy_faults_json(&s->faults, out);
        jsonw_number(out, "seconds", (double)took_ns / 1e9);
        return;
    }
    amount_add_count(out, s->restored);
    buf_addf(out, " key%s (", s->restored == 1 ? "" : "s");
    amount_add_bytes(out, s->bytes);
    buf_adds(out, ") in ");
    amount_add_time(out, took_ns);
    if (s->expired) {
        buf_adds(out, ", ");
        amount_add_count(out, s->expired);
        buf_adds(out, " had expired");
    }
    if (s->faults.n) {
        buf_adds(out, ", ");
        amount_add_count(out, s->faults.n);
        buf_adds(out, " failed");
    }
}
