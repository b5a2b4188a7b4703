/* SPDX-License-Identifier: BSD-3-Clause */
/* The dates of the certificate that a server's TLS port shows, for --doctor. */
#ifndef VK_DOCTOR_CERT_H
#define VK_DOCTOR_CERT_H

#include "fleet.h"
#include "judge.h"

/* Shake hands with the TLS port (of the settings, else the one that is connected to), verifying
 * nothing; fills facts' JUDGE_CERTIFICATE. Turns the loop. */
void doctor_cert_read(struct fleet *f, const struct fleet_node *n, int tls_port,
                      struct judge_node *facts);

#endif
