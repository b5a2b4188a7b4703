/* SPDX-License-Identifier: BSD-3-Clause */
/* The inside of struct run, for cmd/vk/run*.c only. */
#ifndef VK_RUN_IMPL_H
#define VK_RUN_IMPL_H

#include "run.h"

void run_out_init(struct run *r, const struct options *o);
void run_out_release(struct run *r);
/* An event of s's reply, whose turn it is. */
void run_out_event(struct run *r, struct slot *s, const struct resp_event *ev);
/* The reply is whole; or it is cut off, or never came. */
void run_out_end(struct run *r, const struct slot *s);
void run_out_cut(struct run *r, const struct slot *s);
/* Pushes that waited for a reply's end. */
void run_out_pushes(struct run *r);
/* A session_push_cb; arg is the run. */
void run_out_push(void *arg, enum push_kind kind, const struct reply *reply);

#endif
