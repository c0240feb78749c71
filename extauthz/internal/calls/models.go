package calls

import (
	"net/http"
	"slices"
	"strings"

	"github.com/meshwarden/meshwarden/extauthz/internal/content"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

// Asked is what a request says besides its body.
type Asked struct {
	Method string
	// Segments are the decoded segments of the path, Query its decoded parameters.
	Segments []string
	Query    map[string][]string
}

// maxModels bounds the models that one request names, and maxModel a name in bytes: ARNs have at most 2048.
const (
	maxModels = 256
	maxModel  = 2048
)

// Models lists the models that a request of an LLM protocol names, wherever it names them and without repetition: whichever
// of two names the upstream takes, both must be allowed. A request that must name one and does not is an error: an upstream
// may have a default. Errors are for clients.
func Models(protocol string, a Asked, body *content.Body) ([]string, error) {
	m := models{}
	if err := m.inPath(protocol, a); err != nil {
		return nil, err
	}
	for name, values := range a.Query {
		// Names of parameters in other cases: some servers take those too.
		if strings.EqualFold(name, "model") {
			for _, v := range values {
				m.add(v)
			}
		}
	}
	if err := m.inBody(body); err != nil {
		return nil, err
	}
	switch {
	case m.bad || len(m.names) > maxModels:
		return nil, errModel
	case len(m.names) == 0 && writes(a.Method):
		return nil, errNoModel
	}
	return m.names, nil
}

const (
	errModel   = Error("names a model in a way that is not clear")
	errNoModel = Error("names no model")
)

// writes reports whether a request of a method has something done. The other methods list models and files.
func writes(method string) bool {
	return method != http.MethodGet && method != http.MethodHead && method != http.MethodOptions && method != http.MethodDelete
}

type models struct {
	names []string
	bad   bool
}

func (m *models) add(name string) {
	if name == "" || len(name) > maxModel || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f || r > 0x7e }) {
		m.bad = true
		return
	}
	// Gemini's bodies write the resource's name.
	name = strings.TrimPrefix(name, "models/")
	if !slices.Contains(m.names, name) {
		m.names = append(m.names, name)
	}
}

// inPath takes the models of paths that hold them, wherever they stand in the path: what lies before may be taken off on the way,
// and what lies behind may mean nothing to the upstream.
func (m *models) inPath(protocol string, a Asked) error {
	s := a.Segments
	switch protocol {
	case tenant.ProtocolOpenAI:
		// Azure: /openai/deployments/NAME/chat/completions.
		m.behind(s, "deployments")
	case tenant.ProtocolGemini:
		// /v1beta/models/NAME:generateContent, tunedModels/NAME:..., Vertex: .../publishers/google/models/NAME:rawPredict
		// and .../endpoints/NAME:predict.
		for i := 1; i < len(s); i++ {
			collection := s[i-1]
			name, _, called := strings.Cut(s[i], ":")
			switch {
			case collection != "models" && collection != "tunedModels" && collection != "endpoints":
			case strings.Contains(s[i][len(name):], "/"):
				return errModel
			case collection == "models" && (called || !writes(a.Method)):
				m.add(name)
			case collection != "models" && called:
				m.add(collection + "/" + name)
			}
		}
	case tenant.ProtocolBedrock:
		// /model/ID/invoke, where ID is a name or an ARN.
		m.behind(s, "model")
	}
	return nil
}

// behind takes what follows each segment of that name.
func (m *models) behind(segments []string, name string) {
	for i := 1; i < len(segments); i++ {
		if segments[i-1] == name {
			m.add(segments[i])
		}
	}
}

// inBody takes the fields model and models of a body, and of the requests that a batch holds.
func (m *models) inBody(body *content.Body) error {
	if body.Form != nil {
		for name, values := range body.Form {
			if strings.EqualFold(name, "model") || strings.EqualFold(name, "model[]") {
				for _, v := range values {
					m.add(v)
				}
			}
		}
		for name := range body.Files {
			m.bad = m.bad || strings.EqualFold(name, "model")
		}
		return nil
	}
	if !body.Read {
		return nil
	}
	object, ok := body.JSON.(map[string]any)
	if !ok {
		return Error("is not an object")
	}
	m.inObject(object, 0)
	return nil
}

// holders are fields that hold other requests, or others' models: Anthropic's and Gemini's batches, Gemini's countTokens, tools of
// OpenAI that have a model of their own, and fallbacks of gateways.
var holders = []string{"requests", "request", "params", "body", "generateContentRequest", "generate_content_request", "batch", "input_config", "inputConfig", "tools", "fallbacks"}

// maxHolders is how deep requests stand within each other.
const maxHolders = 8

func (m *models) inObject(object map[string]any, depth int) {
	if depth > maxHolders {
		m.bad = true
		return
	}
	for key, v := range object {
		switch {
		case fold(key, "model"):
			m.value(key, "model", v)
		case fold(key, "models"):
			m.value(key, "models", v)
		case key == "fallbacks" && allTexts(v):
			m.value(key, key, v)
		case fold(key, holders...):
			m.inHolder(v, depth)
		}
	}
}

// value takes a name or a list of names. A key in another case is one to servers that do not look at case, so a request with it
// is not clear.
func (m *models) value(key, want string, v any) {
	list, isList := v.([]any)
	if !isList {
		list = []any{v}
	}
	for _, element := range list {
		name, ok := element.(string)
		if !ok || key != want {
			m.bad = true
			return
		}
		m.add(name)
	}
}

// allTexts reports whether v is a list of texts.
func allTexts(v any) bool {
	list, ok := v.([]any)
	return ok && !slices.ContainsFunc(list, func(element any) bool { _, text := element.(string); return !text })
}

func (m *models) inHolder(v any, depth int) {
	switch v := v.(type) {
	case map[string]any:
		m.inObject(v, depth+1)
	case []any:
		for _, element := range v {
			if object, ok := element.(map[string]any); ok {
				m.inObject(object, depth+1)
			}
		}
	}
}

// fold reports whether key is one of names in any case.
func fold(key string, names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(key, name) })
}
