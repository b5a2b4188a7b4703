/* SPDX-License-Identifier: BSD-3-Clause */
/* --doctor's findings for people and for programs. */
#ifndef VK_DOCTOR_REPORT_H
#define VK_DOCTOR_REPORT_H

#include "judge.h"
#include "run.h"

/* Appends to r->out. */
void doctor_report_text(struct run *r, const struct judge_facts *f, const struct judge_report *all);
void doctor_report_json(struct run *r, const struct judge_facts *f, const struct judge_report *all);

#endif
