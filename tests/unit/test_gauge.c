/* SPDX-License-Identifier: BSD-3-Clause */
/* INFO as numbers, and their rates: restarts, counters that were set back, clocks that differ. */
#include <math.h>

#include "cmd/vk/gauge.h"
#include "t.h"

#define SECOND 1000000000LL

static bool read_text(struct gauge *g, const char *text, int64_t at_ns) {
    bool read = gauge_read(g, text, strlen(text));
    g->at_ns = at_ns;
    return read;
}

static void a_primary(void) {
    struct gauge g;
    CHECK(read_text(&g,
                    "# Server\r\nredis_version:7.2.4\r\nvalkey_version:8.0.1\r\nrun_id:abc\r\n"
                    "used_memory:1024\r\nused_memory_human:1K\r\nmaxmemory:0\r\n"
                    "rdb_bgsave_in_progress:1\r\naof_rewrite_in_progress:0\r\nrole:master\r\n"
                    "slave0:ip=::1,port=1,state=online,offset=90,lag=0\r\n"
                    "slave1:ip=::1,port=2,state=online,offset=70,lag=1\r\n"
                    "connected_slaves:2\r\nmaster_repl_offset:100\r\nused_cpu_sys:1.5\r\n"
                    "used_cpu_user:0.25\r\nused_cpu_sys_children:9\r\n"
                    "db0:keys=3,expires=1,avg_ttl=0\r\ndb7:keys=4,expires=0,avg_ttl=0\r\n",
                    SECOND));
    CHECK_STR(g.product, "valkey");
    CHECK_STR(g.version, "8.0.1");
    CHECK_EQ(g.value[GAUGE_KEYS], 7);
    CHECK_EQ(g.value[GAUGE_EXPIRES], 1);
    CHECK_EQ(g.value[GAUGE_MEMORY], 1024);
    CHECK_EQ(g.value[GAUGE_LAG], 30);
    CHECK_EQ(g.value[GAUGE_REPLICAS], 2);
    CHECK_EQ(g.value[GAUGE_CPU], 1750000);
    CHECK(gauge_knows(&g, GAUGE_MAX_MEMORY) && !gauge_knows(&g, GAUGE_CLIENTS));
    CHECK_EQ(g.doing, GAUGE_SAVES);
    CHECK(!g.replica);
}

static void a_replica(void) {
    struct gauge g;
    char text[64];
    CHECK(read_text(&g,
                    "role:slave\r\nmaster_host:10.0.0.1\r\nmaster_port:6379\r\n"
                    "master_link_status:down\r\nmaster_sync_in_progress:1\r\n"
                    "master_last_io_seconds_ago:-1\r\nmaster_repl_offset:5\r\n",
                    SECOND));
    CHECK(g.replica && !gauge_knows(&g, GAUGE_LAG) && !gauge_knows(&g, GAUGE_SILENCE));
    CHECK_STR(g.primary, "10.0.0.1:6379");
    CHECK_STR(gauge_doing(g.doing, text, sizeof text), "sync+link down");
    CHECK_STR(gauge_doing(g.doing, text, 4), "syn");
    CHECK_STR(gauge_doing(0, text, sizeof text), "");
}

static void nonsense(void) {
    static const char *const texts[] = {"",
                                        "\r\n",
                                        ":",
                                        "used_memory",
                                        "hello:world\r\n",
                                        "used_memory:-1\r\nused_cpu_sys:nan\r\nslave0:offset=x"};
    struct gauge g;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        CHECK(!read_text(&g, texts[i], 0));
    CHECK(!gauge_read(&g, NULL, 0));
}

static void make(struct gauge *g, const char *id, int requests, int64_t at_s, int64_t clock_s) {
    char text[200];
    snprintf(text, sizeof text,
             "run_id:%s\r\ntotal_commands_processed:%d\r\nkeyspace_hits:%d\r\n"
             "keyspace_misses:0\r\nserver_time_usec:%lld\r\nused_cpu_user:%d.0\r\n",
             id, requests, requests / 2, (long long)clock_s * 1000000, requests / 100);
    CHECK(read_text(g, text, at_s * SECOND));
}

static void growth(void) {
    struct gauge a, b;
    struct gauge_rates r;
    make(&a, "x", 100, 10, 1000);
    make(&b, "x", 500, 12, 1002);
    gauge_rates(&a, &b, &r);
    CHECK(r.seconds == 2 && r.per_s[GAUGE_COMMANDS] == 200 && !r.restarted);
    CHECK(gauge_hit_rate(&r) == 1 && gauge_cpu(&r) == 2);
    CHECK(isnan(r.per_s[GAUGE_EVICTED]) && isnan(r.per_s[GAUGE_MEMORY]));
    make(&b, "x", 500, 12, 1001); /* the way back took long: the server's clock is right */
    gauge_rates(&a, &b, &r);
    CHECK(r.seconds == 1 || r.seconds == 2);
    make(&b, "x", 500, 12, 5000); /* its clock was set */
    gauge_rates(&a, &b, &r);
    CHECK(r.seconds == 2);
    gauge_rates(NULL, &b, &r);
    CHECK(isnan(r.per_s[GAUGE_COMMANDS]) && isnan(gauge_hit_rate(&r)) && !r.restarted);
}

static void never_negative(void) {
    struct gauge a, b;
    struct gauge_rates r;
    make(&a, "x", 500, 10, 1000);
    make(&b, "y", 600, 12, 1002);
    gauge_rates(&a, &b, &r); /* another process: more is no growth either */
    CHECK(r.restarted && isnan(r.per_s[GAUGE_COMMANDS]));
    make(&b, "x", 5, 12, 1002);
    gauge_rates(&a, &b, &r); /* CONFIG RESETSTAT */
    CHECK(!r.restarted && isnan(r.per_s[GAUGE_COMMANDS]));
    make(&b, "x", 500, 10, 1000);
    gauge_rates(&a, &b, &r); /* no time has passed */
    CHECK(isnan(r.per_s[GAUGE_COMMANDS]));
}

static void sums(void) {
    struct gauge a, b, sum = {0};
    struct gauge_rates r, total;
    make(&a, "x", 100, 10, 1000);
    make(&b, "x", 300, 12, 1002);
    gauge_add(&sum, &a);
    gauge_add(&sum, &b);
    CHECK_EQ(sum.value[GAUGE_COMMANDS], 400);
    CHECK(!gauge_knows(&sum, GAUGE_MEMORY));
    gauge_no_rates(&total);
    gauge_rates(&a, &b, &r);
    gauge_add_rates(&total, &r);
    gauge_add_rates(&total, &r);
    CHECK(total.per_s[GAUGE_COMMANDS] == 200 && total.seconds == 2);
    gauge_rates(NULL, &b, &r);
    gauge_add_rates(&total, &r);
    CHECK(total.per_s[GAUGE_COMMANDS] == 200);
}

int main(void) {
    RUN(a_primary);
    RUN(a_replica);
    RUN(nonsense);
    RUN(growth);
    RUN(never_negative);
    RUN(sums);
    return t_end();
}
