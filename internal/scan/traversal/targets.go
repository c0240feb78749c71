package traversal

import (
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
)

// kinds of targets
type targetKind uint8

const (
	tFile    targetKind = iota + 1 // a file of the operating system
	tSecret                        // a file that holds secrets
	tWrapper                       // a scheme that reads files or runs code
	tName                          // a name that is ordinary on its own
)

// targets are the beginnings of paths that traversals are after, normalised: lower case, no leading
// slash, forward slashes.
var targets = [...]struct {
	prefix string
	kind   targetKind
}{
	{"etc/passwd", tFile}, {"etc/shadow", tFile}, {"etc/group", tFile}, {"etc/hosts", tFile}, {"etc/issue", tFile}, {"etc/master.passwd", tFile},
	{"etc/sudoers", tFile}, {"etc/crontab", tFile}, {"etc/fstab", tFile}, {"etc/motd", tFile}, {"etc/hostname", tFile}, {"etc/resolv.conf", tFile},
	{"etc/ssh", tFile}, {"etc/ssl/private", tFile}, {"etc/mysql", tFile}, {"etc/my.cnf", tFile}, {"etc/apache2", tFile}, {"etc/httpd", tFile},
	{"etc/nginx", tFile}, {"etc/php", tFile}, {"etc/security", tFile}, {"etc/init.d", tFile}, {"etc/inittab", tFile}, {"etc/exports", tFile},
	{"etc/kubernetes", tFile}, {"etc/environment", tFile}, {"etc/profile", tFile}, {"etc/os-release", tFile}, {"etc/lsb-release", tFile},
	{"etc/redhat-release", tFile}, {"etc/debian_version", tFile}, {"etc/subuid", tFile}, {"etc/subgid", tFile}, {"etc/gshadow", tFile},
	{"etc/aliases", tFile}, {"etc/network", tFile}, {"etc/networks", tFile}, {"etc/services", tFile}, {"etc/krb5", tFile}, {"etc/ftp", tFile},
	{"etc/proftp", tFile}, {"etc/vsftpd", tFile}, {"etc/pure-ftpd", tFile}, {"etc/logrotate", tFile}, {"etc/chrootusers", tFile}, {"etc/wu-ftpd", tFile},
	{"etc/sysconfig", tFile}, {"etc/cups", tFile}, {"etc/samba", tFile}, {"etc/bash", tFile}, {"etc/mtab", tFile}, {"etc/shells", tFile}, {"etc/utmp", tFile}, {"etc/wtmp", tFile}, {"etc/inetd.conf", tFile}, {"etc/login", tFile}, {"etc/named", tFile}, {"etc/default", tFile}, {"etc/pam", tFile}, {"etc/at.", tFile}, {"etc/cron", tFile}, {"etc/rc.", tFile}, {"etc/snmp", tFile}, {"etc/modules.conf", tFile}, {"etc/ld.so", tFile}, {"etc/dhcp", tFile}, {"etc/x11", tFile}, {"etc/openldap", tFile},
	{"proc/self", tFile}, {"proc/version", tFile}, {"proc/cmdline", tFile}, {"proc/mounts", tFile}, {"proc/net", tFile}, {"proc/cpuinfo", tFile},
	{"proc/sched_debug", tFile}, {"proc/interrupts", tFile}, {"proc/sys/", tFile}, {"proc/meminfo", tFile}, {"proc/stat", tFile}, {"proc/swaps", tFile},
	{"proc/ioports", tFile}, {"proc/modules", tFile}, {"proc/1/", tFile}, {"sys/class", tFile}, {"sys/devices", tFile}, {"sys/kernel", tFile}, {"sys/firmware", tFile},
	{"boot.ini", tFile}, {"win.ini", tFile}, {"windows/win.ini", tFile}, {"windows/system", tFile}, {"windows/repair", tFile}, {"windows/php.ini", tFile},
	{"windows/panther", tFile}, {"windows/debug", tFile}, {"windows/debug/netsetup.log", tFile}, {"windows/iis", tFile}, {"windows/my.ini", tFile},
	{"windows/windowsupdate.log", tFile}, {"windows/explorer.exe", tFile}, {"windows/notepad.exe", tFile}, {"windows/cmd.exe", tFile}, {"windows/config", tFile},
	{"winnt/", tFile}, {"windows/", tName}, {"inetpub/", tFile}, {"autoexec.bat", tFile}, {"ntuser.dat", tFile}, {"unattend.xml", tFile}, {"pagefile.sys", tFile},
	{"root/.", tSecret}, {"var/log/", tFile}, {"var/lib/mlocate", tFile}, {"var/run/secrets", tSecret}, {"run/secrets", tSecret}, {"var/spool/cron", tFile},
	{"var/www/", tName}, {"var/mail", tFile}, {"var/apache", tFile}, {"usr/local/apache", tFile}, {"usr/local/apps/apache", tFile}, {"usr/local/etc/", tFile}, {"usr/local/php", tFile},
	{"usr/local/pgsql", tFile}, {"usr/local/cpanel", tFile}, {"usr/lib/php", tFile}, {"opt/lampp/", tFile}, {"xampp/", tFile}, {"apache/logs", tFile}, {"apache/conf", tFile}, {"apache2/logs", tFile},
	{"bin/sh", tName}, {"bin/bash", tName}, {"bin/id", tName}, {"bin/cat", tName}, {"dev/tcp/", tName}, {"log/apache", tFile}, {"logs/access", tName}, {"logs/error", tName},
	{".env", tSecret}, {".git/", tSecret}, {".svn/", tSecret}, {".hg/", tSecret}, {".ssh/", tSecret}, {".aws/", tSecret}, {".kube/", tSecret}, {".docker/", tSecret},
	{".gnupg/", tSecret}, {".htaccess", tSecret}, {".htpasswd", tSecret}, {".bash_history", tSecret}, {".history", tSecret}, {".mysql_history", tSecret}, {".npmrc", tSecret},
	{".pgpass", tSecret}, {".netrc", tSecret}, {".git-credentials", tSecret}, {".gitconfig", tSecret}, {".zsh_history", tSecret}, {".bashrc", tSecret}, {".profile", tName}, {".ds_store", tSecret},
	{".azure/", tSecret}, {".config/gcloud", tSecret}, {".npm/", tSecret}, {".dockercfg", tSecret}, {".boto", tSecret}, {".s3cfg", tSecret}, {".terraform", tSecret}, {".vault-token", tSecret},
	{"id_rsa", tSecret}, {"id_dsa", tSecret}, {"id_ed25519", tSecret}, {"wp-config", tSecret}, {"web-inf/", tSecret}, {"meta-inf/", tName}, {"web.config", tSecret}, {"global.asa", tSecret},
	{"application.yml", tName}, {"config.php", tName}, {"database.yml", tName}, {"php.ini", tFile}, {"httpd.conf", tFile}, {"nginx.conf", tName}, {"my.cnf", tFile}, {"passwd", tFile}, {"shadow", tName},
	{"php://", tWrapper}, {"php:/", tWrapper}, {"file:/", tWrapper}, {"expect:/", tWrapper}, {"phar:/", tWrapper}, {"zip:/", tName}, {"zlib:/", tName}, {"compress.zlib:", tWrapper}, {"compress.bzip2:", tWrapper},
	{"glob:/", tWrapper}, {"ogg:/", tName}, {"rar:/", tName}, {"ssh2:/", tWrapper}, {"ssh2.", tWrapper}, {"jar:", tName}, {"netdoc:/", tWrapper}, {"gopher:/", tWrapper}, {"dict:/", tWrapper},
}

// sorted are the targets in order, so that those with a common beginning are neighbours.
var sorted = func() (list [len(targets)]struct {
	prefix string
	kind   targetKind
}) {
	list = targets
	slices.SortFunc(list[:], func(a, b struct {
		prefix string
		kind   targetKind
	}) int {
		return strings.Compare(a.prefix, b.prefix)
	})
	return list
}()

// maxTarget bounds the units of a path that are read for a target, and after one for its end.
const maxTarget = 64

// target reads the path at i in its plain spelling (lower case, single slashes, no current directories,
// no drive) and returns the kind of target it begins with, 0 for none. end is where the path or the
// reading ends; nul says that an escaped control byte ends it. Without whole, reading ends where no target
// is possible.
func (f *finder) target(i int, whole bool) (kind targetKind, nul bool, end int) {
	lo, hi, depth := 0, len(sorted), 0
	slash := true // the leading slash is no part of a target
	for n := 0; n < maxTarget && i < len(f.text) && !separator[f.text[i]]; n++ {
		u := f.unit(i)
		c := u.c
		switch {
		case u.unit == uNul:
			return kind, true, i + u.n
		case u.unit == uSlash || u.unit == uWild:
			if slash {
				i += u.n
				continue
			}
			c = '/'
		case u.unit == uDot && slash && f.unit(i+u.n).unit == uSlash:
			i += u.n
			continue
		case depth == 1 && c == ':':
			lo, hi, depth, slash = 0, len(sorted), 0, true
			i += u.n
			continue
		}
		slash = u.unit == uSlash || u.unit == uWild
		i += u.n
		if lo == hi && depth > 1 {
			continue
		}
		if lo, hi = narrow(lo, hi, depth, c); lo == hi && kind == 0 && !whole && f.unit(i).c != ':' {
			return 0, false, i
		}
		depth++
		if lo < hi && len(sorted[lo].prefix) == depth {
			kind = sorted[lo].kind
		}
	}
	return kind, false, i
}

// narrow returns the targets of sorted[lo:hi] whose byte at depth is c.
func narrow(lo, hi, depth int, c byte) (int, int) {
	first := bound(lo, hi, depth, int(c))
	return first, bound(first, hi, depth, int(c)+1)
}

// bound returns the first of sorted[lo:hi] whose byte at depth is at least c.
func bound(lo, hi, depth, c int) int {
	for lo < hi {
		m := (lo + hi) / 2
		if p := sorted[m].prefix; len(p) <= depth || int(p[depth]) < c {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo
}

// heads are the segments that a target may begin with when there are no steps before it.
var heads = lexicon.New(lexicon.Group{Class: 1, Words: "etc proc sys boot.ini win.ini windows winnt inetpub root var .env .git .svn .hg .ssh .aws .kube .docker .gnupg .htaccess " +
	".htpasswd .bash_history .history .npmrc .pgpass .netrc .git-credentials .zsh_history .ds_store .azure .dockercfg .boto .s3cfg .terraform .vault-token id_rsa id_dsa id_ed25519 wp-config wp-config.php " +
	"web-inf web.config global.asa php.ini httpd.conf php file expect phar compress.zlib compress.bzip2 glob ssh2 netdoc gopher dict passwd run usr opt xampp apache"})

// maxLead bounds the search for the beginning of the path before a target.
const maxLead = 128

// separator holds the bytes that stand between a path and other text.
var separator = set(" \t\r\n\"'`<>()[]{}|,*!&;=")

// wordByte holds the bytes of one segment.
var wordByte = func() (w [256]bool) {
	for c := range 256 {
		b := byte(c)
		w[c] = isWord(b) || b == '.' || b == '_' || b == '-'
	}
	return w
}()

// mayStep holds the bytes that a parent step can begin with.
var mayStep = set(".%?0\xc0\xc1\xe0\xe2\xef\xf0\xf8\xfc")

func set(bytes string) (s [256]bool) {
	for i := range len(bytes) {
		s[bytes[i]] = true
	}
	return s
}
