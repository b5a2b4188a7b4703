/* SPDX-License-Identifier: BSD-3-Clause */
/* Connection URIs: valkey:// valkeys:// redis:// rediss:// unix:// with percent-decoding (once), IPv6 in
 * brackets, a database as the path, and typed query options, of which an unknown one is an error that
 * names it (unlike the Python clients, which fail late). RFC 3986; seed-behaviours section 13. */
#ifndef CLIENT_URI_H
#define CLIENT_URI_H

#include "client/connopt.h"

/* Take uri into o: only what the URI says is changed. An empty user means the default user. Secrets in
 * it are copied and never quoted in e. VK_EUSAGE. The strings put into o live as long as the program
 * (they are allocated once, at start). */
int uri_parse(const char *uri, struct connopt *o, struct err *e) MUST_CHECK;
/* Overwrite the password part of a URI in place with 'x' (argv). */
void uri_wipe(char *uri);

#endif
