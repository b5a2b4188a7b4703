/* SPDX-License-Identifier: BSD-3-Clause */
/* The table of --stat: what is left out where there is no room, and how numbers stand in it; and
 * its lines for programs. */
#include <math.h>

#include "cmd/vk/stat_lines.h"
#include "cmd/vk/stat_table.h"
#include "t.h"
#include "ui/width.h"

static struct buf out;
static struct gauge gauge;
static struct gauge_rates rates;

static void fill(void) {
    static const char info[] = "run_id:x\r\nrole:master\r\nused_memory:73610035\r\n"
                               "connected_clients:12\r\nblocked_clients:3\r\n"
                               "total_commands_processed:1234567890123\r\n"
                               "total_connections_received:77\r\nrdb_bgsave_in_progress:1\r\n"
                               "db0:keys=123456789,expires=0\r\n";
    CHECK(gauge_read(&gauge, info, sizeof info - 1));
    gauge_no_rates(&rates);
    rates.per_s[GAUGE_COMMANDS] = 12345678;
    rates.per_s[GAUGE_HITS] = 3;
    rates.per_s[GAUGE_MISSES] = 1;
    rates.per_s[GAUGE_EVICTED] = 0.25;
    rates.per_s[GAUGE_CPU] = 1.5e6;
    rates.seconds = 1;
}

static const char *head(int columns, int node) {
    struct stat_table t = {0};
    stat_table_fit(&t, columns, node);
    buf_clear(&out);
    stat_table_header(&t, &out);
    return buf_cstr(&out);
}

static const char *row(int columns, int node) {
    struct stat_table t = {0};
    const struct stat_table_row r = {":7001", &gauge, &rates, "18:25:01", false};
    stat_table_fit(&t, columns, node);
    buf_clear(&out);
    stat_table_row(&t, &r, &out);
    return buf_cstr(&out);
}

static void nothing_is_wider_than_the_terminal(void) {
    for (int columns = 10; columns < 300; columns++)
        for (int node = 0; node < 60; node += 20) {
            head(columns, node);
            CHECK(width_columns(out.p, out.len - 1) < columns);
            row(columns, node);
            CHECK(width_columns(out.p, out.len - 1) < columns);
        }
}

static void what_matters_stays(void) {
    CHECK_STR(head(40, 0), "    keys    mem clients   req/s  cpu%\n");
    CHECK_STR(head(40, 6), "node       keys    mem clients   req/s\n");
    CHECK_STR(head(80, 0), "    keys    mem clients blkd   req/s conn/s  hit% evict/s    lag  cpu% "
                           "doing\n");
    CHECK_STR(head(20, 0), "   mem   req/s\n");
}

static void numbers(void) {
    CHECK_STR(row(80, 0),
              "    123M  70.2M      12    3   12.3M      -  75.0     0.2      - 150.0 save\n");
    rates.restarted = true;
    CHECK(strstr(row(80, 0), " restart\n"));
    rates.restarted = false;
    CHECK_STR(row(0, 6),
              ":7001  18:25:01     123M  70.2M      12    3        1.23T   12.3M"
              "        77      -  75.0     0.2      -      - 150.0      -      - save\n");
}

static void a_node_that_is_down(void) {
    struct stat_table t = {0};
    const struct stat_table_row r = {":7001", &gauge, &rates, "18:25:01", false};
    stat_table_fit(&t, 40, 6);
    buf_clear(&out);
    stat_table_down(&t, &r, "down for 3 s: \x1b[31mConnection refused by the server", &out);
    CHECK_STR(buf_cstr(&out), ":7001  down for 3 s: \\x1b[31mConnectio…\n");
}

static void a_line_of_csv_is_quoted(void) {
    const struct stat_line up = {1500, "a,b", NULL, &gauge, &rates},
                           down = {1500000, "n", "no \"x\"\n", &gauge, &rates};
    int commas = 0, other = 0;
    buf_clear(&out);
    stat_lines_csv(&out, &up);
    CHECK(strstr(buf_cstr(&out), "0.001,\"a,b\",1,,primary,,save,123456789,0,73610035,"));
    for (size_t i = 0; i < out.len; i++)
        commas += out.p[i] == ',';
    buf_clear(&out);
    stat_lines_csv(&out, &down);
    CHECK(strstr(buf_cstr(&out), "1.500,n,0,\"no \"\"x\"\"\\x0a\",,,"));
    for (size_t i = 0; i < out.len; i++)
        other += out.p[i] == ',';
    CHECK_EQ(other, commas - 1); /* one stands in a text */
    buf_clear(&out);
    stat_lines_csv_header(&out);
    for (size_t i = 0; i < out.len; i++)
        other -= out.p[i] == ',';
    CHECK_EQ(other, 0);
}

static void a_line_of_json_has_nulls(void) {
    const struct stat_line up = {1500, "n", NULL, &gauge, &rates};
    buf_clear(&out);
    stat_lines_json(&out, &up);
    const char *json = buf_cstr(&out);
    CHECK(!strncmp(json, "{\"time\":0.001,\"node\":\"n\",\"up\":true,\"role\":\"primary\"", 51));
    CHECK(strstr(json, "\"rss_bytes\":null") && strstr(json, "\"hit_rate\":0.75"));
    CHECK(strstr(json, "\"connections\":null") && !strstr(json, "nan"));
}

int main(void) {
    buf_init(&out, 1 << 16);
    fill();
    RUN(nothing_is_wider_than_the_terminal);
    RUN(what_matters_stays);
    RUN(numbers);
    RUN(a_node_that_is_down);
    RUN(a_line_of_csv_is_quoted);
    RUN(a_line_of_json_has_nulls);
    buf_release(&out);
    return t_end();
}
