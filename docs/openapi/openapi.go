// Package openapi holds the description of the admin API as clients get it. It serves nothing.
package openapi

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"

	"go.yaml.in/yaml/v4"
)

//go:embed admin.yaml
var admin []byte

// Admin is the OpenAPI 3.1 description of extauthz's admin API as JSON.
var Admin = sync.OnceValues(func() ([]byte, error) {
	var document map[string]any
	if err := yaml.Unmarshal(admin, &document); err != nil {
		return nil, fmt.Errorf("docs/openapi/admin.yaml: %w", err)
	}
	return json.Marshal(document)
})
