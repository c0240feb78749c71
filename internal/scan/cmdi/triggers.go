package cmdi

import "github.com/meshwarden/meshwarden/internal/scan/lexicon"

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them, whatever
// its case.
var Triggers = append(append([]string{
	"$ifs", "/dev/tcp/", "/dev/udp/", "phpinfo", "phpversion", "]::", "<!--#", ");//", ");#",
	"execsync(", "execfilesync(", "spawnsync(", "check_output(", "getoutput(", "call_user_func(", "create_function(", "preg_replace(", "execscript(", "print_r(",
	"system(", "exec(", "passthru(", "popen(", "proc_open(", "eval(", "assert(",
	":~", "\"&\"", "\\033[", "!!python/object",
}, separating...), append(append([]string(nil), opening...), Early...)...)

// separating are those that stand between commands, or begin a substitution or a function.
var separating = []string{";", "|", "&", "`", "\n", "$(", "${", "<(", ">(", "){", ") {"}

// opening are those that matter only to a text that is a command, an option or an expansion as a whole. The first row marks
// arguments, then come names and forms that are telling on their own.
var opening = []string{
	"\r", "\\n", "\\r", " /", " -", "+/", "+-", ":\\", "://", " $", " %", " '", " \"", "/bin/",
	"whoami", "ifconfig", "ipconfig", "systeminfo", "sysinfo", "netstat", "tasklist", "uname",
	" in (", "exist ", "defined ", "errorlevel ", "cmdextversion ", " ==", "%==", "!==", "\"==", "]==", " equ ", " neq ", " lss ", " leq ", " gtr ", " geq ",
	"alias ", "curl ", "wget ", ",/", ",-", "reg add", "reg query", "reg delete", "netsh ", "net localgroup", "net share", "net start", "net stop", "net accounts",
	"sc start", "sc stop", "sc query", "sc delete", "whereis ",
	"$[", "/etc/", "/usr/", "/bi[", "/b[", "/[", "!-", "!0", "!1", "!2", "!3", "!4", "!5", "!6", "!7", "!8", "!9", "~+", "~-", "/?", "??", "{,", ",}", "$shell",
	"proxycommand=", "-pack=", "-action=", "-program=", "--to-command=", "--rsh-", "echo ", "sleep ", "ping ", "which ", "net user", "net view", "nslookup ", "nc ", "cat ", "=exec", "=touch ",
}

// Early are those of Doubtful that count in a text's first word only: what disguises a command's name there.
var Early = []string{"'", "\"", "^", "\\", "{"}

// Doubtful are those of Triggers that prose and code are full of. One counts only where Dismiss does not dismiss it.
var Doubtful = append(append(append([]string(nil), separating...), opening...), Early...)

var triggers = lexicon.NewLiterals(Triggers, false).Doubt(Doubtful, Dismiss)
