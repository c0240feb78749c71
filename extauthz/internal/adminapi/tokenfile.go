package adminapi

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"regexp"
	"sync"

	"go.yaml.in/yaml/v4"
)

// Bounds of a token file.
const (
	maxTokenFile = 1 << 20
	maxTokens    = 1000
	minToken     = 32
)

// token is one that is accepted: its SHA-256, and whom it stands for.
type token struct {
	hash   [sha256.Size]byte
	caller Caller
}

// tokenFile follows the file of admin tokens.
type tokenFile struct {
	path string
	log  *slog.Logger

	mu     sync.Mutex
	seen   os.FileInfo
	tokens []token
	err    error
}

// openTokenFile reads the file; a bad one is an error.
func openTokenFile(path string, log *slog.Logger) (*tokenFile, error) {
	f := &tokenFile{path: path, log: log}
	if _, err := f.current(); err != nil {
		return nil, err
	}
	return f, nil
}

// find returns whom a token stands for. Every token is compared, and only hashes are: how long it takes says nothing
// about any. An empty token is nobody's, whatever hashes the file has. An error means that the file as it is now cannot be used,
// and then no token is accepted.
func (f *tokenFile) find(presented string) (caller Caller, found bool, err error) {
	if presented == "" {
		return Caller{}, false, nil
	}
	tokens, err := f.current()
	if err != nil {
		return Caller{}, false, err
	}
	hash := sha256.Sum256([]byte(presented))
	for i := range tokens {
		if subtle.ConstantTimeCompare(hash[:], tokens[i].hash[:]) == 1 {
			caller, found = tokens[i].caller, true
		}
	}
	return caller, found, nil
}

// current returns the tokens of the file as it is now.
func (f *tokenFile) current() ([]token, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	now, err := os.Stat(f.path)
	if err == nil && f.seen != nil && os.SameFile(now, f.seen) && now.Size() == f.seen.Size() && now.ModTime().Equal(f.seen.ModTime()) {
		return f.tokens, f.err
	}
	f.seen = now
	f.tokens, f.err = readTokens(f.path)
	if f.err != nil {
		f.log.Error("admin token file refused", "file", f.path, "error", f.err)
	}
	return f.tokens, f.err
}

func readTokens(path string) ([]token, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read admin tokens: %w", err)
	}
	defer func() { _ = in.Close() }()
	info, err := in.Stat()
	if err != nil {
		return nil, fmt.Errorf("read admin tokens: %w", err)
	}
	if info.Mode().Perm()&0o002 != 0 {
		return nil, fmt.Errorf("%s: everybody on this machine may write to it (mode %04o), and so make tokens", path, info.Mode().Perm())
	}
	raw, err := io.ReadAll(io.LimitReader(in, maxTokenFile+1))
	if err != nil {
		return nil, fmt.Errorf("read admin tokens: %w", err)
	}
	if len(raw) > maxTokenFile {
		return nil, fmt.Errorf("%s: a token file has at most %d bytes", path, maxTokenFile)
	}
	tokens, err := parseTokens(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return tokens, nil
}

// listedToken is one entry of the file: either the token or its hash.
type listedToken struct {
	Name   string `yaml:"name"`
	Token  string `yaml:"token"`
	SHA256 string `yaml:"sha256"`
	// Tenants that the token is for; all without the field. It is a node, since a field that was left empty must not be
	// taken for one that is not there.
	Tenants yaml.Node `yaml:"tenants"`
}

func parseTokens(raw []byte) ([]token, error) {
	var file struct {
		Tokens []listedToken `yaml:"tokens"`
	}
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	if err := decoder.Decode(&file); err != nil {
		return nil, fmt.Errorf("not a token file: %w", quiet(err))
	}
	if len(file.Tokens) == 0 || len(file.Tokens) > maxTokens {
		return nil, fmt.Errorf("a token file has 1 to %d tokens", maxTokens)
	}
	tokens := make([]token, 0, len(file.Tokens))
	names, hashes := map[string]bool{}, map[[sha256.Size]byte]bool{}
	for i, listed := range file.Tokens {
		parsed, err := listed.parse()
		if err != nil {
			return nil, fmt.Errorf("token %d (%q): %w", i+1, listed.Name, err)
		}
		if names[listed.Name] || hashes[parsed.hash] {
			return nil, fmt.Errorf("token %d (%q) stands twice", i+1, listed.Name)
		}
		names[listed.Name], hashes[parsed.hash] = true, true
		tokens = append(tokens, parsed)
	}
	return tokens, nil
}

var tokenName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

func (l *listedToken) parse() (token, error) {
	t := token{caller: Caller{Name: l.Name, everywhere: l.Tenants.IsZero()}}
	if !tokenName.MatchString(l.Name) {
		return t, errors.New("a name has 1 to 64 letters, digits, dots, dashes and underscores")
	}
	if !t.caller.everywhere && (l.Tenants.Decode(&t.caller.tenants) != nil || len(t.caller.tenants) == 0) {
		return t, errors.New("tenants is a list of names; without the field the token is for all")
	}
	if (l.Token == "") == (l.SHA256 == "") {
		return t, errors.New("either token or sha256 is required")
	}
	if l.Token != "" {
		if len(l.Token) < minToken {
			return t, fmt.Errorf("a token has at least %d bytes", minToken)
		}
		t.hash = sha256.Sum256([]byte(l.Token))
		return t, nil
	}
	if hex.DecodedLen(len(l.SHA256)) != len(t.hash) {
		return t, fmt.Errorf("sha256 has %d hexadecimal digits", hex.EncodedLen(len(t.hash)))
	}
	if _, err := hex.Decode(t.hash[:], []byte(l.SHA256)); err != nil {
		return t, errors.New("sha256 is not hexadecimal")
	}
	if t.hash == sha256.Sum256(nil) || t.hash == sha256.Sum256([]byte("\n")) {
		return t, errors.New("sha256 is that of nothing: was the variable empty?")
	}
	return t, nil
}

// quiet keeps values out of a decoder's error, which might be tokens: it quotes what it could not decode.
func quiet(err error) error {
	var decoding *yaml.LoadErrors
	if errors.As(err, &decoding) && len(decoding.Errors) > 0 {
		return fmt.Errorf("line %d does not fit", decoding.Errors[0].Mark.Line)
	}
	return errors.New("it is no YAML mapping with the field tokens")
}
