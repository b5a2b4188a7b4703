/* SPDX-License-Identifier: BSD-3-Clause */
/* See doctor.h. */
#include "doctor.h"

#include <string.h>

#include "base/msg.h"
#include "core/errclass.h"
#include "doctor_read.h"
#include "doctor_report.h"
#include "face.h"
#include "judge.h"

enum { EXIT_WARNING = 10, EXIT_CRITICAL = 11 };

static int exit_of(const struct judge_report *all) {
    if (!all->n || all->findings[0].severity == JUDGE_NOTE) return 0;
    return all->findings[0].severity == JUDGE_WARNING ? EXIT_WARNING : EXIT_CRITICAL;
}

static void report(struct run *r, const struct judge_facts *f, const struct judge_report *all) {
    int format = r->opts->format;
    if (format == RENDER_JSON || format == RENDER_QUOTED_JSON || format == RENDER_NDJSON)
        doctor_report_json(r, f, all);
    else
        doctor_report_text(r, f, all);
    run_flush(r);
}

/* Without INFO of any node there is nothing to judge. */
static int check_info(const struct judge_facts *f) {
    for (int i = 0; i < f->n; i++)
        if (f->nodes[i].read[JUDGE_INFO]) return 0;
    const struct judge_node *n = &f->nodes[0];
    const char *why = n->silent[0] ? n->silent : n->skipped[JUDGE_INFO];
    msg_warn("INFO: %s", why);
    return n->silent_code ? errclass_exit_of_code(n->silent_code)
                          : errclass_exit(errclass_of_reply(why, strlen(why)));
}

static int judge(struct run *r, struct fleet *f) {
    struct doctor_read *read = NULL;
    struct judge_report all;
    struct judge_facts facts;
    struct err e;
    int code = doctor_read_all(f, &facts, &read, &e);
    int status = code < 0 ? face_fail(r->opts, &e) : check_info(&facts);
    if (!status) {
        judge_all(&facts, &all);
        report(r, &facts, &all);
        status = exit_of(&all);
        judge_release(&all);
    }
    doctor_read_free(read);
    return status;
}

int doctor_main(struct run *r) {
    struct fleet f;
    struct err e;
    int code = fleet_open_reachable(&f, r, FLEET_ALL, &e);
    int status = code < 0 ? face_fail(r->opts, &e) : judge(r, &f);
    fleet_close(&f);
    return status;
}
