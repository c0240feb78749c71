// Package apikeys is the format of API keys and their life: generation, checksum, hashing, rotation, revocation, and
// the file that stores them. It knows neither tenants' configuration nor requests.
package apikeys

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
)

// Prefix starts every API key, so that secret scanners find leaked ones.
const Prefix = "mw_"

// A key is Prefix, the id, the secret and a CRC-32 of all before it, each in base62 of a fixed length.
// 43 characters of 62 carry 256.03 bits.
const (
	idLength       = 12
	secretLength   = 43
	checksumLength = 6
	// Length of every API key in bytes.
	Length = len(Prefix) + idLength + secretLength + checksumLength
)

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// Hash is the SHA-256 of a whole key: all that is ever stored of it.
type Hash [sha256.Size]byte

// MarshalText encodes the hash as 64 lower-case hexadecimal digits.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads what MarshalText wrote.
func (h *Hash) UnmarshalText(text []byte) error {
	if hex.DecodedLen(len(text)) != len(h) {
		return fmt.Errorf("a hash has %d hexadecimal digits, not %d", hex.EncodedLen(len(h)), len(text))
	}
	if _, err := hex.Decode(h[:], text); err != nil {
		return fmt.Errorf("hash: %w", err)
	}
	return nil
}

// Generate returns a new random key with its id and hash.
func Generate() (key, id string, hash Hash) {
	id = randomBase62(idLength)
	key, hash = generateFor(id)
	return key, id, hash
}

func generateFor(id string) (key string, hash Hash) {
	body := Prefix + id + randomBase62(secretLength)
	digits := checksum([]byte(body))
	key = body + string(digits[:])
	return key, sha256.Sum256([]byte(key))
}

// IDFor derives an id that depends on nothing but seed: who creates a key twice with one seed names the same key. An id is no
// secret.
func IDFor(seed string) string {
	sum := sha256.Sum256([]byte(seed))
	id := make([]byte, 0, idLength)
	// A remainder of 256 by 62 favours some characters, which matters to secrets only.
	for _, b := range sum[:idLength] {
		id = append(id, alphabet[int(b)%len(alphabet)])
	}
	return string(id)
}

// Parse checks the form and checksum of a key and returns its hash. A typo, a cut or a foreign token
// is refused here, without a look-up. It does not allocate.
func Parse(key string) (hash Hash, ok bool) {
	if len(key) != Length || key[:len(Prefix)] != Prefix {
		return Hash{}, false
	}
	var whole [Length]byte
	copy(whole[:], key)
	if checksum(whole[:Length-checksumLength]) != [checksumLength]byte(whole[Length-checksumLength:]) {
		return Hash{}, false
	}
	return sha256.Sum256(whole[:]), true
}

// checksum is the CRC-32 (IEEE) of body. crc32.ChecksumIEEE calls through a function pointer, which would
// move the caller's buffer to the heap.
func checksum(body []byte) (digits [checksumLength]byte) {
	sum := ^uint32(0)
	for _, b := range body {
		sum = crc32.IEEETable[byte(sum)^b] ^ sum>>8
	}
	sum = ^sum
	for i := len(digits) - 1; i >= 0; i-- {
		digits[i] = alphabet[sum%uint32(len(alphabet))]
		sum /= uint32(len(alphabet))
	}
	return digits
}

// randomBase62 draws each character uniformly: bytes above the largest multiple of 62 are thrown away,
// since a remainder of all 256 would favour the first characters.
func randomBase62(n int) string {
	const limit = 256 - 256%len(alphabet)
	out := make([]byte, 0, n)
	var buffer [64]byte
	for {
		_, _ = rand.Read(buffer[:]) // never fails (crypto/rand)
		for _, b := range buffer {
			if int(b) >= limit {
				continue
			}
			if out = append(out, alphabet[int(b)%len(alphabet)]); len(out) == n {
				return string(out)
			}
		}
	}
}
