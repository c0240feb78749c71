package cmdi

import "github.com/meshwarden/meshwarden/internal/scan/lexicon"

// Classes of command names and of the words beside them.
const (
	cStrong lexicon.Class = 1 << iota // command names that are no English words
	cWeak                             // command names that are also words: an argument has to show that it is a command
	cRecon                            // commands that only look around: seen alone in probes
	cCall                             // functions of scripting languages that run a command
	cSub                              // subcommands and words that follow a command
	cEval                             // functions that PHP runs inside ${...}
	cPre                              // commands that run the command after them
	cVerb                             // cmdlets of PowerShell: Verb-Noun, in any case
	cMail                             // verbs of SMTP and POP that a line begins with
	cBox                              // verbs of IMAP after a tag
	cBuild                            // what scripts of packages run: alone and without an argument that attacks go for, no more than that
)

var commands = lexicon.New(
	lexicon.Group{Class: cStrong, Words: "cat ls ifconfig uname wget curl nslookup netcat ncat nc telnet ssh scp sftp rsync chmod chown chgrp mkdir " +
		"rmdir mkfifo mknod bash sh zsh ksh csh tcsh dash ash perl python python2 python3 php ruby node lua gcc tar " +
		"gzip gunzip bzip2 unzip awk gawk nawk sed grep egrep fgrep xargs tee printf rm mv cp ln dd ps pstree kill " +
		"killall pkill whoami id netstat ss lsof strace ltrace gdb dmesg lsmod insmod modprobe sysctl systemctl " +
		"crontab useradd usermod userdel groupadd passwd su sudo visudo nmap tcpdump socat traceroute dig ping ping6 " +
		"arp ip iptables getent hostname hexdump xxd base64 openssl md5sum sha1sum rev nl od tac strings uniq pwd " +
		"printenv busybox tftp ftp lynx w3m apt apt-get yum dpkg rpm docker kubectl git svn vi vim nano emacs ed " +
		"rlwrap stty tty umount mount fdisk mkfs df du lspci lsusb uptime lastlog finger ldd nohup setsid timeout env " +
		"export unset alias eval exec echo readlink realpath stat shutdown reboot halt certutil powershell pwsh cmd " +
		"wmic tasklist systeminfo ipconfig bitsadmin mshta rundll32 regsvr32 cscript wscript netsh schtasks taskkill " +
		"icacls attrib robocopy xcopy dir findstr regedit whois host lastb sysinfo route which lwp-download " +
		"lwp-request gem pip pip3 npm make cmake julia tclsh expect screen tmux at batch watch sshpass mysql " +
		"mysqldump psql sqlite3 mongo redis-cli aws gcloud uconv zcat zstdcat bzcat xzcat rmt flock lua5.3 jq ansible " +
		"cpulimit htop perf base32 basenc comm gcc c89 c99 cc unxz adduser deluser addgroup ssh-copy-id ssh-keygen ssh-keyscan ssh-agent " +
		"pipx aria2c axel lftp ar as aspell bpftrace busctl capsh chroot cmp composer cowsay cpan cpio csplit " +
		"dmidecode dmsetup dnf dos2unix dosbox dstat elvish enscript facter ffmpeg fping gawk gcore ghc ghci gimp " +
		"hping3 iconv iftop ionice irb ispell journalctl jrunscript jjs loginctl lp ltrace mawk minicom mtr mutt nasm " +
		"neofetch nft nroff nsenter octave openvpn opkg pandoc pdflatex pexec pico pidstat pkexec posh psftp ptx " +
		"puppet rake readelf restic rlogin rpmquery rtorrent run-parts rvim sash setarch setfacl sg shuf smbclient " +
		"sshd start-stop-daemon tbl tcpdump tic tmate torsocks troff unexpand unshare uudecode uuencode valgrind " +
		"vimdiff vipw wc xdotool xz yarn yash zip zypper ngrok masscan hydra sqlmap nikto lastlogin rmt-tar rmt-dump trap " +
		"runas takeown cacls sc.exe wevtutil diskpart fsutil nbtstat pathping getmac driverquery qwinsta cmdkey " +
		"aa-exec aa-disable agetty ansible-config ansible-console ansible-doc ansible-galaxy ansible-inventory ansible-playbook ansible-pull ansible-test ansible-vault " +
		"apache2ctl aptitude arj ascii-xfr ascii85 atobm basez bconsole bundler c99 certbot chef-client chef-run chef-shell chef-solo chef-vault choom clamscan " +
		"cobc crash cscli csvtool cupsfilter distcc docker-compose dvips easy_install eqn espeak exiftool genisoimage ginsh gtester ksshell ksu latexmk " +
		"ldconfig logsave lualatex mosquitto msgattrib msgcat msgfilter msguniq multitime ncdu ncftp nodejs ntpdate openvt pax pdftex perlbug pry psad " +
		"qpdf rpmdb rpmverify rsyslogd rview scanmem scrot setlock slsh soelim softlimit sshuttle systemd-run systemd-resolve tasksh tdbtool terraform " +
		"timedatectl tinyproxy tshark update-alternatives varnishncsa vigr w3m wireshark xelatex xetex xmodmap zathura zsoelim " +
		"bcdboot bcdedit certreq cmstp cmdl32 desktopimgdownldr diantz dnscmd esentutl extrac32 eventvwr fltmc ieexec ilasm jsc makecab mavinject " +
		"mofcomp msconfig msdt ngen pcwrun pnputil presentationhost printbrm rasautou regini rpcping scriptrunner sdbinst syncappvpublishingserver ttdinject " +
		"tttracer verclsid vssadmin wbadmin wlrmdr wsreset wuauclt xwizard diskshadow ntdsutil dsquery nltest csvde adfind procdump auditpol quser sethc " +
		"msiexec installutil msbuild regsvcs regasm forfiles pcalua odbcconf tr expr ll nproc lsattr seq"},
	lexicon.Group{Class: cStrong | cVerb, Words: "invoke-webrequest invoke-expression invoke-restmethod invoke-command invoke-item invoke-wmimethod " +
		"start-process new-object get-content set-content get-childitem get-process get-service get-wmiobject " +
		"set-executionpolicy import-module start-bitstransfer add-type out-file write-host new-item remove-item " +
		"get-item copy-item get-ciminstance new-psdrive enter-pssession iwr iex iwmi irm"},
	lexicon.Group{Class: cPre, Words: "time env nohup sudo exec command nice ionice setsid timeout busybox builtin doas strace stdbuf unbuffer xargs"},
	lexicon.Group{Class: cMail, Words: "mail rcpt ehlo helo auth apop retr vrfy expn dele uidl data quit noop rset"},
	lexicon.Group{Class: cBox, Words: "search fetch examine select login logout append create delete store copy status lsub list uid authenticate capability"},
	lexicon.Group{Class: cWeak, Words: "cd column bridge fold trap script service tic ar as lp sg zip wc sc"},
	lexicon.Group{Class: cWeak, Words: "id cat who w last top date env set net reg route host file head tail cut sort more less find test which man " +
		"make touch type time sleep echo kill true false join split paste look column fold read wait jobs history " +
		"users groups mail write wall at batch watch screen expect node copy move del ren start call for if ver vol " +
		"path tree whereis locate mount passwd bash dash ash ed ip tar ping finger git python ruby perl aws gem lynx " +
		"source export eval exec alias timeout halt nice dir tee strings rev mongo nl od su cmd docker stat ss dig cp ln"},
	lexicon.Group{Class: cRecon, Words: "whoami id uname ifconfig ipconfig systeminfo netstat pwd hostname tasklist ls dir phpinfo who ps env " +
		"printenv lastlog visudo set ver lsmod"},
	lexicon.Group{Class: cCall, Words: "system exec shell_exec passthru popen proc_open pcntl_exec eval assert phpinfo phpversion call_user_func " +
		"create_function preg_replace execscript print_r execsync spawnsync execfilesync check_output getoutput"},
	lexicon.Group{Class: cSub, Words: "user users view localgroup share add query delete firewall start stop accounts install -c /c process useraccount qfe computersystem"},
	lexicon.Group{Class: cBuild, Words: "npm node rm mkdir rmdir cp mv ln git make cmake tar touch go yarn gem rpm dpkg chmod cd " +
		"pip sqlite3 cmake"},
	lexicon.Group{Class: cEval, Words: "phpinfo phpversion print sleep system exec passthru eval assert md5 shell_exec var_dump chr exit die printf"},
)
