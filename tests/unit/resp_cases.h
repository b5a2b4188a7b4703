/* SPDX-License-Identifier: BSD-3-Clause */
/* Literal RESP and what the reader makes of it (see resp_trace.h), for the tests of the reader, the
 * tree and the scanner. */
#ifndef TESTS_UNIT_RESP_CASES_H
#define TESTS_UNIT_RESP_CASES_H

#include <stddef.h>

struct resp_case {
    const char *in;
    size_t len;
    const char *want; /* the trace */
    const char *err;  /* the error behind it; NULL: the input is right, and at_start at its end */
};

#define RIGHT(in, want)                                                                            \
    { in, sizeof(in) - 1, want, NULL }
#define WRONG(in, want, err)                                                                       \
    { in, sizeof(in) - 1, want, err }

static const struct resp_case resp_cases[] = {
    /* scalars */
    RIGHT("+OK\r\n", "+OK;"),
    RIGHT("+\r\n", "+;"),
    RIGHT("+a\nb\rc\r\n", "+a\nb\rc;"),
    RIGHT("+a\r\r\n", "+a\r;"),
    RIGHT("+\n\n\r\n", "+\n\n;"),
    RIGHT("-ERR no\r\n", "-ERR no;"),
    RIGHT(":0\r\n", ":0;"),
    RIGHT(":+7\r\n", ":7;"),
    RIGHT(":007\r\n", ":7;"),
    RIGHT(":-12\r\n", ":-12;"),
    RIGHT(":9223372036854775807\r\n", ":9223372036854775807;"),
    RIGHT(":-9223372036854775808\r\n", ":-9223372036854775808;"),
    RIGHT(":123456789012345678\r\n", ":123456789012345678;"),
    RIGHT(":1234567890123456789\r\n", ":1234567890123456789;"),
    RIGHT("_\r\n", "_;"),
    RIGHT("$-1\r\n", "_;"),
    RIGHT("*-1\r\n", "_;"),
    RIGHT("#t\r\n", "#1;"),
    RIGHT("#f\r\n", "#0;"),
    RIGHT(",1.5\r\n", ",1.5;"),
    RIGHT(",10\r\n", ",10;"),
    RIGHT(",-1.5e+300\r\n", ",-1.5e+300;"),
    RIGHT(",1E5\r\n", ",1E5;"),
    RIGHT(",inf\r\n", ",inf;"),
    RIGHT(",-inf\r\n", ",-inf;"),
    RIGHT(",nan\r\n", ",nan;"),
    RIGHT(",-nan\r\n", ",-nan;"),
    RIGHT("(3492890328409238509324850943850943825024385\r\n",
          "(3492890328409238509324850943850943825024385;"),
    RIGHT("(-1\r\n", "(-1;"),
    /* strings */
    RIGHT("$5\r\nhello\r\n", "$hello;"),
    RIGHT("$0\r\n\r\n", "$;"),
    RIGHT("$4\r\n\r\n\r\n\r\n", "$\r\n\r\n;"),
    RIGHT("!8\r\nERR a\r\nb\r\n", "!ERR a\r\nb;"),
    RIGHT("=8\r\ntxt:some\r\n", "=txt:some;"),
    RIGHT("=4\r\nmkd:\r\n", "=mkd:;"),
    /* aggregates */
    RIGHT("*0\r\n", "*0( );"),
    RIGHT("*2\r\n$1\r\na\r\n:1\r\n", "*2( $a :1 );"),
    RIGHT("*3\r\n*1\r\n+x\r\n*0\r\n$-1\r\n", "*3( *1( +x ) *0( ) _ );"),
    RIGHT("*1\r\n*1\r\n*1\r\n*-1\r\n", "*1( *1( *1( _ ) ) );"),
    RIGHT("*2\r\n-ERR a\r\n!1\r\nx\r\n", "*2( -ERR a !x );"),
    RIGHT("%2\r\n+a\r\n:1\r\n+b\r\n*1\r\n#t\r\n", "%4( +a :1 +b *1( #1 ) );"),
    RIGHT("%0\r\n", "%0( );"),
    RIGHT("%1\r\n*1\r\n:1\r\n%1\r\n_\r\n,1\r\n", "%2( *1( :1 ) %2( _ ,1 ) );"),
    RIGHT("~2\r\n+a\r\n(12\r\n", "~2( +a (12 );"),
    RIGHT("+a\r\n+b\r\n:1\r\n", "+a; +b; :1;"),
    RIGHT("*1\r\n+a\r\n*1\r\n+b\r\n", "*1( +a ); *1( +b );"),
    RIGHT("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n+z\r\n",
          "*1( *1( *1( *1( *1( *1( *1( *1( *1( *1( :1 ) ) ) ) ) ) ) ) ) ); +z;"),
    /* streamed */
    RIGHT("$?\r\n;4\r\nHell\r\n;1\r\no\r\n;0\r\n", "$?Hello;"),
    RIGHT("$?\r\n;0\r\n", "$?;"),
    RIGHT("!?\r\n;3\r\nERR\r\n;0\r\n", "!?ERR;"),
    RIGHT("=?\r\n;5\r\ntxt:a\r\n;2\r\nbc\r\n;0\r\n", "=txt:?abc;"),
    RIGHT("=?\r\n;4\r\ntxt:\r\n;0\r\n", "=txt:?;"),
    RIGHT("*?\r\n:1\r\n$1\r\na\r\n.\r\n", "*?( :1 $a );"),
    RIGHT("*?\r\n.\r\n", "*?( );"),
    RIGHT("%?\r\n+a\r\n:1\r\n.\r\n", "%?( +a :1 );"),
    RIGHT("~?\r\n+a\r\n.\r\n", "~?( +a );"),
    RIGHT(">?\r\n+a\r\n.\r\n+b\r\n", "@>?( @+a ); +b;"),
    RIGHT("|?\r\n+a\r\n:1\r\n.\r\n+b\r\n", "@|?( @+a @:1 ) +b;"),
    RIGHT("*?\r\n*?\r\n*1\r\n$?\r\n;1\r\na\r\n;0\r\n.\r\n.\r\n", "*?( *?( *1( $?a ) ) );"),
    /* pushes and attributes */
    RIGHT(">2\r\n+message\r\n$1\r\na\r\n", "@>2( @+message @$a );"),
    RIGHT(">0\r\n+x\r\n", "@>0( ); +x;"),
    RIGHT(">1\r\n+a\r\n+x\r\n>1\r\n*1\r\n:1\r\n", "@>1( @+a ); +x; @>1( @*1( @:1 ) );"),
    RIGHT("*2\r\n+a\r\n>1\r\n+p\r\n+b\r\n", "*2( +a @>1( @+p ) +b );"),
    RIGHT("*1\r\n>0\r\n>0\r\n+b\r\n", "*1( @>0( ) @>0( ) +b );"),
    RIGHT("%1\r\n+k\r\n>1\r\n+p\r\n+v\r\n", "%2( +k @>1( @+p ) +v );"),
    RIGHT("|1\r\n+ttl\r\n:9\r\n+x\r\n", "@|2( @+ttl @:9 ) +x;"),
    RIGHT("*2\r\n|1\r\n+k\r\n*1\r\n:1\r\n:5\r\n:6\r\n", "*2( @|2( @+k @*1( @:1 ) ) :5 :6 );"),
    RIGHT("|0\r\n|0\r\n+x\r\n", "@|0( ) @|0( ) +x;"),
    RIGHT("|1\r\n|0\r\n+k\r\n+v\r\n+x\r\n", "@|2( @|0( ) @+k @+v ) +x;"),
    RIGHT("|0\r\n>1\r\n+p\r\n+x\r\n", "@|0( ) @>1( @+p ); +x;"),
    RIGHT("|0\r\n*1\r\n$3\r\nabc\r\n", "@|0( ) *1( $abc );"),
    /* wrong: type bytes */
    WRONG("x", "", "offset 0: expected a type byte, got 'x'"),
    WRONG("\n", "", "offset 0: expected a type byte, got \\x0a"),
    WRONG("+OK\r\n\0", "+OK;", "offset 5: expected a type byte, got \\x00"),
    WRONG("*1\r\n\xff", "*1(", "offset 4: expected a type byte, got \\xff"),
    WRONG("HTTP/1.1 400 Bad Request\r\n", "", "offset 0: expected a type byte, got 'H'"),
    WRONG(".\r\n", "", "offset 0: expected a type byte, got '.'"),
    WRONG("*1\r\n.\r\n", "*1(", "offset 4: expected a type byte, got '.'"),
    WRONG(";1\r\n", "", "offset 0: expected a type byte, got ';'"),
    /* wrong: numbers */
    WRONG(":\r\n", "", "offset 1: expected a digit, got \\x0d"),
    WRONG(":-\r\n", "", "offset 2: expected a digit, got \\x0d"),
    WRONG(": 1\r\n", "", "offset 1: expected a digit, got ' '"),
    WRONG(":1 \r\n", "", "offset 2: expected CRLF, got ' '"),
    WRONG(":1\n", "", "offset 2: expected CRLF, got \\x0a"),
    WRONG(":1\rx\n", "", "offset 2: expected CRLF, got \\x0d"),
    WRONG(":1a\r\n", "", "offset 2: expected CRLF, got 'a'"),
    WRONG(":--1\r\n", "", "offset 2: expected a digit, got '-'"),
    WRONG(":9223372036854775808\r\n", "", "offset 1: expected a number of 64 bits, got '9'"),
    WRONG(":000000000000000000000000000000000000001\r\n", "", "offset 34: expected CRLF, got '0'"),
    WRONG("_x\r\n", "", "offset 1: expected CRLF, got 'x'"),
    WRONG("_\n", "", "offset 1: expected CRLF, got \\x0a"),
    WRONG("#x\r\n", "", "offset 1: expected 't' or 'f', got 'x'"),
    WRONG("#\r\n", "", "offset 1: expected 't' or 'f', got \\x0d"),
    WRONG("#tt\r\n", "", "offset 2: expected CRLF, got 't'"),
    WRONG("#t\n", "", "offset 2: expected CRLF, got \\x0a"),
    WRONG(",\r\n", "", "offset 1: expected a digit, got \\x0d"),
    WRONG(",1.\r\n", "", "offset 3: expected a digit, got \\x0d"),
    WRONG(",1e\r\n", "", "offset 3: expected a digit, got \\x0d"),
    WRONG(",1.5x\r\n", "", "offset 4: expected CRLF, got 'x'"),
    WRONG(",0x10\r\n", "", "offset 2: expected CRLF, got 'x'"),
    WRONG(",.5\r\n", "", "offset 1: expected a digit, got '.'"),
    WRONG(",infinity\r\n", "", "offset 1: expected a digit, got 'i'"),
    WRONG(",1\n\r\n", "", "offset 2: expected CRLF, got \\x0a"),
    WRONG("(\r\n", "", "offset 1: expected a digit, got \\x0d"),
    WRONG("(1.5\r\n", "", "offset 2: expected CRLF, got '.'"),
    /* wrong: counts */
    WRONG("$\r\n", "", "offset 1: expected a digit, got \\x0d"),
    WRONG("$+1\r\n", "", "offset 1: expected a digit, got '+'"),
    WRONG("$-2\r\n", "", "offset 1: expected a digit, got '-'"),
    WRONG("*-1x\r\n", "", "offset 1: expected a digit, got '-'"),
    WRONG("%-1\r\n", "", "offset 1: expected a digit, got '-'"),
    WRONG("~-1\r\n", "", "offset 1: expected a digit, got '-'"),
    WRONG(">-1\r\n", "", "offset 1: expected a digit, got '-'"),
    WRONG("=-1\r\n", "", "offset 1: expected a digit, got '-'"),
    WRONG("*?1\r\n", "", "offset 1: expected a digit, got '?'"),
    WRONG("*1\r\r\n", "", "offset 2: expected CRLF, got \\x0d"),
    WRONG("$99999999999999999999\r\n", "",
          "offset 0: expected at most 4294967296 bytes in a string, got more"),
    WRONG("+x\r\n*8589934593\r\n", "+x;",
          "offset 4: expected at most 8589934592 values in an aggregate, got more"),
    WRONG("%4294967297\r\n", "",
          "offset 0: expected at most 8589934592 values in an aggregate, got more"),
    /* wrong: strings */
    WRONG("$2\r\nabc\r\n", "$ab", "offset 6: expected CRLF behind a string, got 'c'"),
    WRONG("$2\r\nab\rx", "$ab", "offset 7: expected CRLF behind a string, got 'x'"),
    WRONG("$0\r\n+x\r\n", "$", "offset 4: expected CRLF behind a string, got '+'"),
    WRONG("=3\r\nabc\r\n", "", "offset 1: expected at least 4 bytes in a verbatim string, got '3'"),
    WRONG("=5\r\ntxtab\r\n", "",
          "offset 7: expected ':' behind a verbatim string's format, got 'a'"),
    WRONG("$?\r\n+", "$?", "offset 4: expected ';' and a length, got '+'"),
    WRONG("$?\r\n;?\r\n", "$?", "offset 5: expected a digit, got '?'"),
    WRONG("$?\r\n;-1\r\n", "$?", "offset 5: expected a digit, got '-'"),
    WRONG("$?\r\n;1\r\nab", "$?a", "offset 9: expected CRLF behind a string, got 'b'"),
    WRONG("=?\r\n;0\r\n", "", "offset 5: expected at least 4 bytes in a verbatim string, got '0'"),
    /* wrong: streamed aggregates and attributes */
    WRONG("%?\r\n+a\r\n.\r\n", "%?( +a",
          "offset 8: expected the value of a map's last key, got '.'"),
    WRONG("|?\r\n+a\r\n.\r\n", "@|?( @+a",
          "offset 8: expected the value of a map's last key, got '.'"),
    WRONG("*?\r\n|0\r\n.\r\n", "*?( @|0( )",
          "offset 8: expected a value behind an attribute, got '.'"),
    WRONG("*?\r\n|0\r\n>0\r\n.\r\n", "*?( @|0( ) @>0( )",
          "offset 12: expected a value behind an attribute, got '.'"),
    WRONG("*?\r\n.x\r\n", "*?(", "offset 5: expected CRLF, got 'x'"),
};

enum { N_RESP_CASES = sizeof resp_cases / sizeof *resp_cases };

#endif
