// Package jwks reads JSON Web Key Sets (RFC 7517) and shared secrets into keys that verify signatures, and says
// what is wrong with those that it refuses. It knows neither whose keys they are nor what a token is.
package jwks

import (
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
)

// Bounds of a key set. Sixty-four keys with a certificate chain each stay below MaxBytes.
const (
	MaxKeys  = 64
	MaxBytes = 1 << 20
)

// MinSecretBytes is the least length of an HS256 secret: that of the hash (RFC 7518 section 3.2).
const MinSecretBytes = 32

// Key verifies signatures. Which algorithms may be used with it is the key's property: a token's header chooses
// among them and never what kind of key it is (RFC 8725 section 3.1).
type Key struct {
	// ID is empty for a shared secret and for a public key without one.
	ID         string
	Algorithms []jwa.SignatureAlgorithm
	// Material is a []byte, *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey.
	Material any
}

// Algorithm returns the one that a token's header names, if the key may be used with it.
func (k *Key) Algorithm(name string) (jwa.SignatureAlgorithm, bool) {
	for _, a := range k.Algorithms {
		if a.String() == name {
			return a, true
		}
	}
	return jwa.SignatureAlgorithm{}, false
}

// Parse returns the keys of a set that verify signatures, at least one, or everything that is wrong with the
// set. Keys for encryption are passed over. Errors hold nothing of the set but key ids and the names of
// algorithms, and name keys by their place: somebody may have pasted a private one.
func Parse(set []byte) ([]Key, []error) {
	keys, errs := ParsePublished(set)
	if len(errs) > 0 {
		return nil, errs
	}
	return keys, nil
}

// ParsePublished is Parse for a set that somebody else maintains: it returns the usable keys, and errors for
// those that are not (RFC 7517 section 5: one unknown key must not take the others out of service). Without any
// usable key there is an error.
func ParsePublished(set []byte) ([]Key, []error) {
	list, err := split(set)
	if err != nil {
		return nil, []error{err}
	}
	var keys []Key
	var errs []error
	ids := map[string]int{}
	for i, raw := range list {
		k, ok, err := parseKey(raw)
		if err != nil {
			errs = append(errs, fmt.Errorf("keys[%d] %w", i, err))
		}
		if err != nil || !ok {
			continue
		}
		if first, twice := ids[k.ID]; twice {
			errs = append(errs, fmt.Errorf("keys[%d] has the id %q of keys[%d]", i, k.ID, first))
			continue
		}
		ids[k.ID] = i
		keys = append(keys, k)
	}
	if len(keys) == 0 && len(errs) == 0 {
		errs = []error{errors.New(`is not a JSON Web Key Set with a signature key: {"keys": [...]}`)}
	}
	return keys, errs
}

func split(set []byte) ([]json.RawMessage, error) {
	if len(set) > MaxBytes {
		return nil, fmt.Errorf("has %d bytes; at most %d are read", len(set), MaxBytes)
	}
	var document struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(set, &document); err != nil {
		// The parser's own words quote the document.
		return nil, errors.New("is not a JSON Web Key Set: not valid JSON")
	}
	if len(document.Keys) > MaxKeys {
		return nil, fmt.Errorf("has %d keys; at most %d are allowed", len(document.Keys), MaxKeys)
	}
	return document.Keys, nil
}

// Equal reports whether two keys verify the same signatures of tokens with the same key id.
func (k *Key) Equal(other *Key) bool {
	if k.ID != other.ID || !slices.Equal(k.Algorithms, other.Algorithms) {
		return false
	}
	public, ok := k.Material.(interface{ Equal(crypto.PublicKey) bool })
	return ok && public.Equal(other.Material)
}

// Secret returns the HS256 key of a shared secret.
func Secret(secret string) (Key, error) {
	if len(secret) < MinSecretBytes {
		return Key{}, fmt.Errorf("has %d bytes; HS256 needs at least %d (RFC 7518)", len(secret), MinSecretBytes)
	}
	return Key{Algorithms: []jwa.SignatureAlgorithm{jwa.HS256()}, Material: []byte(secret)}, nil
}

// parseKey reads one key; ok is false for a key that is not for verifying signatures.
func parseKey(raw []byte) (k Key, ok bool, err error) {
	parsed, err := jwk.ParseKey(raw)
	if err != nil {
		return Key{}, false, errors.New("is not a usable JSON Web Key")
	}
	if !verifies(parsed) {
		return Key{}, false, nil
	}
	if k.Material, err = public(parsed); err != nil {
		return Key{}, false, err
	}
	if k.Algorithms, err = algorithmsOf(k.Material); err != nil {
		return Key{}, false, err
	}
	k.ID, _ = parsed.KeyID()
	if named, pinned := parsed.Algorithm(); pinned {
		a, belongs := k.Algorithm(named.String())
		if !belongs {
			return Key{}, false, fmt.Errorf("names the algorithm %q, which does not belong to its type", named)
		}
		k.Algorithms = []jwa.SignatureAlgorithm{a}
	}
	return k, true, nil
}

// verifies tells keys for signatures from those that a set holds for encryption (RFC 7517 sections 4.2 and 4.3).
func verifies(k jwk.Key) bool {
	if use, ok := k.KeyUsage(); ok && use != "sig" {
		return false
	}
	operations, ok := k.KeyOps()
	return !ok || slices.Contains(operations, jwk.KeyOpVerify)
}

func public(k jwk.Key) (material any, err error) {
	if _, symmetric := k.(jwk.SymmetricKey); symmetric {
		return nil, errors.New("is a shared key: use secret or secret_file")
	}
	if private, err := jwk.IsPrivateKey(k); err != nil || private {
		return nil, errors.New("is a private key: only public keys belong here")
	}
	if err := jwk.Export(k, &material); err != nil {
		return nil, errors.New("is not a usable public key")
	}
	return material, nil
}
