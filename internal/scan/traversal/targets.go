package traversal

import (
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/lexicon"
)

// targetKind says how telling a target is.
type targetKind uint8

const (
	noTarget targetKind = iota
	distant             // a directory at the root of a system: ordinary unless many steps lead there
	ordinary            // a name that is ordinary without steps before it
	telling             // a file, a secret or a wrapper that attacks are after
)

// tellingTargets and ordinaryTargets are the beginnings of paths that traversals are after, normalised: lower
// case, no leading slash, forward slashes.
const tellingTargets = "etc/passwd etc/shadow etc/group etc/hosts etc/issue etc/master.passwd etc/sudoers etc/crontab etc/fstab " +
	"etc/motd etc/hostname etc/resolv.conf etc/ssh etc/ssl/private etc/mysql etc/my.cnf etc/apache2 etc/httpd " +
	"etc/nginx etc/php etc/security etc/init.d etc/inittab etc/exports etc/kubernetes etc/environment " +
	"etc/profile etc/os-release etc/lsb-release etc/redhat-release etc/debian_version etc/subuid etc/subgid " +
	"etc/gshadow etc/aliases etc/network etc/networks etc/services etc/krb5 etc/ftp etc/proftp etc/vsftpd " +
	"etc/pure-ftpd etc/logrotate etc/chrootusers etc/wu-ftpd etc/sysconfig etc/cups etc/samba etc/bash. etc/bashrc " +
	"etc/mtab etc/shells etc/utmp etc/wtmp etc/inetd.conf etc/login etc/named etc/default etc/pam etc/at. " +
	"etc/cron etc/rc. etc/snmp etc/modules.conf etc/ld.so etc/dhcp etc/x11 etc/openldap proc/self " +
	"proc/version proc/cmdline proc/mounts proc/net proc/cpuinfo proc/sched_debug proc/interrupts proc/sys/ " +
	"proc/meminfo proc/stat proc/swaps proc/ioports proc/modules proc/1/ sys/class sys/devices sys/kernel " +
	"sys/firmware boot.ini win.ini windows/win.ini windows/system windows/repair windows/php.ini " +
	"windows/panther windows/debug windows/debug/netsetup.log windows/iis windows/my.ini " +
	"windows/windowsupdate.log windows/explorer.exe windows/notepad.exe windows/cmd.exe windows/config winnt/ " +
	"inetpub/ autoexec.bat ntuser.dat unattend.xml pagefile.sys root/. var/log/ var/lib/mlocate " +
	"var/run/secrets run/secrets var/spool/cron var/mail var/apache usr/local/apache usr/local/apps/apache " +
	"usr/local/etc/ usr/local/php usr/local/pgsql usr/local/cpanel usr/lib/php opt/lampp/ xampp/ apache/logs " +
	"apache/conf apache2/logs log/apache .env .git/ .svn/ .hg/ .ssh/ .aws/ .kube/ .docker/ .gnupg/ .htaccess " +
	".htpasswd .bash_history .history .mysql_history .npmrc .pgpass .netrc .git-credentials .gitconfig " +
	".zsh_history .bashrc .ds_store .azure/ .config/gcloud .npm/ .dockercfg .boto .s3cfg .terraform " +
	".vault-token id_rsa id_dsa id_ed25519 wp-config web-inf/ web.config global.asa php.ini httpd.conf my.cnf " +
	"passwd php:// php:/ file:/ expect:/ phar:/ compress.zlib: compress.bzip2: glob:/ ssh2:/ ssh2. netdoc:/ " +
	"gopher:/ dict:/ system32/ var/adm/ var/lp/ etc/system etc/pureftpd .mysql_history .psql_history .python_history " +
	".sh_history .viminfo .lesshst .subversion/ .bash_profile .cshrc .rhosts .shosts .my.cnf wp-content/debug.log tmp/sess_ dev/fd/ data:/text data:/image data:/application"

const ordinaryTargets = "windows/ var/www/ bin/sh bin/bash bin/id bin/cat dev/tcp/ logs/access logs/error .profile meta-inf/ " +
	"application.yml appsettings config/database. config/secrets. config/master.key app/etc/local.xml config.php database.yml nginx.conf shadow zip:/ zlib:/ ogg:/ rar:/ jar:"

// distantTargets are directories of the root, which links have too, but not so far up.
const distantTargets = "etc/ usr/ var/ opt/ dev/ tmp/ srv/ root/ boot/ proc/ sys/ storage/logs app/storage"

// distantFrom is the least number of steps that lead to one of them.
const distantFrom = 3

type target struct {
	prefix string
	kind   targetKind
}

// sorted are the targets in order, so that those with a common beginning are neighbours.
var sorted = func() (list []target) {
	for _, p := range strings.Fields(tellingTargets) {
		list = append(list, target{p, telling})
	}
	for _, p := range strings.Fields(ordinaryTargets) {
		list = append(list, target{p, ordinary})
	}
	for _, p := range strings.Fields(distantTargets) {
		list = append(list, target{p, distant})
	}
	slices.SortFunc(list, func(a, b target) int { return strings.Compare(a.prefix, b.prefix) })
	return list
}()

// maxTarget bounds the units of a path that are read for a target, and after one for its end.
const maxTarget = 64

// targetAt reads the path at i in its plain spelling (lower case, single slashes, no current directories,
// no drive) and returns the kind of target it begins with. end is where the path or the
// reading ends; nul says that an escaped control byte ends it. Without whole, reading ends where no target
// is possible.
func (f *finder) targetAt(i int, whole bool) (kind targetKind, nul bool, end int) {
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
		if lo, hi = narrow(lo, hi, depth, c); lo == hi && kind == noTarget && !whole && f.unit(i).c != ':' {
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
var heads = lexicon.New(lexicon.Group{Class: 1, Words: "etc proc sys boot.ini win.ini windows winnt inetpub root var .env .git .svn .hg .ssh .aws .kube .docker " +
	".gnupg .htaccess .htpasswd .bash_history .history .npmrc .pgpass .netrc .git-credentials .zsh_history " +
	".ds_store .azure .dockercfg .boto .s3cfg .terraform .vault-token id_rsa id_dsa id_ed25519 wp-config " +
	"wp-config.php web-inf web.config global.asa php.ini httpd.conf tmp dev php file expect phar compress.zlib " +
	"compress.bzip2 glob ssh2 netdoc gopher dict passwd run usr opt xampp apache system32 .mysql_history .psql_history " +
	".python_history .sh_history .viminfo .lesshst .subversion .bash_profile .cshrc .rhosts .shosts .my.cnf wp-content data"})

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
