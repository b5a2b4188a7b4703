/* SPDX-License-Identifier: BSD-3-Clause */
/* How fast the server answers, and how it is: the --latency family and --doctor. */
#ifndef VK_OPTIONS_LATENCY_H
#define VK_OPTIONS_LATENCY_H

#include "base/opt.h"

struct options_latency {
    bool now;     /* --latency */
    bool history; /* --latency-history */
    bool dist;    /* --latency-dist */
    bool mono;    /* --mono: the compatible face's strip in grey */
    struct {
        bool asked;
        double seconds;
    } intrinsic; /* --intrinsic-latency */
    bool doctor; /* --doctor */
};

/* For an opt_group whose target is a struct options_latency. */
extern const struct opt_row options_latency_rows[];

#endif
