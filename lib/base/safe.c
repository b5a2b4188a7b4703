/* SPDX-License-Identifier: BSD-3-Clause */
/* Terminal-safe text. See safe.h. */
#include "base/safe.h"

#include "base/str.h"

bool safe_is_unsafe(uint32_t c) {
    if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return true;
    if (c < 0x61c) return c == 0xad; /* soft hyphen */
    return c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

int safe_add(struct buf *b, const char *p, size_t n, bool keep_lines) {
    for (size_t i = 0; i < n;) {
        uint32_t c = 0;
        size_t len = str_utf8(p + i, n - i, &c);
        bool kept = len && (!safe_is_unsafe(c) || (keep_lines && (c == '\n' || c == '\t')));
        if (kept) {
            buf_add(b, p + i, len);
            i += len;
            continue;
        }
        for (size_t end = i + (len ? len : 1); i < end; i++) {
            static const char hex[] = "0123456789abcdef";
            unsigned char byte = (unsigned char)p[i];
            buf_add(b, (char[]){'\\', 'x', hex[byte >> 4], hex[byte & 15]}, 4);
        }
    }
    return b->over ? VK_ELIMIT : 0;
}
