package config

import (
	"bytes"
	"crypto/rsa"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/lestrrat-go/jwx/v3/jwk"
)

// Bounds of a key set; RFC 7518 section 3.3 asks for RSA keys of 2048 bits or more.
const (
	maxKeys    = 64
	minRSABits = 2048
)

// keyIDs returns the ids of the keys that verify signatures in a JSON Web Key Set (RFC 7517), or why the set
// is refused. Reasons hold nothing of the set but key ids: somebody may have pasted a private one.
func keyIDs(raw []byte) (ids []string, reason string) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.NewDecoder(bytes.NewReader(raw)).Decode(&set); err != nil {
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
		if use, ok := key.KeyUsage(); ok && use != "sig" {
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

func badKey(key jwk.Key) string {
	if _, ok := key.(jwk.SymmetricKey); ok {
		return "is a shared key: use secret or secret_file"
	}
	if private, err := jwk.IsPrivateKey(key); err != nil || private {
		return "is a private key: only public keys belong here"
	}
	var public rsa.PublicKey
	if err := jwk.Export(key, &public); err == nil && public.N.BitLen() < minRSABits {
		return fmt.Sprintf("is an RSA key of %d bits; at least %d are needed (RFC 7518)", public.N.BitLen(), minRSABits)
	}
	return ""
}
