package ads

import (
	"slices"
	"strings"
	"time"
)

// Client is the account of one connected client.
type Client struct {
	Node, Address string
	Role          Role
	Since         time.Time
	// Types has an entry for each subscribed type that the server serves, by label.
	Types map[string]Counts
	// Refusals are sorted by type and name.
	Refusals []Refusal
	// Outstanding are the resources without an answer yet.
	Outstanding []Key
}

// Counts says of how many published resources a client has which state.
type Counts struct {
	Acked   int `json:"acked"`
	Pending int `json:"pending"`
	Nacked  int `json:"nacked"`
}

// Refusal is a Nack and when it came.
type Refusal struct {
	Nack
	Since time.Time
}

// Clients returns all accounts, sorted by role, node and address.
func (s *Server) Clients() []Client {
	s.mu.RLock()
	defer s.mu.RUnlock()
	clients := make([]Client, 0, len(s.streams))
	for st := range s.streams {
		clients = append(clients, s.account(st))
	}
	slices.SortFunc(clients, func(a, b Client) int {
		return strings.Compare(string(a.Role)+" "+a.Node+" "+a.Address, string(b.Role)+" "+b.Node+" "+b.Address)
	})
	return clients
}

func (s *Server) account(st *stream) Client {
	st.mu.Lock()
	defer st.mu.Unlock()
	c := Client{Node: st.node, Address: st.address, Role: st.role, Since: st.since, Types: map[string]Counts{}}
	outstanding := map[Key]bool{}
	for key := range st.queued {
		outstanding[key] = true
	}
	for key := range st.flying {
		outstanding[key] = true
	}
	for typeURL, sub := range st.subscriptions {
		t, served := s.types[typeURL]
		if !served || t.Visible != st.role {
			continue
		}
		var counts Counts
		for name, resource := range s.store[typeURL] {
			switch refused, isRefused := sub.refused[name]; {
			case !sub.wants(name):
			case outstanding[resource.Key]:
				counts.Pending++
			case isRefused && refused.version == resource.Version:
				counts.Nacked++
			default:
				counts.Acked++
			}
		}
		c.Types[t.Label] = counts
		for name, refused := range sub.refused {
			c.Refusals = append(c.Refusals, Refusal{Nack{Key{typeURL, name}, refused.version, refused.message}, refused.since})
		}
	}
	for key := range outstanding {
		c.Outstanding = append(c.Outstanding, key)
	}
	slices.SortFunc(c.Outstanding, compareKeys)
	slices.SortFunc(c.Refusals, func(a, b Refusal) int { return compareKeys(a.Key, b.Key) })
	return c
}

func compareKeys(a, b Key) int {
	if byType := strings.Compare(a.Type, b.Type); byType != 0 {
		return byType
	}
	return strings.Compare(a.Name, b.Name)
}
