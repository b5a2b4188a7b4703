/* SPDX-License-Identifier: BSD-3-Clause */
/* What the views share. Private to lib/ui/view*.c. */
#ifndef UI_VIEW_IMPL_H
#define UI_VIEW_IMPL_H

#include "ui/sheet.h"
#include "ui/view.h"

/* The command that was answered. */
struct view_call {
    int argc;
    const char *const *argv;
    const size_t *lens;
};

struct view_pen {
    const struct view_opts *o;
    struct buf *out;
    bool untagged; /* numbers without their (integer): it is known that they are */
};

/* view_pen.c. A line has ended: out may be given out. False: it takes no more. */
bool view_more_wanted(const struct view_pen *v);

/* --- view_tree.c: any value, `indent` columns from the left ----------------------------------- */

/* From where the line stands to its end, and the lines below it. flat: a list of even length is a
 * map (RESP2). */
void view_tree(const struct view_pen *v, const struct reply *r, int indent, bool flat);
/* A text of our own in a colour. */
void view_tree_say(const struct view_pen *v, enum colour c, const char *text);
/* "name:" and blanks up to the column behind names of `columns` columns. */
void view_tree_name(const struct view_pen *v, const char *p, size_t n, int columns);
/* The columns that a name takes, 0 for one so wide that no other shall be aligned with it. */
int view_tree_name_columns(const char *p, size_t n);
/* "... N more", unless n is 0. */
void view_tree_more(const struct view_pen *v, int indent, size_t n);

/* --- view_fields.c: a sheet as `name: value` -------------------------------------------------- */

void view_fields(const struct view_pen *v, const struct sheet *s);

/* --- view_json.c: JSON that is the value of a key --------------------------------------------- */

/* Is the text a JSON object or array? */
bool view_json_is(const char *p, size_t n);
enum { VIEW_JSON_ROW = -1 };
/* Valid JSON with line breaks, `indent` columns from the left, or all in one row (VIEW_JSON_ROW).
 * Its numbers, the order of its names and names that repeat stay as they are. */
void view_json(const struct view_pen *v, const char *p, size_t n, int indent);

/* --- view_hex.c ------------------------------------------------------------------------------- */

void view_hex(const struct view_pen *v, const struct reply *r);

/* --- view_known.c: who knows which reply ------------------------------------------------------ */

/* Fill the sheet. False when the reply has not the shape that is known. */
typedef bool view_decode_fn(struct sheet *s, const struct view_call *c, const struct reply *r);

struct view_known {
    const char *name, *sub; /* sub NULL = any */
    view_decode_fn *decode; /* NULL: flat pairs, shown as a tree */
    bool fields;            /* one object, `name: value` */
    bool typed;             /* also for view_typed_json */
    const char *const *brief;
};

/* NULL = the command is not known. */
const struct view_known *view_known_find(const struct view_call *c);

/* --- helpers of those who decode, view_decode.c ----------------------------------------------- */

/* Is one of the arguments from `from` on that word, in any case? */
bool view_decode_has(const struct view_call *c, int from, const char *word);
bool view_decode_is_text(const struct reply *r);
/* A map, or a list of even length whose 1st, 3rd, ... element is a string. */
bool view_decode_is_map(const struct reply *r);
bool view_decode_is_list(const struct reply *r);
/* The value of a name in such a map, or NULL. */
const struct reply *view_decode_get(const struct reply *map, const char *name);
/* All of a map's names and values as cells. */
void view_decode_pairs(struct sheet *s, const struct reply *map);
/* The value as a cell; a list that is one of RESP2's flat maps becomes a map. */
void view_decode_map(struct sheet *s, const char *name, size_t name_len, const struct reply *r);
/* A list in which RESP2's flat maps are maps. */
const struct reply *view_decode_maps(struct sheet *s, const struct reply *list);
/* An integer, or the text of one. */
bool view_decode_int(const struct reply *r, int64_t *n);
/* The same of the i-th value of a list, which may have none. */
bool view_decode_int_at(const struct reply *list, size_t i, int64_t *n);
/* The next line of *p[0..end), without its line end; false at the end. */
bool view_decode_line(const char **p, const char *end, const char **line, size_t *len);
/* Does a field of that name hold bytes? */
bool view_decode_is_size(const char *name, size_t len);

/* Anything as records, for \table. */
view_decode_fn view_decode_any;

/* view_text.c: replies that are lines of text */
view_decode_fn view_text_info, view_text_client, view_text_cluster_nodes, view_text_cluster_info,
    view_text_acl_list;
/* view_admin.c */
view_decode_fn view_admin_maps, view_admin_map, view_admin_sizes, view_admin_acl_log,
    view_admin_slowlog, view_admin_latency_latest, view_admin_latency_history,
    view_admin_command_docs, view_admin_acl_user, view_admin_config, view_admin_numsub,
    view_admin_role;
/* view_cluster.c */
view_decode_fn view_cluster_slots, view_cluster_shards;
/* view_data.c: entries of streams, members with scores, fields with values, cursors */
view_decode_fn view_data_entries, view_data_streams, view_data_scores, view_data_values,
    view_data_popped, view_data_scan;
/* view_commands.c */
view_decode_fn view_commands_info, view_commands_histogram, view_commands_functions;
/* view_stream.c */
view_decode_fn view_stream_info, view_stream_pending, view_stream_claimed;
/* view_geo.c */
view_decode_fn view_geo_search, view_geo_positions, view_geo_hashes;
/* view_module.c: FT.SEARCH and FT.AGGREGATE, TS.RANGE */
view_decode_fn view_module_search, view_module_samples;

#endif
