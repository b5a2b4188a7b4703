/* SPDX-License-Identifier: BSD-3-Clause */
/* Names to addresses. getaddrinfo blocks, so a name gets a detached thread of its own, which nobody
 * can stop: it and the loop's side share a job, and whoever lets go last frees it. The invariant:
 * the thread writes the result before `finished`, the loop's side reads it after. */
#include "io/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct job {
    atomic_int holders; /* the thread, the loop's side */
    atomic_bool finished;
    int pipe[2]; /* the thread closes nothing, it writes one byte */
    char *host;
    char port[16];
    struct addrinfo hints;
    struct addrinfo *list; /* the result ... */
    int code, sys;         /* ... or getaddrinfo's code, and errno */
};

struct resolve {
    struct loop *loop;
    struct loop_watch *watch;
    struct job *job;
    resolve_done_fn *done;
    void *arg;
};

static void job_release(struct job *j) {
    if (atomic_fetch_sub(&j->holders, 1) > 1) return;
    if (j->list) freeaddrinfo(j->list);
    for (int i = 0; i < 2; i++)
        if (j->pipe[i] >= 0) close(j->pipe[i]);
    free(j->host);
    free(j);
}

static void look_up(struct job *j) {
    errno = 0;
    j->code = getaddrinfo(j->host, j->port, &j->hints, &j->list);
    j->sys = errno;
    if (j->code) j->list = NULL;
}

static void *thread_main(void *arg) {
    struct job *j = arg;
    look_up(j);
    atomic_store(&j->finished, true);
    while (write(j->pipe[1], "", 1) < 0 && errno == EINTR) {
    }
    job_release(j);
    return NULL;
}

static int set_error(const struct job *j, struct err *e) {
    if (j->code == EAI_SYSTEM) {
        errno = j->sys;
        return err_sys(e, VK_ECONNECT, "cannot resolve '%.255s'", j->host);
    }
    return err_set(e, VK_ECONNECT, "cannot resolve '%.255s': %s", j->host, gai_strerror(j->code));
}

/* Lets go of j. */
static void deliver(struct job *j, resolve_done_fn *done, void *arg) {
    struct addrinfo *list = j->list;
    struct err e;
    j->list = NULL; /* moved to done */
    if (list) {
        job_release(j);
        done(arg, list, NULL);
        return;
    }
    set_error(j, &e);
    job_release(j);
    done(arg, NULL, &e);
}

/* Frees r; its job is the caller's to let go of. */
static struct job *take_job(struct resolve *r) {
    struct job *j = r->job;
    loop_del(r->loop, r->watch);
    free(r);
    return j;
}

static void on_finished(void *arg, unsigned events) {
    struct resolve *r = arg;
    (void)events;
    if (!atomic_load(&r->job->finished)) return;
    resolve_done_fn *done = r->done;
    void *done_arg = r->arg;
    deliver(take_job(r), done, done_arg);
}

/* A thread with every signal blocked: they are for the loop's thread. */
static int start_thread(struct job *j) {
    pthread_t thread;
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    atomic_fetch_add(&j->holders, 1);
    int sys = pthread_create(&thread, NULL, thread_main, j);
    if (sys)
        atomic_fetch_sub(&j->holders, 1);
    else
        pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return sys;
}

static int start_job(struct resolve *r, struct job *j) {
    if (pipe(j->pipe) < 0) return errno;
    for (int i = 0; i < 2; i++)
        fcntl(j->pipe[i], F_SETFD, FD_CLOEXEC);
    struct err e;
    if (loop_add(r->loop, j->pipe[0], LOOP_READ, on_finished, r, &r->watch, &e) < 0) return e.sys;
    int sys = start_thread(j);
    if (sys) loop_del(r->loop, r->watch);
    return sys;
}

static struct job *job_new(const char *host, int port, enum dial_family family) {
    static const int families[] = {
        [DIAL_ANY] = AF_UNSPEC, [DIAL_V4] = AF_INET, [DIAL_V6] = AF_INET6};
    struct job *j = mem_zalloc(1, sizeof *j);
    atomic_store(&j->holders, 1);
    j->pipe[0] = j->pipe[1] = -1;
    j->host = mem_strdup(host);
    snprintf(j->port, sizeof j->port, "%d", port);
    j->hints = (struct addrinfo){.ai_family = families[family],
                                 .ai_socktype = SOCK_STREAM,
                                 .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
    return j;
}

struct resolve *resolve_start(struct loop *l, const char *host, int port, enum dial_family family,
                              resolve_done_fn *done, void *arg) {
    struct job *j = job_new(host, port, family);
    look_up(j);
    if (j->code != EAI_NONAME) { /* a literal, or one of the wrong family */
        deliver(j, done, arg);
        return NULL;
    }
    j->hints.ai_flags = AI_NUMERICSERV;
    struct resolve *r = mem_zalloc(1, sizeof *r);
    *r = (struct resolve){.loop = l, .job = j, .done = done, .arg = arg};
    int sys = start_job(r, j);
    if (!sys) return r;
    free(r);
    j->code = EAI_SYSTEM;
    j->sys = sys;
    deliver(j, done, arg);
    return NULL;
}

void resolve_cancel(struct resolve *r) {
    if (r) job_release(take_job(r));
}
