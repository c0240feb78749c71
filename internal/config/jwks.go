package config

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/lestrrat-go/jwx/v3/jwk"
)

// Bounds of a key set; RFC 7518 section 3.3 asks for RSA keys of 2048 bits or more.
const (
	maxKeys    = 64
	minRSABits = 2048
	maxRSABits = 8192
)

// keyIDs returns the ids of the keys that verify signatures in a JSON Web Key Set (RFC 7517), or why the set
// is refused. Reasons hold nothing of the set but key ids: somebody may have pasted a private one.
func keyIDs(raw []byte) (ids []string, reason string) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(raw, &set); err != nil {
		return nil, "is not a JSON Web Key Set: not valid JSON"
	}
	if len(set.Keys) > maxKeys {
		return nil, fmt.Sprintf("has %d keys; at most %d are allowed", len(set.Keys), maxKeys)
	}
	for i, one := range set.Keys {
		key, err := jwk.ParseKey(one)
		if err != nil {
			return nil, fmt.Sprintf("keys[%d] is not a usable JSON Web Key", i)
		}
		if !verifies(key) {
			continue
		}
		if reason := badKey(key); reason != "" {
			return nil, fmt.Sprintf("keys[%d] %s", i, reason)
		}
		id, _ := key.KeyID()
		if slices.Contains(ids, id) {
			return nil, fmt.Sprintf("has two keys with the id %q", id)
		}
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil, `is not a JSON Web Key Set with a signature key: {"keys": [...]}`
	}
	return ids, ""
}

// verifies tells keys for signatures from those that a set holds for encryption (RFC 7517 sections 4.2 and 4.3).
func verifies(key jwk.Key) bool {
	if use, ok := key.KeyUsage(); ok && use != "sig" {
		return false
	}
	operations, ok := key.KeyOps()
	return !ok || slices.Contains(operations, jwk.KeyOpVerify)
}

// badKey says why extauthz would refuse a key.
func badKey(key jwk.Key) string {
	if _, ok := key.(jwk.SymmetricKey); ok {
		return "is a shared key: use secret or secret_file"
	}
	if private, err := jwk.IsPrivateKey(key); err != nil || private {
		return "is a private key: only public keys belong here"
	}
	var public any
	if err := jwk.Export(key, &public); err != nil {
		return "is not a usable public key"
	}
	algorithms := ""
	switch public := public.(type) {
	case *rsa.PublicKey:
		if bits := public.N.BitLen(); bits < minRSABits || bits > maxRSABits {
			return fmt.Sprintf("is an RSA key of %d bits; %d to %d are allowed (RFC 7518)", bits, minRSABits, maxRSABits)
		}
		algorithms = "RS256 RS384 RS512 PS256 PS384 PS512"
	case *ecdsa.PublicKey:
		algorithms = map[string]string{"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}[public.Curve.Params().Name]
	case ed25519.PublicKey:
		algorithms = "EdDSA Ed25519"
	}
	if algorithms == "" {
		return "is of a type that is not supported: RSA, P-256, P-384, P-521 and Ed25519 are"
	}
	if named, ok := key.Algorithm(); ok && !slices.Contains(strings.Fields(algorithms), named.String()) {
		return "names an algorithm that does not belong to its type"
	}
	return ""
}
