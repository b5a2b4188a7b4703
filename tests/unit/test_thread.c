/* SPDX-License-Identifier: BSD-3-Clause */
/* io/thread: telling and hearing, the end, the gate, and what a thread inherits not. */
#include "io/thread.h"

#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "io/loop.h"
#include "t.h"

enum { MANY = 16, WAIT_MS = 5000 };

static bool is_readable(const struct thread *t, int wait_ms) {
    struct pollfd p = {.fd = thread_fd(t), .events = POLLIN};
    return poll(&p, 1, wait_ms) == 1;
}

static void wait_for_end(const struct thread *t) {
    int64_t until_ns = clock_now_ns() + WAIT_MS * CLOCK_NS_PER_MS;
    while (!thread_has_ended(t) && clock_now_ns() < until_ns)
        usleep(1000);
    CHECK(thread_has_ended(t));
}

static struct thread *start(thread_fn *fn, void *arg) {
    struct thread *t = NULL;
    struct err e;
    CHECK_EQ(thread_start(fn, arg, &t, &e), 0);
    return t;
}

/* ---- telling ---- */

struct talk {
    struct thread_gate first, second;
    int told;
    int words; /* written by the thread without a lock: telling and hearing publish it */
};

static void talk_init(struct talk *k) {
    *k = (struct talk){0};
    thread_gate_init(&k->first);
    thread_gate_init(&k->second);
}

static void talk_release(struct talk *k) {
    thread_gate_release(&k->first);
    thread_gate_release(&k->second);
}

static void tells_at_the_first_gate(void *arg, struct thread *self) {
    struct talk *k = arg;
    thread_gate_wait(&k->first);
    k->words = 7;
    for (int i = 0; i < k->told; i++)
        thread_tell(self);
    thread_gate_wait(&k->second);
}

static void telling_makes_it_readable_until_heard(void) {
    struct talk k;
    talk_init(&k);
    k.told = 3;
    struct thread *t = start(tells_at_the_first_gate, &k);
    CHECK(!is_readable(t, 20));
    thread_gate_open(&k.first);
    CHECK(is_readable(t, WAIT_MS));
    usleep(20000); /* all three are told */
    thread_heard(t);
    CHECK_EQ(k.words, 7);
    CHECK(!is_readable(t, 20));
    CHECK(!thread_has_ended(t));
    thread_gate_open(&k.second);
    thread_join(t);
    talk_release(&k);
}

static void the_end_is_told(void) {
    struct talk k;
    talk_init(&k);
    thread_gate_open(&k.first);
    struct thread *t = start(tells_at_the_first_gate, &k);
    CHECK(!is_readable(t, 20));
    thread_gate_open(&k.second);
    CHECK(is_readable(t, WAIT_MS));
    CHECK(thread_has_ended(t));
    thread_heard(t);
    CHECK(!is_readable(t, 0)); /* once: a loop must not spin on it */
    thread_join(t);
    talk_release(&k);
}

static void nobody_listening_never_blocks_it(void) {
    struct talk k;
    talk_init(&k);
    thread_gate_open(&k.first);
    thread_gate_open(&k.second);
    k.told = 1 << 17; /* more than any pipe holds */
    struct thread *t = start(tells_at_the_first_gate, &k);
    wait_for_end(t);
    CHECK(is_readable(t, 0));
    thread_heard(t);
    CHECK(!is_readable(t, 0));
    thread_join(t);
    talk_release(&k);
}

static void on_told(void *arg, unsigned events) {
    (void)events;
    *(int *)arg += 1;
}

static void a_loop_wakes_up_by_it(void) {
    struct talk k;
    struct err e;
    struct loop_watch *w;
    int heard = 0;
    talk_init(&k);
    k.told = 1;
    struct loop *l = loop_new(&e);
    struct thread *t = start(tells_at_the_first_gate, &k);
    CHECK_EQ(loop_add(l, thread_fd(t), LOOP_READ, on_told, &heard, &w, &e), 0);
    loop_turn(l, 0);
    CHECK_EQ(heard, 0);
    thread_gate_open(&k.first);
    loop_turn(l, clock_now_ns() + WAIT_MS * CLOCK_NS_PER_MS);
    CHECK_EQ(heard, 1);
    thread_gate_open(&k.second);
    loop_del(l, w);
    thread_join(t);
    loop_free(l);
    talk_release(&k);
}

/* ---- what is different inside ---- */

struct inside {
    sigset_t mask;
    int slack;
};

static void looks_around(void *arg, struct thread *self) {
    struct inside *i = arg;
    (void)self;
    pthread_sigmask(SIG_SETMASK, NULL, &i->mask);
    i->slack = prctl(PR_GET_TIMERSLACK);
}

static void signals_are_blocked_inside_only(void) {
    struct inside i = {0};
    sigset_t before, after;
    sigemptyset(&before);
    sigaddset(&before, SIGUSR2);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    thread_join(start(looks_around, &i));
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    static const int some[] = {SIGINT, SIGTERM, SIGHUP, SIGCHLD, SIGALRM, SIGWINCH};
    for (size_t n = 0; n < sizeof some / sizeof *some; n++) {
        CHECK_EQ(sigismember(&i.mask, some[n]), 1);
        CHECK_EQ(sigismember(&after, some[n]), 0);
    }
    CHECK_EQ(sigismember(&after, SIGUSR2), 1);
    pthread_sigmask(SIG_UNBLOCK, &before, NULL);
}

static void timers_have_no_slack_inside_only(void) {
    struct inside i = {0};
    int before = prctl(PR_GET_TIMERSLACK);
    thread_join(start(looks_around, &i));
    CHECK_EQ(i.slack, 1);
    CHECK_EQ(prctl(PR_GET_TIMERSLACK), before);
}

/* ---- processor time ---- */

struct work {
    int64_t wall_ns, cpu_ns;
    bool busy;
};

static void works(void *arg, struct thread *self) {
    struct work *w = arg;
    int64_t from_ns = clock_now_ns(), cpu_ns = thread_cpu_ns();
    (void)self;
    while (clock_now_ns() - from_ns < 50 * CLOCK_NS_PER_MS)
        if (!w->busy) usleep(10000);
    w->wall_ns = clock_now_ns() - from_ns;
    w->cpu_ns = thread_cpu_ns() - cpu_ns;
}

static void processor_time_is_the_threads_own(void) {
    struct work busy = {.busy = true}, idle = {0};
    struct thread *a = start(works, &busy), *b = start(works, &idle);
    thread_join(a);
    thread_join(b);
    CHECK(busy.cpu_ns > 0 && busy.cpu_ns <= busy.wall_ns + CLOCK_NS_PER_MS);
    CHECK(idle.cpu_ns < 20 * CLOCK_NS_PER_MS);
    CHECK(idle.cpu_ns < busy.cpu_ns);
}

/* ---- the gate ---- */

struct crowd {
    struct thread_gate gate;
    atomic_int waiting, through;
};

static void goes_through(void *arg, struct thread *self) {
    struct crowd *c = arg;
    (void)self;
    atomic_fetch_add(&c->waiting, 1);
    thread_gate_wait(&c->gate);
    atomic_fetch_add(&c->through, 1);
}

static void the_gate_holds_all_until_it_opens(void) {
    struct crowd c = {0};
    struct thread *t[MANY];
    thread_gate_init(&c.gate);
    for (int i = 0; i < MANY; i++)
        t[i] = start(goes_through, &c);
    while (atomic_load(&c.waiting) < MANY)
        usleep(1000);
    usleep(20000);
    CHECK_EQ(atomic_load(&c.through), 0);
    thread_gate_open(&c.gate);
    for (int i = 0; i < MANY; i++)
        thread_join(t[i]);
    CHECK_EQ(atomic_load(&c.through), MANY);
    thread_join(start(goes_through, &c)); /* it stays open */
    CHECK_EQ(atomic_load(&c.through), MANY + 1);
    thread_gate_release(&c.gate);
}

static void no_descriptors_left_is_an_error(void) {
    struct rlimit old, none;
    struct thread *t = NULL;
    struct err e = {0};
    getrlimit(RLIMIT_NOFILE, &old);
    none = (struct rlimit){.rlim_cur = 0, .rlim_max = old.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
    CHECK_EQ(thread_start(goes_through, NULL, &t, &e), VK_EFILE);
    setrlimit(RLIMIT_NOFILE, &old);
    CHECK_STR(e.text, "cannot start a thread: Too many open files");
    CHECK(t == NULL);
    thread_join(NULL);
}

int main(void) {
    alarm(60); /* a wait that does not end is a failure */
    RUN(telling_makes_it_readable_until_heard);
    RUN(the_end_is_told);
    RUN(nobody_listening_never_blocks_it);
    RUN(a_loop_wakes_up_by_it);
    RUN(signals_are_blocked_inside_only);
    RUN(timers_have_no_slack_inside_only);
    RUN(processor_time_is_the_threads_own);
    RUN(the_gate_holds_all_until_it_opens);
    RUN(no_descriptors_left_is_an_error);
    return t_end();
}
