/* SPDX-License-Identifier: BSD-3-Clause */
/* The whole test framework: checks that print file and line, a count, and an exit code. A test
 * program is a list of static functions, called from main through RUN, ending in `return t_end();`.
 */
#ifndef TESTS_UNIT_T_H
#define TESTS_UNIT_T_H

#include <stdio.h>
#include <string.h>

static int t_checks, t_failures, t_before, t_passed, t_failed;

#define CHECK(what) t_check(!!(what), __FILE__, __LINE__, #what)
#define CHECK_EQ(got, want) t_eq((long long)(got), (long long)(want), __FILE__, __LINE__, #got)
#define CHECK_STR(got, want) t_mem(got, strlen(got), want, strlen(want), __FILE__, __LINE__, #got)
#define CHECK_MEM(got, got_len, want, want_len)                                                    \
    t_mem(got, got_len, want, want_len, __FILE__, __LINE__, #got)
#define RUN(test) (t_before = t_failures, (test)(), t_ran(#test))

static inline void t_check(int ok, const char *file, int line, const char *what) {
    t_checks++;
    if (ok) return;
    t_failures++;
    printf("%s:%d: failed: %s\n", file, line, what);
}

static inline void t_eq(long long got, long long want, const char *file, int line,
                        const char *what) {
    t_checks++;
    if (got == want) return;
    t_failures++;
    printf("%s:%d: %s is %lld, not %lld\n", file, line, what, got, want);
}

static inline void t_mem(const char *got, size_t got_len, const char *want, size_t want_len,
                         const char *file, int line, const char *what) {
    t_checks++;
    if (got_len == want_len && (!got_len || !memcmp(got, want, got_len))) return;
    t_failures++;
    printf("%s:%d: %s is \"%.*s\", not \"%.*s\"\n", file, line, what, (int)got_len, got,
           (int)want_len, want);
}

static inline void t_ran(const char *test) {
    if (t_failures == t_before) {
        t_passed++;
        return;
    }
    t_failed++;
    printf("not ok %s\n", test);
}

static inline int t_end(void) {
    printf("unit: %d passed, %d failed (%d checks)\n", t_passed, t_failed, t_checks);
    return t_failures != 0; /* those outside of RUN as well */
}

#endif
