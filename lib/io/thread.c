/* SPDX-License-Identifier: BSD-3-Clause */
/* Threads beside the main one. See thread.h. What is told travels through a pipe, so that a loop
 * can wait for it; a full pipe is told already. The invariant: the thread itself never frees
 * anything of struct thread, thread_join does that once it is gone. */
#include "io/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/clock.h"

struct thread {
    pthread_t id;
    thread_fn *fn;
    void *arg;
    int pipe[2]; /* to hear, to tell */
    atomic_bool ended;
};

/* The kernel lets timers be late by 50 us to wake the processor less often: a schedule cannot have
 * that. */
static void drop_timer_slack(void) {
#ifdef __linux__
    prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
#endif
}

static void *thread_main(void *arg) {
    struct thread *t = arg;
    drop_timer_slack();
    t->fn(t->arg, t);
    atomic_store(&t->ended, true);
    thread_tell(t);
    return NULL;
}

static int open_pipe(struct thread *t, struct err *e) {
    if (pipe(t->pipe) < 0) return err_sys(e, VK_EFILE, "cannot start a thread");
    for (int i = 0; i < 2; i++) {
        fcntl(t->pipe[i], F_SETFL, O_NONBLOCK);
        fcntl(t->pipe[i], F_SETFD, FD_CLOEXEC);
    }
    return 0;
}

static void thread_free(struct thread *t) {
    close(t->pipe[0]);
    close(t->pipe[1]);
    free(t);
}

/* A thread inherits the mask of the one that creates it: blocked before, none can come in between.
 */
static int create(struct thread *t) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int sys = pthread_create(&t->id, NULL, thread_main, t);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return sys;
}

int thread_start(thread_fn *fn, void *arg, struct thread **out, struct err *e) {
    struct thread *t = mem_zalloc(1, sizeof *t);
    t->fn = fn;
    t->arg = arg;
    if (open_pipe(t, e) < 0) {
        free(t);
        return VK_EFILE;
    }
    int sys = create(t);
    if (sys) {
        thread_free(t);
        errno = sys;
        return err_sys(e, VK_EFILE, "cannot start a thread");
    }
    *out = t;
    return 0;
}

int thread_fd(const struct thread *t) {
    return t->pipe[0];
}

void thread_tell(struct thread *self) {
    ssize_t n;
    do
        n = write(self->pipe[1], "", 1);
    while (n < 0 && errno == EINTR);
}

void thread_heard(struct thread *t) {
    char scrap[64];
    ssize_t n;
    do
        n = read(t->pipe[0], scrap, sizeof scrap);
    while (n > 0 || (n < 0 && errno == EINTR));
}

bool thread_has_ended(const struct thread *t) {
    return atomic_load(&t->ended);
}

void thread_join(struct thread *t) {
    if (!t) return;
    pthread_join(t->id, NULL);
    thread_free(t);
}

int64_t thread_cpu_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * CLOCK_NS_PER_S + t.tv_nsec;
}

/* ---- the gate ---- */

void thread_gate_init(struct thread_gate *g) {
    pthread_mutex_init(&g->mutex, NULL);
    pthread_cond_init(&g->opened, NULL);
    g->open = false;
}

void thread_gate_release(struct thread_gate *g) {
    pthread_cond_destroy(&g->opened);
    pthread_mutex_destroy(&g->mutex);
}

void thread_gate_open(struct thread_gate *g) {
    pthread_mutex_lock(&g->mutex);
    g->open = true;
    pthread_cond_broadcast(&g->opened);
    pthread_mutex_unlock(&g->mutex);
}

void thread_gate_wait(struct thread_gate *g) {
    pthread_mutex_lock(&g->mutex);
    while (!g->open)
        pthread_cond_wait(&g->opened, &g->mutex);
    pthread_mutex_unlock(&g->mutex);
}
