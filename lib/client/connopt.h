/* SPDX-License-Identifier: BSD-3-Clause */
/* How to reach a server and who to be there: one struct, filled by the option rows that vk, vktail
 * and vkbench share, by a URI, and by the environment. Everything below is read-only afterwards. */
#ifndef CLIENT_CONNOPT_H
#define CLIENT_CONNOPT_H

#include "base/arena.h"
#include "base/opt.h"
#include "core/retry.h"
#include "io/dial.h"
#include "io/tls.h"

enum connopt_role { CONNOPT_ROLE_ANY, CONNOPT_PRIMARY, CONNOPT_REPLICA }; /* ANY = not given */

/* Sentinels that know where the server is. They are logged in to by what stands here; of the
 * members of struct connopt they share the protocol, the family, the connect time-out, keepalive
 * and, for TLS, whom to trust and the client certificate. */
struct connopt_sentinel {
    const char *list;    /* "HOST[:PORT],..."; NULL = none: the server is where host, port or path
                            say */
    const char *service; /* the name of what they watch */
    enum connopt_role role;
    int64_t peers; /* a sentinel must see so many others */
    const char *user, *password_file;
    char *password; /* owned, secret; NULL = none; fetched by client/secret */
    bool tls;
};

enum { CONNOPT_SENTINELS_MAX = 64, CONNOPT_SENTINEL_PORT = 26379, CONNOPT_HOST_MAX = 255 };

struct connopt_place {
    char host[CONNOPT_HOST_MAX + 1];
    int port;
};

struct connopt {
    const char *host; /* NULL = not given: 127.0.0.1; or, with sentinels, not asked for yet */
    int64_t port;     /* 0 = not given: 6379 */
    const char *path; /* Unix socket; wins over host */
    int family;       /* enum dial_family */
    bool mptcp;
    char *uri; /* -u, owned; taken in by connopt_finish, its password wiped */
    const char *user;
    char *password;      /* owned, secret; NULL = none */
    bool password_shown; /* it stood in argv, as -a or in a URI; set by connopt_finish */
    bool askpass;
    const char *password_file;
    int64_t password_fd;      /* -1 = none */
    const char *auth_command; /* run anew at each connect */
    int64_t db;
    int protocol; /* 0 = not chosen, 2, 3 */
    const char *client_name;
    double connect_timeout_s; /* 0 = none; -1 = not given */
    double command_timeout_s; /* 0 = none */
    double user_timeout_s;    /* dial's, set by the program; 0 = the system's */
    double keepalive_s;       /* idle time before the first probe, 0 = no keepalive */
    bool tls;
    struct tls_opts tls_opts;
    int64_t retries;
    const char *backoff;       /* retry_parse_backoff's text */
    const char *retry_on;      /* class names with commas, for commands */
    struct retry_policy retry; /* made of the three above by connopt_finish */
    bool capa_redirect;
    bool scratch; /* a throwaway server instead */
    struct connopt_sentinel sentinel;
    bool lenient;         /* compatible face, set before parsing: as valkey-cli, a contradiction is
                           * settled silently and no connect time-out is put in */
    struct arena strings; /* owns what a URI put into the members above */
    struct {
        int64_t db;
        double command_timeout_s, keepalive_s;
    } typed; /* options on their way to the members above, -1 = not given */
};

enum { CONNOPT_KEEPALIVE_S = 15, CONNOPT_CONNECT_TIMEOUT_S = 10 };

/* Defaults, good for connecting as they are. */
void connopt_init(struct connopt *o);
/* What from is, its strings borrowed, its secrets copied. */
void connopt_copy(struct connopt *o, const struct connopt *from);
/* Wipes the password. */
void connopt_release(struct connopt *o);
/* The rows, for an opt_group whose target is a struct connopt. */
extern const struct opt_row connopt_rows[];
/* After parsing: an option wins over the URI, wherever it stands, and the URI over the environment
 * (VALKEYCLI_HOST, VALKEYCLI_PORT, VALKEYCLI_AUTH, else REDISCLI_AUTH); then the defaults and the
 * checks of combinations. getenv is passed in as `lookup` (this module makes no calls outside).
 * VK_EUSAGE with what is wrong. Secrets from files, descriptors and the terminal are fetched by
 * client/secret, not here. */
typedef const char *connopt_env_fn(const char *name);
int connopt_finish(struct connopt *o, connopt_env_fn *lookup, struct err *e) MUST_CHECK;
/* The next of a list of sentinels, which starts at *p; *p moves behind it. VK_MORE: that was the
 * list. VK_EUSAGE: the entry is no "HOST", "HOST:PORT" or "[IPV6]:PORT". */
int connopt_next_sentinel(const char **p, struct connopt_place *out) MUST_CHECK;
/* How to get there: the host with its default, and all that io/dial asks for. The native face keeps
 * to the family of -4 or -6; a compatible one prefers it, IPv4 when neither was given, as its tool
 * does. With sentinels that were not asked yet the host is empty, which leads nowhere. */
const char *connopt_host(const struct connopt *o);
struct dial_opts connopt_dial(const struct connopt *o, int64_t deadline_ns);
/* "127.0.0.1:6379", "[::1]:6379" or the socket's path; with sentinels "sentinel NAME" and, once the
 * host is known, "NAME (127.0.0.1:6379)": for messages and prompts. */
const char *connopt_where(const struct connopt *o, char *text, size_t cap);

#endif
