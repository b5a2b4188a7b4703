/* SPDX-License-Identifier: BSD-3-Clause */
/* See options_latency.h. */
#include "options_latency.h"

#include <string.h>

#include "base/str.h"

#define ROW(member) .offset = offsetof(struct options_latency, member)

#define SECONDS_MAX 1e9

static int take_intrinsic(void *target, char *value, struct err *e) {
    struct options_latency *o = target;
    double seconds;
    if (str_to_double(value, strlen(value), &seconds) < 0 || !(seconds >= 0) ||
        seconds > SECONDS_MAX)
        return err_set(e, VK_EUSAGE, "'%s' is not a number from 0 to %.0f", value, SECONDS_MAX);
    o->intrinsic.asked = true;
    o->intrinsic.seconds = seconds;
    return 0;
}

const struct opt_row options_latency_rows[] = {
    {.type = OPT_HEADING, .help = "Latency and health"},
    {0, "latency", OPT_FLAG, ROW(now),
     .help =
         "how long the server takes to answer PING, as percentiles: until Ctrl-C on a terminal, "
         "else for 1 second (-i)"},
    {0, "latency-history", OPT_FLAG, ROW(history),
     .help = "the same with a new line every 15 seconds (-i)"},
    {0, "latency-dist", OPT_FLAG, ROW(dist),
     .help = "the same as a spectrum, a strip every second (-i)"},
    {0, "mono", OPT_FLAG, ROW(mono), .hidden = true},
    {0, "intrinsic-latency", OPT_CALL, .arg = "SECONDS", .fn = take_intrinsic,
     .help = "how long this machine keeps a busy process waiting; no server is asked"},
    {0, "doctor", OPT_FLAG, ROW(doctor),
     .help = "read once what the server tells of itself, and judge it: what is wrong, by what "
             "evidence, what to do"},
    {0},
};
