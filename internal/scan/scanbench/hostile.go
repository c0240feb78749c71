package scanbench

import (
	"bytes"
	"slices"
	"strings"
)

// hostile are units that, repeated, are the most work for some part of the scanner.
var hostile = map[string]string{
	"percent":       "%2525252525",
	"references":    "&#x26;#x26;amp;",
	"backslashes":   `\\u005cu005c`,
	"zero width":    "a\u200b",
	"quotes":        `\"`,
	"digits":        "1 a ",
	"rows":          "1 ",
	"colons":        "1:2:3:",
	"dots":          "1.2.3.",
	"trunk zeros":   "0 917 ",
	"groups":        "614 604 ",
	"fours":         "4111-1111-",
	"dashed codes":  "a1-",
	"capitals":      "AB 12 C ",
	"dates":         "3 May ",
	"house numbers": "Main 12 Street ",
	"separators":    "1-",
	"long digits":   "4111111111111111",
	"phones":        "call 1 call 2 ",
	"at":            "a@a.b.c.d.e.f.g.",
	"mails":         "a@b.co ",
	"base64":        "PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg ",
	"nested base64": "SlRJMk1qVXlOVEkxTWpVeU5USTFNalV5TlRJMU1qVXk ",
	"hexadecimal":   "3c736372697074203c736372697074",
	"labels":        "password=",
	"keyed values":  "zz_api_key=q7Hs2kPz9Xw4Lm6Tb1Vn ",
	"wallets":       "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD ",
	"base58":        "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u ",
	"seed words":    "mnemonic abandon ability ",
	"signatures":    "sig=",
	"keys":          "-----BEGIN PRIVATE KEY-----",
	"prefixes":      "sk-proj-",
	"tokens":        "eyJhbGciOiJIUzI1NiJ9.",
	"marks":         "T3BlbkFJ",
	"scheme":        "x://a:b",
	"structure":     "[[1,1,{},",
	"spaced":        "i g n o r e ",
	"leet":          "1gn0r3 ",
	"lookalikes":    "іgnоrе ",
	"styled":        "𝐢𝐠",
	"open tags":     "<%gl=~+",
	"prefixed":      "xp_6",
	"borrowed":      "prompt`t` ai ",
	"templates":     "${{",
	"escaped tags":  `\u003ca x=`,
}

// Hostile returns bodies of the given size made to be slow, as text and as a value of JSON. literals are what detectors
// look for; their beginnings, which wake the most and find the least, are one of the bodies.
func Hostile(size int, literals []string) (bodies []Body) {
	units := map[string]string{"beginnings": beginnings(literals)}
	for name, unit := range hostile {
		units[name] = unit
	}
	names := make([]string, 0, len(units))
	for name := range units {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		unit := []byte(units[name])
		text := bytes.Repeat(unit, size/len(unit)+1)[:size/len(unit)*len(unit)+len(unit)]
		bodies = append(bodies, Body{name, "text/plain", text})
		if unit[0] == '[' {
			bodies = append(bodies, Body{name + " in JSON", "application/json", text})
			continue
		}
		quoted := append(append([]byte(`{"text":"`), text...), `"}`...)
		bodies = append(bodies, Body{name + " in JSON", "application/json", quoted})
	}
	return bodies
}

// beginnings are the literals without their last byte, each a word of its own.
func beginnings(literals []string) string {
	var b strings.Builder
	for _, literal := range literals {
		if len(literal) > 1 && !strings.ContainsAny(literal, "\"\\\x00") {
			b.WriteString(literal[:len(literal)-1])
			b.WriteByte(' ')
		}
	}
	return b.String()
}
