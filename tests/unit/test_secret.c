/* SPDX-License-Identifier: BSD-3-Clause */
/* client/secret: passwords from files, descriptors and commands. --askpass needs a terminal; that
 * it says so without one is tested in tests/vk. */
#include "client/secret.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "t.h"

static struct err err;
static struct buf out;

/* A connopt that names no source. */
static struct connopt none(void) {
    return (struct connopt){.password_fd = -1};
}

/* The reading end of a pipe that holds text. */
static int pipe_with(const char *text, size_t len) {
    int ends[2];
    if (pipe(ends) || write(ends[1], text, len) != (ssize_t)len) return -1;
    close(ends[1]);
    return ends[0];
}

static int fetch_from_fd(struct connopt *o, const char *text, size_t len) {
    err_clear(&err);
    o->password_fd = pipe_with(text, len);
    int code = secret_fetch(o, &err);
    close((int)o->password_fd);
    return code;
}

static int for_connect(const struct connopt *o, bool *has) {
    buf_clear(&out);
    err_clear(&err);
    return secret_for_connect(o, &out, has, &err);
}

static void without_a_source_nothing_happens(void) {
    struct connopt o = none();
    bool has = true;
    CHECK_EQ(secret_fetch(&o, &err), 0);
    CHECK(!o.password);
    CHECK_EQ(for_connect(&o, &has), 0);
    CHECK(!has && !out.len);
}

static void a_descriptor_gives_its_first_line(void) {
    struct connopt o = none();
    bool has = false;
    CHECK_EQ(fetch_from_fd(&o, "open sesame\nmore\n", 17), 0);
    CHECK_STR(o.password, "open sesame");
    CHECK_EQ(for_connect(&o, &has), 0);
    CHECK(has);
    CHECK_MEM(out.p, out.len, "open sesame", 11);
    free(o.password);
}

static void a_new_secret_replaces_the_old(void) {
    struct connopt o = none();
    o.password = mem_strdup("old");
    CHECK_EQ(fetch_from_fd(&o, "new\n", 4), 0);
    CHECK_STR(o.password, "new");
    free(o.password);
}

static void a_failure_leaves_the_old(void) {
    struct connopt o = none();
    o.password = mem_strdup("old");
    CHECK_EQ(fetch_from_fd(&o, "", 0), VK_EFILE);
    CHECK_EQ(fetch_from_fd(&o, "a\0b\n", 4), VK_EFILE);
    CHECK(strstr(err.text, "NUL byte"));
    CHECK_STR(o.password, "old");
    free(o.password);
}

static void a_file_gives_its_first_line(void) {
    char path[] = "/tmp/valkit-secret-XXXXXX";
    struct connopt o = none();
    int fd = mkstemp(path);
    CHECK_EQ(write(fd, "from a file\n", 12), 12);
    close(fd);
    o.password_file = path;
    CHECK_EQ(secret_fetch(&o, &err), 0);
    CHECK_STR(o.password, "from a file");
    CHECK_EQ(unlink(path), 0);
    CHECK_EQ(secret_fetch(&o, &err), VK_EFILE);
    CHECK(strstr(err.text, path));
    CHECK_STR(o.password, "from a file");
    free(o.password);
}

static void a_command_wins_and_runs_each_time(void) {
    char path[] = "/tmp/valkit-secret-XXXXXX", command[100];
    struct connopt o = none();
    bool has = false;
    close(mkstemp(path));
    snprintf(command, sizeof command, "echo x >>%s; wc -l <%s | tr -d ' '", path, path);
    o.password = mem_strdup("unused");
    o.auth_command = command;
    CHECK_EQ(for_connect(&o, &has), 0);
    CHECK(has);
    CHECK_MEM(out.p, out.len, "1", 1);
    CHECK_EQ(for_connect(&o, &has), 0);
    CHECK_MEM(out.p, out.len, "2", 1);
    unlink(path);
    free(o.password);
}

static void newlines_at_a_commands_end_are_stripped(void) {
    struct connopt o = none();
    bool has = false;
    o.auth_command = "printf ' a b \\r\\n\\n'";
    CHECK_EQ(for_connect(&o, &has), 0);
    CHECK_MEM(out.p, out.len, " a b ", 5);
}

static void a_commands_failure_gives_no_secret(void) {
    static const struct {
        const char *command;
        int code;
        const char *text;
    } cases[] = {
        {"true", VK_EFILE, "--auth-command: command printed no password"},
        {"echo", VK_EFILE, "--auth-command: command printed no password"},
        {"echo secret; exit 4", VK_EFILE, "--auth-command: command failed with exit code 4"},
        {"printf 'a\\000b'", VK_EFILE, "--auth-command: the password has a NUL byte"},
        {"yes secret", VK_EFILE, "--auth-command: command printed more than 1000 bytes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct connopt o = none();
        bool has = false;
        o.auth_command = cases[i].command;
        CHECK_EQ(for_connect(&o, &has), cases[i].code);
        CHECK_STR(err.text, cases[i].text);
        CHECK(!has && !out.len);
        CHECK(!out.p || !memmem(out.p, out.cap, "secret", 6)); /* wiped */
    }
}

static void a_command_has_the_time_to_connect(void) {
    struct connopt o = none();
    bool has = false;
    o.auth_command = "echo secret; sleep 100";
    o.connect_timeout_s = 0.2;
    CHECK_EQ(for_connect(&o, &has), VK_ETIMEOUT);
    CHECK_STR(err.text, "--auth-command: command did not end in time");
    CHECK(!memmem(out.p, out.cap, "secret", 6));
}

int main(void) {
    alarm(60);
    buf_init(&out, 1000);
    RUN(without_a_source_nothing_happens);
    RUN(a_descriptor_gives_its_first_line);
    RUN(a_new_secret_replaces_the_old);
    RUN(a_failure_leaves_the_old);
    RUN(a_file_gives_its_first_line);
    RUN(a_command_wins_and_runs_each_time);
    RUN(newlines_at_a_commands_end_are_stripped);
    RUN(a_commands_failure_gives_no_secret);
    RUN(a_command_has_the_time_to_connect);
    buf_release(&out);
    return t_end();
}
