/* SPDX-License-Identifier: BSD-3-Clause */
/* client/scratch: the throwaway server starts, answers, and leaves nothing. Needs a server in PATH
 * for all but the last tests; one that is killed with us is tested in tests/vk. */
#include "client/scratch.h"

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/client.h"
#include "t.h"

static char home[64]; /* where all of it happens: $TMPDIR */
static struct loop *loop;
static struct err err;

static int n_entries(void) {
    int n = 0;
    DIR *d = opendir(home);
    while (d && readdir(d))
        n++;
    if (d) closedir(d);
    return n - 2;
}

/* What the server behind s answers. */
static const char *ask(const struct scratch *s, const char *word, const char *argument) {
    static char text[8192];
    struct connopt o;
    struct client *c;
    const struct reply *r;
    connopt_init(&o);
    o.path = s->path;
    o.protocol = 2;
    o.connect_timeout_s = 5;
    CHECK_EQ(client_new(loop, &o, NULL, &c, &err), 0);
    int code = client_connect(c, &err);
    if (code == 0)
        code = client_call(c, argument ? 2 : 1, (const char *const[]){word, argument}, &r, &err);
    if (code == 0)
        snprintf(text, sizeof text, "%.*s", (int)r->len, r->p);
    else
        snprintf(text, sizeof text, "code %d", code);
    client_free(c);
    connopt_release(&o);
    return text;
}

static void it_answers_and_leaves_nothing(void) {
    struct scratch s = {0};
    struct stat st;
    CHECK_EQ(scratch_start(loop, &s, &err), 0);
    CHECK_STR(ask(&s, "PING", NULL), "PONG");
    CHECK(!stat(s.folder, &st) && (st.st_mode & 0777) == 0700);
    CHECK(!strncmp(s.folder, home, strlen(home)));
    CHECK_EQ(n_entries(), 1);
    const char *id = strstr(ask(&s, "INFO", "server"), "process_id:");
    pid_t server = id ? (pid_t)strtol(id + strlen("process_id:"), NULL, 10) : 0;
    CHECK(server > 0 && kill(server, 0) == 0);
    scratch_stop(&s);
    CHECK(kill(server, 0) < 0);
    CHECK_EQ(n_entries(), 0);
    scratch_stop(&s); /* a second time does nothing */
}

static void it_has_no_tcp_port_and_saves_nothing(void) {
    struct scratch s = {0};
    struct connopt o;
    struct client *c;
    const struct reply *r = NULL;
    CHECK_EQ(scratch_start(loop, &s, &err), 0);
    connopt_init(&o);
    o.path = s.path;
    o.protocol = 2;
    CHECK_EQ(client_new(loop, &o, NULL, &c, &err), 0);
    CHECK_EQ(client_connect(c, &err), 0);
    CHECK_EQ(client_call(c, 5, (const char *[]){"CONFIG", "GET", "port", "save", "appendonly"}, &r,
                         &err),
             0);
    for (const struct reply *p = r ? r->child : NULL; p && p->next; p = p->next->next) {
        const char *want = p->p[0] == 'p' ? "0" : p->p[0] == 's' ? "" : "no";
        CHECK_MEM(p->next->p, p->next->len, want, strlen(want));
    }
    client_free(c);
    connopt_release(&o);
    scratch_stop(&s);
    CHECK_EQ(n_entries(), 0);
}

static void two_of_them_do_not_meet(void) {
    struct scratch a = {0}, b = {0};
    CHECK_EQ(scratch_start(loop, &a, &err), 0);
    CHECK_EQ(scratch_start(loop, &b, &err), 0);
    CHECK_STR(ask(&a, "LOLLIPOP", NULL),
              "ERR unknown command 'LOLLIPOP', with args beginning with: ");
    CHECK(strcmp(a.path, b.path));
    scratch_stop(&a);
    CHECK_STR(ask(&b, "ECHO", "still here"), "still here");
    CHECK_EQ(n_entries(), 1);
    scratch_stop(&b);
    CHECK_EQ(n_entries(), 0);
}

/* --- without a server ------------------------------------------------------------------------- */

/* Put a program of this name and text into a folder of its own and make that the PATH. */
static char *path_with(const char *name, const char *text) {
    static char folder[80];
    char file[128];
    snprintf(folder, sizeof folder, "%s/bin", home);
    mkdir(folder, 0700);
    snprintf(file, sizeof file, "%s/%s", folder, name);
    FILE *out = fopen(file, "w");
    if (out) {
        fputs(text, out);
        fclose(out);
    }
    chmod(file, 0700);
    setenv("PATH", folder, 1);
    return folder;
}

static void remove_path(char *folder, const char *name, const char *old) {
    char file[128];
    setenv("PATH", old, 1);
    snprintf(file, sizeof file, "%s/%s", folder, name);
    unlink(file);
    rmdir(folder);
}

static void without_a_server_the_error_says_what_to_install(void) {
    struct scratch s = {.folder = home};
    char *old = strdup(getenv("PATH"));
    setenv("PATH", "/nonexistent", 1);
    CHECK_EQ(scratch_start(loop, &s, &err), VK_EFILE);
    CHECK_STR(err.text,
              "neither valkey-server nor redis-server is in PATH; install one of them for "
              "a throwaway server");
    CHECK(s.folder == home); /* untouched */
    setenv("PATH", old, 1);
    free(old);
    CHECK_EQ(n_entries(), 0);
}

static void a_server_that_does_not_come_up_is_quoted(void) {
    struct scratch s = {0};
    char *old = strdup(getenv("PATH"));
    char *folder =
        path_with("valkey-server", "#!/bin/sh\necho first\necho 'no \033[31mway'\nexit 1\n");
    CHECK_EQ(scratch_start(loop, &s, &err), VK_EFILE);
    CHECK_STR(err.text, "throwaway server ended at once: no \\x1b[31mway");
    CHECK(!s.folder && !s.path);
    remove_path(folder, "valkey-server", old);
    free(old);
    CHECK_EQ(n_entries(), 0);
}

int main(void) {
    char template[] = "/tmp/vk-test-scratch-XXXXXX";
    signal(SIGPIPE, SIG_IGN);
    if (!mkdtemp(template)) return 2;
    snprintf(home, sizeof home, "%s", template);
    setenv("TMPDIR", home, 1);
    loop = loop_new(&err);
    if (child_in_path("valkey-server") || child_in_path("redis-server")) {
        RUN(it_answers_and_leaves_nothing);
        RUN(it_has_no_tcp_port_and_saves_nothing);
        RUN(two_of_them_do_not_meet);
    }
    RUN(without_a_server_the_error_says_what_to_install);
    RUN(a_server_that_does_not_come_up_is_quoted);
    loop_free(loop);
    rmdir(home);
    return t_end();
}
