/* SPDX-License-Identifier: BSD-3-Clause */
/* What is to be tailed, in words. See options.h. */
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "io/file.h"
#include "options.h"

enum { NAMES_MAX = 1 << 28 };

static void want(struct options *o, enum push_kind kind, const char *name) {
    if (o->n_wanted == o->cap_wanted) {
        o->cap_wanted = o->cap_wanted ? 2 * o->cap_wanted : 16;
        o->wanted = mem_realloc(o->wanted, (size_t)o->cap_wanted, sizeof *o->wanted);
    }
    o->wanted[o->n_wanted++] = (struct wanted){kind, name};
}

/* One name a line; the buffer stays, for the names lie in it. */
static int take_file(struct options *o, enum push_kind kind, struct err *e) {
    buf_init(&o->names, NAMES_MAX);
    int code = file_read_all(o->from_file, &o->names, e);
    if (code < 0) return code;
    for (char *p = (char *)buf_cstr(&o->names), *end; *p; p = end) {
        end = p + strcspn(p, "\r\n");
        if (*end) *end++ = 0;
        if (*p) want(o, kind, p);
    }
    return 0;
}

static enum push_kind kind_of(const char *word) {
    if (!strcmp(word, "subscribe")) return PUSH_SUBSCRIBE;
    if (!strcmp(word, "psubscribe")) return PUSH_PSUBSCRIBE;
    if (!strcmp(word, "ssubscribe")) return PUSH_SSUBSCRIBE;
    return PUSH_NONE;
}

/* It is a channel's name, as far as the server is concerned. */
static void hint_at_pattern(enum push_kind kind, const char *name) {
    if (kind == PUSH_PSUBSCRIBE || !strpbrk(name, "*?[")) return;
    msg_warn("'%s' is taken as a channel's name: a pattern where a channel is meant? psubscribe "
             "takes patterns",
             name);
}

/* "subscribe a b psubscribe 'c*'": each of these words is for what follows it. */
static int take_wanted(struct options *o, char **words, int n, struct err *e) {
    enum push_kind kind = PUSH_NONE;
    int of_kind = 1;
    for (int i = 0; i <= n; i++) {
        enum push_kind next = i < n ? kind_of(words[i]) : PUSH_NONE;
        bool rest_in_file = i == n && o->from_file;
        if ((next || i == n) && !of_kind && !rest_in_file)
            return err_set(e, VK_EUSAGE, "%s needs a channel or a pattern", words[i - 1]);
        if (next) {
            kind = next;
            of_kind = 0;
        } else if (i < n) {
            hint_at_pattern(kind, words[i]);
            want(o, kind, words[i]);
            of_kind++;
        }
    }
    int code = o->from_file ? take_file(o, kind, e) : 0;
    if (code == 0 && !o->n_wanted)
        return err_set(e, VK_EUSAGE, "'%s' has no names in it", o->from_file);
    return code;
}

static int take_files(struct options *o, char **paths, int n, struct err *e) {
    if (!n) return err_set(e, VK_EUSAGE, "replay-log needs a FILE");
    o->mode = MODE_REPLAY;
    o->files = mem_zalloc((size_t)n, sizeof *o->files);
    for (; o->n_files < n; o->n_files++)
        o->files[o->n_files] = paths[o->n_files];
    return 0;
}

static int take_events(struct options *o, char **words, int n, struct err *e) {
    o->mode = MODE_EVENTS;
    for (int i = 1; i < n; i++)
        want(o, PUSH_PSUBSCRIBE, words[i]);
    return o->from_file ? take_file(o, PUSH_PSUBSCRIBE, e) : 0;
}

static int take_streams(struct options *o, char **words, int n, struct err *e) {
    o->mode = MODE_STREAM;
    if (!o->consumer) o->consumer = "vktail";
    if (o->no_ack && !o->group) return err_set(e, VK_EUSAGE, "--no-ack needs --group");
    if (o->group && o->last)
        return err_set(e, VK_EUSAGE, "--last and --group are two ways to begin");
    for (int i = 1; i < n; i++)
        want(o, PUSH_NONE, words[i]);
    int code = o->from_file ? take_file(o, PUSH_NONE, e) : 0;
    if (code == 0 && !o->n_wanted) return err_set(e, VK_EUSAGE, "stream needs a KEY");
    return code;
}

static int check_misuse(const struct options *o, const char *word, struct err *e) {
    bool events = !strcmp(word, "events"), stream = !strcmp(word, "stream");
    if (!stream && (o->group || o->consumer || o->last || o->no_ack))
        return err_set(e, VK_EUSAGE, "--last, --group, --consumer and --no-ack are for stream");
    if (!events && (o->events || o->enable))
        return err_set(e, VK_EUSAGE, "--event and --enable are for events");
    if (!events && !stream && !kind_of(word) && o->from_file)
        return err_set(e, VK_EUSAGE, "--from-file is for channels, patterns and keys");
    return 0;
}

int options_take_mode(struct options *o, char **words, int n, struct err *e) {
    if (!n) return err_set(e, VK_EUSAGE, "what is to be tailed? (vktail --help)");
    if (check_misuse(o, words[0], e) < 0) return e->code;
    if (!strcmp(words[0], "events")) return take_events(o, words, n, e);
    if (!strcmp(words[0], "stream")) return take_streams(o, words, n, e);
    if (kind_of(words[0])) {
        o->mode = MODE_MESSAGES;
        return take_wanted(o, words, n, e);
    }
    if (!strcmp(words[0], "replay-log")) return take_files(o, words + 1, n - 1, e);
    bool top = !strcmp(words[0], "top");
    if (strcmp(words[0], "monitor") != 0 && !top)
        return err_set(e, VK_EUSAGE, "unknown mode '%s' (vktail --help)", words[0]);
    if (n > 1) return err_set(e, VK_EUSAGE, "%s takes no words: '%s'", words[0], words[1]);
    o->top = o->top || top;
    o->mode = MODE_MONITOR;
    return 0;
}
