package traversal

import "github.com/meshwarden/meshwarden/internal/scan/lexicon"

// Triggers are lower-case literals: Find reports nothing for a text that contains none of them, whatever
// its case. The first rows spell dots, the others begin targets that are looked for without steps.
var Triggers = []string{
	"..", ".%", ".?", "?.", "??", ".\x00", "%2e", "%c0", "%c1", "%e0%80", "%f0%80", "%f8", "%fc", "%u", "%%", "%25", "0x2e",
	"\xc0", "\xc1", "\xe0\x80", "\xf0\x80", "\xf8", "\xfc", "\xef\xbc\x8e", "\xe2\x80\xa4",
	"/etc/", "etc/pass", "etc/shad", "\\etc\\", "/proc/", "/sys/", "/root/", "/var/log", "/var/run", "/var/spool",
	"run/secrets", "boot.ini", "win.ini", "windows\\", "windows/", "winnt",
	"inetpub", "/.env", "/.git", "/.svn", "/.hg", "/.ssh", "/.aws", "/.kube", "/.docker", "/.gnupg", ".htaccess",
	".htpasswd", "_history", ".npmrc", ".pgpass", ".netrc", ".git-credentials",
	".ds_store", "/.azure", ".dockercfg", ".boto", ".s3cfg", ".terraform", ".vault-token", "id_rsa", "id_dsa",
	"id_ed25519", "wp-config", "web-inf", "web.config", "global.asa", "php.ini", "httpd.conf",
	"php:/", "file:/", "expect:/", "phar:/", "compress.", "glob:/", "ssh2.", "ssh2:/", "netdoc:/", "gopher:/", "dict:/",
	"data:/", "zip://", "rar://", ".txt?", "%00",
	"/.", "./", ".\\", "system32", "/var/adm", "/var/lp", "/etc/system", ".viminfo", ".lesshst", ".subversion", ".bash_profile", ".cshrc",
	".rhosts", ".shosts", ".my.cnf", "wp-content/debug",
	"/passwd", "::$data", "::$index_alloc", "/var/mail", "tmp/sess_", "/dev/fd/", "\\", "<?php", "xampp/", "/usr/local/", "/opt/lampp", "apache/", "apache\\",
}

var triggers = lexicon.NewLiterals(Triggers, false).Doubt(Doubtful, Dismiss)
