package pii_test

import (
	"strings"
	"testing"
)

func TestWallets(t *testing.T) {
	t.Parallel()
	var positives []positive
	for _, address := range []string{
		"1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
		"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
		"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
		"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
		"rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L",
		"bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", "LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1",
		"GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ",
		"4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2684Rge",
		"xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8",
	} {
		positives = append(positives, positive{"", "pay to " + address + ", please", "CRYPTO_WALLET " + address})
	}
	const lower = "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"
	const solana = "7EcDhSYGxXyscszYEp35KHN8vvw3svAuLKTzXwCFLtV"
	positives = append(positives,
		positive{"wallet_address", lower, "CRYPTO_WALLET " + lower}, positive{"", "my ETH address is " + lower, "CRYPTO_WALLET " + lower},
		positive{"solana_wallet", solana, "CRYPTO_WALLET " + solana},
	)
	check(t, positives, []positive{
		{"", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", ""},
		{"", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", ""},
		{"", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", ""},
		{"hash", lower, ""},
		{"hash", solana, ""},
		{"", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTi", ""},
		{"", "commit 5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", ""},
		{"", "sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==", ""},
	})
}

func TestWalletKeysAreSecrets(t *testing.T) {
	t.Parallel()
	var positives []positive
	for _, key := range []string{
		join("5HueCGU8rMjxEXxiPuD5BDku4", "MkFqeZyd4dZ1jvhTVqvbTLvyTJ"), join("KwdMAjGmerYanjeui5SHS7Jk", "mpZvVipYvB2LJGU1ZxJwYvP98617"),
		join("xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxW", "Utg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi"),
		join("snoPBrXtMeMy", "MHUVTgbuqAfg1SUTb"), join("SBU2RRGLXH3E5CQHTD3ODLDF2BWD", "CYUSSBLLZ5GNW7JXHDIYKXZWHOKR"),
		join("nsec1vl029mgpspedva04g90vltkh6", "fvh240zqtv9k0t9af8935ke9laqsnlfe5"),
		strings.TrimSpace(strings.Repeat("abandon ", 11) + "about"),
		"legal winner thank year wave sausage worth useful legal winner thank yellow",
	} {
		positives = append(positives, positive{"", key, "SECRET " + key})
	}
	phrase := "letter advice cage absurd amount doctor acoustic avoid letter advice cage above"
	positives = append(positives, positive{"", "My seed phrase is: " + phrase + ". Keep it.", "SECRET " + phrase})
	check(t, positives, []positive{
		{"", strings.TrimSpace(strings.Repeat("abandon ", 12)), ""},
		{"", "legal winner thank year wave sausage worth useful legal winner thank legal", ""},
		{"", "a seed phrase is a list of words that wallets make from a number", ""},
	})
}

// TestManyAddressesHideNoOther has more of them with wrong checksums than are computed for one text.
func TestManyAddressesHideNoOther(t *testing.T) {
	t.Parallel()
	for _, address := range []string{
		"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
		"4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2684Rge",
	} {
		wrong := []byte(address)
		wrong[len(wrong)-3] ^= 'a' ^ 'A'
		if all := find("", string(wrong)); len(all) > 0 {
			t.Errorf("%s: %v", wrong, all)
		}
		all := find("", strings.Repeat(string(wrong)+" ", 100)+address)
		if n := len(all); n == 0 || !strings.HasSuffix(all[n-1], address) {
			t.Errorf("%s is not found behind others: %v", address, all)
		}
	}
}
