/* SPDX-License-Identifier: BSD-3-Clause */
/* See modes.h. */
#include "modes.h"

#include <stddef.h>

#include "bulk.h"
#include "copy_to.h"
#include "dash.h"
#include "doctor.h"
#include "dump.h"
#include "eval.h"
#include "export.h"
#include "hotkeys.h"
#include "import.h"
#include "intrinsic.h"
#include "keys.h"
#include "latency.h"
#include "ldb.h"
#include "lrutest.h"
#include "nodes.h"
#include "profiles.h"
#include "prune.h"
#include "replica_show.h"
#include "scan.h"
#include "stat.h"

#define ASKED(member)                                                                              \
    .offset = offsetof(struct options, member), .size = sizeof((struct options *)0)->member

/* In the order in which the tool looks at its own. --ldb goes with --eval, and stands before it. */
static const struct mode modes[] = {
    {"latency", ASKED(latency.now), latency_main},
    {"latency-history", ASKED(latency.history), latency_main},
    {"latency-dist", ASKED(latency.dist), latency_main},
    {"replica", ASKED(dump.replica), replica_show_main},
    {"rdb", ASKED(dump.rdb), dump_main},
    {"functions-rdb", ASKED(dump.functions_rdb), dump_functions_main},
    {"pipe", ASKED(bulk.pipe), bulk_main},
    {"bigkeys", ASKED(keys.bigkeys), keys_bigkeys},
    {"memkeys", ASKED(keys.memkeys), keys_memkeys},
    {"keystats", ASKED(keys.keystats), keys_keystats},
    {"hotkeys", ASKED(keys.hotkeys), hotkeys_main},
    {"stat", ASKED(live.stat), stat_main},
    {"scan", ASKED(sweep.scan), scan_main},
    {"lru-test", ASKED(dump.lru_test), lrutest_main},
    {"intrinsic-latency", ASKED(latency.intrinsic.asked), intrinsic_main, .local = true},
    {"unlink", ASKED(sweep.unlink), prune_main},
    {"expire", ASKED(sweep.expire_s), prune_main},
    {"persist", ASKED(sweep.persist), prune_main},
    {"export", ASKED(copy.export), export_main},
    {"import", ASKED(copy.import), import_main},
    {"copy-to", ASKED(copy.to), copy_to_main},
    {"dash", ASKED(live.dash), dash_main},
    {"doctor", ASKED(latency.doctor), doctor_main},
    {"profiles", ASKED(profiles), profiles_main, .local = true},
    {"nodes", ASKED(nodes), nodes_main},
    {"keyslot", ASKED(keyslot), nodes_keyslot, .takes_words = true, .local = true},
    {"ldb", ASKED(ldb), ldb_main, .takes_words = true},
    {"eval", ASKED(eval), eval_main, .takes_words = true},
};

enum { MODES = sizeof modes / sizeof *modes };

static bool is_asked(const struct mode *m, const struct options *o) {
    const char *p = (const char *)o + m->offset;
    for (size_t i = 0; i < m->size; i++)
        if (p[i]) return true;
    return false;
}

static const struct mode *next_asked(const struct options *o, const struct mode *m) {
    while (m < modes + MODES && !is_asked(m, o))
        m++;
    return m < modes + MODES ? m : NULL;
}

const struct mode *modes_asked(const struct options *o) {
    return next_asked(o, modes);
}

/* --eval is what --ldb debugs; the tool's --latency-history may have --latency beside it. */
static bool go_together(const struct mode *m, const struct mode *other) {
    return (m->main == ldb_main && other->main == eval_main) ||
           (m->offset == offsetof(struct options, latency.now) &&
            other->offset == offsetof(struct options, latency.history));
}

int modes_check(const struct options *o, struct err *e) {
    const struct mode *m = modes_asked(o), *other = m ? next_asked(o, m + 1) : NULL;
    if (!m) return 0;
    if (other && !go_together(m, other))
        return err_set(e, VK_EUSAGE, "--%s and --%s exclude each other", m->name, other->name);
    if (o->argc && !m->takes_words)
        return err_set(e, VK_EUSAGE, "--%s goes with no command", m->name);
    return 0;
}
