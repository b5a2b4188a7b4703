/* SPDX-License-Identifier: BSD-3-Clause */
/* Completion scripts out of the option table. All three complete options and their arguments up to
 * the first word that is no option; what follows belongs to a server and is left alone. The
 * invariant: no text of the table reaches a script unquoted, names and letters apart, which are
 * plain words. */
#include "base/opt.h"

#include <string.h>

typedef void each_fn(struct buf *out, const struct opt_program *p, const struct opt_row *r);

static void each(struct buf *out, const struct opt_program *p, each_fn *fn) {
    for (const struct opt_group *g = p->groups; g->rows; g++)
        for (const struct opt_row *r = g->rows; !opt_is_end(r); r++)
            if (opt_is_shown(p, r)) fn(out, p, r);
}

static bool has_words(const struct opt_row *r, const char *kind) {
    return r->words && !strcmp(r->words, kind);
}

/* text with a backslash before each byte of `escaped`, and each ' as `quote`. */
static void add_quoted(struct buf *out, const char *text, const char *escaped, const char *quote) {
    for (; *text; text++) {
        if (*text == '\'') {
            buf_adds(out, quote);
            continue;
        }
        if (strchr(escaped, *text)) buf_addc(out, '\\');
        buf_addc(out, *text);
    }
}

/* A name that a shell function may have. */
static void add_function(struct buf *out, const char *name) {
    buf_addc(out, '_');
    for (; *name; name++)
        buf_addc(out, *name == '-' ? '_' : *name);
}

static void add_in_quotes(struct buf *out, const char *text) {
    buf_addc(out, '\'');
    add_quoted(out, text, "", "'\\''");
    buf_addc(out, '\'');
}

/* "-h|--host" with between = "|" */
static void add_names(struct buf *out, const struct opt_row *r, const char *between) {
    if (r->letter) buf_addf(out, "-%c", r->letter);
    if (r->letter && r->name) buf_adds(out, between);
    if (r->name) buf_addf(out, "--%s", r->name);
}

static void bash_taker(struct buf *out, const struct opt_program *p, const struct opt_row *r) {
    (void)p;
    if (!r->arg) return;
    buf_adds(out, "        ");
    add_names(out, r, "|");
    buf_adds(out, ") ((i++)) ;;\n");
}

static void bash_name(struct buf *out, const struct opt_program *p, const struct opt_row *r) {
    (void)p;
    add_names(out, r, " ");
    buf_addc(out, ' ');
}

static void bash_argument(struct buf *out, const struct opt_program *p, const struct opt_row *r) {
    (void)p;
    if (!r->arg || !r->words) return;
    buf_adds(out, "    ");
    add_names(out, r, "|");
    if (has_words(r, "file") || has_words(r, "dir")) {
        buf_addf(out, ") kind=(-%c); compopt -o filenames 2>/dev/null ;;\n", r->words[0]);
    } else if (has_words(r, "host") || has_words(r, "command")) {
        buf_addf(out, ") kind=(-A %s) ;;\n", has_words(r, "host") ? "hostname" : "command");
    } else {
        buf_adds(out, ") kind=(-W ");
        add_in_quotes(out, r->words);
        buf_adds(out, ") ;;\n");
    }
}

/* Bash splits at the '@' as well, but readline replaces it together with the name. */
static void bash_profiles(struct buf *out, const struct opt_program *p) {
    if (!p->profiles) return;
    buf_addf(
        out,
        "    if ((i == COMP_CWORD)) && [[ $cur == @* || ${COMP_WORDS[i - 1]} == @ ]]; then\n"
        "        mapfile -t COMPREPLY < <(compgen -P @ -W \"$(%s 2>/dev/null | cut -d ' ' -f 1)\""
        " -- \"${cur#@}\")\n"
        "        return\n"
        "    fi\n",
        p->profiles);
}

/* Bash splits "--host=x" into three words, so an option's argument is one or two words behind it.
 */
static void bash(struct buf *out, const struct opt_program *p) {
    buf_addf(out, "# bash completion for %s\n", p->name);
    add_function(out, p->name);
    buf_adds(out, "() {\n"
                  "    local cur=${COMP_WORDS[COMP_CWORD]} option= i kind=()\n"
                  "    COMPREPLY=()\n"
                  "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                  "        option=${COMP_WORDS[i]}\n"
                  "        case $option in\n"
                  "        --) return ;;\n");
    if (p->profiles) buf_adds(out, "        @) ((i == COMP_CWORD - 1)) || return; option= ;;\n");
    each(out, p, bash_taker);
    buf_adds(out, "        -*) option= ;;\n"
                  "        *) return ;;\n"
                  "        esac\n"
                  "        if [[ ${COMP_WORDS[i]} == = ]]; then ((i++)); fi\n"
                  "    done\n"
                  "    if ((i == COMP_CWORD)); then option=; fi\n");
    bash_profiles(out, p);
    buf_adds(out, "    if [[ $cur == = ]]; then cur=; fi\n"
                  "    case $option in\n"
                  "    '')\n"
                  "        [[ $cur == -* ]] || return\n"
                  "        kind=(-W '");
    each(out, p, bash_name);
    buf_adds(out, "') ;;\n");
    each(out, p, bash_argument);
    buf_adds(out, "    *) return ;;\n"
                  "    esac\n"
                  "    mapfile -t COMPREPLY < <(compgen \"${kind[@]}\" -- \"$cur\")\n"
                  "}\n"
                  "complete -F ");
    add_function(out, p->name);
    buf_addf(out, " %s\n", p->name);
}

static void zsh_action(struct buf *out, const struct opt_row *r) {
    if (!r->words) {
        buf_addc(out, ' ');
    } else if (has_words(r, "file")) {
        buf_adds(out, "_files");
    } else if (has_words(r, "dir")) {
        buf_adds(out, "_files -/");
    } else if (has_words(r, "host")) {
        buf_adds(out, "_hosts");
    } else if (has_words(r, "command")) {
        buf_adds(out, "_command_names");
    } else {
        buf_addc(out, '(');
        add_quoted(out, r->words, ":()\\", "'\\''");
        buf_addc(out, ')');
    }
}

static void zsh_option(struct buf *out, const struct opt_program *p, const struct opt_row *r) {
    const char *equals = r->arg ? "=" : "";
    (void)p;
    buf_adds(out, " \\\n        ");
    if (r->letter && r->name)
        buf_addf(out, "'(-%c --%s)'{-%c,--%s%s}'", r->letter, r->name, r->letter, r->name, equals);
    else if (r->name)
        buf_addf(out, "'--%s%s", r->name, equals);
    else
        buf_addf(out, "'-%c", r->letter);
    buf_addc(out, '[');
    add_quoted(out, r->help ? r->help : "", "[]:\\", "'\\''");
    buf_addc(out, ']');
    if (r->arg) {
        buf_addc(out, ':');
        add_quoted(out, r->arg, ":\\", "'\\''");
        buf_addc(out, ':');
        zsh_action(out, r);
    }
    buf_addc(out, '\'');
}

/* As an autoloaded file it is the function's body, and runs it; as sourced text it declares it. */
static void zsh(struct buf *out, const struct opt_program *p) {
    buf_addf(out, "#compdef %s\n", p->name);
    add_function(out, p->name);
    buf_adds(out, "() {\n    _arguments -S -A '-*'");
    each(out, p, zsh_option);
    if (p->profiles)
        buf_addf(out,
                 " \\\n        '1:argument:{compadd -- "
                 "${${(f)\"$(%s 2>/dev/null)\"}/#(#m)*/@${MATCH%%%% *}}}'",
                 p->profiles);
    buf_adds(out, " \\\n        '*:argument: '\n}\nif [[ ${funcstack[1]} == ");
    add_function(out, p->name);
    buf_adds(out, " ]]; then ");
    add_function(out, p->name);
    buf_adds(out, " \"$@\"; else compdef ");
    add_function(out, p->name);
    buf_addf(out, " %s; fi\n", p->name);
}

static void fish_argument(struct buf *out, const struct opt_row *r) {
    if (!r->words) {
        buf_adds(out, " -x");
    } else if (has_words(r, "file")) {
        buf_adds(out, " -r -F");
    } else if (has_words(r, "dir")) {
        buf_adds(out, " -x -a '(__fish_complete_directories)'");
    } else if (has_words(r, "host")) {
        buf_adds(out, " -x -a '(__fish_print_hostnames)'");
    } else if (has_words(r, "command")) {
        buf_adds(out, " -x -a '(__fish_complete_command)'");
    } else {
        buf_adds(out, " -x -a '");
        add_quoted(out, r->words, "\\", "\\'");
        buf_addc(out, '\'');
    }
}

static void fish_option(struct buf *out, const struct opt_program *p, const struct opt_row *r) {
    buf_addf(out, "complete -c %s", p->name);
    if (r->letter) buf_addf(out, " -s %c", r->letter);
    if (r->name) buf_addf(out, " -l %s", r->name);
    if (r->arg) fish_argument(out, r);
    buf_adds(out, " -d '");
    add_quoted(out, r->help ? r->help : "", "\\", "\\'");
    buf_adds(out, "'\n");
}

static void fish(struct buf *out, const struct opt_program *p) {
    buf_addf(out, "# fish completion for %s\ncomplete -c %s -f\n", p->name, p->name);
    if (p->profiles)
        buf_addf(out,
                 "complete -c %s -n 'string match -q \"@*\" -- (commandline -ct)' -a "
                 "'(%s 2>/dev/null | string replace -r \"^(\\S+).*\" \"@\\$1\")'\n",
                 p->name, p->profiles);
    each(out, p, fish_option);
}

int opt_completion(const struct opt_program *p, const char *shell, struct buf *out, struct err *e) {
    static const struct {
        const char *shell;
        void (*write)(struct buf *out, const struct opt_program *p);
    } writers[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        if (strcmp(writers[i].shell, shell)) continue;
        writers[i].write(out, p);
        return out->over ? err_set(e, VK_ELIMIT, "the completion script is too long") : 0;
    }
    return err_set(e, VK_EUSAGE, "unknown shell '%s' (valid: bash, zsh, fish)", shell);
}
