/* SPDX-License-Identifier: BSD-3-Clause */
/* Keys as they are typed. See tty.h. */
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "io/tty.h"

struct tty_keys {
    int fd;
    struct termios before;
};

int tty_keys_begin(int fd, struct tty_keys **out, struct err *e) {
    struct tty_keys k = {.fd = fd};
    if (tcgetattr(fd, &k.before) < 0) return err_sys(e, VK_EFILE, "cannot read the terminal");
    struct termios now = k.before;
    now.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON);
    now.c_cc[VMIN] = 1;
    now.c_cc[VTIME] = 0;
    if (tcsetattr(fd, TCSADRAIN, &now) < 0) return err_sys(e, VK_EFILE, "cannot set the terminal");
    *out = mem_alloc(sizeof **out);
    **out = k;
    return 0;
}

size_t tty_keys_read(struct tty_keys *k, char *p, size_t n) {
    ssize_t got = read(k->fd, p, n);
    return got > 0 ? (size_t)got : 0;
}

void tty_keys_end(struct tty_keys *k) {
    if (!k) return;
    tcsetattr(k->fd, TCSADRAIN, &k->before);
    free(k);
}
