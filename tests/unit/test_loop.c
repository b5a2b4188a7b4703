/* SPDX-License-Identifier: BSD-3-Clause */
/* io/loop over both backends, io/signal, and io/sock on socket pairs. */
#include "io/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/rng.h"
#include "io/signal.h"
#include "io/sock.h"
#include "t.h"

/* A loop, a socket pair, and a watch on one end. */
struct fixture {
    struct loop *loop;
    int fd[2];
    struct loop_watch *watch;
    struct loop_watch *victim; /* for callbacks that delete or change another watch */
    unsigned events;
    int calls;
};

static int64_t in_ms(int64_t ms) {
    return clock_now_ns() + ms * CLOCK_NS_PER_MS;
}

static void on_events(void *arg, unsigned events) {
    struct fixture *f = arg;
    f->events = events;
    f->calls++;
}

static struct loop_watch *add(struct fixture *f, int fd, unsigned mask, loop_fd_fn *fn) {
    struct err e = {0};
    struct loop_watch *w = NULL;
    CHECK_EQ(loop_add(f->loop, fd, mask, fn, f, &w, &e), 0);
    CHECK_STR(e.text, "");
    return w;
}

static void set_up(struct fixture *f) {
    struct err e;
    *f = (struct fixture){.loop = loop_new(&e)};
    CHECK(f->loop != NULL);
    CHECK_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, f->fd), 0);
}

static void tear_down(struct fixture *f) {
    loop_free(f->loop);
    close(f->fd[0]);
    if (f->fd[1] >= 0) close(f->fd[1]);
}

static void put(int fd) {
    CHECK_EQ(write(fd, "x", 1), 1);
}

static void hang_up(struct fixture *f) {
    close(f->fd[1]);
    f->fd[1] = -1;
}

/* ---- descriptors ---- */

static void environment_chooses_the_backend(void) {
    struct fixture f;
    set_up(&f);
    CHECK_STR(loop_name(f.loop), getenv("VK_LOOP") ? "poll" : "epoll");
    tear_down(&f);
}

static void readable_is_told_until_it_is_read(void) {
    struct fixture f;
    set_up(&f);
    f.watch = add(&f, f.fd[0], LOOP_READ, on_events);
    loop_turn(f.loop, 0);
    CHECK_EQ(f.calls, 0);
    put(f.fd[1]);
    loop_turn(f.loop, -1);
    loop_turn(f.loop, -1);
    CHECK_EQ(f.calls, 2);
    CHECK_EQ(f.events, LOOP_READ);
    loop_del(f.loop, f.watch);
    loop_turn(f.loop, 0);
    CHECK_EQ(f.calls, 2);
    tear_down(&f);
}

static void mask_decides_what_is_told(void) {
    struct fixture f;
    set_up(&f);
    f.watch = add(&f, f.fd[0], LOOP_READ, on_events);
    put(f.fd[1]);
    loop_mask(f.loop, f.watch, LOOP_WRITE);
    loop_turn(f.loop, -1);
    CHECK_EQ(f.events, LOOP_WRITE);
    loop_mask(f.loop, f.watch, LOOP_READ | LOOP_WRITE);
    loop_turn(f.loop, -1);
    CHECK_EQ(f.events, LOOP_READ | LOOP_WRITE);
    loop_mask(f.loop, f.watch, 0);
    loop_turn(f.loop, in_ms(1));
    CHECK_EQ(f.calls, 2);
    tear_down(&f);
}

static void hang_up_is_told_with_what_was_asked_for(void) {
    struct fixture f;
    set_up(&f);
    f.watch = add(&f, f.fd[0], LOOP_READ, on_events);
    hang_up(&f);
    loop_turn(f.loop, -1);
    CHECK_EQ(f.events, LOOP_READ | LOOP_HANGUP);
    tear_down(&f);
}

static void hang_up_under_an_empty_mask_is_told_once(void) {
    struct fixture f;
    set_up(&f);
    f.watch = add(&f, f.fd[0], 0, on_events);
    hang_up(&f);
    for (int i = 0; i < 5; i++)
        loop_turn(f.loop, in_ms(2));
    CHECK_EQ(f.calls, 1);
    CHECK_EQ(f.events, LOOP_HANGUP);
    loop_mask(f.loop, f.watch, LOOP_READ);
    loop_turn(f.loop, in_ms(1000));
    CHECK_EQ(f.events, LOOP_READ | LOOP_HANGUP);
    tear_down(&f);
}

static void closed_descriptor_is_an_error(void) {
    struct fixture f;
    struct err e;
    set_up(&f);
    struct loop_watch *w = NULL;
    int fd = dup(f.fd[0]);
    close(fd);
    CHECK_EQ(loop_add(f.loop, fd, LOOP_READ, on_events, &f, &w, &e), VK_EFILE);
    CHECK_EQ(e.sys, EBADF);
    CHECK(w == NULL);
    tear_down(&f);
}

static void count_wait(void *arg) {
    ++*(int *)arg;
}

static void regular_file_is_always_ready(void) {
    struct fixture f;
    set_up(&f);
    FILE *file = tmpfile();
    int waits = 0;
    f.watch = add(&f, fileno(file), LOOP_READ, on_events);
    loop_before_wait(f.loop, count_wait, &waits);
    loop_turn(f.loop, -1);
    loop_turn(f.loop, -1);
    CHECK_EQ(f.calls, 2);
    CHECK_EQ(f.events, LOOP_READ);
    CHECK_EQ(waits, 0);
    loop_mask(f.loop, f.watch, 0);
    loop_turn(f.loop, in_ms(1));
    CHECK_EQ(f.calls, 2);
    CHECK_EQ(waits, 1);
    loop_del(f.loop, f.watch);
    fclose(file);
    tear_down(&f);
}

static void regular_file_does_not_starve_a_socket(void) {
    struct fixture f, files;
    set_up(&f);
    files = f;
    FILE *file = tmpfile();
    add(&files, fileno(file), LOOP_READ, on_events);
    add(&f, f.fd[0], LOOP_READ, on_events);
    put(f.fd[1]);
    loop_turn(f.loop, -1);
    CHECK_EQ(files.calls, 1);
    CHECK_EQ(f.calls, 1);
    tear_down(&f);
    fclose(file);
}

static void delete_victim(void *arg, unsigned events) {
    struct fixture *f = arg;
    on_events(f, events);
    loop_del(f->loop, f->victim);
    f->victim = NULL;
}

/* Two ends ready in one round; whichever callback runs first deletes the other. */
static void delete_other(void *arg, unsigned events) {
    struct fixture *f = arg;
    struct loop_watch *self = f->watch, *other = f->victim;
    on_events(f, events);
    if (f->calls > 1) return;
    loop_del(f->loop, self);
    loop_del(f->loop, other);
}

static void deleted_watch_is_not_called_in_the_same_round(void) {
    struct fixture f;
    set_up(&f);
    f.watch = add(&f, f.fd[0], LOOP_READ, delete_other);
    f.victim = add(&f, f.fd[1], LOOP_READ, delete_other);
    put(f.fd[0]);
    put(f.fd[1]);
    loop_turn(f.loop, -1);
    CHECK_EQ(f.calls, 1);
    loop_turn(f.loop, 0);
    CHECK_EQ(f.calls, 1);
    tear_down(&f);
}

static void watch_may_delete_itself(void) {
    struct fixture f;
    set_up(&f);
    f.victim = add(&f, f.fd[0], LOOP_READ, delete_victim);
    put(f.fd[1]);
    loop_turn(f.loop, -1);
    loop_turn(f.loop, 0);
    CHECK_EQ(f.calls, 1);
    tear_down(&f);
}

static void mute_both(void *arg, unsigned events) {
    struct fixture *f = arg;
    on_events(f, events);
    loop_mask(f->loop, f->watch, 0);
    loop_mask(f->loop, f->victim, 0);
}

static void narrowed_mask_holds_in_the_same_round(void) {
    struct fixture f;
    set_up(&f);
    f.watch = add(&f, f.fd[0], LOOP_READ, mute_both);
    f.victim = add(&f, f.fd[1], LOOP_READ, mute_both);
    put(f.fd[0]);
    put(f.fd[1]);
    loop_turn(f.loop, -1);
    CHECK_EQ(f.calls, 1);
    tear_down(&f);
}

static void turn_inside(void *arg, unsigned events) {
    struct fixture *f = arg;
    on_events(f, events);
    loop_del(f->loop, f->watch);
    loop_turn(f->loop, 0);
}

static void round_inside_a_callback_frees_nothing_early(void) {
    struct fixture f;
    set_up(&f);
    f.watch = add(&f, f.fd[0], LOOP_READ, turn_inside);
    put(f.fd[1]);
    loop_turn(f.loop, -1);
    CHECK_EQ(f.calls, 1);
    tear_down(&f);
}

static void one_round_is_one_batch_and_starves_nobody(void) {
    enum { N = 600 };
    static struct fixture seen[N];
    struct fixture f;
    set_up(&f);
    put(f.fd[1]);
    for (int i = 0; i < N; i++) {
        seen[i] = f;
        seen[i].fd[0] = dup(f.fd[0]);
        add(&seen[i], seen[i].fd[0], LOOP_READ, on_events);
    }
    int total = 0, missed = 0;
    loop_turn(f.loop, -1);
    for (int i = 0; i < N; i++)
        total += seen[i].calls;
    CHECK_EQ(total, 256);
    loop_turn(f.loop, -1);
    loop_turn(f.loop, -1);
    for (int i = 0; i < N; i++) {
        missed += !seen[i].calls;
        close(seen[i].fd[0]);
    }
    CHECK_EQ(missed, 0);
    tear_down(&f);
}

static void many_adds_and_deletes_keep_the_right_ones(void) {
    enum { N = 100 };
    static struct fixture seen[N];
    struct fixture f;
    set_up(&f);
    put(f.fd[1]);
    for (int i = 0; i < N; i++) {
        seen[i] = f;
        seen[i].fd[0] = dup(f.fd[0]);
        seen[i].watch = add(&seen[i], seen[i].fd[0], LOOP_READ, on_events);
    }
    for (int i = 0; i < N; i += 3)
        loop_del(f.loop, seen[i].watch);
    loop_turn(f.loop, -1);
    for (int i = 0; i < N; i++) {
        CHECK_EQ(seen[i].calls, i % 3 != 0);
        close(seen[i].fd[0]);
    }
    tear_down(&f);
}

/* ---- timers ---- */

static void on_timer(void *arg) {
    ++*(int *)arg;
}

static void timer_fires_once_and_not_early(void) {
    struct fixture f;
    set_up(&f);
    int fired = 0;
    struct loop_timer t = {.fn = on_timer, .arg = &fired};
    int64_t at_ns = in_ms(3);
    loop_timer_set(f.loop, &t, at_ns);
    loop_turn(f.loop, 0);
    CHECK_EQ(fired, 0);
    while (!fired)
        loop_turn(f.loop, -1);
    CHECK(loop_now_ns(f.loop) >= at_ns);
    CHECK_EQ(t.index, 0);
    loop_turn(f.loop, in_ms(1));
    CHECK_EQ(fired, 1);
    tear_down(&f);
}

static void wait_ends_at_its_limit_to_the_millisecond(void) {
    struct fixture f;
    set_up(&f);
    int64_t until_ns = clock_now_ns() + 300000;
    loop_turn(f.loop, until_ns);
    CHECK(clock_now_ns() >= until_ns);
    CHECK(clock_now_ns() < until_ns + 500 * CLOCK_NS_PER_MS);
    tear_down(&f);
}

static void overdue_timer_does_not_wait(void) {
    struct fixture f;
    set_up(&f);
    int fired = 0;
    struct loop_timer t = {.fn = on_timer, .arg = &fired};
    loop_timer_set(f.loop, &t, -5);
    loop_turn(f.loop, -1);
    CHECK_EQ(fired, 1);
    tear_down(&f);
}

struct ordered {
    struct loop_timer timer;
    int64_t *last_ns;
    int *fired, *faults;
};

static void on_ordered(void *arg) {
    struct ordered *o = arg;
    *o->faults += o->timer.at_ns < *o->last_ns;
    *o->last_ns = o->timer.at_ns;
    ++*o->fired;
}

static void timers_fire_in_order_whatever_was_cleared(void) {
    enum { N = 1000 };
    static struct ordered all[N];
    struct fixture f;
    struct rng r;
    int64_t last_ns = 0, base_ns = clock_now_ns() - CLOCK_NS_PER_S;
    int fired = 0, faults = 0, cleared = 0;
    set_up(&f);
    rng_seed(&r, 7);
    for (int i = 0; i < N; i++) {
        all[i] = (struct ordered){{.fn = on_ordered, .arg = &all[i]}, &last_ns, &fired, &faults};
        loop_timer_set(f.loop, &all[i].timer, base_ns + (int64_t)rng_below(&r, 1000));
    }
    for (int i = 0; i < N; i++) {
        struct ordered *o = &all[rng_below(&r, N)];
        if (i % 2) {
            loop_timer_set(f.loop, &o->timer, base_ns + (int64_t)rng_below(&r, 1000));
        } else {
            loop_timer_clear(f.loop, &o->timer);
            loop_timer_clear(f.loop, &o->timer);
        }
    }
    for (int i = 0; i < N; i++)
        cleared += !all[i].timer.index;
    CHECK(cleared > 100);
    loop_turn(f.loop, 0);
    CHECK_EQ(fired, N - cleared);
    CHECK_EQ(faults, 0);
    tear_down(&f);
}

struct again {
    struct loop *loop;
    struct loop_timer timer;
    int fired;
};

static void on_again(void *arg) {
    struct again *a = arg;
    a->fired++;
    loop_timer_set(a->loop, &a->timer, 1);
}

static void timer_that_rearms_itself_does_not_hold_the_round(void) {
    struct fixture f;
    set_up(&f);
    struct again a = {.loop = f.loop, .timer = {.fn = on_again, .arg = &a}};
    loop_timer_set(f.loop, &a.timer, 1);
    loop_turn(f.loop, -1);
    CHECK_EQ(a.fired, 1);
    loop_turn(f.loop, -1);
    CHECK_EQ(a.fired, 2);
    tear_down(&f);
    CHECK_EQ(a.timer.index, 0);
}

static void free_timer(void *arg) {
    free(arg);
}

static void timer_may_be_freed_by_its_callback(void) {
    struct fixture f;
    set_up(&f);
    struct loop_timer *t = mem_zalloc(1, sizeof *t);
    *t = (struct loop_timer){.fn = free_timer, .arg = t};
    loop_timer_set(f.loop, t, 1);
    loop_turn(f.loop, 0);
    loop_turn(f.loop, 0);
    tear_down(&f);
}

/* ---- before the wait ---- */

static void before_wait_runs_only_ahead_of_a_wait(void) {
    struct fixture f;
    set_up(&f);
    int waits = 0;
    loop_before_wait(f.loop, count_wait, &waits);
    loop_turn(f.loop, 0);
    CHECK_EQ(waits, 0);
    loop_turn(f.loop, 1); /* long past */
    CHECK_EQ(waits, 0);
    loop_turn(f.loop, in_ms(1));
    CHECK_EQ(waits, 1);
    loop_before_wait(f.loop, NULL, NULL);
    loop_turn(f.loop, in_ms(1));
    CHECK_EQ(waits, 1);
    tear_down(&f);
}

static void set_timer_for_now(void *arg) {
    struct again *a = arg;
    loop_timer_set(a->loop, &a->timer, 1);
}

static void timer_set_before_the_wait_shortens_it(void) {
    struct fixture f;
    set_up(&f);
    struct again a = {.loop = f.loop, .timer = {.fn = on_again, .arg = &a}};
    loop_before_wait(f.loop, set_timer_for_now, &a);
    loop_turn(f.loop, -1);
    CHECK_EQ(a.fired, 1);
    tear_down(&f);
}

/* ---- signals ---- */

static void *send_signal_soon(void *arg) {
    usleep(20000);
    pthread_kill(*(pthread_t *)arg, SIGINT);
    return NULL;
}

static void signal_ends_a_wait(void) {
    struct fixture f;
    pthread_t self = pthread_self(), sender;
    set_up(&f);
    CHECK_EQ(pthread_create(&sender, NULL, send_signal_soon, &self), 0);
    CHECK_EQ(loop_turn(f.loop, in_ms(10000)), VK_ECANCEL);
    CHECK_EQ(signal_stop(), SIGINT);
    pthread_join(sender, NULL);
    signal_clear();
    CHECK_EQ(signal_stop(), 0);
    tear_down(&f);
}

static void signal_before_the_wait_ends_it_too_but_once(void) {
    struct fixture f;
    set_up(&f);
    for (int i = 0; i < 3; i++) {
        raise(SIGTERM);
        CHECK_EQ(loop_turn(f.loop, in_ms(10000)), VK_ECANCEL);
        CHECK_EQ(signal_stop(), SIGTERM);
        CHECK_EQ(loop_turn(f.loop, in_ms(1)), 0);
        if (i) signal_clear();
    }
    CHECK_EQ(loop_turn(f.loop, in_ms(1)), 0);
    tear_down(&f);
}

static void raise_signal(void *arg) {
    (void)arg;
    raise(SIGHUP);
}

static void signal_in_the_last_moment_is_not_slept_through(void) {
    struct fixture f;
    set_up(&f);
    loop_before_wait(f.loop, raise_signal, NULL);
    CHECK_EQ(loop_turn(f.loop, in_ms(10000)), VK_ECANCEL);
    CHECK_EQ(signal_stop(), SIGHUP);
    signal_clear();
    tear_down(&f);
}

static void signal_reaches_every_loop(void) {
    struct fixture f, g;
    set_up(&f);
    set_up(&g);
    raise(SIGINT);
    CHECK_EQ(loop_turn(f.loop, in_ms(10000)), VK_ECANCEL);
    CHECK_EQ(loop_turn(g.loop, in_ms(10000)), VK_ECANCEL);
    signal_clear();
    tear_down(&f);
    tear_down(&g);
}

static void signal_with_events_runs_them(void) {
    struct fixture f;
    set_up(&f);
    add(&f, f.fd[0], LOOP_READ, on_events);
    put(f.fd[1]);
    raise(SIGINT);
    CHECK_EQ(loop_turn(f.loop, -1), 0);
    CHECK_EQ(f.calls, 1);
    signal_clear();
    tear_down(&f);
}

static int status_of_child(void (*child)(void)) {
    int status = 0;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        child();
        _exit(9);
    }
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    return status;
}

static void child_dies_by_sigterm(void) {
    signal_reraise(SIGTERM);
}

static void reraise_shows_the_cause_to_the_parent(void) {
    int status = status_of_child(child_dies_by_sigterm);
    CHECK(WIFSIGNALED(status));
    CHECK_EQ(WTERMSIG(status), SIGTERM);
}

static void child_under_nohup(void) {
    signal(SIGHUP, SIG_IGN);
    signal_setup();
    raise(SIGHUP);
    _exit(signal_stop());
}

static void ignored_hangup_stays_ignored(void) {
    CHECK_EQ(status_of_child(child_under_nohup), 0);
}

/* ---- sock ---- */

static void sock_says_more_then_delivers_then_the_end(void) {
    struct fixture f;
    struct err e;
    char text[8];
    size_t got = 0;
    set_up(&f);
    struct sock *s = sock_new(dup(f.fd[0]));
    CHECK_EQ(sock_handshake(s, &e), 0);
    CHECK_EQ(sock_wants(s), 0);
    CHECK_EQ(sock_read(s, text, sizeof text, &got, &e), VK_MORE);
    put(f.fd[1]);
    CHECK_EQ(sock_read(s, text, sizeof text, &got, &e), 0);
    CHECK_MEM(text, got, "x", 1);
    hang_up(&f);
    CHECK_EQ(sock_read(s, text, sizeof text, &got, &e), VK_ELOST);
    CHECK_STR(e.text, "server closed the connection");
    sock_close(s);
    sock_close(NULL);
    tear_down(&f);
}

static void sock_writes_pieces_as_far_as_there_is_room(void) {
    struct fixture f;
    struct err e;
    char text[8] = "";
    static char big[1 << 20];
    set_up(&f);
    struct sock *s = sock_new(dup(f.fd[0]));
    struct iovec two[] = {{(char[]){"ab"}, 2}, {(char[]){"cd"}, 2}}, one = {big, sizeof big};
    size_t sent = 0;
    CHECK_EQ(sock_write(s, two, 2, &sent, &e), 0);
    CHECK_EQ(sent, 4);
    CHECK_EQ(read(f.fd[1], text, 8), 4);
    CHECK_STR(text, "abcd");
    while (sock_write(s, &one, 1, &sent, &e) == 0)
        CHECK(sent > 0);
    CHECK_EQ(sock_write(s, &one, 1, &sent, &e), VK_MORE);
    sock_close(s);
    tear_down(&f);
}

static void sock_write_takes_more_pieces_than_the_kernel(void) {
    enum { N = 3000 };
    static struct iovec v[N];
    struct fixture f;
    struct err e;
    size_t sent = 0;
    char z = 'z';
    set_up(&f);
    struct sock *s = sock_new(dup(f.fd[0]));
    for (int i = 0; i < N; i++)
        v[i] = (struct iovec){&z, 1};
    CHECK_EQ(sock_write(s, v, N, &sent, &e), 0);
    CHECK(sent > 0);
    sock_close(s);
    tear_down(&f);
}

static void sock_write_to_nobody_is_an_error_and_no_signal(void) {
    struct fixture f;
    struct err e;
    size_t sent;
    set_up(&f);
    struct sock *s = sock_new(dup(f.fd[0]));
    struct iovec v = {(char[]){"x"}, 1};
    hang_up(&f);
    CHECK_EQ(sock_write(s, &v, 1, &sent, &e), VK_ELOST);
    CHECK_EQ(e.sys, EPIPE);
    CHECK_STR(e.text, "connection lost: Broken pipe");
    sock_close(s);
    tear_down(&f);
}

/* ---- both backends ---- */

static void run_loop_tests(void) {
    RUN(environment_chooses_the_backend);
    RUN(readable_is_told_until_it_is_read);
    RUN(mask_decides_what_is_told);
    RUN(hang_up_is_told_with_what_was_asked_for);
    RUN(hang_up_under_an_empty_mask_is_told_once);
    RUN(closed_descriptor_is_an_error);
    RUN(regular_file_is_always_ready);
    RUN(regular_file_does_not_starve_a_socket);
    RUN(deleted_watch_is_not_called_in_the_same_round);
    RUN(watch_may_delete_itself);
    RUN(narrowed_mask_holds_in_the_same_round);
    RUN(round_inside_a_callback_frees_nothing_early);
    RUN(one_round_is_one_batch_and_starves_nobody);
    RUN(many_adds_and_deletes_keep_the_right_ones);
    RUN(timer_fires_once_and_not_early);
    RUN(wait_ends_at_its_limit_to_the_millisecond);
    RUN(overdue_timer_does_not_wait);
    RUN(timers_fire_in_order_whatever_was_cleared);
    RUN(timer_that_rearms_itself_does_not_hold_the_round);
    RUN(timer_may_be_freed_by_its_callback);
    RUN(before_wait_runs_only_ahead_of_a_wait);
    RUN(timer_set_before_the_wait_shortens_it);
}

static void run_signal_tests(void) {
    RUN(signal_ends_a_wait);
    RUN(signal_before_the_wait_ends_it_too_but_once);
    RUN(signal_in_the_last_moment_is_not_slept_through);
    RUN(signal_reaches_every_loop);
    RUN(signal_with_events_runs_them);
}

static void run_sock_tests(void) {
    RUN(sock_says_more_then_delivers_then_the_end);
    RUN(sock_writes_pieces_as_far_as_there_is_room);
    RUN(sock_write_takes_more_pieces_than_the_kernel);
    RUN(sock_write_to_nobody_is_an_error_and_no_signal);
}

int main(void) {
    alarm(60);        /* a wait that does not end is a failure */
    run_sock_tests(); /* before signal_setup: MSG_NOSIGNAL alone must do */
    unsetenv("VK_LOOP");
    run_loop_tests();
    setenv("VK_LOOP", "poll", 1);
    run_loop_tests();
    RUN(ignored_hangup_stays_ignored);
    signal_setup();
    RUN(reraise_shows_the_cause_to_the_parent);
    unsetenv("VK_LOOP");
    run_signal_tests();
    setenv("VK_LOOP", "poll", 1);
    run_signal_tests();
    return t_end();
}
