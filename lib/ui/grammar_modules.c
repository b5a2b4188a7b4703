/* SPDX-License-Identifier: BSD-3-Clause */
/* The most used arguments of well-known modules' commands, by hand, in the notation of
 * grammar_impl.h. A server that has the module and tells its grammar goes before this. TOLD is for
 * those whose arguments are all here; SOME commands have more, so that no word of theirs is wrong.
 */
#include "ui/grammar_impl.h"

#define ROW(name, flags, group, summary, args)                                                     \
    name "\t0\t" flags "\t\t" group "\t\t\t" summary "\t" args "\n"
#define TOLD(name, group, summary, args) ROW(name, "t", group, summary, args)
#define SOME(name, group, summary, args) ROW(name, "", group, summary, args)

#define BF "bf"
#define CF "cf"
#define CMS "cms"
#define FT "search"
#define GRAPH "graph"
#define JSON "json"
#define TDIGEST "tdigest"
#define TOPK "topk"
#define TS "timeseries"

#define PARAMS "?bparams=PARAMS(inargs *sname-or-value) ?idialect=DIALECT"
#define FIELD                                                                                      \
    "*bfield(sfield ?salias=AS otype(ttext=TEXT ttag=TAG tnumeric=NUMERIC tgeo=GEO "               \
    "tgeoshape=GEOSHAPE bvector=VECTOR(oalgorithm(tflat=FLAT thnsw=HNSW) inargs *sattribute)) "    \
    "?dweight=WEIGHT ?sseparator=SEPARATOR ?tcasesensitive=CASESENSITIVE "                         \
    "?bsortable=SORTABLE(?tunf=UNF) ?tnostem=NOSTEM ?tnoindex=NOINDEX ?smatcher=PHONETIC "         \
    "?twithsuffixtrie=WITHSUFFIXTRIE)"
#define FIELDS "?bfields=FIELDS(icount *sfield)"
#define ITEMS "*sitem=ITEMS"

#define POLICIES "(tblock=BLOCK tfirst=FIRST tlast=LAST tmin=MIN tmax=MAX tsum=SUM)"
#define SERIES                                                                                     \
    "?imilliseconds=RETENTION ?oencoding=ENCODING(tcompressed=COMPRESSED "                         \
    "tuncompressed=UNCOMPRESSED) ?ibytes=CHUNK_SIZE ?opolicy=DUPLICATE_POLICY" POLICIES
#define LABELS "?blabels=LABELS(*blabel(slabel svalue))"
#define AGGREGATORS                                                                                \
    "oaggregator(tavg=avg tsum=sum tmin=min tmax=max trange=range tcount=count tfirst=first "      \
    "tlast=last tstd.p=std.p tstd.s=std.s tvar.p=var.p tvar.s=var.s ttwa=twa)"
#define RANGE                                                                                      \
    "sfrom sto ?tlatest=LATEST ?*utimestamp=FILTER_BY_TS "                                         \
    "?bvalues=FILTER_BY_VALUE(dmin dmax) ?icount=COUNT ?salign=ALIGN "                             \
    "?bbuckets=AGGREGATION(" AGGREGATORS " iduration) "                                            \
    "?stimestamp=BUCKETTIMESTAMP ?tempty=EMPTY"
#define WITH_LABELS "?olabels(twithlabels=WITHLABELS *slabel=SELECTED_LABELS)"
#define GROUPS "?bgroups=GROUPBY(slabel sreducer=REDUCE)"

/* clang-format off */
const char grammar_modules_commands[] =
    TOLD("BF.ADD", BF, "Add an item to a Bloom filter", "kkey sitem")
    TOLD("BF.CARD", BF, "How many items a Bloom filter has taken", "kkey")
    TOLD("BF.EXISTS", BF, "Ask whether an item may be in a Bloom filter", "kkey sitem")
    SOME("BF.INFO", BF, "Facts about a Bloom filter", "kkey ?ofact(tcapacity=CAPACITY tsize=SIZE tfilters=FILTERS titems=ITEMS texpansion=EXPANSION)")
    SOME("BF.INSERT", BF, "Add items to a Bloom filter, made on the way", "kkey ?icapacity=CAPACITY ?derror=ERROR ?iexpansion=EXPANSION ?tnocreate=NOCREATE ?tnonscaling=NONSCALING " ITEMS)
    TOLD("BF.LOADCHUNK", BF, "Restore a piece of a dumped Bloom filter", "kkey iiterator sdata")
    TOLD("BF.MADD", BF, "Add several items to a Bloom filter", "kkey *sitem")
    TOLD("BF.MEXISTS", BF, "Ask whether several items may be in a Bloom filter", "kkey *sitem")
    TOLD("BF.RESERVE", BF, "Make a Bloom filter of a given size", "kkey derror-rate icapacity ?iexpansion=EXPANSION ?tnonscaling=NONSCALING")
    TOLD("BF.SCANDUMP", BF, "Dump a Bloom filter piece by piece", "kkey iiterator")
    TOLD("CF.ADD", CF, "Add an item to a cuckoo filter", "kkey sitem")
    TOLD("CF.ADDNX", CF, "Add an item to a cuckoo filter unless it is there", "kkey sitem")
    TOLD("CF.COUNT", CF, "Estimate how often an item was added", "kkey sitem")
    TOLD("CF.DEL", CF, "Remove an item once", "kkey sitem")
    TOLD("CF.EXISTS", CF, "Ask whether an item may be in a cuckoo filter", "kkey sitem")
    TOLD("CF.INFO", CF, "Facts about a cuckoo filter", "kkey")
    TOLD("CF.INSERT", CF, "Add items to a cuckoo filter, made on the way", "kkey ?icapacity=CAPACITY ?tnocreate=NOCREATE " ITEMS)
    TOLD("CF.INSERTNX", CF, "The same for items that are not there", "kkey ?icapacity=CAPACITY ?tnocreate=NOCREATE " ITEMS)
    TOLD("CF.LOADCHUNK", CF, "Restore a piece of a dumped cuckoo filter", "kkey iiterator sdata")
    TOLD("CF.MEXISTS", CF, "Ask whether several items may be in a cuckoo filter", "kkey *sitem")
    TOLD("CF.RESERVE", CF, "Make a cuckoo filter of a given size", "kkey icapacity ?ibucketsize=BUCKETSIZE ?imaxiterations=MAXITERATIONS ?iexpansion=EXPANSION")
    TOLD("CF.SCANDUMP", CF, "Dump a cuckoo filter piece by piece", "kkey iiterator")
    TOLD("CMS.INCRBY", CMS, "Add to the counts of items", "kkey *bcount(sitem iincrement)")
    TOLD("CMS.INFO", CMS, "Facts about a count-min sketch", "kkey")
    TOLD("CMS.INITBYDIM", CMS, "Make a count-min sketch by its dimensions", "kkey iwidth idepth")
    TOLD("CMS.INITBYPROB", CMS, "Make a count-min sketch by its error", "kkey derror dprobability")
    TOLD("CMS.MERGE", CMS, "Add up several sketches into one", "kdestination inumkeys *ksource ?*iweight=WEIGHTS")
    TOLD("CMS.QUERY", CMS, "Estimate the counts of items", "kkey *sitem")
    SOME("FT.AGGREGATE", FT, "Search, then group, sort and compute", "sindex squery ?tverbatim=VERBATIM ?bload=LOAD(icount *sfield) ?itimeout=TIMEOUT ?*+bgroup=GROUPBY(inargs *sproperty ?*+breduce=REDUCE(sfunction inargs *sarg ?sname=AS)) ?bsort=SORTBY(inargs *sproperty ?inum=MAX) ?*+bapply=APPLY(sexpression sname=AS) ?blimit=LIMIT(ioffset inum) ?sfilter=FILTER ?bcursor=WITHCURSOR(?icount=COUNT ?imaxidle=MAXIDLE) " PARAMS)
    TOLD("FT.ALIASADD", FT, "Give an index one more name", "salias sindex")
    TOLD("FT.ALIASDEL", FT, "Take an index's other name away", "salias")
    TOLD("FT.ALIASUPDATE", FT, "Move an index's other name to another index", "salias sindex")
    SOME("FT.ALTER", FT, "Add a field to an index", "sindex ?tskipinitialscan=SKIPINITIALSCAN bschema=SCHEMA(tadd=ADD " FIELD ")")
    SOME("FT.CONFIG", FT, "Read or change the module's settings", "oaction(soption=GET bset=SET(soption svalue) soption=HELP)")
    SOME("FT.CREATE", FT, "Make an index", "sindex ?otype=ON(thash=HASH tjson=JSON) ?bprefixes=PREFIX(icount *sprefix) ?sfilter=FILTER ?slanguage=LANGUAGE ?sfield=LANGUAGE_FIELD ?dscore=SCORE ?sfield=SCORE_FIELD ?sfield=PAYLOAD_FIELD ?tmaxtextfields=MAXTEXTFIELDS ?iseconds=TEMPORARY ?tnooffsets=NOOFFSETS ?tnohl=NOHL ?tnofields=NOFIELDS ?tnofreqs=NOFREQS ?bstopwords=STOPWORDS(icount ?*sstopword) ?tskipinitialscan=SKIPINITIALSCAN bschema=SCHEMA(" FIELD ")")
    SOME("FT.CURSOR", FT, "Go on with an aggregation, or end it", "oaction(bread=READ(sindex icursor ?iread-size=COUNT) bdel=DEL(sindex icursor))")
    TOLD("FT.DICTADD", FT, "Add terms to a dictionary", "sdictionary *sterm")
    TOLD("FT.DICTDEL", FT, "Remove terms from a dictionary", "sdictionary *sterm")
    TOLD("FT.DICTDUMP", FT, "List a dictionary", "sdictionary")
    TOLD("FT.DROPINDEX", FT, "Remove an index, and its documents with DD", "sindex ?tdd=DD")
    TOLD("FT.EXPLAIN", FT, "Show how a query is understood", "sindex squery ?idialect=DIALECT")
    TOLD("FT.EXPLAINCLI", FT, "Show how a query is understood, in lines", "sindex squery ?idialect=DIALECT")
    TOLD("FT.INFO", FT, "Facts about an index", "sindex")
    SOME("FT.PROFILE", FT, "Run a query and tell where the time goes", "sindex okind(tsearch=SEARCH taggregate=AGGREGATE) ?tlimited=LIMITED squery=QUERY")
    SOME("FT.SEARCH", FT, "Search an index", "sindex squery ?tnocontent=NOCONTENT ?tverbatim=VERBATIM ?tnostopwords=NOSTOPWORDS ?twithscores=WITHSCORES ?twithpayloads=WITHPAYLOADS ?twithsortkeys=WITHSORTKEYS ?*+bfilter=FILTER(sfield dmin dmax) ?*+bgeofilter=GEOFILTER(sfield dlongitude dlatitude dradius ounit(tm=m tkm=km tmi=mi tft=ft)) ?binkeys=INKEYS(icount *skey) ?binfields=INFIELDS(icount *sfield) ?breturn=RETURN(icount *sfield) ?bsummarize=SUMMARIZE(" FIELDS " ?inum=FRAGS ?inum=LEN ?sseparator=SEPARATOR) ?bhighlight=HIGHLIGHT(" FIELDS " ?btags=TAGS(sopen sclose)) ?islop=SLOP ?itimeout=TIMEOUT ?tinorder=INORDER ?slanguage=LANGUAGE ?sexpander=EXPANDER ?sscorer=SCORER ?texplainscore=EXPLAINSCORE ?spayload=PAYLOAD ?bsort=SORTBY(sfield ?oorder(tasc=ASC tdesc=DESC)) ?blimit=LIMIT(ioffset inum) " PARAMS)
    SOME("FT.SPELLCHECK", FT, "Propose other spellings for a query's terms", "sindex squery ?idistance=DISTANCE ?*+bterms=TERMS(ouse(tinclude=INCLUDE texclude=EXCLUDE) sdictionary) ?idialect=DIALECT")
    TOLD("FT.SUGADD", FT, "Add a suggestion", "kkey sstring dscore ?tincr=INCR ?spayload=PAYLOAD")
    TOLD("FT.SUGDEL", FT, "Remove a suggestion", "kkey sstring")
    TOLD("FT.SUGGET", FT, "Suggestions that begin with a prefix", "kkey sprefix ?tfuzzy=FUZZY ?twithscores=WITHSCORES ?twithpayloads=WITHPAYLOADS ?imax=MAX")
    TOLD("FT.SUGLEN", FT, "How many suggestions there are", "kkey")
    TOLD("FT.SYNDUMP", FT, "List an index's synonyms", "sindex")
    TOLD("FT.SYNUPDATE", FT, "Make terms synonyms of a group", "sindex sgroup ?tskipinitialscan=SKIPINITIALSCAN *sterm")
    TOLD("FT.TAGVALS", FT, "All values of a tag field", "sindex sfield")
    TOLD("FT._LIST", FT, "Names of all indexes", "")
    SOME("GRAPH.CONFIG", GRAPH, "Read or change the module's settings", "oaction(sname=GET bset=SET(sname svalue))")
    TOLD("GRAPH.DELETE", GRAPH, "Remove a graph", "kgraph")
    SOME("GRAPH.EXPLAIN", GRAPH, "Show the plan of a query", "kgraph squery")
    TOLD("GRAPH.LIST", GRAPH, "Names of all graphs", "")
    SOME("GRAPH.PROFILE", GRAPH, "Run a query and show its plan with figures", "kgraph squery ?imilliseconds=TIMEOUT")
    SOME("GRAPH.QUERY", GRAPH, "Run a query", "kgraph squery ?imilliseconds=TIMEOUT")
    SOME("GRAPH.RO_QUERY", GRAPH, "Run a query that only reads", "kgraph squery ?imilliseconds=TIMEOUT")
    SOME("GRAPH.SLOWLOG", GRAPH, "The slowest queries of a graph", "kgraph ?treset=RESET")
    TOLD("JSON.ARRAPPEND", JSON, "Append values to an array", "kkey spath *svalue")
    TOLD("JSON.ARRINDEX", JSON, "Find a value in an array", "kkey spath svalue ?brange(istart ?istop)")
    TOLD("JSON.ARRINSERT", JSON, "Insert values into an array", "kkey spath iindex *svalue")
    TOLD("JSON.ARRLEN", JSON, "Length of an array", "kkey ?spath")
    TOLD("JSON.ARRPOP", JSON, "Remove a value from an array and return it", "kkey ?bwhere(spath ?iindex)")
    TOLD("JSON.ARRTRIM", JSON, "Keep a range of an array", "kkey spath istart istop")
    TOLD("JSON.CLEAR", JSON, "Empty arrays and objects, set numbers to 0", "kkey ?spath")
    SOME("JSON.DEBUG", JSON, "Memory that a value takes", "oaction(bmemory=MEMORY(kkey ?spath) thelp=HELP)")
    TOLD("JSON.DEL", JSON, "Remove a value", "kkey ?spath")
    TOLD("JSON.FORGET", JSON, "Remove a value", "kkey ?spath")
    SOME("JSON.GET", JSON, "Read values as JSON", "kkey ?sindent=INDENT ?snewline=NEWLINE ?sspace=SPACE ?*spath")
    TOLD("JSON.MERGE", JSON, "Merge a value into another", "kkey spath svalue")
    TOLD("JSON.MGET", JSON, "Read one path of several keys", "*kkey spath")
    TOLD("JSON.MSET", JSON, "Set several values", "*btriplet(kkey spath svalue)")
    TOLD("JSON.NUMINCRBY", JSON, "Add to a number", "kkey spath dvalue")
    TOLD("JSON.NUMMULTBY", JSON, "Multiply a number", "kkey spath dvalue")
    TOLD("JSON.OBJKEYS", JSON, "Names in an object", "kkey ?spath")
    TOLD("JSON.OBJLEN", JSON, "How many names an object has", "kkey ?spath")
    TOLD("JSON.RESP", JSON, "Read a value as a reply of the protocol", "kkey ?spath")
    SOME("JSON.SET", JSON, "Set a value", "kkey spath svalue ?ocondition(tnx=NX txx=XX)")
    TOLD("JSON.STRAPPEND", JSON, "Append to a string", "kkey ?spath svalue")
    TOLD("JSON.STRLEN", JSON, "Length of a string", "kkey ?spath")
    TOLD("JSON.TOGGLE", JSON, "Turn true into false and back", "kkey spath")
    TOLD("JSON.TYPE", JSON, "Type of a value", "kkey ?spath")
    TOLD("TDIGEST.ADD", TDIGEST, "Add values to a t-digest", "kkey *dvalue")
    TOLD("TDIGEST.BYRANK", TDIGEST, "Values at ranks from the smallest", "kkey *irank")
    TOLD("TDIGEST.BYREVRANK", TDIGEST, "Values at ranks from the largest", "kkey *irank")
    TOLD("TDIGEST.CDF", TDIGEST, "The part of values up to a value", "kkey *dvalue")
    TOLD("TDIGEST.CREATE", TDIGEST, "Make a t-digest", "kkey ?icompression=COMPRESSION")
    TOLD("TDIGEST.INFO", TDIGEST, "Facts about a t-digest", "kkey")
    TOLD("TDIGEST.MAX", TDIGEST, "The largest value", "kkey")
    TOLD("TDIGEST.MERGE", TDIGEST, "Add up several t-digests into one", "kdestination inumkeys *ksource ?icompression=COMPRESSION ?toverride=OVERRIDE")
    TOLD("TDIGEST.MIN", TDIGEST, "The smallest value", "kkey")
    TOLD("TDIGEST.QUANTILE", TDIGEST, "Values at quantiles", "kkey *dquantile")
    TOLD("TDIGEST.RANK", TDIGEST, "Ranks of values from the smallest", "kkey *dvalue")
    TOLD("TDIGEST.RESET", TDIGEST, "Forget all values", "kkey")
    TOLD("TDIGEST.REVRANK", TDIGEST, "Ranks of values from the largest", "kkey *dvalue")
    TOLD("TDIGEST.TRIMMED_MEAN", TDIGEST, "The mean between two quantiles", "kkey dlow dhigh")
    TOLD("TOPK.ADD", TOPK, "Count items", "kkey *sitem")
    TOLD("TOPK.COUNT", TOPK, "Estimate the counts of items", "kkey *sitem")
    TOLD("TOPK.INCRBY", TOPK, "Add to the counts of items", "kkey *bcount(sitem iincrement)")
    TOLD("TOPK.INFO", TOPK, "Facts about a top-k", "kkey")
    TOLD("TOPK.LIST", TOPK, "The most frequent items", "kkey ?twithcount=WITHCOUNT")
    TOLD("TOPK.QUERY", TOPK, "Ask whether items are among the most frequent", "kkey *sitem")
    TOLD("TOPK.RESERVE", TOPK, "Make a top-k", "kkey itopk ?bsize(iwidth idepth ddecay)")
    SOME("TS.ADD", TS, "Add a sample", "kkey stimestamp dvalue " SERIES " ?opolicy=ON_DUPLICATE" POLICIES " " LABELS)
    SOME("TS.ALTER", TS, "Change a series' settings", "kkey " SERIES " " LABELS)
    SOME("TS.CREATE", TS, "Make a series", "kkey " SERIES " " LABELS)
    TOLD("TS.CREATERULE", TS, "Aggregate a series into another from now on", "ksource kdestination brule=AGGREGATION(" AGGREGATORS " iduration ?ialign)")
    SOME("TS.DECRBY", TS, "Add a sample that is less by a value", "kkey dsubtrahend ?stimestamp=TIMESTAMP " SERIES " " LABELS)
    TOLD("TS.DEL", TS, "Remove the samples of a time range", "kkey sfrom sto")
    TOLD("TS.DELETERULE", TS, "End an aggregation into another series", "ksource kdestination")
    TOLD("TS.GET", TS, "The last sample", "kkey ?tlatest=LATEST")
    SOME("TS.INCRBY", TS, "Add a sample that is more by a value", "kkey daddend ?stimestamp=TIMESTAMP " SERIES " " LABELS)
    TOLD("TS.INFO", TS, "Facts about a series", "kkey ?tdebug=DEBUG")
    TOLD("TS.MADD", TS, "Add samples to several series", "*bsample(kkey stimestamp dvalue)")
    TOLD("TS.MGET", TS, "The last samples of the series that match", "?tlatest=LATEST " WITH_LABELS " *sfilter=FILTER")
    SOME("TS.MRANGE", TS, "Samples of the series that match", RANGE " " WITH_LABELS " *sfilter=FILTER " GROUPS)
    SOME("TS.MREVRANGE", TS, "The same from the newest on", RANGE " " WITH_LABELS " *sfilter=FILTER " GROUPS)
    TOLD("TS.QUERYINDEX", TS, "Names of the series that match", "*sfilter")
    SOME("TS.RANGE", TS, "Samples of a time range", "kkey " RANGE)
    SOME("TS.REVRANGE", TS, "The same from the newest on", "kkey " RANGE)
    ;
/* clang-format on */
