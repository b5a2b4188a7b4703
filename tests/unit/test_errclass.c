/* SPDX-License-Identifier: BSD-3-Clause */
#include "core/errclass.h"

#include "t.h"

static enum errclass of(const char *text) {
    return errclass_of_reply(text, strlen(text));
}

static void the_first_word_decides(void) {
    CHECK_EQ(of("MOVED 3999 127.0.0.1:6381"), ERRCLASS_MOVED);
    CHECK_EQ(of("ASK 3999 127.0.0.1:6381"), ERRCLASS_ASK);
    CHECK_EQ(of("LOADING server is loading the dataset in memory"), ERRCLASS_LOADING);
    CHECK_EQ(of("NOAUTH Authentication required."), ERRCLASS_AUTH);
    CHECK_EQ(of("WRONGPASS invalid username-password pair"), ERRCLASS_AUTH);
    CHECK_EQ(of("NOPERM this user has no permissions"), ERRCLASS_PERMISSION);
    CHECK_EQ(of("READONLY"), ERRCLASS_READONLY);
    CHECK_EQ(of("OOM command not allowed"), ERRCLASS_OOM);
    CHECK_EQ(of("NOSCRIPT No matching script."), ERRCLASS_NOSCRIPT);
    CHECK_EQ(of("EXECABORT Transaction discarded"), ERRCLASS_EXECABORT);
    CHECK_EQ(of("CROSSSLOT Keys in request"), ERRCLASS_CROSSSLOT);
    CHECK_EQ(of("CLUSTERDOWN The cluster is down"), ERRCLASS_CLUSTERDOWN);
    CHECK_EQ(of("MASTERDOWN Link with MASTER is down"), ERRCLASS_MASTERDOWN);
    CHECK_EQ(of("TRYAGAIN Multiple keys"), ERRCLASS_TRYAGAIN);
    CHECK_EQ(of("REDIRECT 127.0.0.1:6379"), ERRCLASS_REDIRECT);
}

static void only_the_whole_word_counts(void) {
    CHECK_EQ(of("BUSY running a script"), ERRCLASS_BUSY);
    CHECK_EQ(of("BUSYGROUP Consumer Group name already exists"), ERRCLASS_SERVER);
    CHECK_EQ(of("BUSYKEY Target key name already exists."), ERRCLASS_SERVER);
    CHECK_EQ(of("MOVE"), ERRCLASS_SERVER);
    CHECK_EQ(of("moved 1 a:1"), ERRCLASS_SERVER);
    CHECK_EQ(of(""), ERRCLASS_SERVER);
    CHECK_EQ(errclass_of_reply(NULL, 0), ERRCLASS_SERVER);
}

static void texts_behind_ERR_are_taken_to_the_letter(void) {
    CHECK_EQ(of("ERR max number of clients reached"), ERRCLASS_MAX_CLIENTS);
    CHECK_EQ(of("ERR max number of clients reached!"), ERRCLASS_SERVER);
    CHECK_EQ(of("ERR invalid password"), ERRCLASS_AUTH);
    CHECK_EQ(of("ERR Client sent AUTH, but no password is set"), ERRCLASS_AUTH);
    CHECK_EQ(of("ERR AUTH <password> called without any password configured for the default user. "
                "Are you sure your configuration is correct?"),
             ERRCLASS_AUTH);
    CHECK_EQ(of("ERR wrong number of arguments for 'auth' command"), ERRCLASS_AUTH_ARITY);
    CHECK_EQ(of("ERR wrong number of arguments for 'AUTH' command"), ERRCLASS_AUTH_ARITY);
    CHECK_EQ(of("ERR wrong number of arguments for 'get' command"), ERRCLASS_SERVER);
    CHECK_EQ(of("ERR Error unloading module: operation not possible."), ERRCLASS_MODULE);
    CHECK_EQ(of("ERR"), ERRCLASS_SERVER);
    CHECK_EQ(of("ERR "), ERRCLASS_SERVER);
}

static void an_unknown_command_is_known_by_its_beginning(void) {
    CHECK_EQ(of("ERR unknown command 'HELLO', with args beginning with: '3' "),
             ERRCLASS_UNKNOWN_COMMAND);
    CHECK_EQ(of("ERR unknown command `HELLO`"), ERRCLASS_UNKNOWN_COMMAND);
    CHECK_EQ(of("ERR Unknown subcommand or wrong number of arguments"), ERRCLASS_SERVER);
}

static void our_own_codes_have_classes(void) {
    CHECK_EQ(errclass_of_code(VK_ECONNECT), ERRCLASS_CONNECT);
    CHECK_EQ(errclass_of_code(VK_ELOST), ERRCLASS_LOST);
    CHECK_EQ(errclass_of_code(VK_ETIMEOUT), ERRCLASS_TIMEOUT);
    CHECK_EQ(errclass_of_code(VK_EAUTH), ERRCLASS_AUTH);
    CHECK_EQ(errclass_of_code(VK_EUSAGE), ERRCLASS_NONE);
    CHECK_EQ(errclass_of_code(VK_ECANCEL), ERRCLASS_NONE);
    CHECK_EQ(errclass_of_code(0), ERRCLASS_NONE);
}

static void an_err_with_the_servers_words_has_their_class(void) {
    struct err e;
    err_set(&e, VK_ESERVER, "SELECT 1 failed: LOADING wait");
    CHECK_EQ(errclass_of_err(&e), ERRCLASS_LOADING);
    err_set(&e, VK_ESERVER, "ERR max number of clients reached");
    CHECK_EQ(errclass_of_err(&e), ERRCLASS_MAX_CLIENTS);
    err_set(&e, VK_EAUTH, "AUTH failed: strange");
    CHECK_EQ(errclass_of_err(&e), ERRCLASS_AUTH);
    err_set(&e, VK_ELOST, "handshake failed: LOADING");
    CHECK_EQ(errclass_of_err(&e), ERRCLASS_LOST);
}

static void exit_codes_are_those_of_the_design(void) {
    static const struct {
        int code, exit_code;
    } rows[] = {{0, 0},           {VK_ESERVER, 1}, {VK_EUSAGE, 2}, {VK_EPARSE, 2},   {VK_EFILE, 2},
                {VK_ECONNECT, 3}, {VK_ELOST, 3},   {VK_EPROTO, 3}, {VK_ETLS, 4},     {VK_EAUTH, 5},
                {VK_ETIMEOUT, 6}, {VK_ESTATE, 2},  {VK_ELIMIT, 3}, {VK_ECANCEL, 130}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_EQ(errclass_exit_of_code(rows[i].code), rows[i].exit_code);
    CHECK_EQ(errclass_exit(ERRCLASS_PERMISSION), 5);
    CHECK_EQ(errclass_exit(ERRCLASS_MOVED), 1);
    CHECK_EQ(errclass_exit(ERRCLASS_NONE), 0);
}

static void names_lead_there_and_back(void) {
    for (unsigned bit = 1; bit <= ERRCLASS_SERVER; bit <<= 1) {
        const char *name = errclass_name((enum errclass)bit);
        CHECK_EQ(errclass_by_name(name, strlen(name)), bit);
    }
    CHECK_EQ(errclass_by_name("Loading", 7), ERRCLASS_LOADING);
    CHECK_EQ(errclass_by_name("loadin", 6), ERRCLASS_NONE);
    CHECK_STR(errclass_name(ERRCLASS_NONE), "none");
    CHECK_STR(errclass_name((enum errclass)(ERRCLASS_ASK | ERRCLASS_MOVED)), "none");
}

int main(void) {
    RUN(the_first_word_decides);
    RUN(only_the_whole_word_counts);
    RUN(texts_behind_ERR_are_taken_to_the_letter);
    RUN(an_unknown_command_is_known_by_its_beginning);
    RUN(our_own_codes_have_classes);
    RUN(an_err_with_the_servers_words_has_their_class);
    RUN(exit_codes_are_those_of_the_design);
    RUN(names_lead_there_and_back);
    return t_end();
}
