/* SPDX-License-Identifier: BSD-3-Clause */
/* Threads that work beside the main one: each has a loop of its own, takes no signals, and can make
 * the main loop look. A gate holds them all until the start. */
#ifndef IO_THREAD_H
#define IO_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct thread;
typedef void thread_fn(void *arg, struct thread *self);

/* All signals are blocked inside; timers wake without slack. VK_EFILE when the system refuses. */
int thread_start(thread_fn *fn, void *arg, struct thread **out, struct err *e) MUST_CHECK;
/* Readable when the thread has called thread_tell, or has ended, since thread_heard. */
int thread_fd(const struct thread *t);
void thread_tell(struct thread *self); /* from inside */
/* From outside: forget what was told. What the thread wrote before it told may be read after this.
 */
void thread_heard(struct thread *t);
bool thread_has_ended(const struct thread *t);
/* Wait for its end, and free it. NULL is legal. */
void thread_join(struct thread *t);
/* CPU time, user and system, of the calling thread since its start, in ns. */
int64_t thread_cpu_ns(void);

/* Closed at first. */
struct thread_gate {
    pthread_mutex_t mutex;
    pthread_cond_t opened;
    bool open;
};
void thread_gate_init(struct thread_gate *g);
void thread_gate_release(struct thread_gate *g);
void thread_gate_open(struct thread_gate *g);
void thread_gate_wait(struct thread_gate *g);

#endif
