/* SPDX-License-Identifier: BSD-3-Clause */
/* Pre-encoded commands. See template.h. A hole's place is found once, by walking the first copy's
 * encoding, which is our own and therefore trusted; patching only writes bytes. */
#include "resp/template.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "resp/write.h"

void resp_template_init(struct resp_template *t, size_t max_bytes) {
    *t = (struct resp_template){0};
    buf_init(&t->bytes, max_bytes);
}

void resp_template_release(struct resp_template *t) {
    buf_release(&t->bytes);
    free(t->commands);
    free(t->holes);
    *t = (struct resp_template){0};
}

/* The bytes from `at` on are a new command. */
static int append(struct resp_template *t, size_t at, int argc) {
    t->commands = mem_realloc(t->commands, (size_t)t->n_commands + 1, sizeof *t->commands);
    t->commands[t->n_commands] = (struct resp_template_command){
        .at = at, .len = t->bytes.len - at, .argc = argc, .first_hole = t->n_holes};
    return t->n_commands++;
}

int resp_template_add(struct resp_template *t, int argc, const char *const *argv,
                      const size_t *lens) {
    size_t at = t->bytes.len;
    if (argc < 1) return VK_EUSAGE;
    if (resp_write_argv(&t->bytes, argc, argv, lens)) return VK_ELIMIT;
    return append(t, at, argc);
}

int resp_template_add_raw(struct resp_template *t, const char *p, size_t n) {
    size_t at = t->bytes.len;
    if (!n) return VK_EUSAGE;
    if (buf_add(&t->bytes, p, n)) return VK_ELIMIT;
    return append(t, at, 0);
}

int resp_template_repeat(struct resp_template *t, int copies) {
    size_t stride = t->bytes.len, total;
    int n_commands = t->n_commands, n_holes = t->n_holes;
    if (copies < 1 || __builtin_mul_overflow(stride, (size_t)copies, &total)) return VK_ELIMIT;
    if (!buf_reserve(&t->bytes, total - stride)) return VK_ELIMIT;
    t->commands =
        mem_realloc(t->commands, (size_t)n_commands * (size_t)copies, sizeof *t->commands);
    if (n_holes)
        t->holes = mem_realloc(t->holes, (size_t)n_holes * (size_t)copies, sizeof *t->holes);
    for (int c = 1; c < copies; c++) {
        memcpy(t->bytes.p + t->bytes.len, t->bytes.p, stride);
        t->bytes.len += stride;
        for (int i = 0; i < n_commands; i++) {
            struct resp_template_command command = t->commands[i];
            command.at += (size_t)c * stride;
            command.first_hole += c * n_holes;
            t->commands[t->n_commands++] = command;
        }
        for (int i = 0; i < n_holes; i++) {
            struct resp_template_hole hole = t->holes[i];
            hole.at += (size_t)c * stride;
            t->holes[t->n_holes++] = hole;
        }
    }
    return 0;
}

/* Read the number of a head such as "$64\r\n" and return what follows the head. */
static const char *skip_head(const char *p, size_t *n) {
    *n = 0;
    for (p++; *p != '\r'; p++)
        *n = *n * 10 + (size_t)(*p - '0');
    return p + 2;
}

const char *resp_template_arg(const struct resp_template *t, int arg, size_t *len) {
    size_t argc;
    if (!t->n_commands) return NULL;
    const struct resp_template_command *command = &t->commands[t->n_commands - 1];
    if (arg < 0 || arg >= command->argc) return NULL;
    const char *p = skip_head(skip_head(t->bytes.p + command->at, &argc), len);
    for (int i = 0; i < arg; i++)
        p = skip_head(p + *len + 2, len);
    return p;
}

int resp_template_hole(struct resp_template *t, int arg, size_t from, size_t width) {
    size_t len;
    const char *p = resp_template_arg(t, arg, &len);
    if (!p || from > len || width > len - from) return VK_EUSAGE;
    t->holes = mem_realloc(t->holes, (size_t)t->n_holes + 1, sizeof *t->holes);
    size_t at = (size_t)(p - t->bytes.p) + from;
    t->holes[t->n_holes] = (struct resp_template_hole){.at = at, .width = width};
    t->commands[t->n_commands - 1].n_holes++;
    return t->n_holes++;
}

/* All numbers of two digits. */
static const char pairs[] = "00010203040506070809"
                            "10111213141516171819"
                            "20212223242526272829"
                            "30313233343536373839"
                            "40414243444546474849"
                            "50515253545556575859"
                            "60616263646566676869"
                            "70717273747576777879"
                            "80818283848586878889"
                            "90919293949596979899";

static void put_pair(char *p, uint32_t v) {
    memcpy(p, pairs + 2 * (size_t)v, 2);
}

/* Six digits: three pairs that do not wait for each other. */
static void put_six(char *p, uint32_t v) {
    put_pair(p, v / 10000);
    put_pair(p + 2, v / 100 % 100);
    put_pair(p + 4, v % 100);
}

/* Any width. */
static void put(char *start, size_t width, uint64_t v) {
    for (char *p = start + width; p > start; v /= 10)
        *--p = (char)('0' + v % 10);
}

void resp_template_digits(struct resp_template *t, int hole, uint64_t v) {
    assert(hole >= 0 && hole < t->n_holes);
    const uint32_t million = 1000000;
    char *start = t->bytes.p + t->holes[hole].at;
    if (t->holes[hole].width != 12) { /* the load generator's is 12 */
        put(start, t->holes[hole].width, v);
        return;
    }
    uint64_t high = v / million;
    put_six(start + 6, (uint32_t)(v - high * million));
    if (high)
        put_six(start, (uint32_t)(high % million));
    else
        memcpy(start, "000000", 6); /* most numbers are short */
}

void resp_template_bytes(struct resp_template *t, int hole, const char *p, size_t n) {
    assert(hole >= 0 && hole < t->n_holes && n <= t->holes[hole].width);
    if (n) memcpy(t->bytes.p + t->holes[hole].at, p, n);
}
