/* SPDX-License-Identifier: BSD-3-Clause */
/* The rules of --doctor on literal INFO, settings and tables. */
#include <stdlib.h>

#include "cmd/vk/judge.h"
#include "t.h"

#define NOW 1800000000

static struct judge_node node;
static struct judge_report report;

static void give(enum judge_source s, const char *text) {
    node.read[s] = true;
    node.texts[s] = (struct reply){.p = text, .len = strlen(text)};
}

static void begin(const char *info, const char *config) {
    memset(&node, 0, sizeof node);
    node.now_s = NOW;
    snprintf(node.name, sizeof node.name, "a:1");
    if (info) give(JUDGE_INFO, info);
    if (config) give(JUDGE_CONFIG, config);
}

static void judge(void) {
    const struct judge_facts facts = {.nodes = &node, .n = 1};
    judge_release(&report);
    judge_all(&facts, &report);
}

/* The severity of the first finding of a check, -1 = none. */
static int found(const char *check) {
    for (size_t i = 0; i < report.n; i++)
        if (!strcmp(report.findings[i].check, check)) return (int)report.findings[i].severity;
    return -1;
}

static const struct judge_finding *finding(const char *check) {
    static const struct judge_finding none = {.says = "", .evidence = "", .advice = ""};
    for (size_t i = 0; i < report.n; i++)
        if (!strcmp(report.findings[i].check, check)) return &report.findings[i];
    return &none;
}

/* One check on one text of INFO. */
static int of_info(const char *check, const char *info) {
    begin(info, "save:\n");
    judge();
    return found(check);
}

static const char healthy[] =
    "redis_version:7.0.15\r\nserver_time_usec:1800000000000000\r\nuptime_in_seconds:86400\r\n"
    "connected_clients:12\r\ncluster_connections:0\r\nmaxclients:10000\r\nblocked_clients:0\r\n"
    "used_memory:941120\r\nused_memory_rss:12455936\r\ntotal_system_memory:25276502016\r\n"
    "maxmemory:1073741824\r\nmaxmemory_policy:noeviction\r\nmem_fragmentation_ratio:13.82\r\n"
    "mem_fragmentation_bytes:11554864\r\nallocator_frag_ratio:1.08\r\nloading:0\r\n"
    "rdb_changes_since_last_save:5\r\nrdb_last_save_time:1799990000\r\n"
    "rdb_last_bgsave_status:ok\r\naof_enabled:1\r\naof_last_bgrewrite_status:ok\r\n"
    "aof_last_write_status:ok\r\naof_delayed_fsync:0\r\nrejected_connections:0\r\n"
    "expired_stale_perc:0.50\r\nevicted_keys:0\r\nkeyspace_hits:900000\r\nkeyspace_misses:1000\r\n"
    "latest_fork_usec:300\r\nrole:master\r\nconnected_slaves:1\r\n"
    "slave0:ip=10.0.0.2,port=6379,state=online,offset=100,lag=0\r\nmaster_repl_offset:100\r\n"
    "repl_backlog_active:1\r\nrepl_backlog_size:1048576\r\ninstantaneous_output_repl_kbps:0.10\r\n"
    "used_cpu_sys_main_thread:10.5\r\nused_cpu_user_main_thread:20.5\r\n"
    "cmdstat_get:calls=901000,usec=901000,usec_per_call=1.00,rejected_calls=0,failed_calls=0\r\n"
    "latency_percentiles_usec_get:p50=1.003,p99=4.015,p99.9=9.023\r\ncluster_enabled:0\r\n"
    "db0:keys=10,expires=0,avg_ttl=0\r\n";
static const char settings[] =
    "save:3600 1\nbind:127.0.0.1 -::1\nport:6379\nprotected-mode:yes\n"
    "tcp-keepalive:300\ntimeout:0\ntcp-backlog:511\nlatency-monitor-threshold:100\n"
    "slowlog-log-slower-than:10000\nenable-debug-command:no\nmin-replicas-to-write:0\n";

static void healthy_has_no_findings(void) {
    begin(healthy, settings);
    give(JUDGE_ACL, "user default on #abc ~* &* +@all\n");
    give(JUDGE_CLIENTS,
         "id=3 addr=127.0.0.1:5 name= db=0 omem=0 tot-mem=22000 cmd=get user=default\n");
    node.read[JUDGE_SLOWLOG] = node.read[JUDGE_LATENCY] = true;
    judge();
    CHECK_EQ(report.n, 0);
    for (size_t i = 0; i < report.n; i++)
        printf("%s: %s\n", report.findings[i].check, report.findings[i].says);
}

static void small_servers_are_left_in_peace(void) {
    CHECK_EQ(of_info("fragmentation", "used_memory:900000\nmem_fragmentation_ratio:13.8\n"
                                      "mem_fragmentation_bytes:11000000\n"),
             -1);
    CHECK_EQ(of_info("swap", "used_memory:900000\nused_memory_rss:100\n"), -1);
    CHECK_EQ(of_info("fork", "latest_fork_usec:900\nused_memory_rss:1000000\n"), -1);
    CHECK_EQ(of_info("hit rate", "keyspace_hits:0\nkeyspace_misses:50\n"), -1);
}

static void memory(void) {
    CHECK_EQ(of_info("maxmemory", "maxmemory:0\nused_memory:100\ntotal_system_memory:1000\n"),
             JUDGE_NOTE);
    CHECK_EQ(of_info("maxmemory", "maxmemory:0\nused_memory:600\ntotal_system_memory:1000\n"),
             JUDGE_WARNING);
    CHECK_EQ(
        of_info("maxmemory near", "maxmemory:1000\nused_memory:790\nmaxmemory_policy:noeviction\n"),
        -1);
    CHECK_EQ(
        of_info("maxmemory near", "maxmemory:1000\nused_memory:800\nmaxmemory_policy:noeviction\n"),
        JUDGE_WARNING);
    CHECK_EQ(
        of_info("maxmemory near", "maxmemory:1000\nused_memory:950\nmaxmemory_policy:noeviction\n"),
        JUDGE_CRITICAL);
    CHECK_EQ(of_info("maxmemory near", "maxmemory:1000\nused_memory:950\nmaxmemory_policy:"
                                       "noeviction\nmem_not_counted_for_evict:200\n"),
             -1);
    CHECK_EQ(of_info("maxmemory near",
                     "maxmemory:1000\nused_memory:999\nmaxmemory_policy:allkeys-lru\n"),
             -1);
    CHECK_EQ(of_info("maxmemory near", "maxmemory:1000\nused_memory:999\nmaxmemory_policy:volatile-"
                                       "lru\ndb0:keys=5,expires=0,avg_ttl=0\n"),
             JUDGE_CRITICAL);
    CHECK_EQ(of_info("maxmemory near", "maxmemory:1000\nused_memory:999\nmaxmemory_policy:volatile-"
                                       "lru\ndb0:keys=5,expires=3,avg_ttl=0\n"),
             -1);
    CHECK_EQ(of_info("maxmemory too high", "maxmemory:1000\ntotal_system_memory:1000\n"),
             JUDGE_WARNING);
    CHECK_EQ(of_info("evictions", "evicted_keys:5\nuptime_in_seconds:10\n"), JUDGE_NOTE);
    CHECK_EQ(
        of_info(
            "evictions",
            "evicted_keys:5\ncurrent_eviction_exceeded_time:20\nmaxmemory_policy:allkeys-lru\n"),
        JUDGE_WARNING);
    CHECK_EQ(of_info("writes refused", "errorstat_OOM:count=3\n"), JUDGE_WARNING);
    CHECK_EQ(of_info("swap", "used_memory:1000000000\nused_memory_rss:800000000\n"), JUDGE_WARNING);
    CHECK_EQ(of_info("swap", "used_memory:1000000000\nused_memory_rss:500000000\n"),
             JUDGE_CRITICAL);
    CHECK_EQ(of_info("fragmentation", "used_memory:1000000000\nmem_fragmentation_ratio:2.5\n"
                                      "mem_fragmentation_bytes:1500000000\n"),
             JUDGE_WARNING);
    CHECK_EQ(of_info("scripts", "number_of_cached_scripts:5000\n"), JUDGE_WARNING);
}

static void clients(void) {
    CHECK_EQ(of_info("maxclients", "connected_clients:79\nmaxclients:100\n"), -1);
    CHECK_EQ(of_info("maxclients", "connected_clients:80\nmaxclients:100\n"), JUDGE_WARNING);
    CHECK_EQ(of_info("maxclients", "connected_clients:90\ncluster_connections:6\nmaxclients:100\n"),
             JUDGE_CRITICAL);
    CHECK_EQ(of_info("rejected connections", "rejected_connections:1\n"), JUDGE_NOTE);
    CHECK_EQ(of_info("rejected connections", "rejected_connections:10\n"), JUDGE_WARNING);
    CHECK_EQ(of_info("blocked clients", "blocked_clients:100\n"), JUDGE_NOTE);
    begin(healthy, settings);
    give(JUDGE_CLIENTS,
         "id=3 addr=10.0.0.9:5 laddr=10.0.0.1:6379 name=feed db=0 omem=20000000 cmd=monitor "
         "user=app\nid=4 addr=10.0.0.8:5 name= db=0 omem=100 cmd=get user=default\n");
    judge();
    CHECK_EQ(found("output buffers"), JUDGE_WARNING);
    CHECK(strstr(finding("output buffers")->evidence, "id=3 addr=10.0.0.9:5 name=feed user=app"));
    CHECK(!strstr(finding("output buffers")->evidence, "10.0.0.8"));
    give(JUDGE_CLIENTS, "id=3 addr=10.0.0.9:5 name=feed omem=300000000 cmd=monitor user=app");
    judge();
    CHECK_EQ(found("output buffers"), JUDGE_CRITICAL);
    begin("", "tcp-keepalive:0\ntimeout:0\ntcp-backlog:5\n");
    judge();
    CHECK_EQ(found("keepalive"), JUDGE_WARNING);
    CHECK_EQ(found("tcp backlog"), JUDGE_NOTE);
}

static void replication(void) {
    CHECK_EQ(of_info("primary link", "role:slave\nmaster_link_status:down\n"
                                     "master_link_down_since_seconds:35\n"),
             JUDGE_CRITICAL);
    CHECK(strstr(finding("primary link")->evidence, "master_link_down_since_seconds\t35\n"));
    CHECK_EQ(of_info("primary link", "role:slave\nmaster_link_status:down\n"
                                     "master_sync_in_progress:1\n"),
             JUDGE_WARNING);
    CHECK_EQ(of_info("primary link", "role:slave\nmaster_link_status:up\n"), -1);
    CHECK_EQ(of_info("quiet link", "role:slave\nmaster_link_status:up\n"
                                   "master_last_io_seconds_ago:40\n"),
             JUDGE_WARNING);
    CHECK_EQ(of_info("writable replica", "role:slave\nslave_read_only:0\n"), JUDGE_WARNING);
    CHECK_EQ(of_info("replicas", "role:master\nconnected_slaves:1\n"
                                 "slave0:ip=::1,port=1,state=online,offset=1,lag=10\n"),
             -1);
    CHECK_EQ(of_info("replicas", "role:master\nconnected_slaves:1\n"
                                 "slave0:ip=::1,port=1,state=online,offset=1,lag=11\n"),
             JUDGE_WARNING);
    CHECK_EQ(of_info("replicas", "role:master\nconnected_slaves:1\n"
                                 "slave0:ip=::1,port=1,state=wait_bgsave,offset=1,lag=0\n"),
             JUDGE_WARNING);
    static const char rate[] =
        "repl_backlog_active:1\nconnected_slaves:2\nrepl_backlog_size:1048576\n"
        "instantaneous_output_repl_kbps:";
    char text[256];
    snprintf(text, sizeof text, "%s200\n", rate); /* 100 KiB/s each: 10 s */
    CHECK_EQ(of_info("replication backlog", text), JUDGE_WARNING);
    snprintf(text, sizeof text, "%s20\n", rate);
    CHECK_EQ(of_info("replication backlog", text), -1);
    CHECK_EQ(of_info("full resyncs", "sync_partial_err:3\n"), JUDGE_WARNING);
    begin("role:master\nmin_slaves_good_slaves:0\n", "min-replicas-to-write:1\n");
    judge();
    CHECK_EQ(found("min-replicas"), JUDGE_CRITICAL);
}

static void persistence(void) {
    CHECK_EQ(of_info("save", "rdb_last_bgsave_status:err\n"), JUDGE_CRITICAL);
    CHECK_EQ(of_info("append-only file", "aof_last_write_status:err\n"), JUDGE_CRITICAL);
    CHECK_EQ(of_info("append-only rewrite", "aof_last_bgrewrite_status:err\n"), JUDGE_CRITICAL);
    CHECK_EQ(of_info("append-only delays", "aof_delayed_fsync:1\n"), JUDGE_NOTE);
    CHECK_EQ(of_info("append-only delays", "aof_delayed_fsync:10\n"), JUDGE_WARNING);
    CHECK_EQ(of_info("fork", "latest_fork_usec:1200000\nused_memory_rss:30000000000\n"),
             JUDGE_WARNING);
    CHECK_EQ(of_info("fork", "latest_fork_usec:400000\nused_memory_rss:2147483648\n"), JUDGE_NOTE);
    CHECK_EQ(of_info("loading", "loading:1\n"), JUDGE_WARNING);
    CHECK_EQ(of_info("persistence", "aof_enabled:0\nconnected_slaves:0\n"), JUDGE_NOTE);
    CHECK_EQ(of_info("persistence", "aof_enabled:0\nconnected_slaves:1\n"), JUDGE_WARNING);
    CHECK_EQ(of_info("persistence", "aof_enabled:1\nconnected_slaves:1\n"), -1);
    begin("rdb_changes_since_last_save:5000\nrdb_last_save_time:1799900000\n", "save:3600 1\n");
    judge();
    CHECK_EQ(found("unsaved changes"), JUDGE_WARNING);
    CHECK_EQ(found("persistence"), -1);
}

static void speed(void) {
    CHECK_EQ(of_info("KEYS", "cmdstat_keys:calls=2,usec=900000,usec_per_call=450000.00,x=1\n"),
             JUDGE_WARNING);
    CHECK_EQ(of_info("KEYS", "cmdstat_keys:calls=2,usec=90,usec_per_call=45.00,x=1\n"), JUDGE_NOTE);
    CHECK_EQ(of_info("KEYS", "cmdstat_keyspace:calls=2\n"), -1);
    CHECK_EQ(
        of_info("slow commands", "latency_percentiles_usec_eval:p50=1.0,p99=4.0,p99.9=2000000.5\n"),
        JUDGE_WARNING);
    CHECK_EQ(of_info("hit rate", "keyspace_hits:4000\nkeyspace_misses:8000\n"), JUDGE_NOTE);
    CHECK_EQ(of_info("expiry", "expired_stale_perc:25.5\n"), JUDGE_WARNING);
    CHECK_EQ(of_info("CPU", "uptime_in_seconds:1000\nused_cpu_sys_main_thread:300.5\n"
                            "used_cpu_user_main_thread:600.1\n"),
             JUDGE_WARNING);
    begin("", "slowlog-log-slower-than:-1\nlatency-monitor-threshold:0\n");
    node.read[JUDGE_SLOWLOG] = node.read[JUDGE_LATENCY] = true;
    node.n_slow = 2;
    node.slow[0] = (struct judge_slow){.at_s = NOW - 60, .us = 20000, .words = "get a"};
    node.slow[1] = (struct judge_slow){.at_s = NOW - 5, .us = 450000, .words = "keys *"};
    node.n_spikes = 1;
    node.spikes[0] = (struct judge_spike){.event = "command", .at_s = NOW, .max_ms = 450};
    judge();
    CHECK_EQ(found("slow log"), JUDGE_WARNING);
    CHECK(!strncmp(finding("slow log")->evidence, "keys *\t450 ms, 5.0 s ago\nget a\t", 28));
    CHECK_EQ(found("slow log switch"), JUDGE_NOTE);
    CHECK_EQ(found("latency events"), JUDGE_WARNING);
    CHECK_EQ(found("latency monitor"), JUDGE_NOTE);
}

#define LINES_OK                                                                                   \
    "aa 10.0.0.1:7000@17000 myself,master - 0 1 1 connected 0-8191\n"                              \
    "bb 10.0.0.2:7000@17000 master - 0 1 2 connected 8192-16383\n"                                 \
    "cc 10.0.0.3:7000@17000 slave aa 0 1 1 connected\n"

static int of_nodes(const char *check, const char *nodes) {
    begin("cluster_enabled:1\n", "");
    give(JUDGE_CLUSTER_NODES, nodes);
    judge();
    return found(check);
}

static void cluster(void) {
    CHECK_EQ(of_nodes("slot coverage", LINES_OK), -1);
    CHECK_EQ(found("failed nodes"), -1);
    CHECK_EQ(found("replicas of primaries"), -1);
    CHECK_EQ(of_nodes("slot coverage", "aa 10.0.0.1:7000@1 myself,master - 0 1 1 connected 0-99 "
                                       "101-16382 [100->-bb]\n"),
             JUDGE_CRITICAL);
    CHECK(!strncmp(finding("slot coverage")->evidence, "slots\t100 16383\n", 16));
    CHECK_STR(finding("slot coverage")->says, "2 slots belong to nobody");
    CHECK_EQ(found("open slots"), JUDGE_NOTE);
    CHECK_EQ(found("replicas of primaries"), JUDGE_WARNING);
    CHECK_EQ(of_nodes("failed nodes", LINES_OK "dd 10.0.0.4:7000@1 master,fail - 0 1 3 "
                                               "disconnected\n"),
             JUDGE_WARNING);
    CHECK_EQ(of_nodes("failed nodes", "dd 10.0.0.4:7000@1 master,fail - 0 1 3 disconnected 0-5\n"),
             JUDGE_CRITICAL);
    CHECK_EQ(of_nodes("failed nodes", "dd 10.0.0.4:7000@1 slave,fail? aa 0 1 3 connected\n"),
             JUDGE_WARNING);
    of_nodes("x", "");
    of_nodes("x", "aa\n");
    of_nodes("x", "aa b c d\n\n  \n");
    of_nodes("x", "aa b myself,master - 0 1 1 connected 99999999999-5 -1 5-99999 7-\n");
    begin("", "");
    give(JUDGE_CLUSTER_INFO, "cluster_state:fail\r\ncluster_slots_assigned:5\r\n");
    judge();
    CHECK_EQ(found("cluster state"), JUDGE_CRITICAL);
}

static void nodes_together(void) {
    static struct judge_node three[3];
    static const char *const infos[] = {"redis_version:7.0.15\nmaxmemory:5\n",
                                        "redis_version:7.0.12\nmaxmemory:5\n", ""};
    const struct judge_facts facts = {.nodes = three, .n = 3};
    for (int i = 0; i < 3; i++) {
        three[i].read[JUDGE_INFO] = i < 2;
        three[i].texts[JUDGE_INFO] = (struct reply){.p = infos[i], .len = strlen(infos[i])};
    }
    snprintf(three[2].silent, sizeof three[2].silent, "Connection refused");
    judge_release(&report);
    judge_all(&facts, &report);
    CHECK_EQ(found("versions"), JUDGE_WARNING);
    CHECK_EQ(finding("versions")->node, -1);
    CHECK_EQ(found("equal settings"), -1);
    CHECK_EQ(found("reach"), JUDGE_CRITICAL);
    CHECK_EQ(finding("reach")->node, 2);
    CHECK_EQ(report.findings[0].severity, JUDGE_CRITICAL); /* the worst first */
}

static int of_users(const char *config, const char *users) {
    begin("", config);
    give(JUDGE_ACL, users);
    judge();
    return found("open users");
}

static void security(void) {
    static const char open[] = "user default on nopass ~* &* +@all";
    CHECK_EQ(of_users("bind:* -::*\nprotected-mode:no\n", open), JUDGE_CRITICAL);
    CHECK_EQ(of_users("bind:\nprotected-mode:no\n", open), JUDGE_CRITICAL);
    CHECK_EQ(of_users("bind:* -::*\nprotected-mode:yes\n", open), JUDGE_NOTE);
    CHECK_EQ(of_users("bind:127.0.0.1 -::1\nprotected-mode:no\n", open), JUDGE_NOTE);
    CHECK_EQ(
        of_users("bind:10.0.0.1\nprotected-mode:no\n", "user default on nopass ~* &* -@all +get"),
        JUDGE_WARNING);
    CHECK_EQ(of_users("bind:10.0.0.1\nprotected-mode:yes\n", "user x on nopass ~* &* +@all"),
             JUDGE_CRITICAL);
    CHECK_EQ(of_users("bind:*\nprotected-mode:no\n", "user default off nopass ~* &* +@all"), -1);
    CHECK_EQ(of_users("bind:*\nprotected-mode:no\n", "user default on #abc ~* &* +@all"), -1);
    CHECK_EQ(found("plain text"), JUDGE_NOTE);
    of_users("bind:*\nprotected-mode:yes\n", open);
    CHECK_EQ(found("plain text"), -1);
    begin("", "bind:*\nenable-debug-command:yes\n");
    judge();
    CHECK_EQ(found("strong commands"), JUDGE_WARNING);
    CHECK_EQ(of_info("refused logins", "acl_access_denied_auth:500\n"), JUDGE_WARNING);
}

static int of_certificate(int64_t from_s, int64_t to_s) {
    begin(NULL, NULL);
    node.read[JUDGE_CERTIFICATE] = true;
    node.cert_from_s = from_s;
    node.cert_to_s = to_s;
    judge();
    return found("certificate");
}

static void certificates(void) {
    CHECK_EQ(of_certificate(NOW - 5, NOW + 31LL * 86400), -1);
    CHECK_EQ(of_certificate(NOW - 5, NOW + 29LL * 86400), JUDGE_WARNING);
    CHECK_EQ(of_certificate(NOW - 5, NOW - 1), JUDGE_CRITICAL);
    CHECK_EQ(of_certificate(NOW + 5, NOW + 90LL * 86400), JUDGE_CRITICAL);
}

static void what_was_not_read_is_not_judged(void) {
    begin(NULL, NULL);
    judge();
    CHECK_EQ(report.n, 0);
    snprintf(node.skipped[JUDGE_CONFIG], JUDGE_WHY_MAX, "NOPERM");
    const struct judge_rule *rule;
    int kept_out = 0;
    for (size_t i = 0; (rule = judge_rule(i)); i++)
        kept_out += !judge_applies(rule, &node);
    CHECK(kept_out > 5);
}

#define HUGE_NUMBER "9223372036854775807\r\n"
#define LEAST_NUMBER "-9223372036854775808\r\n"

/* Under UBSan: whatever a server says, no rule reckons beyond its numbers. */
static void numbers_without_sense(void) {
    begin("connected_clients:" HUGE_NUMBER "cluster_connections:" HUGE_NUMBER "maxclients:1\r\n"
          "used_memory:" HUGE_NUMBER "mem_not_counted_for_evict:" LEAST_NUMBER "maxmemory:1\r\n"
          "keyspace_hits:" HUGE_NUMBER "keyspace_misses:" HUGE_NUMBER
          "latest_fork_usec:" HUGE_NUMBER "used_memory_rss:1\r\n"
          "rdb_last_save_time:" LEAST_NUMBER "rdb_changes_since_last_save:" HUGE_NUMBER
          "sync_partial_err:9\r\nrepl_backlog_size:" HUGE_NUMBER "repl_backlog_active:1\r\n"
          "connected_slaves:1\r\ninstantaneous_output_repl_kbps:1e300\r\n",
          "save:60 1\n");
    node.read[JUDGE_SLOWLOG] = node.read[JUDGE_LATENCY] = true;
    node.n_slow = node.n_spikes = 1;
    node.slow[0] = (struct judge_slow){.at_s = NOW + 9, .us = 20000, .words = "get a"};
    node.spikes[0] = (struct judge_spike){.event = "a\nb\tc", .at_s = NOW, .max_ms = 450};
    judge();
    CHECK_EQ(found("maxclients"), JUDGE_CRITICAL);
    CHECK_EQ(found("unsaved changes"), JUDGE_WARNING);
    CHECK(strstr(finding("slow log")->evidence, ", 0 us ago")); /* the clocks differ */
    CHECK(!strncmp(finding("latency events")->evidence, "a b c\t", 6));
}

/* Servers that are like Redis know some of its settings only. */
static void a_setting_that_is_not_told(void) {
    begin("role:master\r\nconnected_slaves:1\r\n", "");
    judge();
    CHECK_EQ(found("persistence"), -1);
    CHECK_EQ(found("maxmemory"), -1);
}

int main(void) {
    RUN(healthy_has_no_findings);
    RUN(small_servers_are_left_in_peace);
    RUN(memory);
    RUN(clients);
    RUN(replication);
    RUN(persistence);
    RUN(speed);
    RUN(cluster);
    RUN(nodes_together);
    RUN(security);
    RUN(certificates);
    RUN(what_was_not_read_is_not_judged);
    RUN(numbers_without_sense);
    RUN(a_setting_that_is_not_told);
    judge_release(&report);
    return t_end();
}
