package sqli

import "github.com/meshwarden/meshwarden/internal/scan/lexicon"

// Classes of SQL words. A word of several dialects may have several.
const (
	cLogic lexicon.Class = 1 << iota // joins conditions
	cWhere                           // begins a condition
	cSet                             // union and its kin
	cAll                             // all, distinct
	cSelect
	cFrom
	cBy      // order by, group by
	cOrder   // order, group
	cVerb    // begins a statement
	cNoun    // what a statement is about: table, database
	cCmp     // compares, as = does
	cConst   // null, true, false
	cPrefix  // may stand before a value
	cDelay   // functions that only an attacker calls with a number
	cProbe   // functions that leak through errors, files or the network
	cString  // functions that build or take apart strings
	cInfo    // functions that name the server, the user or the schema
	cSchema  // system tables
	cBranch  // if, case, iif
	cOutput  // outfile, dumpfile
	cColumn  // names of columns in system tables
	cWhen    // when, then
	cAssign  // set
	cType    // types that a value is cast to
	cEnd     // ends a conditional expression or a block
	cBlock   // begins a block of statements
	cTail    // may follow a string in a condition
	cFunc    // other functions, telling only where nothing but their call's beginning is there
	cAlias   // as
	cLimit   // limit
	cValues  // values
	cCatalog // databases that only servers have
)

var vocabulary = lexicon.New(
	lexicon.Group{Class: cLogic, Words: "or and xor"},
	lexicon.Group{Class: cWhere, Words: "where having"},
	lexicon.Group{Class: cSet, Words: "union except intersect minus"},
	lexicon.Group{Class: cAll, Words: "all distinct distinctrow"},
	lexicon.Group{Class: cSelect, Words: "select"},
	lexicon.Group{Class: cFrom, Words: "from"},
	lexicon.Group{Class: cWhen, Words: "when then"},
	lexicon.Group{Class: cAssign, Words: "set"},
	lexicon.Group{Class: cBy, Words: "by"},
	lexicon.Group{Class: cOrder, Words: "order group"},
	lexicon.Group{Class: cVerb, Words: "select insert update delete drop create alter truncate exec execute declare shutdown grant waitfor backup " +
		"bulk"},
	lexicon.Group{Class: cNoun, Words: "table database schema view index function procedure trigger user column role login into from temporary temp " +
		"or global assembly tablespace sequence delay time extension immediate"},
	lexicon.Group{Class: cCmp, Words: "like rlike regexp ilike between in is sounds glob similar not isnull notnull div"},
	lexicon.Group{Class: cConst, Words: "null true false unknown"},
	lexicon.Group{Class: cPrefix, Words: "not binary distinct all any some exists interval"},
	lexicon.Group{Class: cDelay, Words: "sleep benchmark pg_sleep waitfor receive_message randomblob pg_sleep_for get_lock"},
	lexicon.Group{Class: cProbe, Words: "extractvalue updatexml load_file load_extension xp_cmdshell xp_regread xp_dirtree xp_fileexist " +
		"xp_availablemedia xp_loginconfig xp_makecab xp_ntsec_enumdomains xp_terminate_process xp_servicecontrol " +
		"xp_enumdsn sp_executesql sp_oacreate sp_password sp_configure sp_makewebtask sp_addextendedproc sp_addlogin " +
		"sp_addsrvrolemember sp_who openrowset opendatasource openquery utl_inaddr utl_http utl_file utl_smtp " +
		"httpuritype dbms_pipe dbms_lock dbms_ldap dbms_xmlgen dbms_java dbms_xmlquery dbms_export_extension " +
		"dbms_metadata dbms_utility ctxsys drithsx get_host_address get_host_name json_keys gtid_subset gtid_subtract " +
		"geometrycollection multipoint polygon multipolygon linestring multilinestring st_latfromgeohash name_const " +
		"procedure_analyse pg_read_file pg_ls_dir lo_import lo_export lo_get query_to_xml database_to_xml " +
		"current_setting xmltype dblink dblink_connect copy_from_program fn_xe_file_target_read_file uuid_to_bin " +
		"bin_to_uuid"},
	lexicon.Group{Class: cString, Words: stringFunctions},
	lexicon.Group{Class: cInfo, Words: infoFunctions},
	lexicon.Group{Class: cSchema, Words: "information_schema sysobjects syscolumns sysusers sysdatabases syslogins sysfiles sysservers sqlite_master " +
		"sqlite_schema sqlite_temp_master all_tables user_tables all_tab_columns user_tab_columns all_users dba_users " +
		"dba_tables user_objects all_objects pg_catalog pg_tables pg_user pg_shadow pg_database pg_class " +
		"pg_stat_activity pg_roles msysaccessobjects msysobjects sysmaster rdb$database systables sysibm syscat"},
	lexicon.Group{Class: cBranch, Words: "if case iif decode"},
	lexicon.Group{Class: cType, Words: "int integer bigint text json jsonb varchar bool boolean numeric float double date bytea regclass oid xml"},
	lexicon.Group{Class: cEnd, Words: "end"},
	lexicon.Group{Class: cBlock, Words: "while begin if"},
	lexicon.Group{Class: cTail, Words: "collate mod div is not isnull notnull like rlike regexp sounds glob between in escape similar eqv imp or and xor"},
	lexicon.Group{Class: cFunc, Words: functions},
	lexicon.Group{Class: cAlias, Words: "as"},
	lexicon.Group{Class: cLimit, Words: "limit"},
	lexicon.Group{Class: cValues, Words: "values"},
	lexicon.Group{Class: cCatalog, Words: "tempdb msdb northwind msysaces information_schema pg_catalog msysaccessobjects openrowset schema_name"},
	lexicon.Group{Class: cOutput, Words: "outfile dumpfile"},
	lexicon.Group{Class: cColumn, Words: "table_name table_schema column_name schema_name column_names table_names mysql schemata xtype"},
)

const (
	stringFunctions = "char chr nchar ascii substr substring mid left right ord hex unhex concat concat_ws group_concat string_agg " +
		"listagg length len char_length cast convert elt make_set make export_set lower upper lcase ucase reverse " +
		"replace repeat rpad lpad trim ltrim rtrim conv bin md5 sha1 sha hashbytes count floor rand exp pow instr " +
		"locate position coalesce nvl ifnull nullif strcmp bit_count aes_encrypt aes_decrypt compress uncompress " +
		"encode decode to_char to_number rawtohex quotename json_extract json_value"
	infoFunctions = "user version database current_user current_database system_user session_user schema db_name suser_name " +
		"suser_sname user_name is_srvrolemember is_member has_dbaccess current_schema connection_id last_insert_id " +
		"row_count sqlite_version servername host_name found_rows sysdate object_id col_length"
)

// functions are those whose names are no more than that: where a value is nothing but such a name and a parenthesis,
// it is the beginning of a call.
const functions = "abs acos adddate addtime asin atan avg bit_length ceil ceiling cos cot crc32 curdate curtime date " +
	"datediff date_add date_format day dayname dayofmonth dayofweek dayofyear default degrees encrypt extract " +
	"field find_in_set format from_base64 from_days from_unixtime greatest hour in inet_aton insert isnull " +
	"last_day least length ln localtime local log log10 log2 makedate max microsecond min minute mod month " +
	"monthname now oct octet_length password period_add pi power quarter quote radians release_lock round " +
	"sec_to_time second sign sin space sqrt std stddev str_to_date subdate subtime sum tan time timediff " +
	"timestamp time_format to_base64 to_days truncate unix_timestamp utc_date uuid values variance week " +
	"weekday weekofyear year yearweek json json_valid json_extract glob likelihood likely unlikely overlay " +
	"des_decrypt des_encrypt old_password row_count bit_and bit_or group_concat soundex substring_index " +
	"regexp_replace regexp_like json_build_object pg_sleep starts_with"
