package jwks

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"fmt"

	"github.com/lestrrat-go/jwx/v3/jwa"
)

// Bounds of an RSA key. Shorter moduli are refused by RFC 7518 section 3.3; longer ones cost too much for each
// token that claims to be signed by them. crypto/rsa takes exponents up to 2^31-1. The jwk package has such
// bounds too, but they are global and OPA, which is linked into the same process, turns them off.
const (
	minRSABits     = 2048
	maxRSABits     = 8192
	minRSAExponent = 3
	maxRSAExponent = 1<<31 - 1
)

// algorithmsOf returns what a public key can be used with, or why it cannot be used at all. It refuses what the
// standard library would refuse at each verification, so that a bad key is told once and not once a token. That
// points are on their curves and Ed25519 keys of 32 bytes was seen to when the key was parsed.
func algorithmsOf(material any) ([]jwa.SignatureAlgorithm, error) {
	switch key := material.(type) {
	case *rsa.PublicKey:
		if bits := key.N.BitLen(); bits < minRSABits || bits > maxRSABits {
			return nil, fmt.Errorf("is an RSA key of %d bits; %d to %d are allowed (RFC 7518)", bits, minRSABits, maxRSABits)
		}
		if key.N.Bit(0) == 0 || key.E < minRSAExponent || key.E > maxRSAExponent {
			return nil, fmt.Errorf("is no RSA key: the modulus is odd and the exponent from %d to %d", minRSAExponent, maxRSAExponent)
		}
		return []jwa.SignatureAlgorithm{jwa.RS256(), jwa.RS384(), jwa.RS512(), jwa.PS256(), jwa.PS384(), jwa.PS512()}, nil
	case *ecdsa.PublicKey:
		switch key.Curve {
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
