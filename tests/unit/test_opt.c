/* SPDX-License-Identifier: BSD-3-Clause */
/* The option table: parsing, help, completion. Completion scripts are also run by their own shells,
 * where those are installed. */
#include "base/opt.h"

#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "t.h"

struct place {
    const char *host;
    int64_t port;
    char *pass;
};

struct rest {
    double wait;
    bool loud;
    int format;
    int64_t any;
    const char *called, *file;
};

static int on_call(void *target, char *value, struct err *e) {
    struct rest *r = target;
    if (!strcmp(value, "bad")) return err_set(e, VK_EUSAGE, "no such thing");
    r->called = value;
    return 0;
}

static const struct opt_row place_rows[] = {
    {.type = OPT_HEADING, .help = "Place"},
    {'h', "host", OPT_STR, .offset = offsetof(struct place, host), "HOST", "server's host",
     .words = "host"},
    {'p', "port", OPT_INT, .offset = offsetof(struct place, port), "PORT", "server's port",
     .max = 65535},
    {'a', "pass", OPT_SECRET, .offset = offsetof(struct place, pass), "PASS", "password"},
    {0},
};

static const struct opt_row rest_rows[] = {
    {.type = OPT_HEADING, .help = "Rest"},
    {'i', NULL, OPT_NUMBER, .offset = offsetof(struct rest, wait), "SECONDS", "wait", .min = -1,
     .max = 9.5},
    {0, "loud", OPT_FLAG, .offset = offsetof(struct rest, loud),
     .help = "say 'it' [all]: $(more) \\ `x`"},
    {0, "lout", OPT_FLAG, .offset = offsetof(struct rest, loud), .help = "lout"},
    {0, "raw", OPT_SET, .offset = offsetof(struct rest, format), .value = 3, .help = "raw"},
    {0, "any", OPT_INT, .offset = offsetof(struct rest, any), "N", "any number"},
    {0, "call", OPT_CALL, .arg = "WHAT", .help = "call", .fn = on_call, .words = "one two"},
    {0, "file", OPT_STR, .offset = offsetof(struct rest, file), "FILE",
     "a long phrase that has to be wrapped into several lines when the page is narrow enough",
     .words = "file"},
    {0, "an-option-with-quite-a-long-name", OPT_FLAG, .offset = offsetof(struct rest, loud),
     .help = "long"},
    {0, "old-loud", OPT_FLAG, .offset = offsetof(struct rest, loud), .help = "alias",
     .hidden = true},
    {0},
};

static struct place place;
static struct rest rest;
static const struct opt_group groups[] = {{place_rows, &place}, {rest_rows, &rest}, {0}};
static const char *const usage[] = {"[OPTIONS] WORD...", "[OPTIONS] < FILE", NULL};
static const char *const notes[] = {"One note", "that goes on.", "", "Another.", NULL};
static const char *const examples[] = {"tool -p 1 x", NULL};
static struct opt_program program = {.name = "tool",
                                     .summary = "does things",
                                     .usage = usage,
                                     .groups = groups,
                                     .examples = examples,
                                     .notes = notes};

static char words_text[16][96];
static char *words[16];
static int first;
static struct err e;

/* Parse the words of a line, cut at blanks. */
static int parse(const char *line) {
    int argc = 1;
    free(place.pass);
    place = (struct place){0};
    rest = (struct rest){0};
    err_clear(&e);
    words[0] = words_text[0];
    for (; *line; line += strspn(line, " ")) {
        size_t len = strcspn(line, " ");
        memcpy(words_text[argc], line, len);
        words_text[argc][len] = 0;
        words[argc] = words_text[argc];
        argc++;
        line += len;
    }
    return opt_parse(&program, argc, words, &first, &e);
}

static void options_end_at_the_first_word(void) {
    CHECK_EQ(parse("-h a --port 7 get -h b"), 0);
    CHECK_EQ(first, 5);
    CHECK_STR(place.host, "a");
    CHECK_EQ(place.port, 7);
    CHECK_EQ(parse(""), 0);
    CHECK_EQ(first, 1);
    CHECK_EQ(parse("--loud"), 0);
    CHECK_EQ(first, 2);
}

static void two_dashes_end_options_and_one_dash_is_a_word(void) {
    CHECK_EQ(parse("--loud -- --raw"), 0);
    CHECK_EQ(first, 3);
    CHECK_EQ(rest.format, 0);
    CHECK_EQ(parse("- --raw"), 0);
    CHECK_EQ(first, 1);
    CHECK_EQ(parse("-h -- get"), 0); /* an argument may look like an option */
    CHECK_STR(place.host, "--");
    CHECK_EQ(first, 3);
}

static void every_type_is_stored(void) {
    CHECK_EQ(parse("-i -0.5 --loud --raw --any=-9223372036854775808 --call=one --file=a=b x"), 0);
    CHECK(rest.wait == -0.5 && rest.loud);
    CHECK_EQ(rest.format, 3);
    CHECK(rest.any == INT64_MIN);
    CHECK_STR(rest.called, "one");
    CHECK_STR(rest.file, "a=b");
    CHECK_EQ(first, 8);
}

static void bounds_are_within(void) {
    CHECK_EQ(parse("-p 65535 -i 9.5"), 0);
    CHECK_EQ(place.port, 65535);
    CHECK_EQ(parse("-p 0 -i -1"), 0);
    CHECK_EQ(place.port, 0);
}

static void the_last_of_a_repeated_option_wins(void) {
    CHECK_EQ(parse("-h a --host=b -a one --pass two"), 0);
    CHECK_STR(place.host, "b");
    CHECK_STR(place.pass, "two");
}

static void a_hidden_option_is_parsed(void) {
    CHECK_EQ(parse("--old-loud"), 0);
    CHECK(rest.loud);
}

static void a_secret_is_copied_and_wiped_in_argv(void) {
    CHECK_EQ(parse("-a secret --loud"), 0);
    CHECK_STR(place.pass, "secret");
    CHECK_STR(words[2], "xxxxxx");
    CHECK_EQ(parse("--pass=secret"), 0);
    CHECK_STR(place.pass, "secret");
    CHECK_STR(words[1], "--pass=xxxxxx");
}

static void errors_say_what_is_wrong(void) {
    static const struct {
        const char *line, *text;
        int first;
    } cases[] = {
        {"--prot 1", "unknown option '--prot' (did you mean '--port'?)", 1},
        {"--loud --hots=x", "unknown option '--hots' (did you mean '--host'?)", 2},
        {"-host x", "unknown option '-host' (did you mean '--host'?)", 1},
        {"--an-option",
         "unknown option '--an-option' (did you mean '--an-option-with-quite-a-long-name'?)", 1},
        {"--lou", "unknown option '--lou' (did you mean '--loud'?)", 1},
        {"--loutt", "unknown option '--loutt' (did you mean '--lout'?)", 1},
        {"--zzzzzz", "unknown option '--zzzzzz'", 1},
        {"--zzzzzz=secret", "unknown option '--zzzzzz'", 1},
        {"-z", "unknown option '-z'", 1},
        {"--=x", "unknown option '--'", 1},
        {"-asecret", "option '-a' needs its PASS behind a blank", 1},
        {"-p", "option '-p' needs a PORT", 1},
        {"--loud --port", "option '--port' needs a PORT", 2},
        {"--loud=yes", "option '--loud' takes no value", 1},
        {"-p abc", "option '-p': 'abc' is not a whole number from 0 to 65535", 1},
        {"-p 65536", "option '-p': '65536' is not a whole number from 0 to 65535", 1},
        {"--port=-1", "option '--port': '-1' is not a whole number from 0 to 65535", 1},
        {"--port=", "option '--port': '' is not a whole number from 0 to 65535", 1},
        {"-p 1.0", "option '-p': '1.0' is not a whole number from 0 to 65535", 1},
        {"-p 0x1", "option '-p': '0x1' is not a whole number from 0 to 65535", 1},
        {"--any 99999999999999999999",
         "option '--any': '99999999999999999999' is not a whole number", 1},
        {"-i 9.6", "option '-i': '9.6' is not a number from -1 to 9.5", 1},
        {"-i nan", "option '-i': 'nan' is not a number from -1 to 9.5", 1},
        {"--call bad", "option '--call': no such thing", 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_EQ(parse(cases[i].line), VK_EUSAGE);
        CHECK_STR(e.text, cases[i].text);
        CHECK_EQ(first, cases[i].first);
    }
}

static void lenient_numbers_are_what_the_text_begins_with(void) {
    static const struct {
        const char *line;
        int64_t port;
    } cases[] = {{"-p abc", 0}, {"-p 7x", 7},        {"-p -5", 0},
                 {"-p 1.9", 1}, {"-p 70000", 65535}, {"-p 99999999999999999999", 65535},
                 {"--port=", 0}};
    program.lenient = true;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_EQ(parse(cases[i].line), 0);
        CHECK_EQ(place.port, cases[i].port);
    }
    CHECK_EQ(parse("--any 99999999999999999999 -i 10"), 0);
    CHECK_EQ(rest.any, INT64_MAX);
    CHECK(rest.wait > 9.4 && rest.wait < 9.6);
    CHECK_EQ(parse("-i nan"), 0);
    CHECK(rest.wait >= 0 && rest.wait <= 0);
    program.lenient = false;
}

static void a_slip_of_the_hand_is_near(void) {
    CHECK_EQ(opt_distance("port", 4, "port"), 0);
    CHECK_EQ(opt_distance("prot", 4, "port"), 1);
    CHECK_EQ(opt_distance("pory", 4, "port"), 1);
    CHECK_EQ(opt_distance("pprt", 4, "port"), 1);
    CHECK_EQ(opt_distance("timout", 6, "timeout"), 1);
    CHECK_EQ(opt_distance("abcd", 4, "port"), OPT_FAR);
    CHECK_EQ(opt_distance("", 0, "a"), OPT_FAR);
    CHECK_EQ(opt_distance(words_text[0], 96, "a"), OPT_FAR);
}

static size_t widest_line(const char *p) {
    size_t widest = 0;
    for (; *p; p += strspn(p, "\n")) {
        size_t len = strcspn(p, "\n");
        widest = len > widest ? len : widest;
        p += len;
    }
    return widest;
}

static int set(const char *name, char *value) {
    err_clear(&e);
    return opt_set(&program, name, value, &e);
}

static void options_from_elsewhere_are_set_by_name(void) {
    char host[] = "h", port[] = "12", bad[] = "12x", secret[] = "sesame", unknown[] = "bad";
    parse("");
    CHECK(opt_find(&program, "port") == &place_rows[2]);
    CHECK(!opt_find(&program, "prot") && !opt_find(&program, "p"));
    CHECK_EQ(set("host", host), 0);
    CHECK(place.host == host);
    CHECK_EQ(set("port", port), 0);
    CHECK_EQ(place.port, 12);
    CHECK_EQ(set("loud", NULL), 0);
    CHECK(rest.loud);
    CHECK_EQ(set("pass", secret), 0);
    CHECK_STR(place.pass, "sesame");
    CHECK_STR(secret, "xxxxxx");
    CHECK_EQ(set("port", bad), VK_EUSAGE);
    CHECK_STR(e.text, "option 'port': '12x' is not a whole number from 0 to 65535");
    CHECK_EQ(set("call", unknown), VK_EUSAGE);
    CHECK_STR(e.text, "option 'call': no such thing");
}

static bool is_typed(const char *line, const char *name) {
    return parse(line) == 0 && opt_is_typed(&program, first, words, name);
}

static void what_was_typed_is_told(void) {
    CHECK(is_typed("-p 1 x", "port"));
    CHECK(is_typed("--loud --port 1", "port"));
    CHECK(is_typed("--host=x --port=1", "port"));
    CHECK(is_typed("-a secret --old-loud", "loud")); /* sets the same */
    CHECK(!is_typed("-h --port x", "port"));         /* a value */
    CHECK(!is_typed("-h x -- --port 1", "port"));
    CHECK(!is_typed("-h x word --port 1", "port"));
    CHECK(!is_typed("--call a", "file"));
    CHECK(!is_typed("-h x", "nonsense"));
    CHECK(!is_typed("", "port"));
}

static void help_is_aligned_and_wrapped(void) {
    static const char want[] = "tool: does things\n"
                               "\n"
                               "Usage: tool [OPTIONS] WORD...\n"
                               "       tool [OPTIONS] < FILE\n"
                               "\n"
                               "Place:\n"
                               "  -h, --host HOST  server's host\n"
                               "  -p, --port PORT  server's port\n"
                               "  -a, --pass PASS  password\n"
                               "\n"
                               "Rest:\n"
                               "  -i SECONDS       wait\n"
                               "      --loud       say 'it' [all]: $(more) \\ `x`\n"
                               "      --lout       lout\n"
                               "      --raw        raw\n"
                               "      --any N      any number\n"
                               "      --call WHAT  call\n"
                               "      --file FILE  a long phrase that has to be wrapped\n"
                               "                   into several lines when the page is\n"
                               "                   narrow enough\n"
                               "      --an-option-with-quite-a-long-name\n"
                               "                   long\n"
                               "\n"
                               "One note that goes on.\n"
                               "\n"
                               "Another.\n"
                               "\n"
                               "Examples:\n"
                               "  tool -p 1 x\n";
    struct buf text;
    buf_init(&text, 1 << 16);
    opt_help(&program, 57, &text);
    CHECK_STR(buf_cstr(&text), want);
    buf_release(&text);
}

static void help_fits_any_width(void) {
    struct buf text;
    buf_init(&text, 1 << 16);
    for (int columns = 40; columns < 200; columns++) {
        buf_clear(&text);
        opt_help(&program, columns, &text);
        CHECK(widest_line(buf_cstr(&text)) <= (size_t)columns);
    }
    buf_clear(&text);
    opt_help(&program, 32, &text); /* too narrow for two columns */
    CHECK(strstr(buf_cstr(&text), "  -h, --host HOST\n        server's host\n") != NULL);
    buf_release(&text);
}

/* What the shell command prints, given the completion script as $1. */
static void check_shell(const char *shell, const char *command, const char *want) {
    char path[] = "/tmp/vk-opt-XXXXXX", line[1024], got[1024];
    struct buf script;
    snprintf(line, sizeof line, "command -v %s > /dev/null", shell);
    if (system(line)) return; /* not installed */
    buf_init(&script, 1 << 16);
    CHECK_EQ(opt_completion(&program, shell, &script, &e), 0);
    int fd = mkstemp(path);
    CHECK(write(fd, script.p, script.len) == (ssize_t)script.len);
    close(fd);
    snprintf(line, sizeof line, "f=%s; %s 2>&1", path, command);
    FILE *pipe = popen(line, "r");
    size_t n = pipe ? fread(got, 1, sizeof got, pipe) : 0;
    if (pipe) pclose(pipe);
    CHECK_MEM(got, n, want, strlen(want));
    unlink(path);
    buf_release(&script);
}

static void completion_scripts_are_sound(void) {
    check_shell("bash", "bash -n $f; echo $?", "0\n");
    check_shell("zsh", "zsh -n $f; echo $?", "0\n");
    check_shell("fish", "fish -n $f; echo $?", "0\n");
    CHECK_EQ(opt_completion(&program, "csh", NULL, &e), VK_EUSAGE);
    CHECK_STR(e.text, "unknown shell 'csh' (valid: bash, zsh, fish)");
}

/* Complete the words given, the last of which is under the cursor. */
static void bash_completes(const char *line, const char *want) {
    char command[512];
    snprintf(command, sizeof command,
             "bash -c '. \"$0\"; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _tool; "
             "echo \"${COMPREPLY[*]}\"' $f tool %s",
             line);
    check_shell("bash", command, want);
}

static void bash_completes_names_and_words(void) {
    bash_completes("--ho", "--host\n");
    bash_completes("--l", "--loud --lout\n");
    bash_completes("--old", "\n");
    bash_completes("--call ''", "one two\n");
    bash_completes("--call = t", "two\n");
    bash_completes("--call =", "one two\n");
    bash_completes("--call one --ra", "--raw\n");
    bash_completes("--call = one --ra", "--raw\n");
    bash_completes("--file /proc/self/cmdl", "/proc/self/cmdline\n");
    bash_completes("--any ''", "\n");
    bash_completes("get --ra", "\n");
    bash_completes("-- --ra", "\n");
}

static void fish_completes_names_and_words(void) {
    check_shell("fish", "fish -N -c \"source $f; complete -C 'tool --ho'\"",
                "--host\tserver's host\n");
    check_shell("fish", "fish -N -c \"source $f; complete -C 'tool --call '\"",
                "one\tcall\ntwo\tcall\n");
    check_shell("fish", "fish -N -c \"source $f; complete -C 'tool --loud'\"",
                "--loud\tsay 'it' [all]: $(more) \\ `x`\n");
}

/* _arguments needs a running line editor: stand in for it and look at what it would get. */
static void zsh_hands_over_sound_specifications(void) {
    check_shell("zsh",
                "zsh -f -c 'compdef() { }; _arguments() { print -rl -- \"$@\" }; . $0; _tool' $f"
                " | grep -e -loud -e -call -e -host",
                "(-h --host)-h[server's host]:HOST:_hosts\n"
                "(-h --host)--host=[server's host]:HOST:_hosts\n"
                "--loud[say 'it' \\[all\\]\\: $(more) \\\\ `x`]\n"
                "--call=[call]:WHAT:(one two)\n");
}

int main(void) {
    RUN(options_end_at_the_first_word);
    RUN(two_dashes_end_options_and_one_dash_is_a_word);
    RUN(every_type_is_stored);
    RUN(bounds_are_within);
    RUN(the_last_of_a_repeated_option_wins);
    RUN(a_hidden_option_is_parsed);
    RUN(a_secret_is_copied_and_wiped_in_argv);
    RUN(errors_say_what_is_wrong);
    RUN(lenient_numbers_are_what_the_text_begins_with);
    RUN(a_slip_of_the_hand_is_near);
    RUN(options_from_elsewhere_are_set_by_name);
    RUN(what_was_typed_is_told);
    RUN(help_is_aligned_and_wrapped);
    RUN(help_fits_any_width);
    RUN(completion_scripts_are_sound);
    RUN(bash_completes_names_and_words);
    RUN(fish_completes_names_and_words);
    RUN(zsh_hands_over_sound_specifications);
    free(place.pass);
    return t_end();
}
