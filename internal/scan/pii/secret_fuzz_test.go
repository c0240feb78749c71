package pii_test

import (
	"math/rand/v2"
	"testing"

	"github.com/meshwarden/meshwarden/internal/scan/pii"
	"github.com/meshwarden/meshwarden/internal/scan/pii/shapetest"
)

// FuzzSecrets holds for any text and field: no panic, and whatever is found lies in the text.
func FuzzSecrets(f *testing.F) {
	random := rand.New(rand.NewPCG(7, 8))
	for _, v := range pii.Vendors() {
		f.Add("", "x "+shapetest.Make(random, v.Shape).Text)
	}
	for _, text := range []string{
		"-----BEGIN PRIVATE KEY-----\nAAAA", "Private-Lines: 1\n", `{"kty":"oct","k":"`, "curl -u", "Basic ", "Bearer ", "password", "<password>", "--token ", "seed phrase abandon ability", "sig=%3D",
		"a://b:c@d", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "4AdUndXHHZ6cfufTMvppY6JwXNouMBzSkbLYfpAV5Usx3skxNgYeYTRj5UzqtReoS44qo9mtmXCqY45DJ852K5Jv2684Rge",
	} {
		f.Add("d", text)
		f.Add("api_key", text)
	}
	f.Fuzz(func(t *testing.T, key, text string) {
		for _, m := range matches(key, text) {
			if m.Start < 0 || m.End <= m.Start || m.End > len(text) {
				t.Fatalf("%+v in %d bytes", m, len(text))
			}
		}
	})
}
