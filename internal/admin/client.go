// Package admin is extauthz's admin API as both sides know it: what is asked and answered, and a client. It decides nothing.
package admin

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/meshwarden/meshwarden/internal/transport"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 16 << 20

// Options of a Client.
type Options struct {
	// Server is the API's base URL, http:// or https:// with host and port.
	Server string
	// TokenFile holds the token; surrounding white space is none of it. Empty for a client certificate alone.
	TokenFile string
	// TLS holds the client's certificate and the authority of the server's, for https.
	TLS transport.Options
}

// Client calls the API. It is safe for concurrent use.
type Client struct {
	base, token string
	http        *http.Client
}

// NewClient reads the token and, for https, the TLS files.
func NewClient(options Options) (*Client, error) {
	base, err := url.Parse(options.Server)
	if err != nil || base.Host == "" || base.User != nil || strings.Trim(base.Path, "/") != "" || base.RawQuery != "" {
		return nil, errors.New("the server is http://HOST:PORT or https://HOST:PORT")
	}
	c := &Client{base: base.Scheme + "://" + base.Host}
	config, err := clientTLS(base, options)
	if err != nil {
		return nil, err
	}
	c.http = &http.Client{
		Timeout:       time.Minute,
		Transport:     &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("the server redirects") },
	}
	if options.TokenFile != "" {
		raw, err := os.ReadFile(options.TokenFile)
		if err != nil {
			return nil, fmt.Errorf("admin token: %w", err)
		}
		if c.token = strings.TrimSpace(string(raw)); c.token == "" || strings.ContainsAny(c.token, "\r\n") {
			return nil, fmt.Errorf("admin token: %s does not hold one line", options.TokenFile)
		}
	}
	return c, nil
}

// clientTLS keeps a token off the network in plain, under the rule of the listeners.
func clientTLS(base *url.URL, options Options) (*tls.Config, error) {
	address := base.Host
	if base.Port() == "" {
		address += map[string]string{"http": ":80", "https": ":443"}[base.Scheme]
	}
	switch base.Scheme {
	case "http":
		_, err := transport.Options{Insecure: options.TLS.Insecure}.Client(address)
		return nil, err
	case "https":
		return secureTLS(address, options.TLS)
	}
	return nil, errors.New("the server is http://HOST:PORT or https://HOST:PORT")
}

// secureTLS shows a certificate where there is one: with a token, the authority of the server's is enough, or the system's.
func secureTLS(address string, files transport.Options) (*tls.Config, error) {
	switch {
	case files.CertFile != "" && files.KeyFile != "" && files.CAFile != "":
		return files.Client(address)
	case files.CertFile != "" || files.KeyFile != "":
		return nil, errors.New("--tls-cert, --tls-key and --tls-ca go together; --tls-ca alone is for a token")
	case files.CAFile == "":
		return &tls.Config{MinVersion: tls.VersionTLS12}, nil
	}
	roots, err := files.Authorities()
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}, err
}

// Error is an answer that refuses.
type Error struct {
	Status    int    `json:"-"`
	Code      string `json:"code"`
	Message   string `json:"message"`
	RequestID string `json:"request_id"`
}

// Error says what the server said.
func (e *Error) Error() string {
	if e.Message == "" {
		return fmt.Sprintf("the answer is %d %s, which is not how the admin API answers: is this its address, and is it http or https?",
			e.Status, http.StatusText(e.Status))
	}
	if e.RequestID != "" {
		return e.Message + " (request " + e.RequestID + ")"
	}
	return e.Message
}

// Do sends ask, unless it is nil, as JSON and decodes the answer into answer, unless that is nil. Every status that is no success is an *Error.
func (c *Client) Do(ctx context.Context, method, path string, ask, answer any) error {
	var body io.Reader
	if ask != nil {
		raw, err := json.Marshal(ask)
		if err != nil {
			return fmt.Errorf("admin API: %w", err)
		}
		body = bytes.NewReader(raw)
	}
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return fmt.Errorf("admin API: %w", err)
	}
	if ask != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return fmt.Errorf("admin API: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("admin API: %w", err)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		refused := struct {
			Error Error `json:"error"`
		}{}
		_ = json.Unmarshal(raw, &refused) // whatever answered instead
		refused.Error.Status = response.StatusCode
		return &refused.Error
	}
	if answer == nil {
		return nil
	}
	if err := json.Unmarshal(raw, answer); err != nil {
		return fmt.Errorf("admin API: the answer does not fit: %w", err)
	}
	return nil
}
