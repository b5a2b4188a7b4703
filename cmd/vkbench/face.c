/* SPDX-License-Identifier: BSD-3-Clause */
/* Names, words and exit codes of the compatible faces. See face.h. */
#include "face.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "core/errclass.h"
#include "io/file.h"

enum face face_of(const char *argv0) {
    const char *slash = strrchr(argv0, '/');
    const char *name = slash ? slash + 1 : argv0;
    if (!strcmp(name, "valkey-benchmark")) return FACE_VALKEY_BENCHMARK;
    if (!strcmp(name, "redis-benchmark")) return FACE_REDIS_BENCHMARK;
    return FACE_NATIVE;
}

const char *face_name(enum face f) {
    return f == FACE_VALKEY_BENCHMARK  ? "valkey-benchmark"
           : f == FACE_REDIS_BENCHMARK ? "redis-benchmark"
                                       : "vkbench";
}

const char *face_version(enum face f) {
    return f == FACE_NATIVE            ? VK_VERSION
           : f == FACE_REDIS_BENCHMARK ? "7.0.15 (vkbench " VK_VERSION ")"
                                       : "8.1.0 (vkbench " VK_VERSION ")";
}

/* The tool tries twice, for CONFIG and for the load; the second try is silent over TCP. */
static void fail_connect(const struct options *o, const char *where, const char *why) {
    const char *server = o->face == FACE_REDIS_BENCHMARK ? "Redis" : "server";
    msg_say("Could not connect to %s at %s: %s", server, where, why);
    msg_say("WARNING: Could not fetch server CONFIG");
    if (o->conn.path) msg_say("Could not connect to %s at %s: %s", server, where, why);
}

int face_fail(const struct options *o, const struct err *e) {
    char where[256];
    if (e->code == VK_ECANCEL) return errclass_exit_of_code(e->code); /* who pressed Ctrl-C knows */
    if (o->face == FACE_NATIVE) {
        msg_warn("%s", e->text);
        return errclass_exit_of_code(e->code);
    }
    connopt_where(&o->conn, where, sizeof where);
    if (e->code == VK_ECONNECT || e->code == VK_ETIMEOUT || e->code == VK_ETLS) {
        fail_connect(o, where, err_reason(e));
    } else if (e->code == VK_EAUTH) {
        msg_say("Node %s replied with error:", where);
        msg_say("%s", e->text);
    } else if (e->code == VK_ESERVER)
        msg_say("Error from server: %s", e->text);
    else if (e->code == VK_ELOST)
        msg_say("Error: %s", e->sys ? strerror(e->sys) : "Server closed the connection");
    else
        msg_say("%s", e->text);
    return 1;
}

int face_fail_cluster(const struct options *o, const struct err *e) {
    char where[256];
    const char *server = o->face == FACE_REDIS_BENCHMARK ? "Redis" : "server";
    if (o->face == FACE_NATIVE || e->code == VK_ECANCEL || e->code == VK_EAUTH)
        return face_fail(o, e);
    connopt_where(&o->conn, where, sizeof where);
    if (e->code == VK_ECONNECT || e->code == VK_ETIMEOUT || e->code == VK_ETLS) {
        msg_say("Could not connect to %s at %s: %s", server, where, err_reason(e));
        return 1;
    }
    msg_say("Cluster node %s replied with error:", where);
    msg_say("%s", err_reason(e));
    msg_say("Failed to fetch cluster configuration from %s", where);
    return 1;
}

int face_usage(const struct options *o, const struct err *e, const char *at, struct buf *usage) {
    if (o->face == FACE_NATIVE) {
        msg_warn("%s%s", e->text,
                 e->code == VK_EUSAGE ? " (vkbench --help shows all options)" : "");
        return errclass_exit_of_code(e->code);
    }
    struct buf out;
    struct err ignored;
    if (at && !strcmp(at, "-p") && strstr(e->text, "whole number")) {
        msg_say("Invalid server port.");
        return 1;
    }
    buf_init(&out, 1 << 20);
    if (!at)
        buf_addf(&out, "%s\n", e->text);
    else
        buf_addf(&out, "Invalid option \"%s\" or option argument missing\n\n", at);
    if (at) buf_add(&out, usage->p, usage->len);
    if (file_write_fd(STDOUT_FILENO, out.p, out.len, &ignored) < 0) { /* nobody is left */
    }
    buf_release(&out);
    return 1;
}

void face_warn(const struct options *o) {
    if (o->face == FACE_NATIVE) return;
    if (!o->keep_alive)
        msg_say("WARNING: Keepalive disabled. You probably need 'echo 1 > "
                "/proc/sys/net/ipv4/tcp_tw_reuse' for Linux and 'sudo sysctl -w "
                "net.inet.tcp.msl=1000' for Mac OS X in order to use a lot of clients/requests");
    if (o->tests && o->mode == MODE_COMMAND) msg_say("WARNING: Option -t is ignored.");
    if (o->error_option)
        msg_say("WARNING: -e option has no effect. We now immediately exit on "
                "error to avoid false results.");
}
