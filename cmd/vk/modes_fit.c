/* SPDX-License-Identifier: BSD-3-Clause */
/* See modes_fit.h. */
#include "modes_fit.h"

#include <string.h>

#define MEASURING "bigkeys memkeys keystats"
#define CHANGING "unlink expire persist"
#define COPYING "export copy-to"
#define LISTING "scan " COPYING " " CHANGING
#define WALKING LISTING " " MEASURING " hotkeys"
#define READING "scan " COPYING " " MEASURING " hotkeys"
#define WATCHING "stat dash latency latency-history latency-dist"

/* Those that other checks look at (--replace, --template, --cursor ...) are not here. */
static const struct fit {
    const char *option, *modes;
} fits[] = {
    {"pattern", WALKING},
    {"quoted-pattern", WALKING},
    {"type", WALKING},
    {"count", WALKING},
    {"replicas", READING " rdb functions-rdb " WATCHING},
    {"limit", LISTING},
    {"idle", CHANGING},
    {"ttl", CHANGING},
    {"rate", CHANGING},
    {"dry-run", CHANGING " import"},
    {"top", MEASURING},
    {"delimiter", MEASURING},
    {"hotkeys-count", "hotkeys"},
    {"hotkeys-seconds", "hotkeys"},
    {"hotkeys-lines", "hotkeys"},
    {"pipe-timeout", "pipe"},
    {"max-errors", "pipe"},
};

enum { FITS = sizeof fits / sizeof *fits };

/* The next word of *at, which goes on; false = there is none. */
static bool next_word(const char **at, const char **word, size_t *len) {
    *word = *at += strspn(*at, " ");
    *at += *len = strcspn(*at, " ");
    return *len > 0;
}

static bool has_word(const char *words, const char *wanted) {
    const char *word;
    size_t len;
    while (next_word(&words, &word, &len))
        if (strlen(wanted) == len && !memcmp(word, wanted, len)) return true;
    return false;
}

/* "--unlink, --expire, --persist or --import" */
static void add_modes(struct buf *out, const char *words) {
    const char *word;
    size_t len;
    while (next_word(&words, &word, &len)) {
        if (out->len) buf_adds(out, *words ? ", " : " or ");
        buf_addf(out, "--%.*s", (int)len, word);
    }
}

static int refuse(const struct fit *f, const struct mode *mode, struct err *e) {
    struct buf modes;
    buf_init(&modes, sizeof e->text);
    add_modes(&modes, f->modes);
    if (mode)
        err_set(e, VK_EUSAGE, "--%s does not go with --%s, but with %s", f->option, mode->name,
                buf_cstr(&modes));
    else
        err_set(e, VK_EUSAGE, "--%s goes with %s", f->option, buf_cstr(&modes));
    buf_release(&modes);
    return VK_EUSAGE;
}

int modes_fit(const struct options *o, const struct mode *mode, struct err *e) {
    for (int i = 0; i < FITS; i++) {
        if (mode && has_word(fits[i].modes, mode->name)) continue;
        if (options_is_typed(o, fits[i].option)) return refuse(&fits[i], mode, e);
    }
    return 0;
}
