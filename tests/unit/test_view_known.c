/* SPDX-License-Identifier: BSD-3-Clause */
/* ui/view: the commands that are known by name, from literal RESP2 and RESP3, which must look the
 * same; as text of 80 columns and as typed JSON. And all of them with replies of every other shape.
 */
#include <stdlib.h>

#include <jansson.h>

#include "base/str.h"
#include "view_case.h"

#define T(text)                                                                                    \
    { text, sizeof(text) - 1 }
#define SAME                                                                                       \
    { NULL, 0 }

struct text {
    const char *p;
    size_t len;
};

static const struct known {
    const char *command;
    struct text resp2, resp3; /* resp3 SAME: the same bytes, or not a reply of RESP3 */
    const char *want;
    const char *json; /* NULL: not typed */
} table[] = {
    {"info",
     T("$361\r\n# "
       "Server\r\nredis_version:7.0.15\r\nredis_build_id:1234567890123456\r\nuptime_in_seconds:"
       "93784\r\n\r\n# "
       "Memory\r\nused_memory:1615416\r\nmem_fragmentation_ratio:7.72\r\nmaxmemory_policy:"
       "noeviction\r\n\r\n# Persistence\r\nrdb_last_save_time:1700000000\r\n\r\n# "
       "Modules\r\nmodule:name=ReJSON,ver=20000,api=1\r\nmodule:name=search,ver=20405,api="
       "1\r\n\r\n# Keyspace\r\ndb0:keys=6,expires=0,avg_ttl=0\r\n\r\n"),
     T("=365\r\ntxt:# "
       "Server\r\nredis_version:7.0.15\r\nredis_build_id:1234567890123456\r\nuptime_in_seconds:"
       "93784\r\n\r\n# "
       "Memory\r\nused_memory:1615416\r\nmem_fragmentation_ratio:7.72\r\nmaxmemory_policy:"
       "noeviction\r\n\r\n# Persistence\r\nrdb_last_save_time:1700000000\r\n\r\n# "
       "Modules\r\nmodule:name=ReJSON,ver=20000,api=1\r\nmodule:name=search,ver=20405,api="
       "1\r\n\r\n# Keyspace\r\ndb0:keys=6,expires=0,avg_ttl=0\r\n\r\n"),
     "# Server\n"
     "redis_version:     7.0.15\n"
     "redis_build_id:    1234567890123456\n"
     "uptime_in_seconds: 93784  1d 2h 3m\n"
     "\n"
     "# Memory\n"
     "used_memory:             1615416  1.5 MiB\n"
     "mem_fragmentation_ratio: 7.72\n"
     "maxmemory_policy:        noeviction\n"
     "\n"
     "# Persistence\n"
     "rdb_last_save_time: 1700000000  2023-11-14 22:13:20Z\n"
     "\n"
     "# Modules\n"
     "name      ver  api\n"
     "ReJSON  20000    1\n"
     "search  20405    1\n"
     "\n"
     "# Keyspace\n"
     "name  keys  expires  avg_ttl\n"
     "db0      6        0        0\n",
     "{\"server\":{\"redis_version\":\"7.0.15\",\"redis_build_id\":\"1234567890123456\",\"uptime_"
     "in_seconds\":93784},\"memory\":{\"used_memory\":1615416,\"mem_fragmentation_ratio\":7.72,"
     "\"maxmemory_policy\":\"noeviction\"},\"persistence\":{\"rdb_last_save_time\":1700000000},"
     "\"modules\":{\"ReJSON\":{\"name\":\"ReJSON\",\"ver\":20000,\"api\":1},\"search\":{\"name\":"
     "\"search\",\"ver\":20405,\"api\":1}},\"keyspace\":{\"db0\":{\"keys\":6,\"expires\":0,\"avg_"
     "ttl\":0}}}\n"},
    {"client list",
     T("$267\r\nid=34 addr=127.0.0.1:53150 laddr=127.0.0.1:7931 fd=7 name= age=0 idle=0 flags=N "
       "db=0 sub=0 multi=-1 cmd=client|list user=default redir=-1 resp=3\nid=35 addr=[::1]:4 "
       "laddr=[::1]:5 fd=8 name=007 age=120 idle=3 flags=x db=15 sub=0 multi=2 cmd=get user=12 "
       "redir=-1 resp=2\n\r\n"),
     T("=271\r\ntxt:id=34 addr=127.0.0.1:53150 laddr=127.0.0.1:7931 fd=7 name= age=0 idle=0 "
       "flags=N db=0 sub=0 multi=-1 cmd=client|list user=default redir=-1 resp=3\nid=35 "
       "addr=[::1]:4 laddr=[::1]:5 fd=8 name=007 age=120 idle=3 flags=x db=15 sub=0 multi=2 "
       "cmd=get user=12 redir=-1 resp=2\n\r\n"),
     "(2)\n"
     "id  addr             name  age  idle  flags  db  cmd          user\n"
     "34  127.0.0.1:53150          0     0  N       0  client|list  default\n"
     "35  [::1]:4          007   120     3  x      15  get          12\n",
     "[{\"id\":34,\"addr\":\"127.0.0.1:53150\",\"laddr\":\"127.0.0.1:7931\",\"fd\":7,\"name\":\"\","
     "\"age\":0,\"idle\":0,\"flags\":\"N\",\"db\":0,\"sub\":0,\"multi\":-1,\"cmd\":\"client|list\","
     "\"user\":\"default\",\"redir\":-1,\"resp\":3},{\"id\":35,\"addr\":\"[::1]:4\",\"laddr\":\"[::"
     "1]:5\",\"fd\":8,\"name\":\"007\",\"age\":120,\"idle\":3,\"flags\":\"x\",\"db\":15,\"sub\":0,"
     "\"multi\":2,\"cmd\":\"get\",\"user\":\"12\",\"redir\":-1,\"resp\":2}]\n"},
    {"client info",
     T("$145\r\nid=34 addr=127.0.0.1:53150 laddr=127.0.0.1:7931 fd=7 name= age=0 idle=0 flags=N "
       "db=0 sub=0 multi=-1 cmd=client|list user=default redir=-1 resp=3\n\r\n"),
     T("=149\r\ntxt:id=34 addr=127.0.0.1:53150 laddr=127.0.0.1:7931 fd=7 name= age=0 idle=0 "
       "flags=N db=0 sub=0 multi=-1 cmd=client|list user=default redir=-1 resp=3\n\r\n"),
     "id:    34\n"
     "addr:  127.0.0.1:53150\n"
     "laddr: 127.0.0.1:7931\n"
     "fd:    7\n"
     "name: \n"
     "age:   0\n"
     "idle:  0\n"
     "flags: N\n"
     "db:    0\n"
     "sub:   0\n"
     "multi: -1\n"
     "cmd:   client|list\n"
     "user:  default\n"
     "redir: -1\n"
     "resp:  3\n",
     "{\"id\":34,\"addr\":\"127.0.0.1:53150\",\"laddr\":\"127.0.0.1:7931\",\"fd\":7,\"name\":\"\","
     "\"age\":0,\"idle\":0,\"flags\":\"N\",\"db\":0,\"sub\":0,\"multi\":-1,\"cmd\":\"client|list\","
     "\"user\":\"default\",\"redir\":-1,\"resp\":3}\n"},
    {"cluster nodes",
     T("$294\r\n07c37dfeb235213a872192d90877d0cd55635b91 127.0.0.1:30004@31004,host-4 slave "
       "67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1 0 1426238317239 4 "
       "connected\n67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1 ::1:30002@31002 myself,master - 0 0 2 "
       "connected 0-5460 5462 [93->-07c37dfeb235213a872192d90877d0cd55635b91]\n\r\n"),
     T("=298\r\ntxt:07c37dfeb235213a872192d90877d0cd55635b91 127.0.0.1:30004@31004,host-4 slave "
       "67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1 0 1426238317239 4 "
       "connected\n67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1 ::1:30002@31002 myself,master - 0 0 2 "
       "connected 0-5460 5462 [93->-07c37dfeb235213a872192d90877d0cd55635b91]\n\r\n"),
     "(2)\n"
     "id        host        port  flags          primary   link       slots\n"
     "07c37df\xe2\x80\xa6  127.0.0.1  30004  slave          67ed2db\xe2\x80\xa6  connected\n"
     "67ed2db\xe2\x80\xa6  ::1        30002  myself,master  (nil)     connected  0-5460 5462 "
     "[93\xe2\x80\xa6\n",
     "[{\"id\":\"07c37dfeb235213a872192d90877d0cd55635b91\",\"host\":\"127.0.0.1\",\"port\":30004,"
     "\"cport\":31004,\"hostname\":\"host-4\",\"flags\":[\"slave\"],\"primary\":"
     "\"67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1\",\"ping_sent_ms\":0,\"pong_received_ms\":"
     "1426238317239,\"config_epoch\":4,\"link\":\"connected\",\"slots\":[]},{\"id\":"
     "\"67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1\",\"host\":\"::1\",\"port\":30002,\"cport\":31002,"
     "\"flags\":[\"myself\",\"master\"],\"primary\":null,\"ping_sent_ms\":0,\"pong_received_ms\":0,"
     "\"config_epoch\":2,\"link\":\"connected\",\"slots\":[\"0-5460\",\"5462\",\"[93->-"
     "07c37dfeb235213a872192d90877d0cd55635b91]\"]}]\n"},
    {"cluster replicas 67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1",
     T("*1\r\n$144\r\n07c37dfeb235213a872192d90877d0cd55635b91 127.0.0.1:30004@31004,host-4 slave "
       "67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1 0 1426238317239 4 connected\r\n"),
     SAME,
     "(1)\n"
     "id                     host        port  flags  primary                link\n"
     "07c37dfeb235213a8721\xe2\x80\xa6  127.0.0.1  30004  slave  67ed2db8d677e59ec4a4\xe2\x80\xa6  "
     "connected\n",
     "[{\"id\":\"07c37dfeb235213a872192d90877d0cd55635b91\",\"host\":\"127.0.0.1\",\"port\":30004,"
     "\"cport\":31004,\"hostname\":\"host-4\",\"flags\":[\"slave\"],\"primary\":"
     "\"67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1\",\"ping_sent_ms\":0,\"pong_received_ms\":"
     "1426238317239,\"config_epoch\":4,\"link\":\"connected\",\"slots\":[]}]\n"},
    {"cluster info",
     T("$67\r\ncluster_enabled:1\r\ncluster_state:ok\r\ncluster_slots_assigned:16384\r\n\r\n"),
     T("=71\r\ntxt:cluster_enabled:1\r\ncluster_state:ok\r\ncluster_slots_assigned:16384\r\n\r\n"),
     "cluster_enabled:        1\n"
     "cluster_state:          ok\n"
     "cluster_slots_assigned: 16384\n",
     "{\"cluster_enabled\":1,\"cluster_state\":\"ok\",\"cluster_slots_assigned\":16384}\n"},
    {"cluster slots",
     T("*1\r\n*4\r\n:0\r\n:5460\r\n*4\r\n$8\r\n10.0.0.1\r\n:7000\r\n$"
       "40\r\n07c37dfeb235213a872192d90877d0cd55635b91\r\n*0\r\n*4\r\n$8\r\n10.0.0.2\r\n:7001\r\n$"
       "40\r\n67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1\r\n*0\r\n"),
     SAME,
     "(2)\n"
     "start   end  role     host      port  id\n"
     "    0  5460  primary  10.0.0.1  7000  07c37dfeb235213a872192d90877d0cd55635b91\n"
     "    0  5460  replica  10.0.0.2  7001  67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1\n",
     "[{\"start\":0,\"end\":5460,\"role\":\"primary\",\"host\":\"10.0.0.1\",\"port\":7000,\"id\":"
     "\"07c37dfeb235213a872192d90877d0cd55635b91\"},{\"start\":0,\"end\":5460,\"role\":\"replica\","
     "\"host\":\"10.0.0.2\",\"port\":7001,\"id\":\"67ed2db8d677e59ec4a4cefb06858cf2a1a89fa1\"}]\n"},
    {"cluster shards",
     T("*1\r\n*4\r\n$5\r\nslots\r\n*4\r\n:0\r\n:5460\r\n:5462\r\n:5462\r\n$5\r\nnodes\r\n*1\r\n*"
       "12\r\n$2\r\nid\r\n$40\r\n07c37dfeb235213a872192d90877d0cd55635b91\r\n$4\r\nport\r\n:"
       "7000\r\n$2\r\nip\r\n$8\r\n10.0.0.1\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$18\r\nreplication-"
       "offset\r\n:72156\r\n$6\r\nhealth\r\n$6\r\nonline\r\n"),
     T("*1\r\n%2\r\n$5\r\nslots\r\n*4\r\n:0\r\n:5460\r\n:5462\r\n:5462\r\n$5\r\nnodes\r\n*1\r\n%"
       "6\r\n$2\r\nid\r\n$40\r\n07c37dfeb235213a872192d90877d0cd55635b91\r\n$4\r\nport\r\n:"
       "7000\r\n$2\r\nip\r\n$8\r\n10.0.0.1\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$18\r\nreplication-"
       "offset\r\n:72156\r\n$6\r\nhealth\r\n$6\r\nonline\r\n"),
     "(1)\n"
     "slots        id               port  ip        role    replication-offset  health\n"
     "0-5460 5462  07c37dfeb23521\xe2\x80\xa6  7000  10.0.0.1  master               72156  "
     "online\n",
     "[{\"slots\":[\"0-5460\",\"5462\"],\"id\":\"07c37dfeb235213a872192d90877d0cd55635b91\","
     "\"port\":7000,\"ip\":\"10.0.0.1\",\"role\":\"master\",\"replication-offset\":72156,"
     "\"health\":\"online\"}]\n"},
    {"cluster links",
     T("*1\r\n*8\r\n$9\r\ndirection\r\n$2\r\nto\r\n$4\r\nnode\r\n$"
       "40\r\n07c37dfeb235213a872192d90877d0cd55635b91\r\n$11\r\ncreate-time\r\n:1639442739375\r\n$"
       "6\r\nevents\r\n$2\r\nrw\r\n"),
     T("*1\r\n%4\r\n$9\r\ndirection\r\n$2\r\nto\r\n$4\r\nnode\r\n$"
       "40\r\n07c37dfeb235213a872192d90877d0cd55635b91\r\n$11\r\ncreate-time\r\n:1639442739375\r\n$"
       "6\r\nevents\r\n$2\r\nrw\r\n"),
     "(1)\n"
     "direction  node                                        create-time  events\n"
     "to         07c37dfeb235213a872192d90877d0cd55635b91  1639442739375  rw\n",
     "[{\"direction\":\"to\",\"node\":\"07c37dfeb235213a872192d90877d0cd55635b91\",\"create-time\":"
     "1639442739375,\"events\":\"rw\"}]\n"},
    {"slowlog get 2",
     T("*2\r\n*6\r\n:14\r\n:1700000000\r\n:15000\r\n*3\r\n$3\r\nset\r\n$5\r\na "
       "key\r\n$5\r\nv\x1b[2J\r\n$11\r\n127.0.0.1:1\r\n$6\r\nworker\r\n*6\r\n:13\r\n:"
       "1700000001\r\n:7\r\n*1\r\n$4\r\nping\r\n$11\r\n127.0.0.1:2\r\n$0\r\n\r\n"),
     SAME,
     "(2)\n"
     "id  time                  duration_us  command               client       name\n"
     "14  2023-11-14 22:13:20Z        15000  set \"a key\" \"v\\x1b[\xe2\x80\xa6  127.0.0.1:1  "
     "worker\n"
     "13  2023-11-14 22:13:21Z            7  ping                  127.0.0.1:2\n",
     "[{\"id\":14,\"time\":1700000000,\"duration_us\":15000,\"command\":[\"set\",\"a "
     "key\",\"v\\u001b[2J\"],\"client\":\"127.0.0.1:1\",\"name\":\"worker\"},{\"id\":13,\"time\":"
     "1700000001,\"duration_us\":7,\"command\":[\"ping\"],\"client\":\"127.0.0.1:2\",\"name\":\"\"}"
     "]\n"},
    {"latency latest", T("*1\r\n*4\r\n$7\r\ncommand\r\n:1700000000\r\n:251\r\n:1001\r\n"), SAME,
     "(1)\n"
     "event    time                  latest_ms  max_ms\n"
     "command  2023-11-14 22:13:20Z        251    1001\n",
     "[{\"event\":\"command\",\"time\":1700000000,\"latest_ms\":251,\"max_ms\":1001}]\n"},
    {"latency history command",
     T("*2\r\n*2\r\n:1700000000\r\n:251\r\n*2\r\n:1700000060\r\n:1001\r\n"), SAME,
     "(2)\n"
     "time                  latency_ms\n"
     "2023-11-14 22:13:20Z         251\n"
     "2023-11-14 22:14:20Z        1001\n",
     "[{\"time\":1700000000,\"latency_ms\":251},{\"time\":1700000060,\"latency_ms\":1001}]\n"},
    {"memory stats",
     T("*8\r\n$14\r\npeak.allocated\r\n:1626184\r\n$10\r\nkeys.count\r\n:6\r\n$4\r\ndb.0\r\n*2\r\n$"
       "23\r\noverhead.hashtable.main\r\n:304\r\n$18\r\ndataset.percentage\r\n$5\r\n99.93\r\n"),
     T("%4\r\n$14\r\npeak.allocated\r\n:1626184\r\n$10\r\nkeys.count\r\n:6\r\n$4\r\ndb.0\r\n%1\r\n$"
       "23\r\noverhead.hashtable.main\r\n:304\r\n$18\r\ndataset.percentage\r\n,99.93\r\n"),
     "peak.allocated:     1626184  1.6 MiB\n"
     "keys.count:         6\n"
     "db.0:               (1)\n"
     "  overhead.hashtable.main: 304\n"
     "dataset.percentage: 99.93\n",
     "{\"peak.allocated\":1626184,\"keys.count\":6,\"db.0\":{\"overhead.hashtable.main\":304},"
     "\"dataset.percentage\":99.93}\n"},
    {"command docs get",
     T("*2\r\n$3\r\nget\r\n*10\r\n$7\r\nsummary\r\n$34\r\nReturns the string value of a "
       "key.\r\n$5\r\nsince\r\n$5\r\n1.0.0\r\n$5\r\ngroup\r\n$6\r\nstring\r\n$10\r\ncomplexity\r\n$"
       "4\r\nO(1)\r\n$9\r\narguments\r\n*1\r\n*4\r\n$4\r\nname\r\n$3\r\nkey\r\n$4\r\ntype\r\n$"
       "3\r\nkey\r\n"),
     T("%1\r\n$3\r\nget\r\n%5\r\n$7\r\nsummary\r\n$34\r\nReturns the string value of a "
       "key.\r\n$5\r\nsince\r\n$5\r\n1.0.0\r\n$5\r\ngroup\r\n$6\r\nstring\r\n$10\r\ncomplexity\r\n$"
       "4\r\nO(1)\r\n$9\r\narguments\r\n*1\r\n%2\r\n$4\r\nname\r\n$3\r\nkey\r\n$4\r\ntype\r\n$"
       "3\r\nkey\r\n"),
     "(1)\n"
     "command  summary                             since  group\n"
     "get      Returns the string value of a key.  1.0.0  string\n",
     "[{\"command\":\"get\",\"summary\":\"Returns the string value of a "
     "key.\",\"since\":\"1.0.0\",\"group\":\"string\",\"complexity\":\"O(1)\",\"arguments\":[["
     "\"name\",\"key\",\"type\",\"key\"]]}]\n"},
    {"acl list",
     T("*2\r\n$51\r\nuser default on nopass sanitize-payload ~* &* +@all\r\n$64\r\nuser joe off "
       "#abc #def resetchannels %R~k:* -@all +get (~x +set)\r\n"),
     SAME,
     "(2)\n"
     "user     enabled  passwords  keys    channels  commands\n"
     "default     true          0  ~*      &*        +@all\n"
     "joe        false          2  %R~k:*            -@all +get (~x +set)\n",
     "[{\"user\":\"default\",\"enabled\":true,\"nopass\":true,\"passwords\":0,\"keys\":[\"~*\"],"
     "\"channels\":[\"&*\"],\"commands\":[\"+@all\"]},{\"user\":\"joe\",\"enabled\":false,"
     "\"nopass\":false,\"passwords\":2,\"keys\":[\"%R~k:*\"],\"channels\":[],\"commands\":[\"-@"
     "all\",\"+get\",\"(~x\",\"+set)\"]}]\n"},
    {"acl getuser joe",
     T("*8\r\n$5\r\nflags\r\n*2\r\n$2\r\non\r\n$6\r\nnopass\r\n$9\r\npasswords\r\n*0\r\n$"
       "8\r\ncommands\r\n$5\r\n+@all\r\n$4\r\nkeys\r\n$2\r\n~*\r\n"),
     T("%4\r\n$5\r\nflags\r\n~2\r\n$2\r\non\r\n$6\r\nnopass\r\n$9\r\npasswords\r\n*0\r\n$"
       "8\r\ncommands\r\n$5\r\n+@all\r\n$4\r\nkeys\r\n$2\r\n~*\r\n"),
     "flags:     (2)\n"
     "  1) on\n"
     "  2) nopass\n"
     "passwords: (empty list)\n"
     "commands:  +@all\n"
     "keys:      ~*\n",
     "{\"flags\":[\"on\",\"nopass\"],\"passwords\":[],\"commands\":\"+@all\",\"keys\":\"~*\"}\n"},
    {"acl getuser app",
     T("*4\r\n$5\r\nflags\r\n*1\r\n$2\r\non\r\n$9\r\nselectors\r\n*1\r\n*4\r\n$8\r\ncommands\r\n$"
       "5\r\n+@all\r\n$4\r\nkeys\r\n$2\r\n~t\r\n"),
     T("%2\r\n$5\r\nflags\r\n*1\r\n$2\r\non\r\n$9\r\nselectors\r\n*1\r\n%2\r\n$8\r\ncommands\r\n$"
       "5\r\n+@all\r\n$4\r\nkeys\r\n$2\r\n~t\r\n"),
     "flags:     (1)\n"
     "  1) on\n"
     "selectors: (1)\n"
     "  1) (2)\n"
     "     commands: +@all\n"
     "     keys:     ~t\n",
     "{\"flags\":[\"on\"],\"selectors\":[{\"commands\":\"+@all\",\"keys\":\"~t\"}]}\n"},
    {"acl log",
     T("*1\r\n*14\r\n$5\r\ncount\r\n:1\r\n$6\r\nreason\r\n$4\r\nauth\r\n$7\r\ncontext\r\n$"
       "8\r\ntoplevel\r\n$6\r\nobject\r\n$4\r\nAUTH\r\n$8\r\nusername\r\n$3\r\njoe\r\n$11\r\nage-"
       "seconds\r\n$4\r\n5.25\r\n$11\r\nclient-info\r\n$4\r\nid=3\r\n"),
     T("*1\r\n%7\r\n$5\r\ncount\r\n:1\r\n$6\r\nreason\r\n$4\r\nauth\r\n$7\r\ncontext\r\n$"
       "8\r\ntoplevel\r\n$6\r\nobject\r\n$4\r\nAUTH\r\n$8\r\nusername\r\n$3\r\njoe\r\n$11\r\nage-"
       "seconds\r\n,5.25\r\n$11\r\nclient-info\r\n$4\r\nid=3\r\n"),
     "(1)\n"
     "count  reason  context   object  username  age-seconds\n"
     "    1  auth    toplevel  AUTH    joe              5.25\n",
     "[{\"count\":1,\"reason\":\"auth\",\"context\":\"toplevel\",\"object\":\"AUTH\",\"username\":"
     "\"joe\",\"age-seconds\":5.25,\"client-info\":\"id=3\"}]\n"},
    {"module list",
     T("*1\r\n*8\r\n$4\r\nname\r\n$6\r\nReJSON\r\n$3\r\nver\r\n:20000\r\n$4\r\npath\r\n$5\r\n/"
       "m.so\r\n$4\r\nargs\r\n*0\r\n"),
     T("*1\r\n%4\r\n$4\r\nname\r\n$6\r\nReJSON\r\n$3\r\nver\r\n:20000\r\n$4\r\npath\r\n$5\r\n/"
       "m.so\r\n$4\r\nargs\r\n*0\r\n"),
     "(1)\n"
     "name      ver  path   args\n"
     "ReJSON  20000  /m.so  []\n",
     "[{\"name\":\"ReJSON\",\"ver\":20000,\"path\":\"/m.so\",\"args\":[]}]\n"},
    {"config get *",
     T("*8\r\n$9\r\nmaxmemory\r\n$9\r\n104857600\r\n$11\r\nrequirepass\r\n$5\r\n12345\r\n$"
       "4\r\nsave\r\n$6\r\n3600 1\r\n$4\r\nbind\r\n$0\r\n\r\n"),
     T("%4\r\n$9\r\nmaxmemory\r\n$9\r\n104857600\r\n$11\r\nrequirepass\r\n$5\r\n12345\r\n$"
       "4\r\nsave\r\n$6\r\n3600 1\r\n$4\r\nbind\r\n$0\r\n\r\n"),
     "maxmemory:   104857600  100.0 MiB\n"
     "requirepass: 12345\n"
     "save:        3600 1\n"
     "bind: \n",
     "{\"maxmemory\":104857600,\"requirepass\":\"12345\",\"save\":\"3600 1\",\"bind\":\"\"}\n"},
    {"pubsub numsub a b", T("*4\r\n$1\r\na\r\n:2\r\n$1\r\nb\r\n:0\r\n"), SAME,
     "(2)\n"
     "channel  subscribers\n"
     "a                  2\n"
     "b                  0\n",
     "[{\"channel\":\"a\",\"subscribers\":2},{\"channel\":\"b\",\"subscribers\":0}]\n"},
    {"role",
     T("*3\r\n$6\r\nmaster\r\n:3129659\r\n*1\r\n*3\r\n$9\r\n127.0.0.1\r\n$4\r\n9001\r\n$"
       "7\r\n3129242\r\n"),
     SAME,
     "role:     master\n"
     "offset:   3129659\n"
     "replicas: (1)\n"
     "  1) (3)\n"
     "     host:   127.0.0.1\n"
     "     port:   9001\n"
     "     offset: 3129242\n",
     "{\"role\":\"master\",\"offset\":3129659,\"replicas\":[{\"host\":\"127.0.0.1\",\"port\":9001,"
     "\"offset\":3129242}]}\n"},
    {"role", T("*5\r\n$5\r\nslave\r\n$9\r\n127.0.0.1\r\n:9000\r\n$9\r\nconnected\r\n:3167038\r\n"),
     SAME,
     "role:   slave\n"
     "host:   127.0.0.1\n"
     "port:   9000\n"
     "state:  connected\n"
     "offset: 3167038\n",
     "{\"role\":\"slave\",\"host\":\"127.0.0.1\",\"port\":9000,\"state\":\"connected\",\"offset\":"
     "3167038}\n"},
    {"role", T("*2\r\n$8\r\nsentinel\r\n*2\r\n$13\r\nresque-master\r\n$4\r\nhtml\r\n"), SAME,
     "role:      sentinel\n"
     "primaries: (2)\n"
     "  1) resque-master\n"
     "  2) html\n",
     "{\"role\":\"sentinel\",\"primaries\":[\"resque-master\",\"html\"]}\n"},
    {"xinfo stream s",
     T("*8\r\n$6\r\nlength\r\n:2\r\n$17\r\nlast-generated-id\r\n$3\r\n1-0\r\n$11\r\nfirst-"
       "entry\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n$10\r\nlast-entry\r\n$-1\r\n"),
     T("%4\r\n$6\r\nlength\r\n:2\r\n$17\r\nlast-generated-id\r\n$3\r\n1-0\r\n$11\r\nfirst-"
       "entry\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n$10\r\nlast-entry\r\n_\r\n"),
     "length:            2\n"
     "last-generated-id: 1-0\n"
     "first-entry:       (1)\n"
     "  1-0: (1)\n"
     "    f: v\n"
     "last-entry:        (nil)\n",
     "{\"length\":2,\"last-generated-id\":\"1-0\",\"first-entry\":[\"1-0\",[\"f\",\"v\"]],\"last-"
     "entry\":null}\n"},
    {"xinfo stream s full",
     T("*6\r\n$6\r\nlength\r\n:1\r\n$7\r\nentries\r\n*1\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\nf\r\n$"
       "1\r\nv\r\n$6\r\ngroups\r\n*1\r\n*8\r\n$4\r\nname\r\n$1\r\ng\r\n$9\r\npel-count\r\n:1\r\n$"
       "7\r\npending\r\n*1\r\n*4\r\n$3\r\n1-0\r\n$5\r\nalice\r\n:1700000000000\r\n:2\r\n$"
       "9\r\nconsumers\r\n*1\r\n*6\r\n$4\r\nname\r\n$5\r\nalice\r\n$9\r\nseen-time\r\n:"
       "1700000000000\r\n$7\r\npending\r\n*1\r\n*3\r\n$3\r\n1-0\r\n:1700000000000\r\n:1\r\n"),
     T("%3\r\n$6\r\nlength\r\n:1\r\n$7\r\nentries\r\n*1\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\nf\r\n$"
       "1\r\nv\r\n$6\r\ngroups\r\n*1\r\n%4\r\n$4\r\nname\r\n$1\r\ng\r\n$9\r\npel-count\r\n:1\r\n$"
       "7\r\npending\r\n*1\r\n*4\r\n$3\r\n1-0\r\n$5\r\nalice\r\n:1700000000000\r\n:2\r\n$"
       "9\r\nconsumers\r\n*1\r\n%3\r\n$4\r\nname\r\n$5\r\nalice\r\n$9\r\nseen-time\r\n:"
       "1700000000000\r\n$7\r\npending\r\n*1\r\n*3\r\n$3\r\n1-0\r\n:1700000000000\r\n:1\r\n"),
     "length:  1\n"
     "entries: (1)\n"
     "  1-0: (1)\n"
     "    f: v\n"
     "groups:  (1)\n"
     "  1) (4)\n"
     "     name:      g\n"
     "     pel-count: 1\n"
     "     pending:   (1)\n"
     "       1-0: alice, 2023-11-14 22:13:20Z, 2 deliveries\n"
     "     consumers: (1)\n"
     "       1) (3)\n"
     "          name:      alice\n"
     "          seen-time: 2023-11-14 22:13:20Z\n"
     "          pending:   (1)\n"
     "            1-0: 2023-11-14 22:13:20Z, 1 delivery\n",
     "{\"length\":1,\"entries\":[[\"1-0\",[\"f\",\"v\"]]],\"groups\":[{\"name\":\"g\",\"pel-"
     "count\":1,\"pending\":[[\"1-0\",\"alice\",1700000000000,2]],\"consumers\":[{\"name\":"
     "\"alice\",\"seen-time\":1700000000000,\"pending\":[[\"1-0\",1700000000000,1]]}]}]}\n"},
    {"xpending s g",
     T("*4\r\n:2\r\n$3\r\n1-0\r\n$3\r\n2-0\r\n*1\r\n*2\r\n$5\r\nalice\r\n$1\r\n2\r\n"), SAME,
     "pending:     2\n"
     "smallest-id: 1-0\n"
     "greatest-id: 2-0\n"
     "consumers:   (1)\n"
     "  alice: 2\n",
     NULL},
    {"xautoclaim s g c 0 0",
     T("*3\r\n$3\r\n0-0\r\n*1\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n*1\r\n$3\r\n2-"
       "0\r\n"),
     SAME,
     "(1) cursor 0-0, the end; 1 deleted meanwhile\n"
     "id   f\n"
     "1-0  v\n",
     NULL},
    {"xautoclaim s g c 0 0 justid", T("*2\r\n$3\r\n3-0\r\n*2\r\n$3\r\n1-0\r\n$3\r\n2-0\r\n"), SAME,
     "(2) cursor 3-0\n"
     "id\n"
     "1-0\n"
     "2-0\n",
     NULL},
    {"command info get nope",
     T("*2\r\n*10\r\n$3\r\nget\r\n:2\r\n*2\r\n$8\r\nreadonly\r\n$4\r\nfast\r\n:1\r\n:1\r\n:1\r\n*"
       "2\r\n$5\r\n@read\r\n$5\r\n@fast\r\n*0\r\n*0\r\n*0\r\n$-1\r\n"),
     T("*2\r\n*10\r\n$3\r\nget\r\n:2\r\n*2\r\n$8\r\nreadonly\r\n$4\r\nfast\r\n:1\r\n:1\r\n:1\r\n*"
       "2\r\n$5\r\n@read\r\n$5\r\n@fast\r\n*0\r\n*0\r\n*0\r\n_\r\n"),
     "(1)\n"
     "command  arity  flags          first  last  step  categories\n"
     "get          2  readonly fast      1     1     1  @read @fast\n",
     NULL},
    {"latency histogram get",
     T("*2\r\n$3\r\nget\r\n*4\r\n$5\r\ncalls\r\n:100\r\n$14\r\nhistogram_usec\r\n*8\r\n:1\r\n:"
       "40\r\n:2\r\n:90\r\n:8\r\n:99\r\n:16\r\n:100\r\n"),
     T("%1\r\n$3\r\nget\r\n%2\r\n$5\r\ncalls\r\n:100\r\n$14\r\nhistogram_usec\r\n%4\r\n:1\r\n:"
       "40\r\n:2\r\n:90\r\n:8\r\n:99\r\n:16\r\n:100\r\n"),
     "(1) each at most\n"
     "command  calls  p50_us  p90_us  p99_us  max_us\n"
     "get        100       2       2       8      16\n",
     NULL},
    {"function list",
     T("*1\r\n*6\r\n$12\r\nlibrary_name\r\n$3\r\nlib\r\n$6\r\nengine\r\n$3\r\nLUA\r\n$"
       "9\r\nfunctions\r\n*2\r\n*6\r\n$4\r\nname\r\n$1\r\nf\r\n$11\r\ndescription\r\n$-1\r\n$"
       "5\r\nflags\r\n*0\r\n*6\r\n$4\r\nname\r\n$1\r\ng\r\n$11\r\ndescription\r\n$-1\r\n$"
       "5\r\nflags\r\n*1\r\n$9\r\nno-writes\r\n"),
     T("*1\r\n%3\r\n$12\r\nlibrary_name\r\n$3\r\nlib\r\n$6\r\nengine\r\n$3\r\nLUA\r\n$"
       "9\r\nfunctions\r\n*2\r\n%3\r\n$4\r\nname\r\n$1\r\nf\r\n$11\r\ndescription\r\n_\r\n$"
       "5\r\nflags\r\n*0\r\n%3\r\n$4\r\nname\r\n$1\r\ng\r\n$11\r\ndescription\r\n_\r\n$"
       "5\r\nflags\r\n*1\r\n$9\r\nno-writes\r\n"),
     "(1)\n"
     "library_name  engine  functions\n"
     "lib           LUA     f, g (no-writes)\n",
     NULL},
    {"object help", T("*2\r\n$12\r\nOBJECT <sub>\r\n$11\r\n    Return.\r\n"), SAME,
     "OBJECT <sub>\n"
     "    Return.\n",
     NULL},
    {"config get nope", T("*0\r\n"), T("%0\r\n"), "(empty map)\n", "{}\n"},
    {"module list", T("*0\r\n"), SAME, "(empty list)\n", "[]\n"},
    {"xinfo groups s",
     T("*1\r\n*10\r\n$4\r\nname\r\n$1\r\ng\r\n$9\r\nconsumers\r\n:1\r\n$7\r\npending\r\n:0\r\n$"
       "17\r\nlast-delivered-id\r\n$3\r\n1-0\r\n$3\r\nlag\r\n$-1\r\n"),
     T("*1\r\n%5\r\n$4\r\nname\r\n$1\r\ng\r\n$9\r\nconsumers\r\n:1\r\n$7\r\npending\r\n:0\r\n$"
       "17\r\nlast-delivered-id\r\n$3\r\n1-0\r\n$3\r\nlag\r\n_\r\n"),
     "(1)\n"
     "name  consumers  pending  last-delivered-id  lag\n"
     "g             1        0  1-0                (nil)\n",
     "[{\"name\":\"g\",\"consumers\":1,\"pending\":0,\"last-delivered-id\":\"1-0\",\"lag\":null}]"
     "\n"},
    {"hello 3",
     T("*8\r\n$6\r\nserver\r\n$6\r\nvalkey\r\n$7\r\nversion\r\n$5\r\n8.0.1\r\n$5\r\nproto\r\n:"
       "3\r\n$7\r\nmodules\r\n*0\r\n"),
     T("%4\r\n$6\r\nserver\r\n$6\r\nvalkey\r\n$7\r\nversion\r\n$5\r\n8.0.1\r\n$5\r\nproto\r\n:"
       "3\r\n$7\r\nmodules\r\n*0\r\n"),
     "server:  valkey\n"
     "version: 8.0.1\n"
     "proto:   3\n"
     "modules: (empty list)\n",
     NULL},
    {"xrange s - +",
     T("*3\r\n*2\r\n$3\r\n1-0\r\n*4\r\n$4\r\ntemp\r\n$2\r\n20\r\n$2\r\nid\r\n$1\r\nx\r\n*2\r\n$"
       "3\r\n2-0\r\n*2\r\n$4\r\ntemp\r\n$4\r\n21.5\r\n*2\r\n$3\r\n3-0\r\n$-1\r\n"),
     T("*3\r\n*2\r\n$3\r\n1-0\r\n*4\r\n$4\r\ntemp\r\n$2\r\n20\r\n$2\r\nid\r\n$1\r\nx\r\n*2\r\n$"
       "3\r\n2-0\r\n*2\r\n$4\r\ntemp\r\n$4\r\n21.5\r\n*2\r\n$3\r\n3-0\r\n_\r\n"),
     "(3)\n"
     "id   temp  id\n"
     "1-0  20    x\n"
     "2-0  21.5\n"
     "3-0\n",
     NULL},
    {"xread streams s t 0 0",
     T("*2\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$"
       "1\r\nt\r\n*1\r\n*2\r\n$3\r\n2-0\r\n*2\r\n$1\r\nb\r\n$9\r\ntwo words\r\n"),
     T("%2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-0\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nt\r\n*1\r\n*"
       "2\r\n$3\r\n2-0\r\n*2\r\n$1\r\nb\r\n$9\r\ntwo words\r\n"),
     "(2)\n"
     "stream  id   a  b\n"
     "s       1-0  1\n"
     "t       2-0     two words\n",
     NULL},
    {"xpending s g - + 10", T("*1\r\n*4\r\n$3\r\n1-0\r\n$5\r\nalice\r\n:5000\r\n:2\r\n"), SAME,
     "(1)\n"
     "id   consumer  idle_ms  deliveries\n"
     "1-0  alice        5000           2\n",
     NULL},
    {"zrange z 0 -1 withscores",
     T("*6\r\n$1\r\na\r\n$1\r\n1\r\n$11\r\nlong member\r\n$3\r\n2.5\r\n$1\r\nc\r\n$4\r\n-inf\r\n"),
     T("*3\r\n*2\r\n$1\r\na\r\n,1\r\n*2\r\n$11\r\nlong "
       "member\r\n,2.5\r\n*2\r\n$1\r\nc\r\n,-inf\r\n"),
     "(3)\n"
     "member       score\n"
     "a                1\n"
     "long member    2.5\n"
     "c             -inf\n",
     NULL},
    {"zrange z 0 -1", T("*2\r\n$1\r\na\r\n$1\r\nb\r\n"), SAME,
     "(2)\n"
     "1) a\n"
     "2) b\n",
     NULL},
    {"zpopmin z 2", T("*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n"),
     T("*2\r\n*2\r\n$1\r\na\r\n,1\r\n*2\r\n$1\r\nb\r\n,2\r\n"),
     "(2)\n"
     "member  score\n"
     "a           1\n"
     "b           2\n",
     NULL},
    {"zpopmin z", T("*2\r\n$1\r\na\r\n$1\r\n1\r\n"), T("*2\r\n$1\r\na\r\n,1\r\n"),
     "(1)\n"
     "member  score\n"
     "a           1\n",
     NULL},
    {"hrandfield h 2 withvalues", T("*4\r\n$1\r\nf\r\n$1\r\nv\r\n$1\r\ng\r\n$1\r\nw\r\n"),
     T("*2\r\n*2\r\n$1\r\nf\r\n$1\r\nv\r\n*2\r\n$1\r\ng\r\n$1\r\nw\r\n"),
     "(2)\n"
     "field  value\n"
     "f      v\n"
     "g      w\n",
     NULL},
    {"hgetall h",
     T("*6\r\n$4\r\nname\r\n$5\r\nalice\r\n$6\r\n\xe6\x97\xa5\xe6\x9c\xac\r\n$1\r\nx\r\n$"
       "1\r\na\r\n$5\r\n\x1b[31m\r\n"),
     T("%3\r\n$4\r\nname\r\n$5\r\nalice\r\n$6\r\n\xe6\x97\xa5\xe6\x9c\xac\r\n$1\r\nx\r\n$"
       "1\r\na\r\n$5\r\n\x1b[31m\r\n"),
     "(3)\n"
     "name: alice\n"
     "\xe6\x97\xa5\xe6\x9c\xac: x\n"
     "a:    \"\\x1b[31m\"\n",
     NULL},
    {"scan 0", T("*2\r\n$2\r\n17\r\n*2\r\n$1\r\na\r\n$2\r\nb\n\r\n"), SAME,
     "(2) cursor 17\n"
     "key\n"
     "a\n"
     "\"b\\n\"\n",
     NULL},
    {"hscan h 0", T("*2\r\n$1\r\n0\r\n*4\r\n$1\r\nf\r\n$1\r\nv\r\n$1\r\ng\r\n$1\r\nw\r\n"), SAME,
     "(2) cursor 0, the end\n"
     "field  value\n"
     "f      v\n"
     "g      w\n",
     NULL},
    {"hscan h 0 novalues", T("*2\r\n$1\r\n0\r\n*2\r\n$1\r\nf\r\n$1\r\ng\r\n"), SAME,
     "(2) cursor 0, the end\n"
     "field\n"
     "f\n"
     "g\n",
     NULL},
    {"sscan s 0", T("*2\r\n$1\r\n0\r\n*1\r\n$1\r\nm\r\n"), SAME,
     "(1) cursor 0, the end\n"
     "member\n"
     "m\n",
     NULL},
    {"zscan z 0", T("*2\r\n$1\r\n0\r\n*2\r\n$1\r\nm\r\n$3\r\n1.5\r\n"), SAME,
     "(1) cursor 0, the end\n"
     "member  score\n"
     "m         1.5\n",
     NULL},
    {"geosearch g fromlonlat 15 37 byradius 200 km withcoord withdist withhash",
     T("*1\r\n*4\r\n$7\r\nPalermo\r\n$8\r\n190.4424\r\n:3479099956230698\r\n*2\r\n$4\r\n13.5\r\n$"
       "5\r\n38.25\r\n"),
     T("*1\r\n*4\r\n$7\r\nPalermo\r\n$8\r\n190.4424\r\n:3479099956230698\r\n*2\r\n,13.5\r\n,38."
       "25\r\n"),
     "(1)\n"
     "member   distance              hash  longitude  latitude\n"
     "Palermo  190.4424  3479099956230698       13.5     38.25\n",
     NULL},
    {"georadius g 15 37 200 km withdist", T("*1\r\n*2\r\n$7\r\nPalermo\r\n$8\r\n190.4424\r\n"),
     SAME,
     "(1)\n"
     "member   distance\n"
     "Palermo  190.4424\n",
     NULL},
    {"geopos g Palermo nope", T("*2\r\n*2\r\n$4\r\n13.5\r\n$5\r\n38.25\r\n$-1\r\n"),
     T("*2\r\n*2\r\n,13.5\r\n,38.25\r\n_\r\n"),
     "(2)\n"
     "member   longitude  latitude\n"
     "Palermo       13.5     38.25\n"
     "nope         (nil)     (nil)\n",
     NULL},
    {"geohash g Palermo", T("*1\r\n$11\r\nsqc8b49rny0\r\n"), SAME,
     "(1)\n"
     "member   hash\n"
     "Palermo  sqc8b49rny0\n",
     NULL},
    {"ts.range t - +", T("*1\r\n*2\r\n:1700000000000\r\n$3\r\n3.5\r\n"),
     T("*1\r\n*2\r\n:1700000000000\r\n,3.5\r\n"),
     "(1)\n"
     "    timestamp  time                  value\n"
     "1700000000000  2023-11-14 22:13:20Z    3.5\n",
     NULL},
    {"json.get j", T("$20\r\n{\"a\":[1,{}],\"b\":\"x\"}\r\n"), SAME,
     "{\n"
     "  \"a\": [\n"
     "    1,\n"
     "    {}\n"
     "  ],\n"
     "  \"b\": \"x\"\n"
     "}\n",
     NULL},
    {"ft.info i", T("*4\r\n$10\r\nindex_name\r\n$1\r\ni\r\n$8\r\nnum_docs\r\n$1\r\n2\r\n"),
     T("%2\r\n$10\r\nindex_name\r\n$1\r\ni\r\n$8\r\nnum_docs\r\n$1\r\n2\r\n"),
     "(2)\n"
     "index_name: i\n"
     "num_docs:   2\n",
     NULL},
    {"sentinel masters",
     T("*1\r\n*12\r\n$4\r\nname\r\n$8\r\nmymaster\r\n$2\r\nip\r\n$9\r\n127.0.0.1\r\n$4\r\nport\r\n$"
       "4\r\n6379\r\n$5\r\nflags\r\n$6\r\nmaster\r\n$6\r\nquorum\r\n$1\r\n2\r\n$13\r\nrole-"
       "reported\r\n$6\r\nmaster\r\n"),
     T("*1\r\n%6\r\n$4\r\nname\r\n$8\r\nmymaster\r\n$2\r\nip\r\n$9\r\n127.0.0.1\r\n$4\r\nport\r\n$"
       "4\r\n6379\r\n$5\r\nflags\r\n$6\r\nmaster\r\n$6\r\nquorum\r\n$1\r\n2\r\n$13\r\nrole-"
       "reported\r\n$6\r\nmaster\r\n"),
     "(1)\n"
     "name      ip         port  flags   quorum\n"
     "mymaster  127.0.0.1  6379  master  2\n",
     NULL},
    {"ft.search i *",
     T("*5\r\n:2\r\n$5\r\ndoc:1\r\n*4\r\n$5\r\ntitle\r\n$3\r\none\r\n$1\r\nn\r\n$1\r\n3\r\n$"
       "5\r\ndoc:2\r\n*2\r\n$5\r\ntitle\r\n$9\r\ntwo words\r\n"),
     T("%3\r\n$10\r\nattributes\r\n*0\r\n$13\r\ntotal_results\r\n:2\r\n$7\r\nresults\r\n*2\r\n%"
       "3\r\n$2\r\nid\r\n$5\r\ndoc:1\r\n$16\r\nextra_attributes\r\n%2\r\n$5\r\ntitle\r\n$"
       "3\r\none\r\n$1\r\nn\r\n$1\r\n3\r\n$6\r\nvalues\r\n*0\r\n%2\r\n$2\r\nid\r\n$5\r\ndoc:2\r\n$"
       "16\r\nextra_attributes\r\n%1\r\n$5\r\ntitle\r\n$9\r\ntwo words\r\n"),
     "(2) of 2\n"
     "id     title      n\n"
     "doc:1  one        3\n"
     "doc:2  two words\n",
     NULL},
    {"ft.search i * nocontent", T("*3\r\n:2\r\n$5\r\ndoc:1\r\n$5\r\ndoc:2\r\n"), SAME,
     "(2) of 2\n"
     "id\n"
     "doc:1\n"
     "doc:2\n",
     NULL},
    {"ft.aggregate i *", T("*3\r\n:2\r\n*2\r\n$1\r\nn\r\n$1\r\n3\r\n*2\r\n$1\r\nn\r\n$1\r\n4\r\n"),
     SAME,
     "(2) of 2\n"
     "n\n"
     "3\n"
     "4\n",
     NULL},
};

enum { N_KNOWN = sizeof table / sizeof *table };

static struct view_case c;
static const struct view_opts plain = {.columns = 80};

static void check_json(const struct known *k, const struct text *resp) {
    const char *got = case_json(&c, k->command, resp->p, resp->len);
    CHECK_EQ(c.typed, k->json != NULL);
    CHECK_STR(got, k->json ? k->json : "");
}

static void test_known_replies_have_their_view_in_both_protocols(void) {
    for (const struct known *k = table; k < table + N_KNOWN; k++) {
        CHECK_STR(case_view(&c, &plain, k->command, k->resp2.p, k->resp2.len), k->want);
        if (k->resp3.p)
            CHECK_STR(case_view(&c, &plain, k->command, k->resp3.p, k->resp3.len), k->want);
    }
}

static void test_known_replies_as_typed_json(void) {
    for (const struct known *k = table; k < table + N_KNOWN; k++) {
        check_json(k, &k->resp2);
        if (k->resp3.p && strcmp(k->command, "command docs get") != 0) check_json(k, &k->resp3);
    }
}

static void test_arguments_in_command_docs_are_maps_in_resp3(void) {
    for (const struct known *k = table; k < table + N_KNOWN; k++)
        if (!strcmp(k->command, "command docs get")) {
            const char *got = case_json(&c, k->command, k->resp3.p, k->resp3.len);
            CHECK(strstr(got, "\"arguments\":[{\"name\":\"key\",\"type\":\"key\"}]"));
        }
}

/* --- whatever the server sends ---------------------------------------------------------------- */

#define EVIL "\x1b]0;x\x07\xff\xe2\x80\xae\r\n\x01 =:,@"

/* Shapes that are not, or hardly, those of the commands. */
static const struct text hostile[] = {
    T("-ERR \x1b[2J\r\n"),
    T("+\x1b[2J\r\n"),
    T("$-1\r\n"),
    T("*0\r\n"),
    T("%0\r\n"),
    T("$0\r\n\r\n"),
    T(":9223372036854775807\r\n"),
    T(",nan\r\n"),
    T("$18\r\n" EVIL "\r\n"),
    T("=22\r\ntxt:" EVIL "\r\n"),
    T("$18\r\nid=\x1b[2J name=\xff\n==\n\r\n"),
    T("$23\r\n# \x1b[2J\n\x1b:\x1b=\x1b,\xff\n:\n#\n:=:\n\r\n"),
    T("$27\r\nmodule:name=\nmodule:name=,\n\r\n"),
    T("$40\r\na @,,@ , - 99999999999999999999 x y z [\x1b\r\n"),
    T("$17\r\nuser  #~%&+-()\x1b \xff\r\n"),
    T("*1\r\n$10\r\nuser \x1b (+)\r\n"),
    T("*1\r\n$1\r\na\r\n"),
    T("*2\r\n$1\r\na\r\n$2\r\n\x1b[\r\n"),
    T("*2\r\n$1\r\n0\r\n*1\r\n$2\r\n\x1b[\r\n"),
    T("*2\r\n$20\r\n99999999999999999999\r\n*0\r\n"),
    T("*3\r\n:1\r\n$1\r\na\r\n:2\r\n"),
    T("*1\r\n*0\r\n"),
    T("*1\r\n*1\r\n*1\r\n*0\r\n"),
    T("*1\r\n*2\r\n:1\r\n:2\r\n"),
    T("*1\r\n*2\r\n:9223372036854775807\r\n:-9223372036854775808\r\n"),
    T("*1\r\n*2\r\n$2\r\n\x1b[\r\n*3\r\n$1\r\na\r\n:1\r\n$-1\r\n"),
    T("*1\r\n*2\r\n$2\r\n\x1b[\r\n*2\r\n$2\r\n\x9b!\r\n$2\r\n\x1b[\r\n"),
    T("*1\r\n*3\r\n:0\r\n:1\r\n:2\r\n"),
    T("*1\r\n*3\r\n:0\r\n:99999999999\r\n*0\r\n"),
    T("*1\r\n*4\r\n:0\r\n:9223372036854775807\r\n:-1\r\n:5\r\n"),
    T("*1\r\n*4\r\n$2\r\n\x1b[\r\n:1\r\n:1\r\n*1\r\n*1\r\n$2\r\n\x1b[\r\n"),
    T("*1\r\n*4\r\n$5\r\nslots\r\n*1\r\n:1\r\n$5\r\nnodes\r\n*1\r\n:1\r\n"),
    T("*1\r\n*4\r\n$5\r\nslots\r\n:1\r\n$5\r\nnodes\r\n*0\r\n"),
    T("%1\r\n:1\r\n:2\r\n"),
    T("%1\r\n*1\r\n:1\r\n%1\r\n$-1\r\n$2\r\n\x1b[\r\n"),
    T("%1\r\n$2\r\n\x1b[\r\n%1\r\n$2\r\n\x1b[\r\n-\x1b[\r\n"),
    T("%2\r\n$1\r\na\r\n:1\r\n$1\r\na\r\n:2\r\n"),
    T("%1\r\n$7\r\nresults\r\n*2\r\n:1\r\n%1\r\n$2\r\nid\r\n:1\r\n"),
    T("*2\r\n:-5\r\n*1\r\n$2\r\n\x1b[\r\n"),
    T("~2\r\n#t\r\n(123456789012345678901234567890\r\n"),
    T(">2\r\n+message\r\n$2\r\n\x1b[\r\n"),
};

/* Lines of harmless text: neither control characters nor bytes that are not UTF-8. */
static bool is_harmless(const char *p, size_t n) {
    for (size_t i = 0, len; i < n; i += len) {
        uint32_t code = 0;
        len = str_utf8(p + i, n - i, &code);
        if (!len || (code < ' ' && code != '\n') || (code >= 0x7f && code < 0xa0)) return false;
        if (code == 0x202e) return false;
    }
    return n == 0 || p[n - 1] == '\n';
}

static void feed_hostile(const char *command, const struct text *resp) {
    static const enum view_format formats[] = {VIEW_BEST, VIEW_TABLE, VIEW_JSON, VIEW_HEX};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct view_opts o = {
            .format = formats[i], .columns = i % 2 ? 20 : 80, .rows = i % 2, .expanded = i == 1};
        case_view(&c, &o, command, resp->p, resp->len);
        CHECK_EQ(c.code, 0);
        CHECK(is_harmless(c.out.p, c.out.len));
    }
    case_json(&c, command, resp->p, resp->len);
    CHECK(is_harmless(c.out.p, c.out.len));
    if (!c.typed) return;
    json_t *tree = json_loadb(c.out.p, c.out.len, JSON_DECODE_INT_AS_REAL, NULL);
    CHECK(tree);
    json_decref(tree);
}

static void test_no_shape_is_trusted_and_nothing_drives_the_terminal(void) {
    for (const struct known *k = table; k < table + N_KNOWN; k++) {
        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
            feed_hostile(k->command, &hostile[i]);
        for (const struct known *other = table; other < table + N_KNOWN; other++)
            feed_hostile(k->command, other->resp3.p ? &other->resp3 : &other->resp2);
    }
}

static void test_passwords_of_digits_are_no_numbers(void) {
    CHECK_STR(
        case_json(&c, "config get requirepass", "*2\r\n$11\r\nrequirepass\r\n$3\r\n1e5\r\n", 34),
        "{\"requirepass\":\"1e5\"}\n");
}

static void test_rows_are_limited(void) {
    static const char resp[] = "*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n";
    const struct view_opts one = {.columns = 80, .rows = 1};
    CHECK_STR(case_view(&c, &one, "zrange z 0 -1 withscores", resp, sizeof resp - 1),
              "(2)\nmember  score\na           1\n... 1 more\n");
    CHECK_STR(case_view(&c, &one, "hgetall h", resp, sizeof resp - 1), "(2)\na: 1\n... 1 more\n");
    CHECK_STR(case_view(&c, &one, "config get *", resp, sizeof resp - 1), "a: 1\n... 1 more\n");
}

static void test_which_commands_are_typed(void) {
    CHECK(view_is_typed(1, (const char *[]){"INFO"}, NULL));
    CHECK(view_is_typed(3, (const char *[]){"SlowLog", "GET", "3"}, NULL));
    CHECK(!view_is_typed(1, (const char *[]){"slowlog"}, NULL));
    CHECK(!view_is_typed(2, (const char *[]){"hgetall", "h"}, NULL));
    CHECK(!view_is_typed(2, (const char *[]){"@all", "info"}, NULL));
    CHECK(!view_is_typed(0, NULL, NULL));
}

int main(void) {
    case_init(&c);
    RUN(test_known_replies_have_their_view_in_both_protocols);
    RUN(test_known_replies_as_typed_json);
    RUN(test_arguments_in_command_docs_are_maps_in_resp3);
    RUN(test_no_shape_is_trusted_and_nothing_drives_the_terminal);
    RUN(test_passwords_of_digits_are_no_numbers);
    RUN(test_rows_are_limited);
    RUN(test_which_commands_are_typed);
    case_release(&c);
    return t_end();
}
