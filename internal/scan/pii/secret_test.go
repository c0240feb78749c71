package pii_test

import (
	"slices"
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
	for _, kind := range []string{"", "RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED "} {
		end := join("-----END ", kind, "PRIVATE KEY-----")
		block := join("-----BEGIN ", kind, "PRIVATE KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEF==\n", end)
		headed := strings.Replace(block, "\nMII", "\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,3F17\n\nMII", 1)
		check(t, []positive{
			{"", "key:\n" + block + "\nbye", "PRIVATE_KEY " + block},
			{"", "key:\n" + headed + "\nbye", "PRIVATE_KEY " + headed},
			{"", `"` + strings.ReplaceAll(block, "\n", `\n`) + `"`, "PRIVATE_KEY " + strings.ReplaceAll(block, "\n", `\n`)},
			{"", "x " + strings.TrimSuffix(block, end), "PRIVATE_KEY " + strings.TrimSuffix(block, end)},
		}, nil)
	}
	pgp := join("-----BEGIN PGP ", "PRIVATE KEY BLOCK-----\nVersion: GnuPG v2.0.22 (GNU/Linux)\n\nlQOYBFq1cXkBCADLk4mV\n=Kq3x\n-----END PGP ", "PRIVATE KEY BLOCK-----")
	ppk := join("PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nPublic-Lines: 1\nAAAAC3Nz\nPrivate-Lines: 1\n", letters36, "\nPrivate-MAC: ", hex64)
	check(t, []positive{
		{"", pgp, "PRIVATE_KEY " + pgp}, {"", ppk, "PRIVATE_KEY " + ppk},
		{"d", join(letters36, "Bc4Df6g"), "PRIVATE_KEY " + letters36 + "Bc4Df6g"},
		{"", join(`{"kty":"OKP","crv":"Ed25519","d":"`, letters36, `Bc4Df6g","x":"a"}`), "PRIVATE_KEY " + letters36 + "Bc4Df6g"},
	}, []positive{
		{"", join("-----BEGIN ", "PUBLIC KEY-----\nMIIEvQIBADANBgkq\n-----END PUBLIC KEY-----"), ""},
		{"", "keep your private key private", ""},
		{"", join("start = \"-----BEGIN OPENSSH ", "PRIVATE KEY-----\""), ""},
		{"", `{"kty":"OKP","crv":"Ed25519","x":"` + letters36 + `"}`, ""},
		{"d", "M10 20 L30 40 Z", ""}, {"d", letters36, ""},
	})
}

const opaque = "q7Hs2kPz9Xw4Lm6Tb1Vn"

func TestSecretsByFieldAndLabel(t *testing.T) {
	t.Parallel()
	var positives []positive
	for _, text := range []string{
		`api_key = "` + opaque + `"`, "Authorization: Bearer " + opaque, "DB_PASSWORD=" + opaque + "\n", "X-Api-Key: " + opaque, "deploy --token " + opaque + " now",
		"?user=a&password=" + opaque + "&x=1", "<password>" + opaque + "</password>", `<add key="Password" value="` + opaque + `"/>`,
		"  - name: DB_PASSWORD\n    value: " + opaque, "machine api.example login jane password " + opaque, `self.secret_key = b'` + opaque + `'`,
		"Server=db;User Id=sa;Password=" + opaque + ";Encrypt=True", `{"client_secret": "` + opaque + `"}`, `'token' => '` + opaque + `',`, "$env:API_TOKEN='" + opaque + "'",
	} {
		positives = append(positives, positive{"", text, "SECRET " + opaque})
	}
	for _, name := range []string{"api_key", "clientSecret", "password", "Passwort", "contraseña", "senha", "wachtwoord", "mot_de_passe", "parola d'ordine password", "db.password", "DJANGO_SECRET_KEY"} {
		positives = append(positives, positive{name, opaque, "SECRET " + opaque})
	}
	for _, label := range []string{"password", "Passwort", "Kennwort", "contraseña", "clave", "senha", "wachtwoord", "Mot de passe", "pwd"} {
		positives = append(positives, positive{"", label + ": Tr0ub4dor", "SECRET Tr0ub4dor"})
	}
	check(t, append(positives, []positive{
		{"", "My password is Tr0ub4dor&3.", "SECRET Tr0ub4dor&3"}, {"", "das Passwort ist Tr0ub4dor", "SECRET Tr0ub4dor"}, {"", "the api key is " + opaque, "SECRET " + opaque},
		{"", "algolia_key=" + hex64[:32], "SECRET " + hex64[:32]},
		{"", "user: admin pass: hunter2", "SECRET hunter2"},
		{"", "Server=db;User ID=sa;Password=P@ssw0rd!23;Encrypt=true", "SECRET P@ssw0rd!23"}, {"", "api_key=abcdef1234567890abcdef1234567890", "SECRET abcdef1234567890abcdef1234567890"},
		{"", "“password”: “Tr0ub4dor”", "SECRET Tr0ub4dor"},
		{"password", "Tr0ub4dor&3", "SECRET Tr0ub4dor&3"}, {"password", "hunter2", "SECRET hunter2"}, {"", `db_password = "12345678"`, "SECRET 12345678"},
		{"client_secret", "3f2b8c1e-9d4a-4c7e-8f10-2a5b6c7d8e9f", "SECRET 3f2b8c1e-9d4a-4c7e-8f10-2a5b6c7d8e9f"},
	}...), []positive{
		{"name", opaque, ""}, {"password_hash", opaque, ""}, {"next_page_token", opaque, ""}, {"public_key", opaque, ""}, {"token_type", opaque, ""},
		{"secretName", opaque, ""}, {"csrf_token", opaque, ""},
		{"token", "3f2b8c1e-9d4a-4c7e-8f10-2a5b6c7d8e9f", ""},
		{"api_key", "your-api-key-goes-here-1234", ""}, {"api_key", "${API_KEY_FROM_VAULT_1}", ""}, {"api_key", "xxxxxxxxxxxxxxxx1234", ""},
		{"token_count", "123456789012345678", ""}, {"token", "https://example.com/a1/b2/c3/d4", ""},
		{"password", "****************", ""}, {"password", "string", ""}, {"password", "changeme", ""}, {"password", "Passwort", ""},
		{"", "password: please choose a new one", ""}, {"", "the token is invalid", ""}, {"", "password = getPassword(2)", ""},
		{"", "PASS: ld-i386/pr21231a2b3c", ""}, {"", `if password == "q7Hs2kPz"`, ""}, {"", "privateKey: testRSA2048PrivateKey,", ""},
		{"", "password_encryption = scram-sha-256", ""}, {"", "PWD=/home/jane1", ""},
	})
}

func TestCredentials(t *testing.T) {
	t.Parallel()
	access, secret := join("AKIA", "Q3EGRIXZ5LMNOP7A"), join("wJ4lrXUtnF3MI/K7MDENG/", "bPxRfiCYzq8Wk2Tv7y")
	for _, between := range []string{",", "\n", ": ", " / ", `","x":"`} {
		found := find("", "key: "+access+between+secret+"\n")
		if want := []string{"SECRET " + access, "SECRET " + secret}; !slices.Equal(found, want) {
			t.Errorf("%q: %q", between, found)
		}
	}
	signature := join(letters36, "Bc4Df6g", "%3D")
	check(t, []positive{
		{"", "postgres://app:s3cr3tpw@db.internal:5432/x", "SECRET app:s3cr3tpw"}, {"", "mongodb+srv://root:correcthorse@c0.example.net", "SECRET root:correcthorse"},
		{"", "redis://:s3cr3tpw@cache:6379/0", "SECRET :s3cr3tpw"}, {"", "amqp://svc:s3cr3tpw@[::1]:5672", "SECRET svc:s3cr3tpw"},
		{"", join("Authorization: Basic ", "amFuZTpzM2NyM3Rwdw=="), join("SECRET ", "amFuZTpzM2NyM3Rwdw==")},
		{"", join(`{"auth": "`, "amFuZTpzM2NyM3Rwdw==", `"}`), join("SECRET ", "amFuZTpzM2NyM3Rwdw==")},
		{"auth", join("amFuZTpzM2NyM3Rwdw=="), join("SECRET ", "amFuZTpzM2NyM3Rwdw==")},
		{"", "curl -s -u jane:s3cr3tpw https://api.example/x", "SECRET jane:s3cr3tpw"}, {"", "curl --user 'jane:s3cr3tpw' https://api.example/x", "SECRET jane:s3cr3tpw"},
		{"", `curl -u ":s3cr3tpw" https://api.example/x`, "SECRET :s3cr3tpw"}, {"", "curl https://api.example/x \\\n  -X PUT -u jane:'s3cr3tpw'", "SECRET jane:'s3cr3tpw'"},
		{"", "Authorization: Token " + opaque, "SECRET " + opaque}, {"", "Authorization: " + opaque, "SECRET " + opaque}, {"", "Api-Token: Sk94HG7f6KB", "SECRET Sk94HG7f6KB"},
		{"", "https://x.blob.example/c?sv=2024-11-04&sr=b&se=2027-01-01&sig=" + signature, "SECRET " + signature},
	}, []positive{
		{"", "https://example.com:8080/a@b", ""}, {"", "see https://abc:xyz@example.com", ""}, {"", "see https://user:password@example.com", ""},
		{"", "https://jane:gebruiker@example.com", ""}, {"", "postgres://postgres:postgres@localhost/x", ""}, {"", "mysql://root:${DB_PASSWORD}@db/x", ""},
		{"", "a basic understanding of it", ""}, {"", "Authorization: Negotiate", ""}, {"", "Authorization: Token <your-token-1234567>", ""}, {"", "-H 'Authorization: Token $TOKEN'", ""}, {"", "the basic aWRlYXM is", ""}, {"", "curl -u $USER:$TOKEN https://api.example", ""}, {"", "sig=" + signature, ""},
	})
}
