/* SPDX-License-Identifier: BSD-3-Clause */
#include "t.h"
#include "ui/amount.h"

static struct buf out;

static const char *count(uint64_t n) {
    buf_clear(&out);
    amount_add_count(&out, n);
    return buf_cstr(&out);
}

static const char *bytes(uint64_t n) {
    buf_clear(&out);
    amount_add_bytes(&out, n);
    return buf_cstr(&out);
}

static const char *lasting(int64_t ns) {
    buf_clear(&out);
    amount_add_time(&out, ns);
    return buf_cstr(&out);
}

static void groups_of_three(void) {
    CHECK_STR(count(0), "0");
    CHECK_STR(count(999), "999");
    CHECK_STR(count(1000), "1,000");
    CHECK_STR(count(1204311), "1,204,311");
    CHECK_STR(count(UINT64_MAX), "18,446,744,073,709,551,615");
}

static void three_digits_of_bytes(void) {
    CHECK_STR(bytes(0), "0 B");
    CHECK_STR(bytes(1023), "1023 B");
    CHECK_STR(bytes(1024), "1.00 KiB");
    CHECK_STR(bytes(10229), "9.99 KiB");
    CHECK_STR(bytes(10235), "10.0 KiB");
    CHECK_STR(bytes(102350), "100 KiB");
    CHECK_STR(bytes(1048575), "1.00 MiB"); /* never "1024 KiB" */
    CHECK_STR(bytes(73610035), "70.2 MiB");
    CHECK_STR(bytes(UINT64_MAX), "16.0 EiB");
}

static void times_of_all_lengths(void) {
    CHECK_STR(lasting(450000), "450 us");
    CHECK_STR(lasting(999499), "999 us");
    CHECK_STR(lasting(999500), "1.00 ms"); /* never "1000 us" */
    CHECK_STR(lasting(1200000), "1.20 ms");
    CHECK_STR(lasting(999499999), "999 ms");
    CHECK_STR(lasting(999500000), "1.0 s");
    CHECK_STR(lasting(4000000000), "4.0 s");
    CHECK_STR(lasting(125000000000), "2 min 05 s");
    CHECK_STR(lasting(12000000000000), "3 h 20 min");
    CHECK_STR(lasting(187200000000000), "2 d 4 h");
}

static const char *short_of(double value, int step) {
    buf_clear(&out);
    amount_add_short(&out, value, step);
    return buf_cstr(&out);
}

static void five_columns(void) {
    CHECK_STR(short_of(0, 1000), "0");
    CHECK_STR(short_of(999.4, 1000), "999");
    CHECK_STR(short_of(999.5, 1000), "1.00k"); /* never "1000" */
    CHECK_STR(short_of(1023, 1024), "1023");
    CHECK_STR(short_of(1023.5, 1024), "1.00K");
    CHECK_STR(short_of(12345678, 1000), "12.3M");
    CHECK_STR(short_of(1e30, 1000), "1000000000000E");
}

int main(void) {
    buf_init(&out, 256);
    RUN(groups_of_three);
    RUN(three_digits_of_bytes);
    RUN(times_of_all_lengths);
    RUN(five_columns);
    buf_release(&out);
    return t_end();
}
