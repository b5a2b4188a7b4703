/* SPDX-License-Identifier: BSD-3-Clause */
/* Connection URIs: valkey:// valkeys:// redis:// rediss:// unix:// with percent-decoding (once),
 * IPv6 in brackets, a database as the path, and typed query options, of which an unknown one is an
 * error that names it (unlike the Python clients, which fail late). RFC 3986; seed-behaviours
 * section 13. */
#ifndef CLIENT_URI_H
#define CLIENT_URI_H

#include "client/connopt.h"

/* Take uri into o: only what the URI says is changed. An empty user means the default user, and a
 * lone word before '@' is the password, as for redis-cli. Query options are those of the Python
 * clients and our own names, "+" is a plus; db=N wins over the path. VK_EUSAGE; of what stands
 * before the query the error quotes nothing, and of the query no value. What is put into o is o's
 * own (strings, password): see connopt_release. */
int uri_parse(const char *uri, struct connopt *o, struct err *e) MUST_CHECK;
/* Overwrite the passwords in a URI, good or bad, in place with 'x' (argv). */
void uri_wipe(char *uri);

#endif
