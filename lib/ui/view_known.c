/* SPDX-License-Identifier: BSD-3-Clause */
/* The commands whose replies are known by name. */
#include "base/str.h"
#include "ui/view_impl.h"

#define NAMES(...)                                                                                 \
    (const char *const[]) {                                                                        \
        __VA_ARGS__, NULL                                                                          \
    }

enum { RECORDS = false, FIELDS = true, SHOWN = false, TYPED = true };

static const struct view_known known[] = {
    {"info", NULL, view_text_info, FIELDS, TYPED, NULL},
    {"client", "list", view_text_client, RECORDS, TYPED,
     NAMES("id", "addr", "name", "age", "idle", "flags", "db", "cmd", "user")},
    {"client", "info", view_text_client, FIELDS, TYPED, NULL},
    {"client", "trackinginfo", view_admin_map, FIELDS, SHOWN, NULL},
    {"cluster", "nodes", view_text_cluster_nodes, RECORDS, TYPED,
     NAMES("id", "host", "port", "flags", "primary", "link", "slots")},
    {"cluster", "replicas", view_text_cluster_nodes, RECORDS, TYPED,
     NAMES("id", "host", "port", "flags", "primary", "link")},
    {"cluster", "slaves", view_text_cluster_nodes, RECORDS, TYPED,
     NAMES("id", "host", "port", "flags", "primary", "link")},
    {"cluster", "info", view_text_cluster_info, FIELDS, TYPED, NULL},
    {"cluster", "slots", view_cluster_slots, RECORDS, TYPED, NULL},
    {"cluster", "shards", view_cluster_shards, RECORDS, TYPED,
     NAMES("slots", "id", "port", "tls-port", "ip", "role", "replication-offset", "health")},
    {"cluster", "links", view_admin_maps, RECORDS, TYPED, NULL},
    {"slowlog", "get", view_admin_slowlog, RECORDS, TYPED, NULL},
    {"latency", "latest", view_admin_latency_latest, RECORDS, TYPED, NULL},
    {"latency", "history", view_admin_latency_history, RECORDS, TYPED, NULL},
    {"memory", "stats", view_admin_sizes, FIELDS, TYPED, NULL},
    {"command", "docs", view_admin_command_docs, RECORDS, TYPED,
     NAMES("command", "group", "since", "summary")},
    {"command", "info", view_commands_info, RECORDS, SHOWN, NULL},
    {"command", NULL, view_commands_info, RECORDS, SHOWN, NULL},
    {"latency", "histogram", view_commands_histogram, RECORDS, SHOWN, NULL},
    {"acl", "list", view_text_acl_list, RECORDS, TYPED,
     NAMES("user", "enabled", "passwords", "keys", "channels", "commands")},
    {"acl", "getuser", view_admin_acl_user, FIELDS, TYPED, NULL},
    {"acl", "log", view_admin_acl_log, RECORDS, TYPED,
     NAMES("count", "reason", "context", "object", "username", "age-seconds")},
    {"module", "list", view_admin_maps, RECORDS, TYPED, NULL},
    {"function", "list", view_commands_functions, RECORDS, SHOWN, NULL},
    {"config", "get", view_admin_config, FIELDS, TYPED, NULL},
    {"pubsub", "numsub", view_admin_numsub, RECORDS, TYPED, NULL},
    {"pubsub", "shardnumsub", view_admin_numsub, RECORDS, TYPED, NULL},
    {"role", NULL, view_admin_role, FIELDS, TYPED, NULL},
    {"hello", NULL, view_admin_map, FIELDS, SHOWN, NULL},
    {"xinfo", "stream", view_stream_info, FIELDS, TYPED, NULL},
    {"xinfo", "groups", view_admin_maps, RECORDS, TYPED, NULL},
    {"xinfo", "consumers", view_admin_maps, RECORDS, TYPED, NULL},
    {"sentinel", "masters", view_admin_maps, RECORDS, SHOWN,
     NAMES("name", "ip", "port", "flags", "num-slaves", "num-other-sentinels", "quorum")},
    {"sentinel", "replicas", view_admin_maps, RECORDS, SHOWN,
     NAMES("name", "ip", "port", "flags", "master-link-status", "slave-priority")},
    {"sentinel", "sentinels", view_admin_maps, RECORDS, SHOWN,
     NAMES("name", "ip", "port", "flags", "last-ok-ping-reply")},
    {"xrange", NULL, view_data_entries, RECORDS, SHOWN, NULL},
    {"xrevrange", NULL, view_data_entries, RECORDS, SHOWN, NULL},
    {"xclaim", NULL, view_data_entries, RECORDS, SHOWN, NULL},
    {"xread", NULL, view_data_streams, RECORDS, SHOWN, NULL},
    {"xreadgroup", NULL, view_data_streams, RECORDS, SHOWN, NULL},
    {"xautoclaim", NULL, view_stream_claimed, RECORDS, SHOWN, NULL},
    {"xpending", NULL, view_stream_pending, RECORDS, SHOWN, NULL},
    {"zrange", NULL, view_data_scores, RECORDS, SHOWN, NULL},
    {"zrevrange", NULL, view_data_scores, RECORDS, SHOWN, NULL},
    {"zrangebyscore", NULL, view_data_scores, RECORDS, SHOWN, NULL},
    {"zrevrangebyscore", NULL, view_data_scores, RECORDS, SHOWN, NULL},
    {"zrandmember", NULL, view_data_scores, RECORDS, SHOWN, NULL},
    {"zdiff", NULL, view_data_scores, RECORDS, SHOWN, NULL},
    {"zinter", NULL, view_data_scores, RECORDS, SHOWN, NULL},
    {"zunion", NULL, view_data_scores, RECORDS, SHOWN, NULL},
    {"zpopmin", NULL, view_data_popped, RECORDS, SHOWN, NULL},
    {"zpopmax", NULL, view_data_popped, RECORDS, SHOWN, NULL},
    {"hrandfield", NULL, view_data_values, RECORDS, SHOWN, NULL},
    {"scan", NULL, view_data_scan, RECORDS, SHOWN, NULL},
    {"hscan", NULL, view_data_scan, RECORDS, SHOWN, NULL},
    {"sscan", NULL, view_data_scan, RECORDS, SHOWN, NULL},
    {"zscan", NULL, view_data_scan, RECORDS, SHOWN, NULL},
    {"geosearch", NULL, view_geo_search, RECORDS, SHOWN, NULL},
    {"georadius", NULL, view_geo_search, RECORDS, SHOWN, NULL},
    {"georadius_ro", NULL, view_geo_search, RECORDS, SHOWN, NULL},
    {"georadiusbymember", NULL, view_geo_search, RECORDS, SHOWN, NULL},
    {"georadiusbymember_ro", NULL, view_geo_search, RECORDS, SHOWN, NULL},
    {"geopos", NULL, view_geo_positions, RECORDS, SHOWN, NULL},
    {"geohash", NULL, view_geo_hashes, RECORDS, SHOWN, NULL},
    {"ft.search", NULL, view_module_search, RECORDS, SHOWN, NULL},
    {"ft.aggregate", NULL, view_module_search, RECORDS, SHOWN, NULL},
    {"ts.range", NULL, view_module_samples, RECORDS, SHOWN, NULL},
    {"ts.revrange", NULL, view_module_samples, RECORDS, SHOWN, NULL},
    {"hgetall", NULL, NULL, FIELDS, SHOWN, NULL},
    {"ft.info", NULL, NULL, FIELDS, SHOWN, NULL},
    {"ts.info", NULL, NULL, FIELDS, SHOWN, NULL},
    {"bf.info", NULL, NULL, FIELDS, SHOWN, NULL},
    {"cf.info", NULL, NULL, FIELDS, SHOWN, NULL},
    {"cms.info", NULL, NULL, FIELDS, SHOWN, NULL},
    {"topk.info", NULL, NULL, FIELDS, SHOWN, NULL},
    {"tdigest.info", NULL, NULL, FIELDS, SHOWN, NULL},
};

const struct view_known *view_known_find(const struct view_call *c) {
    for (size_t i = 0; c->argc && i < sizeof known / sizeof *known; i++) {
        const struct view_known *k = &known[i];
        if (!str_ieq(c->argv[0], c->lens[0], k->name)) continue;
        if (!k->sub || (c->argc > 1 && str_ieq(c->argv[1], c->lens[1], k->sub))) return k;
    }
    return NULL;
}
