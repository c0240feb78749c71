package identity

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/lestrrat-go/jwx/v3/jwa"
	"github.com/lestrrat-go/jwx/v3/jwk"
)

// Bounds of a key set. Shorter RSA keys are refused by RFC 7518 section 3.3; longer ones cost too much for
// each token that claims to be signed by them.
const (
	maxKeySet  = 64
	minRSABits = 2048
	maxRSABits = 8192
)

// parseKeySet reads the keys of a JSON Web Key Set that verify signatures. Errors name keys by their place
// only: somebody may have pasted a private one.
func parseKeySet(raw []byte, owner *issuer) ([]*key, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(raw, &set); err != nil {
		return nil, errors.New("the key set is not valid JSON")
	}
	if len(set.Keys) > maxKeySet {
		return nil, fmt.Errorf("the key set has %d keys; at most %d are allowed", len(set.Keys), maxKeySet)
	}
	var keys []*key
	for i, one := range set.Keys {
		parsed, err := jwk.ParseKey(one)
		if err != nil {
			return nil, fmt.Errorf("keys[%d] is not a usable JSON Web Key", i)
		}
		if !signs(parsed) {
			continue
		}
		k := &key{issuer: owner}
		k.id, _ = parsed.KeyID()
		if k.material, k.algorithms, err = usable(parsed); err != nil {
			return nil, fmt.Errorf("keys[%d] %w", i, err)
		}
		keys = append(keys, k)
	}
	if len(keys) == 0 {
		return nil, errors.New("the key set has no key that verifies signatures")
	}
	return keys, nil
}

// signs tells keys for signatures from those that a set holds for encryption (RFC 7517 sections 4.2 and 4.3).
func signs(k jwk.Key) bool {
	if use, ok := k.KeyUsage(); ok && use != "sig" {
		return false
	}
	if operations, ok := k.KeyOps(); ok && !slices.Contains(operations, jwk.KeyOpVerify) {
		return false
	}
	return true
}

// usable returns a public key and the algorithms that it may be used with: the one that the key names, or else
// all that belong to its type.
func usable(k jwk.Key) (material any, algorithms []jwa.SignatureAlgorithm, err error) {
	if _, symmetric := k.(jwk.SymmetricKey); symmetric {
		return nil, nil, errors.New("is a shared key; use secret or secret_file")
	}
	if private, err := jwk.IsPrivateKey(k); err != nil || private {
		return nil, nil, errors.New("is a private key; only public keys belong here")
	}
	if err := jwk.Export(k, &material); err != nil {
		return nil, nil, errors.New("is not a usable public key")
	}
	if algorithms, err = algorithmsOf(material); err != nil {
		return nil, nil, err
	}
	named, ok := k.Algorithm()
	if !ok {
		return material, algorithms, nil
	}
	for _, a := range algorithms {
		if a.String() == named.String() {
			return material, []jwa.SignatureAlgorithm{a}, nil
		}
	}
	return nil, nil, fmt.Errorf("names the algorithm %q, which does not belong to its type", named)
}

func algorithmsOf(material any) ([]jwa.SignatureAlgorithm, error) {
	switch public := material.(type) {
	case *rsa.PublicKey:
		if bits := public.N.BitLen(); bits < minRSABits || bits > maxRSABits {
			return nil, fmt.Errorf("is an RSA key of %d bits; %d to %d are allowed", bits, minRSABits, maxRSABits)
		}
		return []jwa.SignatureAlgorithm{jwa.RS256(), jwa.RS384(), jwa.RS512(), jwa.PS256(), jwa.PS384(), jwa.PS512()}, nil
	case *ecdsa.PublicKey:
		switch public.Curve {
		case elliptic.P256():
			return []jwa.SignatureAlgorithm{jwa.ES256()}, nil
		case elliptic.P384():
			return []jwa.SignatureAlgorithm{jwa.ES384()}, nil
		case elliptic.P521():
			return []jwa.SignatureAlgorithm{jwa.ES512()}, nil
		}
	case ed25519.PublicKey:
		// Two names for the same thing: RFC 8037 and RFC 9864.
		return []jwa.SignatureAlgorithm{jwa.EdDSA(), jwa.EdDSAEd25519()}, nil
	}
	return nil, errors.New("is of a type that is not supported: RSA, P-256, P-384, P-521 and Ed25519 are")
}
