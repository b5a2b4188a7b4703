/* SPDX-License-Identifier: BSD-3-Clause */
/* The machine we run on. See host.h. What the system does not tell stays empty: a fact that is
 * missing from a report is no reason to fail. */
#include "io/host.h"

#include <dirent.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 512, STANDARD_DESCRIPTORS = 3 };

/* ---- descriptors ---- */

int host_need_descriptors(uint64_t wanted, struct err *e) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return err_sys(e, VK_EFILE, "cannot read the limit on open descriptors");
    if (limit.rlim_cur >= wanted) return 0;
    struct rlimit more = {.rlim_cur = wanted,
                          .rlim_max = limit.rlim_max > wanted ? limit.rlim_max : wanted};
    if (setrlimit(RLIMIT_NOFILE, &more) == 0) return 0;
    return err_set(e, VK_EFILE,
                   "cannot open %" PRIu64 " descriptors: the limit is %" PRIu64
                   " (as root: ulimit -n %" PRIu64 "; or use fewer connections)",
                   wanted, (uint64_t)limit.rlim_max, wanted);
}

int host_open_descriptors(void) {
    DIR *folder = opendir("/dev/fd");
    if (!folder) return STANDARD_DESCRIPTORS;
    int n = 0;
    for (const struct dirent *entry; (entry = readdir(folder));)
        n += entry->d_name[0] != '.';
    closedir(folder);
    return n - 1; /* the folder's own */
}

/* ---- facts ---- */

/* The rest of the first line of path that begins with key, without what parts the two. */
static void read_line(const char *path, const char *key, char *text, size_t cap) {
    char line[LINE_MAX_BYTES];
    FILE *file = fopen(path, "re");
    text[0] = 0;
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, key, strlen(key))) continue;
        const char *value = line + strlen(key);
        value += strspn(value, " \t:");
        snprintf(text, cap, "%.*s", (int)strcspn(value, "\n"), value);
        break;
    }
    if (file) fclose(file);
}

static int count_cores(void) {
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
    return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

static void name_system(struct host_facts *f) {
    struct utsname u;
    if (uname(&u) < 0) return;
    snprintf(f->name, sizeof f->name, "%.*s", (int)sizeof f->name - 1, u.nodename);
    snprintf(f->system, sizeof f->system, "%.60s %.60s", u.sysname, u.release);
    snprintf(f->machine, sizeof f->machine, "%.*s", (int)sizeof f->machine - 1, u.machine);
}

void host_facts(struct host_facts *f) {
    time_t now = time(NULL);
    struct tm utc;
    *f = (struct host_facts){.cores = count_cores()};
    name_system(f);
    read_line("/proc/cpuinfo", "model name", f->cpu, sizeof f->cpu);
    read_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "", f->governor,
              sizeof f->governor);
    read_line("/sys/devices/system/clocksource/clocksource0/current_clocksource", "", f->clock,
              sizeof f->clock);
    gmtime_r(&now, &utc);
    strftime(f->utc, sizeof f->utc, "%Y-%m-%dT%H:%M:%SZ", &utc);
}
