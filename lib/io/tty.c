/* SPDX-License-Identifier: BSD-3-Clause */
/* The terminal: is it one, how wide, and a question whose answer does not show. The invariant of
 * the question: while echo is off, the signals that could end or stop us are held back, so that
 * none leaves the terminal mute; they have their usual effect as soon as it is as it was. */
#include "io/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "io/file.h"

enum {
    COLUMNS_UNKNOWN = 80,
    ROWS_UNKNOWN = 24,
    ANSWER_BYTES_MAX = 4096,
    LOOK_MS = 50,
    QUIET_MS = 100, /* a paste may come in pieces; nobody answers faster than that */
    PIECES_MAX = 20,
};

static const int held_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

bool tty_is(int fd) {
    return isatty(fd);
}

int tty_columns(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col : COLUMNS_UNKNOWN;
}

int tty_rows(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_row ? size.ws_row : ROWS_UNKNOWN;
}

static void hold_signals(sigset_t *before) {
    sigset_t held;
    sigemptyset(&held);
    for (size_t i = 0; i < sizeof held_signals / sizeof *held_signals; i++)
        sigaddset(&held, held_signals[i]);
    pthread_sigmask(SIG_BLOCK, &held, before);
}

/* A held signal that has come, or 0; one that ends us goes before one that stops us. */
static int pending_signal(void) {
    sigset_t pending;
    sigpending(&pending);
    for (size_t i = 0; i < sizeof held_signals / sizeof *held_signals; i++)
        if (sigismember(&pending, held_signals[i])) return held_signals[i];
    return 0;
}

/* The answer without its newline. The kernel hands out whole lines, and edits them. */
static int read_answer(int fd, char answer[ANSWER_BYTES_MAX], size_t *len, struct err *e) {
    struct pollfd p = {.fd = fd, .events = POLLIN};
    size_t n = 0;
    while (n < ANSWER_BYTES_MAX) {
        int ready = poll(&p, 1, LOOK_MS);
        if (pending_signal()) return err_set(e, VK_ECANCEL, "interrupted");
        if (ready <= 0) continue;
        ssize_t got = read(fd, answer + n, ANSWER_BYTES_MAX - n);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return err_sys(e, VK_EFILE, "cannot read the terminal");
        if (got == 0 && n == 0) return err_set(e, VK_ECANCEL, "no answer was given");
        n += (size_t)got;
        if (got && answer[n - 1] != '\n') continue;
        *len = n - (got != 0);
        return 0;
    }
    return err_set(e, VK_EFILE, "the answer is too long");
}

/* The rest of a paste is no answer. */
static void drop_typed(int fd) {
    struct pollfd p = {.fd = fd, .events = POLLIN};
    for (int i = 0; i < PIECES_MAX && poll(&p, 1, QUIET_MS) > 0; i++)
        tcflush(fd, TCIFLUSH);
    tcflush(fd, TCIFLUSH);
}

static int exchange(int fd, const char *prompt, bool shown, struct buf *out, struct err *e) {
    char answer[ANSWER_BYTES_MAX];
    size_t len = 0;
    if (shown) drop_typed(fd);
    int code = file_write_fd(fd, prompt, strlen(prompt), e);
    if (code == 0) code = read_answer(fd, answer, &len, e);
    if (code == 0 && buf_add(out, answer, len) < 0)
        code = err_set(e, VK_EFILE, "the answer is too long");
    mem_wipe(answer, sizeof answer);
    if (shown && code == 0) return 0;
    /* the typed one did not show */
    int newline = file_write_fd(fd, "\n", 1, code == 0 ? e : NULL);
    return code < 0 ? code : newline;
}

/* VK_MORE: we were stopped and are back, ask again. */
static int ask(int fd, const char *prompt, bool shown, struct buf *out, struct err *e) {
    struct termios before;
    sigset_t mask;
    if (tcgetattr(fd, &before) < 0) return err_sys(e, VK_EFILE, "cannot read the terminal");
    struct termios now = before;
    now.c_lflag &= ~(tcflag_t)(ECHO | ECHONL);
    now.c_lflag |= ICANON | ISIG | (shown ? ECHO : 0);
    hold_signals(&mask);
    int code = tcsetattr(fd, TCSAFLUSH, &now) < 0
                   ? err_sys(e, VK_EFILE, "cannot set the terminal for an answer")
                   : exchange(fd, prompt, shown, out, e);
    tcsetattr(fd, TCSADRAIN, &before);
    bool stopped = code == VK_ECANCEL && pending_signal() == SIGTSTP;
    pthread_sigmask(SIG_SETMASK, &mask, NULL); /* what was held takes effect here */
    return stopped ? VK_MORE : code;
}

static int open_and_ask(const char *prompt, bool shown, struct buf *out, struct err *e) {
    int code, fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) return err_sys(e, VK_EFILE, "cannot open the terminal");
    do
        code = ask(fd, prompt, shown, out, e);
    while (code == VK_MORE);
    close(fd);
    return code;
}

int tty_ask_secret(const char *prompt, struct buf *out, struct err *e) {
    return open_and_ask(prompt, false, out, e);
}

int tty_ask(const char *prompt, struct buf *out, struct err *e) {
    return open_and_ask(prompt, true, out, e);
}
