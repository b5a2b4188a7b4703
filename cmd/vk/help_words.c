/* SPDX-License-Identifier: BSD-3-Clause */
/* What options do. Servers tell their names and not their meaning. */
#include <string.h>

#include "help_page.h"

struct word {
    const char *commands; /* with blanks around each; NULL = wherever it is an option */
    const char *token, *text;
};

/* Those of certain commands come first. */
static const struct word words[] = {
    {" SET JSON.SET ", "NX", "only when the key does not exist"},
    {" SET JSON.SET ", "XX", "only when the key exists"},
    {" SET ", "GET", "reply with the old value"},
    {" SET ", "KEEPTTL", "keep the time to live that the key has"},
    {" GETEX ", "PERSIST", "take the time to live away"},
    {" ZADD GEOADD ", "NX", "only add members, change none"},
    {" ZADD GEOADD ", "XX", "only change members, add none"},
    {" ZADD GEOADD ", "CH", "count the members that were changed as well"},
    {" ZADD ", "GT", "change a score only to a greater one"},
    {" ZADD ", "LT", "change a score only to a smaller one"},
    {" ZADD ", "INCR", "add the score to the member's, and reply with the sum"},
    {" EXPIRE PEXPIRE EXPIREAT PEXPIREAT ", "NX", "only when there is no time to live"},
    {" EXPIRE PEXPIRE EXPIREAT PEXPIREAT ", "XX", "only when there is a time to live"},
    {" EXPIRE PEXPIRE EXPIREAT PEXPIREAT ", "GT", "only when it is later than the present one"},
    {" EXPIRE PEXPIRE EXPIREAT PEXPIREAT ", "LT", "only when it is earlier than the present one"},
    {" COPY RESTORE MIGRATE ", "REPLACE", "overwrite a key that exists"},
    {" COPY ", "DB", "the database of the copy"},
    {" RESTORE ", "ABSTTL", "the time to live is a point in time"},
    {" MIGRATE ", "COPY", "leave the keys here as well"},
    {" MIGRATE ", "KEYS", "several keys; the key in front is \"\" then"},
    {" SCAN ", "TYPE", "only keys that hold this type"},
    {" SCAN SSCAN HSCAN ZSCAN ", "MATCH", "only those that this glob pattern fits"},
    {" SCAN SSCAN HSCAN ZSCAN ", "COUNT", "how many to look at in one call, about"},
    {" SORT SORT_RO ", "BY", "sort by the values of keys of this pattern"},
    {" SORT SORT_RO ", "GET", "reply with the values of keys of this pattern"},
    {" SORT SORT_RO ", "ALPHA", "sort as text, not as numbers"},
    {" ZRANGE ZRANGESTORE ", "BYSCORE", "start and stop are scores"},
    {" ZRANGE ZRANGESTORE ", "BYLEX", "start and stop are texts: [a (b - +"},
    {" ZRANGE ZRANGESTORE ", "REV", "from the highest to the lowest"},
    {" ZUNIONSTORE ZINTERSTORE ZUNION ZINTER ", "WEIGHTS", "factors of the scores, one a key"},
    {" ZUNIONSTORE ZINTERSTORE ZUNION ZINTER ", "AGGREGATE", "what becomes of a member's scores"},
    {" LPOS ", "RANK", "begin at that match; negative: from the end"},
    {" LPOS ", "MAXLEN", "look at no more than so many elements"},
    {" XADD ", "NOMKSTREAM", "only when the stream exists"},
    {" XADD XTRIM ", "MAXLEN", "keep no more than so many entries"},
    {" XADD XTRIM ", "MINID", "drop entries whose ID is lower"},
    {" XADD XTRIM ", "LIMIT", "drop no more than so many at once (with ~)"},
    {" XREAD XREADGROUP ", "BLOCK", "wait so long for entries; 0 = without end"},
    {" XREAD XREADGROUP ", "STREAMS", "the keys, then an ID for each"},
    {" XREADGROUP ", "NOACK", "take entries as acknowledged once they are read"},
    {" XGROUP CREATE ", "MKSTREAM", "make the stream if there is none"},
    {" XCLAIM XAUTOCLAIM ", "JUSTID", "reply with IDs alone, and count no delivery"},
    {" XPENDING ", "IDLE", "only what was delivered so long ago"},
    {" FLUSHALL FLUSHDB SCRIPT FLUSH FUNCTION FLUSH ", "ASYNC",
     "free the memory in the background"},
    {" FLUSHALL FLUSHDB SCRIPT FLUSH FUNCTION FLUSH ", "SYNC", "free the memory before replying"},
    {" SHUTDOWN ", "NOSAVE", "without saving"},
    {" SHUTDOWN ", "SAVE", "save first"},
    {" SHUTDOWN ", "NOW", "do not wait for replicas that lag behind"},
    {" SHUTDOWN ", "FORCE", "even when saving fails"},
    {" SHUTDOWN ", "ABORT", "call off one that is under way"},
    {" CLIENT KILL ", "SKIPME", "no: this connection may be among them"},
    {" CLIENT PAUSE ", "WRITE", "hold up writes alone"},
    {" CLIENT TRACKING ", "BCAST", "hear of all keys, or those of the prefixes, read or not"},
    {" CLIENT TRACKING ", "OPTIN", "only of keys read behind CLIENT CACHING yes"},
    {" CLIENT TRACKING ", "OPTOUT", "but for keys read behind CLIENT CACHING no"},
    {" CLIENT TRACKING ", "NOLOOP", "not of what this connection changes"},
    {" CLIENT TRACKING ", "REDIRECT", "another connection hears of them"},
    {" BITCOUNT BITPOS ", "BYTE", "start and end count bytes"},
    {" BITCOUNT BITPOS ", "BIT", "start and end count bits"},
    {" FUNCTION LOAD ", "REPLACE", "in place of a library of that name"},
    {NULL, "EX", "expires in so many seconds"},
    {NULL, "PX", "expires in so many milliseconds"},
    {NULL, "EXAT", "expires at this Unix time in seconds"},
    {NULL, "PXAT", "expires at this Unix time in milliseconds"},
    {NULL, "WITHSCORES", "with the members' scores"},
    {NULL, "WITHVALUES", "with the fields' values"},
    {NULL, "LIMIT", "leave out so many, then no more than so many"},
    {NULL, "COUNT", "no more than so many"},
    {NULL, "STORE", "keep the result under this key"},
    {NULL, "ASC", "from the lowest, or nearest, on"},
    {NULL, "DESC", "from the highest, or farthest, on"},
    {NULL, "WITHCOORD", "with the positions"},
    {NULL, "WITHDIST", "with the distances"},
    {NULL, "WITHHASH", "with the positions as numbers"},
    {NULL, "FROMMEMBER", "around a member's position"},
    {NULL, "FROMLONLAT", "around this position"},
    {NULL, "BYRADIUS", "within a circle"},
    {NULL, "BYBOX", "within a rectangle"},
};

static bool names(const char *commands, const char *command) {
    size_t len = strlen(command);
    for (const char *at = commands; (at = strstr(at, command)); at += len)
        if (at[-1] == ' ' && at[len] == ' ') return true;
    return false;
}

const char *help_words_of(const char *command, const char *token) {
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i].token, token) &&
            (!words[i].commands || names(words[i].commands, command)))
            return words[i].text;
    return NULL;
}
