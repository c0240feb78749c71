package pii

import (
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// alphabet is a set of characters of a secret.
type alphabet uint8

const (
	alnum     alphabet = iota // A-Z a-z 0-9
	word                      // and _
	urlSafe                   // and - _
	dotted                    // and - _ .
	base64Std                 // and + / =
	hexLower                  // 0-9 a-f, either case
	upper32                   // A-Z 0-9
)

func (a alphabet) has(c byte) bool {
	switch a {
	case hexLower:
		return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f'
	case upper32:
		return isDigit(c) || isUpper(c)
	}
	if isDigit(c) || isLetter(c) {
		return true
	}
	switch a {
	case word:
		return c == '_'
	case urlSafe:
		return c == '-' || c == '_'
	case dotted:
		return c == '-' || c == '_' || c == '.'
	case base64Std:
		return c == '+' || c == '/' || c == '='
	}
	return false
}

// pattern is a secret that starts with a fixed prefix, in the case given. The characters behind the
// prefix belong to the alphabet and number between min and max; a longer run is no match, unless max is 0.
type pattern struct {
	prefix   string
	alphabet alphabet
	min, max int
	rule     string
}

// patterns of the vendors' documentation.
var patterns = []pattern{
	{"AKIA", upper32, 16, 16, "aws-access-key"},
	{"ASIA", upper32, 16, 16, "aws-access-key"},
	{"ABIA", upper32, 16, 16, "aws-access-key"},
	{"ACCA", upper32, 16, 16, "aws-access-key"},
	{"ABSK", base64Std, 100, 0, "aws-bedrock-key"},
	{"ghp_", alnum, 36, 251, "github-token"},
	{"gho_", alnum, 36, 251, "github-token"},
	{"ghu_", alnum, 36, 251, "github-token"},
	{"ghs_", alnum, 36, 251, "github-token"},
	{"ghr_", alnum, 36, 251, "github-token"},
	{"github_pat_", word, 50, 100, "github-token"},
	{"glpat-", dotted, 20, 300, "gitlab-token"},
	{"gldt-", urlSafe, 20, 64, "gitlab-token"},
	{"glrt-", dotted, 20, 64, "gitlab-token"},
	{"glptt-", hexLower, 40, 40, "gitlab-token"},
	{"glcbt-", urlSafe, 20, 80, "gitlab-token"},
	{"glsoat-", urlSafe, 20, 64, "gitlab-token"},
	{"xoxb-", urlSafe, 20, 200, "slack-token"},
	{"xoxp-", urlSafe, 20, 200, "slack-token"},
	{"xoxa-", urlSafe, 20, 200, "slack-token"},
	{"xoxr-", urlSafe, 20, 200, "slack-token"},
	{"xoxs-", urlSafe, 20, 200, "slack-token"},
	{"xoxe.", dotted, 30, 300, "slack-token"},
	{"xapp-", urlSafe, 30, 200, "slack-token"},
	{"hooks.slack.com/services/", base64Std, 30, 80, "slack-webhook"},
	{"sk_live_", alnum, 16, 250, "stripe-key"},
	{"sk_test_", alnum, 16, 250, "stripe-key"},
	{"rk_live_", alnum, 16, 250, "stripe-key"},
	{"rk_test_", alnum, 16, 250, "stripe-key"},
	{"whsec_", base64Std, 24, 100, "stripe-key"},
	{"AIza", urlSafe, 35, 35, "google-api-key"},
	{"GOCSPX-", urlSafe, 28, 28, "google-oauth-secret"},
	{"ya29.", urlSafe, 40, 0, "google-oauth-token"},
	{"sk-proj-", urlSafe, 40, 300, "openai-key"},
	{"sk-svcacct-", urlSafe, 40, 300, "openai-key"},
	{"sk-admin-", urlSafe, 40, 300, "openai-key"},
	{"sk-None-", urlSafe, 40, 300, "openai-key"},
	{"sk-ant-", urlSafe, 32, 200, "anthropic-key"},
	{"sk-or-v1-", hexLower, 64, 64, "openrouter-key"},
	{"SG.", dotted, 60, 70, "sendgrid-key"},
	{"npm_", alnum, 36, 36, "npm-token"},
	{"pypi-", urlSafe, 60, 0, "pypi-token"},
	{"hf_", alnum, 30, 40, "huggingface-token"},
	{"api_org_", alnum, 34, 34, "huggingface-token"},
	{"dop_v1_", hexLower, 64, 64, "digitalocean-token"},
	{"doo_v1_", hexLower, 64, 64, "digitalocean-token"},
	{"dor_v1_", hexLower, 64, 64, "digitalocean-token"},
	{"mw_", word, 32, 120, "meshwarden-key"},
	{"AccountKey=", base64Std, 80, 100, "azure-storage-key"},
	{"SharedAccessKey=", base64Std, 40, 100, "azure-shared-key"},
	{"shpat_", hexLower, 32, 32, "shopify-token"},
	{"shpss_", hexLower, 32, 32, "shopify-token"},
	{"shpca_", hexLower, 32, 32, "shopify-token"},
	{"shppa_", hexLower, 32, 32, "shopify-token"},
	{"sq0atp-", urlSafe, 22, 60, "square-token"},
	{"sq0csp-", urlSafe, 43, 60, "square-token"},
	{"EAAA", urlSafe, 60, 60, "square-token"},
	{"dapi", hexLower, 32, 34, "databricks-token"},
	{"ATATT3", base64Std, 150, 0, "atlassian-token"},
	{"lin_api_", alnum, 40, 48, "linear-key"},
	{"secret_", alnum, 43, 43, "notion-token"},
	{"ntn_", alnum, 40, 60, "notion-token"},
	{"figd_", urlSafe, 40, 60, "figma-token"},
	{"PMAK-", urlSafe, 59, 59, "postman-key"},
	{"dp.pt.", alnum, 40, 44, "doppler-token"},
	{"hvs.", urlSafe, 24, 200, "vault-token"},
	{"hvb.", urlSafe, 24, 300, "vault-token"},
	{"glsa_", word, 41, 60, "grafana-token"},
	{"glc_", base64Std, 32, 400, "grafana-token"},
	{"NRAK-", upper32, 27, 27, "newrelic-key"},
	{"sntrys_", base64Std, 60, 0, "sentry-token"},
	{"sntryu_", hexLower, 64, 64, "sentry-token"},
	{"AGE-SECRET-KEY-1", upper32, 58, 58, "age-key"},
	{"sbp_", hexLower, 40, 40, "supabase-token"},
	{"r8_", alnum, 37, 37, "replicate-token"},
	{"gsk_", alnum, 52, 52, "groq-key"},
	{"pplx-", alnum, 48, 56, "perplexity-key"},
	{"xai-", alnum, 80, 80, "xai-key"},
	{"pat-na1-", urlSafe, 36, 36, "hubspot-token"},
	{"pat-eu1-", urlSafe, 36, 36, "hubspot-token"},
	{"CCIPAT_", word, 60, 80, "circleci-token"},
	{"nfp_", alnum, 36, 40, "netlify-token"},
	{"pscale_tkn_", dotted, 32, 64, "planetscale-token"},
	{"rubygems_", hexLower, 48, 48, "rubygems-key"},
	{"dckr_pat_", urlSafe, 27, 40, "docker-token"},
	{"HRKU-", urlSafe, 36, 70, "heroku-key"},
	{"EZAK", alnum, 54, 54, "easypost-key"},
	{"xkeysib-", urlSafe, 80, 90, "brevo-key"},
	{"bkua_", alnum, 40, 40, "buildkite-token"},
	{"tfp_", alnum, 59, 59, "typeform-token"},
	{"fo1_", urlSafe, 43, 43, "flyio-token"},
	{"LTAI", alnum, 16, 26, "alibaba-access-key"},
}

// Literals with a rule of their own, behind those of patterns.
const (
	ruleJWT = iota
	rulePrivateKey
	ruleOpenAI
	ruleTelegram
	ruleTwilio
	ruleLabel // and all after it
)

var otherLiterals = []string{
	ruleJWT:        "eyj",
	rulePrivateKey: "private key",
	ruleOpenAI:     "t3blbkfj", // "OpenAI" in base64, in the middle of its first kind of key
	ruleTelegram:   ":aa",
	ruleTwilio:     "sk",
	ruleLabel:      "password",
	"passwd", "passphrase", "secret", "token", "api_key", "apikey", "api-key", "access_key", "accesskey", "private_key", "client_secret", "bearer ",
}

// secretLiterals returns the strings of which a text must contain one for secretAt to report anything, in lower
// case; the index of a string is its rule.
func secretLiterals() []string {
	all := make([]string, 0, len(patterns)+len(otherLiterals))
	for _, p := range patterns {
		all = append(all, strings.ToLower(p.prefix))
	}
	return append(all, otherLiterals...)
}

// secretAt appends what the occurrence at i of the literal of a rule turns out to be.
func (t *Text) secretAt(rule, i int, dst []Match) []Match {
	if rule < len(patterns) {
		return t.patternAt(&patterns[rule], i, dst)
	}
	switch rule -= len(patterns); rule {
	case ruleJWT:
		return t.jwtAt(i, dst)
	case rulePrivateKey:
		return t.privateKeyAt(i, dst)
	case ruleOpenAI:
		return t.openAIAt(i, dst)
	case ruleTelegram:
		return t.telegramAt(i, dst)
	case ruleTwilio:
		return t.twilioAt(i, dst)
	}
	return t.labelledSecretAt(i+len(otherLiterals[rule]), dst)
}

func (t *Text) patternAt(p *pattern, i int, dst []Match) []Match {
	body := i + len(p.prefix)
	before := t.at(i - 1)
	if string(t.Bytes[i:body]) != p.prefix || isWord(before) || before == '-' && p.alphabet.has('-') {
		return dst
	}
	end := t.span(body, p.alphabet, p.most())
	if n := end - body; n < p.min || p.max > 0 && n > p.max || isWord(t.at(end)) {
		return dst
	}
	if !varied(t.Bytes[body:end]) {
		return dst
	}
	return t.found(dst, Secret, i, end, 0.95, match.Critical, p.rule)
}

// most is how many characters behind the prefix are looked at: one more than may be there.
func (p *pattern) most() int {
	if p.max == 0 {
		return maxToken
	}
	return p.max + 1
}

// maxToken bounds what is looked at of a token that has no length of its own.
const maxToken = 8 << 10

// span returns the end of the characters of an alphabet from i on, at most a number of them.
func (t *Text) span(i int, a alphabet, most int) int {
	end := min(len(t.Bytes), i+most)
	for i < end && a.has(t.Bytes[i]) {
		i++
	}
	return i
}

// varied tells keys from placeholders such as xxxxxxxx.
func varied(b []byte) bool {
	var seen [4]uint64
	n := 0
	for _, c := range b {
		if bit := uint64(1) << (c & 63); seen[c>>6]&bit == 0 {
			seen[c>>6] |= bit
			n++
		}
	}
	return n >= min(6, len(b)/3)
}

// openAIAt matches a key of OpenAI's first kind around the mark in its middle; the later kinds have prefixes.
func (t *Text) openAIAt(i int, dst []Match) []Match {
	start := i
	for start > 0 && i-start < 24 && urlSafe.has(t.Bytes[start-1]) {
		start--
	}
	end := t.span(i, urlSafe, 32)
	if i-start < 20 || end-i < 20 || string(t.Bytes[start:start+3]) != "sk-" || string(t.Bytes[i:i+8]) != "T3BlbkFJ" {
		return dst
	}
	return t.found(dst, Secret, start, end, 0.97, match.Critical, "openai-key")
}

func (t *Text) telegramAt(i int, dst []Match) []Match {
	start := i
	for isDigit(t.at(start - 1)) {
		start--
	}
	end := t.span(i+1, urlSafe, 36)
	if n := i - start; n < 8 || n > 10 || end-i-1 != 35 || isWord(t.at(start-1)) && t.at(start-1) != 't' {
		return dst
	}
	return t.found(dst, Secret, start, end, 0.9, match.Critical, "telegram-token")
}

func (t *Text) twilioAt(i int, dst []Match) []Match {
	if t.Bytes[i] != 'S' || t.Bytes[i+1] != 'K' || isWord(t.at(i-1)) {
		return dst
	}
	end := t.span(i+2, hexLower, 33)
	if end-i != 34 || isWord(t.at(end)) || !varied(t.Bytes[i+2:end]) {
		return dst
	}
	return t.found(dst, Secret, i, end, 0.85, match.Critical, "twilio-key")
}

// minKeyBody is less than half of what follows the first line of the shortest key.
const minKeyBody = 32

// maxPrivateKey is longer than the PEM text of an RSA key of 16,384 bits.
const maxPrivateKey = 16 << 10

// privateKeyAt matches a PEM or OpenSSH private key from its first line to its last, or to the end of what
// looks like its body.
func (t *Text) privateKeyAt(i int, dst []Match) []Match {
	const begin, dashes = "-----BEGIN ", "-----"
	start := i
	for i-start < len(begin)+16 && start > 0 && t.Bytes[start-1] != '\n' && !(start+len(begin) <= i && string(t.Bytes[start:start+len(begin)]) == begin) {
		start--
	}
	body := i + len("private key")
	if !hasPrefix(t.Bytes[start:], begin) || !isUpper(t.Bytes[i]) {
		return dst
	}
	if hasPrefix(t.Bytes[body:], " BLOCK") {
		body += len(" BLOCK")
	}
	if !hasPrefix(t.Bytes[body:], dashes) {
		return dst
	}
	body += len(dashes)
	end := body
	for end < len(t.Bytes) && end-start < maxPrivateKey && !hasPrefix(t.Bytes[end:], begin) {
		if hasPrefix(t.Bytes[end:], "-----END ") {
			for end < len(t.Bytes) && (isUpper(t.Bytes[end]) || t.Bytes[end] == '-' || t.Bytes[end] == ' ') {
				end++
			}
			break
		}
		if c := t.Bytes[end]; !base64Std.has(c) && c != '\n' && c != '\r' && c != ' ' && c != '\\' && c != ':' && c != '-' && c != ',' {
			break
		}
		end++
	}
	if end-body < minKeyBody {
		return dst // a mention
	}
	return t.found(dst, PrivateKey, start, end, 0.98, match.Critical, "private-key")
}

func hasPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}

// userInfoAt matches the user and password of scheme://user:password@host before the @ at offset at.
func (t *Text) userInfoAt(at int, dst []Match) []Match {
	const maxUserInfo = 128
	colon := -1
	start := at
	for ; start > 0 && at-start < maxUserInfo; start-- {
		c := t.Bytes[start-1]
		if c <= ' ' || c == '"' || c == '<' || c == '>' || c == '?' || c == '#' || c == '@' {
			return dst
		}
		if c == '/' {
			break
		}
		if c == ':' {
			colon = start - 1
		}
	}
	if !hasPrefix(t.Bytes[max(0, start-3):], "://") || colon < 0 || at-colon-1 < minPassword || !isWord(t.at(at+1)) || placeholder(t.Bytes[colon+1:at]) {
		return dst
	}
	return t.found(dst, Secret, start, at, 0.85, match.Critical, "url-credentials")
}
