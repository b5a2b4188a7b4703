/* SPDX-License-Identifier: BSD-3-Clause */
/* See dump_tool.h. */
#include "dump_tool.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/safe.h"
#include "face.h"

enum { LINE_BYTES = 4096 };

void dump_tool_begin(const struct dump_file *f) {
    const struct rdbstream *s = replica_stream(f->replica);
    if (s->marked)
        msg_say("SYNC sent to master, writing bytes of bulk transfer until EOF marker to '%s'",
                f->path);
    else
        msg_say("SYNC sent to master, writing %" PRIu64 " bytes to '%s'", s->size, f->path);
}

void dump_tool_end(const struct dump_file *f) {
    const struct rdbstream *s = replica_stream(f->replica);
    if (s->marked)
        msg_say("Transfer finished with success after %" PRIu64 " bytes", s->n);
    else
        msg_say("Transfer finished with success.");
}

/* The tool prints the server's line with its carriage return. */
static void say_refusal(const char *text) {
    struct buf line;
    struct err ignored;
    buf_init(&line, LINE_BYTES);
    buf_adds(&line, "SYNC with master failed: -");
    safe_add(&line, text, strlen(text), false);
    buf_adds(&line, "\r\n");
    if (file_write_fd(STDERR_FILENO, line.p, line.len, &ignored) < 0) { /* nobody is left */
    }
    buf_release(&line);
}

bool dump_tool_refused(const struct err *why, const char *where) {
    size_t n = strlen(where);
    bool named = !strncmp(why->text, where, n) && !strncmp(why->text + n, ": ", 2);
    if (why->code == VK_ESERVER || why->code == VK_EAUTH)
        say_refusal(why->text + (named ? n + 2 : 0));
    else if (why->code == VK_ELOST)
        msg_say("Error reading bulk length while SYNCing");
    else
        return false;
    return true;
}

int dump_tool_fail(const struct dump_file *f, const struct options *o) {
    const struct err *why = &f->why;
    if (!f->begun && dump_tool_refused(why, f->node->name)) return 1;
    if (why->code == VK_ELOST)
        msg_say("I/O Error reading RDB payload from socket");
    else if (why->code == VK_EFILE && !f->out)
        msg_say("Error opening '%s': %s", f->path, strerror(why->sys));
    else if (why->code == VK_EFILE)
        msg_say("Error writing data to file: %s", strerror(why->sys));
    else
        return face_fail(o, why);
    return 1;
}
