/* SPDX-License-Identifier: BSD-3-Clause */
/* io/host: the limit on descriptors (changed in child processes only), and the facts. */
#include "io/host.h"

#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "t.h"

enum { NOBODY = 65534 };

/* ---- descriptors ---- */

/* A test that changes this process' limits, in a process of its own. */
static void in_child(void (*fn)(void)) {
    int status = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        int before = t_failures;
        fn();
        fflush(stdout);
        _exit(t_failures != before);
    }
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
}

static struct rlimit limit_now(void) {
    struct rlimit limit;
    CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
    return limit;
}

static void limit_to(rlim_t soft, rlim_t hard) {
    struct rlimit limit = {.rlim_cur = soft, .rlim_max = hard};
    CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static void raise_the_soft_limit(void) {
    struct err e;
    limit_to(64, 256);
    CHECK_EQ(host_need_descriptors(200, &e), 0);
    CHECK_EQ(limit_now().rlim_cur, 200);
    CHECK_EQ(limit_now().rlim_max, 256);
    CHECK_EQ(fcntl(0, F_DUPFD, 199), 199); /* it is the kernel's opinion, too */
}

static void the_soft_limit_is_raised(void) {
    in_child(raise_the_soft_limit);
}

static void ask_for_less(void) {
    struct err e;
    limit_to(100, 256);
    CHECK_EQ(host_need_descriptors(100, &e), 0);
    CHECK_EQ(host_need_descriptors(10, &e), 0);
    CHECK_EQ(limit_now().rlim_cur, 100);
}

static void enough_is_left_as_it_is(void) {
    in_child(ask_for_less);
}

static void ask_for_too_much(void) {
    struct err e = {0};
    limit_to(64, 256);
    if (geteuid() == 0) CHECK_EQ(setuid(NOBODY), 0);
    CHECK_EQ(host_need_descriptors(257, &e), VK_EFILE);
    CHECK_STR(e.text, "cannot open 257 descriptors: the limit is 256 "
                      "(as root: ulimit -n 257; or use fewer connections)");
    CHECK_EQ(limit_now().rlim_cur, 64);
    CHECK_EQ(host_need_descriptors(256, &e), 0);
}

static void beyond_the_hard_limit_is_an_error_with_both_figures(void) {
    in_child(ask_for_too_much);
}

/* Root in a container often may not. */
static void ask_as_root(void) {
    struct err e;
    limit_to(64, 256);
    struct rlimit more = {.rlim_cur = 64, .rlim_max = 300};
    bool may = setrlimit(RLIMIT_NOFILE, &more) == 0;
    if (may) limit_to(64, 256);
    CHECK_EQ(host_need_descriptors(300, &e), may ? 0 : VK_EFILE);
    CHECK_EQ(limit_now().rlim_cur, may ? 300 : 64);
    CHECK_EQ(limit_now().rlim_max, may ? 300 : 256);
}

static void whoever_may_raise_the_hard_limit_does(void) {
    in_child(ask_as_root);
}

static void ask_for_the_impossible(void) {
    struct err e = {0};
    limit_to(64, 256);
    CHECK_EQ(host_need_descriptors(UINT64_MAX - 1, &e), VK_EFILE);
    CHECK(strstr(e.text, "18446744073709551614 descriptors") != NULL);
}

static void no_kernel_grants_everything(void) {
    in_child(ask_for_the_impossible);
}

/* By asking the kernel for each number. */
static int count_descriptors(void) {
    int n = 0;
    for (int fd = 0; fd < 1024; fd++)
        n += fcntl(fd, F_GETFD) >= 0;
    return n;
}

static void open_descriptors_are_counted(void) {
    int fd[3], before = host_open_descriptors();
    CHECK_EQ(before, count_descriptors());
    for (int i = 0; i < 3; i++)
        fd[i] = dup(0);
    CHECK_EQ(host_open_descriptors(), before + 3);
    for (int i = 0; i < 3; i++)
        close(fd[i]);
    CHECK_EQ(host_open_descriptors(), before);
}

/* ---- facts ---- */

static void names_are_the_systems_own(void) {
    struct host_facts f;
    struct utsname u;
    char system[200];
    uname(&u);
    host_facts(&f);
    snprintf(system, sizeof system, "%s %s", u.sysname, u.release);
    CHECK_MEM(f.name, strlen(f.name), u.nodename, strnlen(u.nodename, sizeof f.name - 1));
    CHECK_STR(f.system, system);
    CHECK_STR(f.machine, u.machine);
}

static void every_text_is_one_line(void) {
    struct host_facts f;
    host_facts(&f);
    const char *texts[] = {f.name, f.system, f.machine, f.cpu, f.governor, f.clock, f.utc};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        CHECK(!strpbrk(texts[i], "\n\t"));
}

static void the_processor_has_its_model_where_the_system_says(void) {
    struct host_facts f;
    char line[512];
    FILE *file = fopen("/proc/cpuinfo", "r");
    bool known = false;
    host_facts(&f);
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "model name", 10) == 0) known = strlen(line) > 14;
    if (file) fclose(file);
    CHECK_EQ(f.cpu[0] != 0, known);
    CHECK(f.cpu[0] != ' ' && f.cpu[0] != ':');
}

static void use_one_core(void) {
    struct host_facts f;
    cpu_set_t set;
    sched_getaffinity(0, sizeof set, &set);
    host_facts(&f);
    CHECK_EQ(f.cores, CPU_COUNT(&set));
    for (int i = 0, n = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &set) && n++) CPU_CLR(i, &set);
    CHECK_EQ(sched_setaffinity(0, sizeof set, &set), 0);
    host_facts(&f);
    CHECK_EQ(f.cores, 1);
}

static void cores_are_those_we_may_run_on(void) {
    in_child(use_one_core);
}

static void the_time_is_utc(void) {
    struct host_facts f;
    struct tm tm = {0};
    setenv("TZ", "XYZ-5", 1);
    tzset();
    host_facts(&f);
    unsetenv("TZ");
    tzset();
    const char *end = strptime(f.utc, "%Y-%m-%dT%H:%M:%SZ", &tm);
    CHECK(end && !*end);
    CHECK(llabs((long long)timegm(&tm) - (long long)time(NULL)) <= 2);
}

int main(void) {
    alarm(60); /* a wait that does not end is a failure */
    RUN(the_soft_limit_is_raised);
    RUN(enough_is_left_as_it_is);
    RUN(beyond_the_hard_limit_is_an_error_with_both_figures);
    RUN(whoever_may_raise_the_hard_limit_does);
    RUN(no_kernel_grants_everything);
    RUN(open_descriptors_are_counted);
    RUN(names_are_the_systems_own);
    RUN(every_text_is_one_line);
    RUN(the_processor_has_its_model_where_the_system_says);
    RUN(cores_are_those_we_may_run_on);
    RUN(the_time_is_utc);
    return t_end();
}
