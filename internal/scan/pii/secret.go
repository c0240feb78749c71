package pii

import (
	"strings"

	"github.com/meshwarden/meshwarden/internal/scan/match"
)

// vendorRule is a line of vendorRules.
type vendorRule struct {
	subtype string
	shape   shape
	check   string
	// anchor and end bound the literal of the shape that the prefilter looks for.
	anchor, end uint8
	// A rule without a telling literal is found by its long run of letters and digits, which begins at anchor and has so many.
	least, most uint16
	// next is the index of the next rule with the same literal in lower case, 0 behind the last.
	next uint16
}

// minLiteral is the length of the literals that the prefilter tells from ordinary text.
const minLiteral = 4

// vendors are the rules of the table.
var vendors = readVendorRules(vendorRules)

type vendorTable struct {
	rules []vendorRule // the one at index 0 is none
	// literals are what the prefilter looks for, firsts the index of the first rule of each.
	literals []string
	firsts   []uint16
	// runs are the indices of the rules that are found by their runs.
	runs []uint16
}

func readVendorRules(lines string) (t vendorTable) {
	t.rules = make([]vendorRule, 1, 1+strings.Count(lines, "\n"))
	last := make(map[string]uint16, cap(t.rules))
	for len(lines) > 0 {
		var line string
		line, lines, _ = strings.Cut(lines, "\n")
		if line == "" {
			continue
		}
		subtype, text, _ := strings.Cut(line, " ")
		check := ""
		if at := strings.LastIndexByte(text, ' '); at > strings.LastIndexByte(text, '>') {
			text, check = text[:at], text[at+1:]
		}
		r := vendorRule{subtype: subtype, shape: shape(text), check: check}
		index := uint16(len(t.rules))
		start, end := r.shape.anchor()
		if run, least, most := r.shape.run(); check == "run" || end-start < minLiteral && run >= 0 && check != "literal" {
			r.anchor, r.least, r.most = uint8(run), uint16(least), uint16(most)
			t.rules = append(t.rules, r)
			t.runs = append(t.runs, index)
			continue
		}
		r.anchor, r.end = uint8(start), uint8(end)
		t.rules = append(t.rules, r)
		literal := strings.ToLower(text[start:end])
		if before, known := last[literal]; known {
			t.rules[before].next = index
		} else {
			t.literals = append(t.literals, literal)
			t.firsts = append(t.firsts, index)
		}
		last[literal] = index
	}
	return t
}

// Literals with a rule of their own, behind those of vendors.
const (
	ruleJWT = iota
	rulePrivateKey
	rulePuTTY
	ruleJWK
	ruleOpenAI
	ruleTelegram
	ruleSAS
	ruleBasic
	ruleBearer
	ruleCurl
	ruleSeed // up to ruleLabel
)

var otherLiterals = []string{
	ruleJWT:        "eyj",
	rulePrivateKey: "private key",
	rulePuTTY:      "private-lines:",
	ruleJWK:        `"kty"`,
	ruleOpenAI:     "t3blbkfj", // "OpenAI" in base64, in the middle of its first kind of key
	ruleTelegram:   ":aa",
	ruleSAS:        "sig=",
	ruleBasic:      "basic ",
	ruleBearer:     "bearer ",
	ruleCurl:       "curl ",
	ruleSeed:       "seed phrase",
	"mnemonic", "recovery phrase", "secret phrase", "backup phrase", "seed words", "bip39",
}

var ruleLabel = len(otherLiterals)

// secretLabels are the parts of words that name a secret in texts; what stands around them decides.
var secretLabels = []string{
	"passw", "passphrase", "pwd", "pass=", "pass:", `pass"`, "secret", "token", "_key", "apikey", "api-key", "api key", "accesskey",
	"privatekey", "signingkey", "auth-key", `"auth"`, "authorization", "credential", "kennwort", "contrase", "clave", "senha", "wachtwoord", "parola",
	"mot de passe", "mot_de_passe", "motdepasse",
}

// secretLiterals returns the strings of which a text must contain one for secretAt to report anything, in lower
// case; the index of a string is its rule.
func secretLiterals() []string {
	all := make([]string, 0, len(vendors.literals)+len(otherLiterals)+len(secretLabels))
	all = append(all, vendors.literals...)
	all = append(all, otherLiterals...)
	return append(all, secretLabels...)
}

// StartsWord reports whether the literal of a rule counts only where no letter stands before it.
func StartsWord(rule int) bool {
	if rule >= secretRules {
		return introductionTable[rule-secretRules].manner != filler
	}
	if rule >= len(vendors.firsts) {
		return false
	}
	for index := vendors.firsts[rule]; index != 0; index = vendors.rules[index].next {
		if vendors.rules[index].anchor > 0 {
			return false
		}
	}
	return true
}

// secretAt appends what the occurrence at i of the literal of a rule turns out to be.
func (t *Text) secretAt(rule, i int, dst []Match) []Match {
	if rule < len(vendors.firsts) {
		return t.vendorAt(vendors.firsts[rule], i, dst)
	}
	rule -= len(vendors.firsts)
	if rule >= ruleLabel {
		return t.secretLabelAt(i, i+len(secretLabels[rule-ruleLabel]), dst)
	}
	switch rule {
	case ruleJWT:
		return t.jwtAt(i, dst)
	case rulePrivateKey:
		return t.privateKeyAt(i, dst)
	case rulePuTTY:
		return t.puttyAt(i, dst)
	case ruleJWK:
		return t.jwkAt(i, dst)
	case ruleOpenAI:
		return t.openAIAt(i, dst)
	case ruleTelegram:
		return t.telegramAt(i, dst)
	case ruleSAS:
		return t.sasAt(i, dst)
	case ruleBasic:
		return t.basicAt(i+len("basic "), dst)
	case ruleBearer:
		return t.bearerAt(i+len("bearer "), dst)
	case ruleCurl:
		return t.curlAt(i, dst)
	}
	return t.seedBehind(i+len(otherLiterals[rule]), dst)
}

// vendorAt matches the first of the rules of one literal that the text around it satisfies.
func (t *Text) vendorAt(first uint16, i int, dst []Match) []Match {
	for index := first; index != 0; {
		r := &vendors.rules[index]
		index = r.next
		literal := string(r.shape[r.anchor:r.end])
		behind := i + len(literal)
		if behind > len(t.Bytes) || string(t.Bytes[i:behind]) != literal {
			continue
		}
		if start, end := t.bounds(r, i, behind, int(r.end)); start >= 0 {
			dst = t.foundAs(dst, Secret, r.subtype, start, end, r.sureOf(t.Bytes[behind:end]), match.Critical, "vendor-format")
			if r.subtype == "aws_access_key" {
				dst = t.awsSecretBehind(end, dst)
			}
			return dst
		}
	}
	return dst
}

// awsSecretBehind matches the secret access key that stands near behind an access key, as in exports of AWS: 40 characters of
// base64 of all kinds, which hashes have not.
func (t *Text) awsSecretBehind(i int, dst []Match) []Match {
	const near, length = 96, 40
	for limit := min(len(t.Bytes), i+near); i < limit; {
		end := t.span(i, 'b', length+1)
		if end-i == length && !inClass('b', t.at(i-1)) && !isWord(t.at(end)) && classes(t.Bytes[i:end]) >= 3 && mixed(t.Bytes[i:end]) {
			return t.foundAs(dst, Secret, "aws_secret_key", i, end, 0.9, match.Critical, "aws-pair")
		}
		i = max(end, i+1)
	}
	return dst
}

// vendorRun matches the first of the rules without a telling literal that the run of letters and digits satisfies.
func (t *Text) vendorRun(from, to int, dst []Match) []Match {
	for _, index := range vendors.runs {
		r := &vendors.rules[index]
		if n := to - from; n < int(r.least) || n > int(r.most) {
			continue
		}
		if start, end := t.bounds(r, from, from, int(r.anchor)); start >= 0 {
			return t.foundAs(dst, Secret, r.subtype, start, end, 0.93, match.Critical, "vendor-format")
		}
	}
	return dst
}

// bounds returns where a value of the rule starts and ends whose shape up to its anchor ends at i, and whose shape from
// rest on begins at behind; start is -1 when there is none, or only a placeholder.
func (t *Text) bounds(r *vendorRule, i, behind, rest int) (start, end int) {
	start = r.shape[:r.anchor].before(t, i)
	if start < 0 || isWord(t.at(start-1)) || t.at(start-1) == '-' && r.shape.hyphens() {
		return -1, 0
	}
	end = r.shape[rest:].after(t, behind)
	if end < 0 || !varied(t.Bytes[start:i]) && !varied(t.Bytes[behind:end]) || containsFold(t.Bytes[start:end], "xxxxxx") {
		return -1, 0
	}
	return start, end
}

// sureOf is the confidence in a value of the rule's shape. A checksum that is wrong speaks against a live key, not
// against hiding it: it is one that was mistyped, cut or made up as an example, and others have the same prefix.
func (r *vendorRule) sureOf(body []byte) float32 {
	switch {
	case r.check == "crc" && len(body) == checkedBody:
		if crcSuffix(body) {
			return 0.99
		}
		return 0.8
	case containsFold(body, "example"):
		return 0.6
	}
	return 0.95
}

// varied tells keys from placeholders such as xxxxxxxx: of their characters enough are different, and none of them is
// most of the value.
func varied(b []byte) bool {
	var counts [64]uint16 // by the low six bits: a few characters share a place
	n, most := 0, uint16(0)
	for _, c := range b {
		if counts[c&63]++; counts[c&63] == 1 {
			n++
		}
		most = max(most, counts[c&63])
	}
	return n > 0 && n >= min(6, len(b)/3) && (len(b) < minKeyed || int(most)*2 <= len(b))
}

// openAIAt matches a key of OpenAI's first kind around the mark in its middle; the later kinds have prefixes.
func (t *Text) openAIAt(i int, dst []Match) []Match {
	const least, most = 20, 24
	begins := false
	for start := max(0, i-most); start <= i-least && !begins; start++ {
		begins = hasPrefix(t.Bytes[start:], "sk-")
	}
	if !begins || string(t.Bytes[i:i+8]) != "T3BlbkFJ" {
		return dst
	}
	start := i
	for start > 0 && i-start < most && inClass('u', t.Bytes[start-1]) {
		start--
	}
	end := t.span(i, 'u', 32)
	if i-start < least || end-i < 20 || string(t.Bytes[start:start+3]) != "sk-" {
		return dst
	}
	return t.foundAs(dst, Secret, "openai_api_key", start, end, 0.97, match.Critical, "vendor-format")
}

// telegramAt matches a bot's token around its colon: the bot's number, then 34 or 35 characters of which the first two are A.
func (t *Text) telegramAt(i int, dst []Match) []Match {
	const most = 11
	start := i
	for i-start < most && isDigit(t.at(start-1)) {
		start--
	}
	end := t.span(i+1, 'u', 36)
	if n := i - start; n < 8 || n == most || end-i-1 < 34 || end-i-1 > 35 || t.Bytes[i+1] != 'A' || t.Bytes[i+2] != 'A' ||
		isWord(t.at(start-1)) && t.at(start-1) != 't' || !varied(t.Bytes[i:end]) {
		return dst
	}
	return t.foundAs(dst, Secret, "telegram_bot_token", start, end, 0.95, match.Critical, "vendor-format")
}

// checkedBody is the length of the bodies of GitHub's and npm's tokens: 30 random characters and their checksum.
const checkedBody = 36

// crcSuffix reports whether the last six characters are the CRC-32 of those before them in base 62, as GitHub
// describes its tokens ("Behind GitHub's new authentication token formats", 2021); npm's are made alike.
func crcSuffix(body []byte) bool {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	split := len(body) - 6
	sum := ^uint32(0)
	for _, c := range body[:split] {
		sum ^= uint32(c)
		for range 8 {
			sum = sum>>1 ^ 0xEDB88320&-(sum&1)
		}
	}
	sum = ^sum
	for i := len(body) - 1; i >= split; i-- {
		if body[i] != digits[sum%62] {
			return false
		}
		sum /= 62
	}
	return sum == 0
}

func hasPrefix(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && string(b[:len(prefix)]) == prefix
}
