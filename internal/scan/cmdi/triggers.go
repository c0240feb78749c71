package cmdi

import "github.com/meshwarden/meshwarden/internal/scan/lexicon"

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them, whatever
// its case. The first row separates commands, the second marks their arguments, then come names and forms
// that are telling on their own.
var Triggers = []string{
	";", "|", "&", "`", "$(", "${", "<(", ">(", "\n", "\r", "\\n", "\\r",
	" /", " -", "+/", "+-", ":\\", "://", " $", " %", " '", " \"", "$ifs", "/dev/tcp/", "/dev/udp/", "/bin/",
	"whoami", "ifconfig", "ipconfig", "systeminfo", "sysinfo", "netstat", "tasklist", "uname", "phpinfo", "phpversion",
	"){", ") {", " in (", "exist ", "defined ", "errorlevel ", "cmdextversion ", " ==", "%==", "!==", "\"==", "]==", " equ ", " neq ", " lss ", " leq ", " gtr ", " geq ",
	"alias ", "curl ", "wget ", ",/", ",-", "reg add", "reg query", "reg delete", "netsh ", "net localgroup", "net share", "net start", "net stop", "net accounts",
	"sc start", "sc stop", "sc query", "sc delete", "whereis ",
	"$[", "/etc/", "/usr/", "/bi[", "/b[", "/[", "!-", "!0", "!1", "!2", "!3", "!4", "!5", "!6", "!7", "!8", "!9", "~+", "~-", "/?", "??", "{,", ",}", "$shell",
	"sleep ", "ping ", "which ", "net user", "net view", "nslookup ", "nc ", "cat ",
	"execsync(", "execfilesync(", "spawnsync(", "check_output(", "getoutput(", "]::", "=exec", "=touch ",
	"system(", "exec(", "passthru(", "popen(", "proc_open(", "eval(", "assert(", "<!--#",
}

var triggers = lexicon.NewLiterals(Triggers, false)
