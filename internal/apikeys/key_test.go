package apikeys_test

import (
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/meshwarden/meshwarden/internal/apikeys"
)

func TestGeneratedKeyParsesToItsOwnHash(t *testing.T) {
	t.Parallel()
	key, id, hash := apikeys.Generate()
	if len(key) != apikeys.Length || !strings.HasPrefix(key, apikeys.Prefix+id) {
		t.Fatalf("a key of %d bytes with the id %q in front is wanted, got %d bytes", apikeys.Length, id, len(key))
	}
	if hash != sha256.Sum256([]byte(key)) {
		t.Error("the stored hash is not the SHA-256 of the key")
	}
	if got, ok := apikeys.Parse(key); !ok || got != hash {
		t.Error("a fresh key does not parse to its hash")
	}
}

func TestGeneratedKeysUseEveryCharacterAboutEqually(t *testing.T) {
	t.Parallel()
	counts := map[byte]int{}
	const keys = 2000
	for range keys {
		key, _, _ := apikeys.Generate()
		body := key[len(apikeys.Prefix) : apikeys.Length-6] // the checksum's first digit is not uniform
		for i := range len(body) {
			counts[body[i]]++
		}
	}
	if len(counts) != 62 {
		t.Fatalf("keys use %d different characters, 62 are wanted", len(counts))
	}
	mean := keys * 55 / 62
	for c, n := range counts {
		// The standard deviation is about 42: a remainder of 256 by 62 would favour eight characters by 25 %.
		if n < mean*85/100 || n > mean*115/100 {
			t.Errorf("character %c stands %d times, about %d are expected", c, n, mean)
		}
	}
}

func TestParseRefusesWhatIsNoKey(t *testing.T) {
	t.Parallel()
	key, _, _ := apikeys.Generate()
	for i := range len(key) {
		changed := []byte(key)
		if changed[i]++; changed[i] == 0x7f {
			changed[i] = 'a'
		}
		if _, ok := apikeys.Parse(string(changed)); ok {
			t.Errorf("a typo at byte %d passes", i)
		}
	}
	for _, bad := range []string{"", apikeys.Prefix, key[:len(key)-1], key + "0", " " + key[1:], strings.ToUpper(key), strings.Repeat("\x00", apikeys.Length)} {
		if _, ok := apikeys.Parse(bad); ok {
			t.Errorf("%d bytes that are no key pass", len(bad))
		}
	}
}

func TestParseDoesNotAllocate(t *testing.T) {
	key, _, _ := apikeys.Generate()
	if n := testing.AllocsPerRun(100, func() { apikeys.Parse(key) }); n > 0 {
		t.Errorf("Parse allocates %v times", n)
	}
}
