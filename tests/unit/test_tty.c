/* SPDX-License-Identifier: BSD-3-Clause */
/* io/tty on a pseudo-terminal: a child whose controlling terminal it is asks, this program types.
 */
#include "io/tty.h"
#include "io/tty_screen.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "io/signal.h"
#include "t.h"

enum { ANSWER_RIGHT = 10, ANSWER_WRONG = 11 };

struct terminal {
    int master, slave;
    char path[128];
    char shown[512]; /* what has appeared on the screen */
    size_t len;
};

static void open_terminal(struct terminal *t) {
    *t = (struct terminal){.master = posix_openpt(O_RDWR | O_NOCTTY)};
    CHECK(t->master >= 0);
    CHECK_EQ(grantpt(t->master) | unlockpt(t->master), 0);
    CHECK_EQ(ptsname_r(t->master, t->path, sizeof t->path), 0);
    t->slave = open(t->path, O_RDWR | O_NOCTTY);
    CHECK(t->slave >= 0);
}

static void close_terminal(struct terminal *t) {
    close(t->master);
    close(t->slave);
}

static bool has_echo(const struct terminal *t) {
    struct termios now;
    CHECK_EQ(tcgetattr(t->slave, &now), 0);
    return now.c_lflag & ECHO;
}

static bool openly; /* tty_ask instead of tty_ask_secret */

/* In the child: the exit status says how it went; the expected answer is "geheim". */
static int ask(void) {
    struct buf b;
    struct err e;
    buf_init(&b, 100);
    int code = openly ? tty_ask("Password: ", &b, &e) : tty_ask_secret("Password: ", &b, &e);
    if (code < 0) return -code;
    int right = b.len == 6 && memcmp(b.p, "geheim", 6) == 0;
    buf_release(&b);
    return right ? ANSWER_RIGHT : ANSWER_WRONG;
}

static pid_t start_asking(const struct terminal *t, bool with_handlers) {
    fflush(stdout);
    pid_t pid = fork();
    if (pid) return pid;
    setsid();
    int fd = open(t->path, O_RDWR); /* now the controlling terminal */
    if (fd < 0) _exit(90);
    if (with_handlers) signal_setup();
    int code = ask();
    if (with_handlers && code == -VK_ECANCEL && signal_stop() != SIGINT) code = 91;
    _exit(code);
}

static void see_until(struct terminal *t, const char *text) {
    struct pollfd p = {.fd = t->master, .events = POLLIN};
    while (!strstr(t->shown, text)) {
        if (poll(&p, 1, 5000) <= 0) break;
        ssize_t n = read(t->master, t->shown + t->len, sizeof t->shown - 1 - t->len);
        if (n <= 0) break;
        t->len += (size_t)n;
    }
    CHECK(strstr(t->shown, text) != NULL);
}

static void type(const struct terminal *t, const char *text) {
    CHECK_EQ(write(t->master, text, strlen(text)), strlen(text));
}

static int status_of(pid_t pid) {
    int status = 0;
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    return status;
}

static void answer_arrives_and_does_not_show(void) {
    struct terminal t;
    open_terminal(&t);
    pid_t pid = start_asking(&t, true);
    see_until(&t, "Password: ");
    CHECK(!has_echo(&t));
    type(&t, "geheim\n");
    CHECK_EQ(WEXITSTATUS(status_of(pid)), ANSWER_RIGHT);
    see_until(&t, "\n");
    CHECK_STR(t.shown, "Password: \r\n");
    CHECK(has_echo(&t));
    close_terminal(&t);
}

static void line_may_be_edited(void) {
    struct terminal t;
    open_terminal(&t);
    pid_t pid = start_asking(&t, true);
    see_until(&t, "Password: ");
    type(&t, "oops\x15gehx\x7f"
             "eim\n"); /* kill the line, erase a letter */
    CHECK_EQ(WEXITSTATUS(status_of(pid)), ANSWER_RIGHT);
    close_terminal(&t);
}

static void an_answer_may_show_and_a_paste_is_none(void) {
    struct terminal t;
    open_terminal(&t);
    openly = true;
    type(&t, "wrong\n");
    pid_t pid = start_asking(&t, true);
    usleep(20000);
    type(&t, "too early\n");
    see_until(&t, "Password: ");
    CHECK(has_echo(&t));
    type(&t, "geheim\n");
    CHECK_EQ(WEXITSTATUS(status_of(pid)), ANSWER_RIGHT);
    see_until(&t, "Password: geheim\r\n");
    openly = false;
    close_terminal(&t);
}

static void interrupt_cancels_and_restores(void) {
    struct terminal t;
    open_terminal(&t);
    pid_t pid = start_asking(&t, true);
    see_until(&t, "Password: ");
    type(&t, "geh\x03");
    CHECK_EQ(WEXITSTATUS(status_of(pid)), -VK_ECANCEL);
    CHECK(has_echo(&t));
    close_terminal(&t);
}

static void fatal_signal_kills_but_restores_first(void) {
    struct terminal t;
    open_terminal(&t);
    pid_t pid = start_asking(&t, false);
    see_until(&t, "Password: ");
    CHECK(!has_echo(&t));
    kill(pid, SIGTERM);
    int status = status_of(pid);
    CHECK(WIFSIGNALED(status));
    CHECK_EQ(WTERMSIG(status), SIGTERM);
    CHECK(has_echo(&t));
    close_terminal(&t);
}

static void stop_restores_and_asks_again(void) {
    struct terminal t;
    int status = 0;
    open_terminal(&t);
    pid_t pid = start_asking(&t, false);
    see_until(&t, "Password: ");
    kill(pid, SIGTSTP);
    /* an orphaned process group is not stopped by SIGTSTP, only asked again: both are right */
    usleep(200000);
    if (waitpid(pid, &status, WUNTRACED | WNOHANG) == pid) {
        CHECK(WIFSTOPPED(status));
        CHECK(has_echo(&t));
        kill(pid, SIGCONT);
    }
    see_until(&t, "Password: \r\nPassword: ");
    type(&t, "geheim\n");
    CHECK_EQ(WEXITSTATUS(status_of(pid)), ANSWER_RIGHT);
    close_terminal(&t);
}

static void end_of_file_cancels(void) {
    struct terminal t;
    open_terminal(&t);
    pid_t pid = start_asking(&t, false);
    see_until(&t, "Password: ");
    type(&t, "\x04");
    CHECK_EQ(WEXITSTATUS(status_of(pid)), -VK_ECANCEL);
    close_terminal(&t);
}

static void no_terminal_is_an_error(void) {
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        setsid();
        _exit(ask());
    }
    CHECK_EQ(WEXITSTATUS(status_of(pid)), -VK_EFILE);
}

static void columns_are_the_terminals_or_80(void) {
    struct terminal t;
    struct winsize size = {.ws_col = 132, .ws_row = 24};
    int fd[2];
    open_terminal(&t);
    CHECK(tty_is(t.slave));
    CHECK_EQ(tty_columns(t.slave), 80); /* a new one says 0 */
    CHECK_EQ(ioctl(t.master, TIOCSWINSZ, &size), 0);
    CHECK_EQ(tty_columns(t.slave), 132);
    CHECK_EQ(pipe(fd), 0);
    CHECK(!tty_is(fd[0]));
    CHECK_EQ(tty_columns(fd[0]), 80);
    close(fd[0]);
    close(fd[1]);
    close_terminal(&t);
}

static void keys_are_taken_apart(void) {
    static const struct {
        const char *typed;
        int key;
        size_t taken;
    } cases[] = {
        {"q", 'q', 1},
        {"\x1b", TTY_SCREEN_ESCAPE, 1},
        {"\x1b[A", TTY_SCREEN_UP, 3},
        {"\x1bOB", TTY_SCREEN_DOWN, 3},
        {"\x1b[6~q", TTY_SCREEN_PAGE_DOWN, 4},
        {"\x1b[1;5Cq", -1, 6}, /* with Control: no key of ours, but none of its bytes either */
        {"\x1b[12", -1, 4},    /* cut off */
        {"\x1bq", -1, 2},
        {"\x1b[", -1, 2},
        {"\xff", 0xff, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t taken = 0;
        CHECK_EQ(tty_screen_decode(cases[i].typed, strlen(cases[i].typed), &taken), cases[i].key);
        CHECK_EQ(taken, cases[i].taken);
    }
}

int main(void) {
    alarm(60); /* a wait that does not end is a failure */
    RUN(answer_arrives_and_does_not_show);
    RUN(line_may_be_edited);
    RUN(an_answer_may_show_and_a_paste_is_none);
    RUN(interrupt_cancels_and_restores);
    RUN(fatal_signal_kills_but_restores_first);
    RUN(stop_restores_and_asks_again);
    RUN(end_of_file_cancels);
    RUN(no_terminal_is_an_error);
    RUN(columns_are_the_terminals_or_80);
    RUN(keys_are_taken_apart);
    return t_end();
}
