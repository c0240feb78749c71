package pii_test

import (
	"strings"
	"testing"
)

// Values are put together here so that no scanner takes this file for a leak.
func join(parts ...string) string { return strings.Join(parts, "") }

const (
	letters36 = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY5zA7"
	hex64     = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
)

func TestVendorSecrets(t *testing.T) {
	t.Parallel()
	var positives []positive
	for _, secret := range []string{
		join("AKIA", "Q3EGRIXZ5LMNOP7A"), join("ASIA", "Q3EGRIXZ5LMNOP7A"),
		join("ghp_", letters36), join("gho_", letters36), join("github_pat_", letters36, "_", letters36),
		join("glpat-", letters36[:20]), join("xoxb-", "2345678901-2345678901-", letters36[:24]),
		join("hooks.slack.com/services/", "T0AB12CD3/B0EF45GH6/", letters36[:24]),
		join("sk_live_", letters36[:24]), join("rk_test_", letters36[:24]), join("AIza", letters36[:35]),
		join("GOCSPX-", letters36[:28]), join("sk-proj-", letters36, letters36), join("sk-ant-api03-", letters36, letters36),
		join("sk-", letters36[:20], "T3BlbkFJ", letters36[:20]), join("SK", hex64[:32]),
		join("SG.", letters36[:22], ".", letters36, letters36[:7]), join("npm_", letters36),
		join("pypi-", "AgEIcHlwaS5vcmc", letters36, letters36), join("hf_", letters36[:34]), join("dop_v1_", hex64),
		join("mw_", letters36, letters36[:10]), join("shpat_", hex64[:32]), join("dckr_pat_", letters36[:27]),
		join("123456789", ":AA", letters36[:33]), join("hvs.", letters36),
	} {
		positives = append(positives, positive{"", "x " + secret + " y", "SECRET " + secret})
	}
	check(t, positives, []positive{
		{"", join("akia", "q3egrixz5lmnop7a"), ""},      // another case
		{"", join("XAKIA", "Q3EGRIXZ5LMNOP7A"), ""},     // in a word
		{"", join("AKIA", "Q3EGRIXZ5LMNOP7A7"), ""},     // longer
		{"", join("ghp_", letters36[:20]), ""},          // shorter
		{"", join("ghp_", strings.Repeat("x", 36)), ""}, // a placeholder
		{"", join("SK", strings.Repeat("0", 32)), ""},   // a placeholder
		{"", "npm_config_registry", ""},                 // a name
		{"", "task-project-management-for-a-whole-team", ""},
		{"", "hf_transfer and mw_something", ""},
	})
}

func TestPrivateKeys(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "} {
		block := join("-----BEGIN ", kind, "PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEF==\n-----END ", kind, "PRIVATE KEY-----")
		check(t, []positive{
			{"", "key:\n" + block + "\nbye", "PRIVATE_KEY " + block},
			{"", "x " + strings.TrimSuffix(block, join("-----END ", kind, "PRIVATE KEY-----")), "PRIVATE_KEY " + strings.TrimSuffix(block, join("-----END ", kind, "PRIVATE KEY-----"))},
		}, nil)
	}
	check(t, nil, []positive{
		{"", join("-----BEGIN ", "PUBLIC KEY-----\nMIIEvQIBADANBgkq\n-----END PUBLIC KEY-----"), ""},
		{"", "keep your private key private", ""},
		{"", join("start = \"-----BEGIN OPENSSH ", "PRIVATE KEY-----\""), ""},
	})
}

func TestSecretsByFieldAndLabel(t *testing.T) {
	t.Parallel()
	const random = "q7Hs2kPz9Xw4Lm6Tb1Vn"
	check(t, []positive{
		{"api_key", random, "SECRET " + random},
		{"clientSecret", random, "SECRET " + random},
		{"password", "Tr0ub4dor&3", "SECRET Tr0ub4dor&3"},
		{"", `api_key = "` + random + `"`, "SECRET " + random},
		{"", "Authorization: Bearer " + random, "SECRET " + random},
		{"", "DB_PASSWORD=" + random + "\n", "SECRET " + random},
		{"", "postgres://app:s3cr3tpw@db.internal:5432/x", "SECRET app:s3cr3tpw"},
	}, []positive{
		{"name", random, ""},
		{"api_key", "your-api-key-goes-here-1234", ""},
		{"api_key", "${API_KEY_FROM_VAULT_1}", ""},
		{"token_count", "123456789012345678", ""},
		{"token", "https://example.com/a1/b2/c3/d4", ""},
		{"password", "****************", ""},
		{"password", "string", ""},
		{"", "password: please choose a new one", ""},
		{"", "the token is invalid", ""},
		{"", "https://example.com:8080/a@b", ""},
		{"", "see https://abc:xyz@example.com", ""},
		{"", "see https://user:password@example.com", ""},
	})
}
