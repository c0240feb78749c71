package catalog

import "strings"

// body is base64 of nothing.
const body = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY5zA7Bc4Df6gH8jK0lM2nP4qR6sT8uV0w"

// secrets describes SECRET by vendor, and the other things that let one act in somebody's name.
func secrets() []Entry {
	const token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI5OTg4Nzc2NiJ9.q7Hs2kPz9Xw4Lm6Tb1VnAAyR3uJ0cD8eF5gB2hN1iK4"
	const (
		opaque = "q7Hs2kPz9Xw4Lm6Tb1Vn"
		xprv   = "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxW" +
			"Utg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"
	)
	entries := []Entry{
		{
			Type: "JWT", Is: "JSON Web Token in compact form", Source: "RFC 7519, RFC 7515, RFC 7516",
			Evidence: "structure: three or five parts, a header that decodes to an object with alg",
			Hazards:  "other dotted base64, which names no algorithm",
			Positives: join(text("token «"+token+"» ok", "«"+token+"»"),
				field("session", token)),
			Negatives: text(strings.Split(token, ".")[0], "eyJzdWIiOiI5OTg4Nzc2NiJ9.eyJzdWIiOiI5OTg4Nzc2NiJ9.x", "x"+token),
		},
		{
			Type: "PRIVATE_KEY", Is: "private key: PEM and OpenSSH (rsa, ec, dsa, openssh, encrypted, pkcs8), OpenPGP, PuTTY, JSON Web Key",
			Source:   "RFC 7468, RFC 4880, RFC 7517, PuTTY's PPK appendix",
			Evidence: "structure: the first line and a body of base64, from first line to last; the private member of an object with kty; field d with the length of a scalar or exponent",
			Hazards:  "public keys, certificates, first lines that are only mentioned",
			Positives: join(text("«"+pem("")+"»\n", "key: «"+pem("RSA ")+"» end", "«"+pem("OPENSSH ")+"»"), field("d", body[:43]),
				text(`{"kty":"OKP","crv":"Ed25519","d":"«` + body[:43] + `»"}`)[:0]),
			Negatives: text(strings.ReplaceAll(pem(""), "PRIVATE", "PUBLIC"), "-----BEGIN "+"PRIVATE KEY-----", "keep your private key private"),
		},
		{
			Type: "SECRET", Subtype: "password", Is: "password", Source: "field names and labels in seven languages",
			Evidence:  "field or label that says password, and a value with digits or marks among its letters",
			Hazards:   "placeholders (changeme, your-password, ${VAR}), words, calls and names in code, hashes under names that say hash",
			Positives: join(field("password", "Tr0ub4dor&3", "hunter2"), field("contraseña", "g4t0Negro"), text("DB_PASSWORD=«Tr0ub4dor3»\n", "Passwort: «Tr0ub4dor3»")),
			Negatives: join(field("password", "changeme", "string", "********"), text("password: please choose one", "password = getPassword(2)", "password: ${DB_PASSWORD_1}")),
		},
		{
			Type: "SECRET", Subtype: "generic", Is: "random value under a name for secrets", Source: "field names and labels in seven languages",
			Evidence:  "field or label that says secret, token, key of an API and the like, and 16 or more characters that change their kind throughout",
			Hazards:   "identifiers, hashes, cursors, names in code and pagination tokens, told apart by the name; UUIDs under names that do not say key or secret",
			Positives: join(field("api_key", opaque), field("clientSecret", opaque), text(`secret_key = "«`+opaque+`»"`)),
			Negatives: join(field("next_page_token", opaque), field("name", opaque), field("token", "3f2b8c1e-9d4a-4c7e-8f10-2a5b6c7d8e9f")),
		},
		{
			Type: "SECRET", Subtype: "bearer_token", Is: "bearer token of an Authorization header", Source: "RFC 6750",
			Evidence: "label: the word Bearer, and 16 or more characters that change their kind throughout", Hazards: "JSON Web Tokens, which are JWT; words and variables",
			Positives: text("Authorization: Bearer «"+opaque+"»", "-H 'Authorization: Bearer «"+opaque+"»'", `{"Authorization": "Bearer «`+opaque+`»"}`),
			Negatives: text("Authorization: Bearer $TOKEN", "the bearer of this letter", "Bearer <your-token-goes-here-1234>"),
		},
		{
			Type: "SECRET", Subtype: "authorization", Is: "credentials of an Authorization header of any other scheme", Source: "RFC 9110 section 11.6.2",
			Evidence: "label: Authorization, the name of a scheme or none, and 16 or more characters that change their kind throughout", Hazards: "variables and placeholders",
			Positives: text("Authorization: Token «"+opaque+"»", "Authorization: «"+opaque+"»", `{"Authorization": "ApiKey «`+opaque+`»"}`),
			Negatives: text("Authorization: Negotiate", "Authorization: Token $TOKEN", "Authorization: Token <your-token-goes-here-1>"),
		},
		{
			Type: "SECRET", Is: "keys of wallets: ripple_seed, stellar_seed, nostr_key; solana_key behind a label", Source: "XRP Ledger's Base58 encodings, SEP-23, NIP-19",
			Evidence: "structure: version and checksum", Hazards: "other base58, base32 and Bech32, whose checksum is wrong",
			Positives: text("«snoPBrXtMeMy"+"MHUVTgbuqAfg1SUTb»", "«SBU2RRGLXH3E5CQHTD3ODLDF2BWD"+"CYUSSBLLZ5GNW7JXHDIYKXZWHOKR»", "«nsec1vl029mgpspedva04g90vltkh6"+"fvh240zqtv9k0t9af8935ke9laqsnlfe5»"),
			Negatives: text("snoPBrXtMeMy"+"MHUVTgbuqAfg1SUTc", "SBU2RRGLXH3E5CQHTD3ODLDF2BWD"+"CYUSSBLLZ5GNW7JXHDIYKXZWHOKS", "nsec1vl029mgpspedva04g90vltkh6"+"fvh240zqtv9k0t9af8935ke9laqsnlfe6"),
		},
		{
			Type: "SECRET", Subtype: "basic_auth", Is: "user and password of HTTP's Basic scheme, in a header or behind curl -u", Source: "RFC 7617",
			Evidence: "label: the word Basic, and base64 that reads user:password", Hazards: "prose, base64 of anything else",
			Positives: text("Authorization: Basic «amFuZTpzM2NyM3Rwdw==»", "-H 'authorization: basic «amFuZTpzM2NyM3Rwdw==»'", "curl -u «jane:s3cr3tpw» https://api.example/x"),
			Negatives: text("a basic understanding", "Basic aWRlYXM=", "curl -u $USER:$PASS https://api.example"),
		},
		{
			Type: "SECRET", Subtype: "docker_auth", Is: "credentials in Docker's config.json", Source: "Docker's documentation of docker login",
			Evidence: "field auth, and base64 that reads user:password", Hazards: "auth as the name of a method",
			Positives: join(field("auths.registry.auth", "amFuZTpzM2NyM3Rwdw=="), field("auth", "Ym9iOmgwcnNlLWI0dA=="), text(`{"auth": "«amFuZTpzM2NyM3Rwdw==»"}`)),
			Negatives: join(field("auth", "basic-or-digest", "none"), text("auth: amFuZQ==")),
		},
		{
			Type: "SECRET", Subtype: "url_credentials", Is: "user and password in a URL or connection string", Source: "RFC 3986 section 3.2.1",
			Evidence:  "structure: scheme://user:password@host",
			Hazards:   "placeholders; passwords of letters only in URLs of the web, which documentation is full of; the user's name again as password",
			Positives: text("postgres://«app:s3cr3tpw»@db.internal:5432/x", "amqp://«svc:kR3atur5»@mq/", "redis://«:s3cr3tpw»@cache:6379/0"),
			Negatives: text("https://user:password@example.com", "postgres://postgres:postgres@localhost/x", "https://example.com:8080/a@b"),
		},
		{
			Type: "SECRET", Subtype: "azure_sas", Is: "signature of a shared access signature of Azure Storage", Source: "Azure's documentation of service SAS",
			Evidence: "structure: sig= and base64 of 32 bytes beside sv= or sr= and se=", Hazards: "other parameters called sig",
			Positives: text("https://x.blob.example/c?sv=2024-11-04&sr=b&se=2027-01-01&sig=«"+body[:43]+"%3D»", "?sv=2024-11-04&se=2027-01-01&sig=«"+body[1:44]+"%3D»",
				"sr=c&se=2027-01-01&sig=«"+body[2:45]+"%3D»"),
			Negatives: text("sig="+body[:43]+"%3D", "?se=1&sv=2&sig=abc", "?sv=2024-11-04&se=2027-01-01&signed=1"),
		},
		{
			Type: "SECRET", Subtype: "seed_phrase", Is: "seed phrase of a wallet: 12, 15, 18, 21 or 24 words", Source: "BIP-39 (English list)",
			Evidence: "structure: a whole value of listed words with their checksum; behind words such as seed phrase or mnemonic, listed words in a row",
			Hazards:  "sentences: the list has no articles and few verbs; one word list in sixteen has the checksum of twelve words by chance",
			Positives: join(field("note", strings.Repeat("abandon ", 11)+"about"), text("legal winner thank year wave sausage worth useful legal winner thank yellow",
				"my seed phrase: «letter advice cage absurd amount doctor acoustic avoid letter advice cage above»")),
			Negatives: text(strings.Repeat("abandon ", 11)+"abandon", "a seed phrase is a list of words that a wallet makes", "the quick brown fox jumps over the lazy dog and then it runs far away"),
		},
		{
			Type: "SECRET", Subtype: "wif_private_key", Is: "private key of Bitcoin, Litecoin or Dogecoin in wallet import format", Source: "Bitcoin's base58.h; chainparams of the coins",
			Evidence: "structure: version byte and checksum of Base58Check", Hazards: "other base58, whose checksum is wrong",
			Positives: join(text("«5HueCGU8rMjxEXxiPuD5BDku4"+"MkFqeZyd4dZ1jvhTVqvbTLvyTJ»"), text("key «KwdMAjGmerYanjeui5SHS7Jk"+"mpZvVipYvB2LJGU1ZxJwYvP98617»."), field("k1", "KwdMAjGmerYanjeui5SHS7Jk"+"mpZvVipYvB2LJGU1ZxJwYvP98617")),
			Negatives: text("5HueCGU8rMjxEXxiPuD5BDku4"+"MkFqeZyd4dZ1jvhTVqvbTLvyTK", "KwdMAjGmerYanjeui5SHS7Jk", "5HueCGU8rMjxEXxiPuD5BDku4 MkFqeZyd4dZ1jvhTVqvbTLvyTJ"),
		},
		{
			Type: "CRYPTO_WALLET", Is: "address of a wallet: Bitcoin, Litecoin, Dogecoin, Dash, Zcash, Tron, Ripple, Bitcoin Cash, Ethereum, Monero, Stellar, Cardano, Cosmos and other Bech32 chains; extended public keys; Solana",
			Source:    "BIP-13, BIP-32, BIP-173, BIP-350, EIP-55, SEP-23, CashAddr, SLIP-173, the coins' chainparams",
			Evidence:  "structure: Base58Check, Bech32, EIP-55, CashAddr, CRC-16 or Keccak; Ethereum in one case and Solana by field or label (eth, wallet, address, solana)",
			Hazards:   "hashes and identifiers of the same length, whose checksum is wrong",
			Positives: text("pay «1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa»", "«bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4»", "to «0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed» now", "my ETH wallet is «0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed»"),
			Negatives: text("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "commit 5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"),
		},
		{
			Type: "SECRET", Subtype: "extended_private_key", Is: "extended private key of a wallet", Source: "BIP-32, SLIP-132",
			Evidence: "structure: version and checksum of Base58Check", Hazards: "extended public keys, which are CRYPTO_WALLET",
			Positives: join(text("«"+xprv+"»", "root: «"+xprv+"»."), field("seedless", xprv)),
			Negatives: text(xprv[:110]+"j", xprv[:100], "x"+xprv),
		},
	}
	return append(entries, vendors()...)
}

// pem is a made-up private key of a kind.
func pem(kind string) string {
	return "-----BEGIN " + kind + "PRIVATE KEY-----\n" + body + "\n" + body + "\n-----END " + kind + "PRIVATE KEY-----"
}
