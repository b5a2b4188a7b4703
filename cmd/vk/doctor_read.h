/* SPDX-License-Identifier: BSD-3-Clause */
/* The facts for --doctor: asked of all nodes at once, each thing once. What a node refuses or
 * leaves unanswered is noted as skipped, with its reason. Nothing is changed on any server. */
#ifndef VK_DOCTOR_READ_H
#define VK_DOCTOR_READ_H

#include "fleet.h"
#include "judge.h"

struct doctor_read;

/* f is open. facts->nodes are as f's, and valid until doctor_read_free. VK_ECANCEL. */
int doctor_read_all(struct fleet *f, struct judge_facts *facts, struct doctor_read **out,
                    struct err *e) MUST_CHECK;
void doctor_read_free(struct doctor_read *d);
/* The command that a source comes from: "CONFIG GET". */
const char *doctor_read_source(enum judge_source s);

#endif
