package policy

import (
	"context"

	"github.com/open-policy-agent/opa/v1/storage"
)

// noDocuments is a store that holds nothing: data is rules only, and what a request brings is input. An
// in-memory store for each tenant's query would cost memory and a transaction for every evaluation.
type noDocuments struct {
	storage.PolicyNotSupported
	storage.TriggersNotSupported
	storage.WritesNotSupported
}

var errNoDocument = &storage.Error{Code: storage.NotFoundErr, Message: "there are no data documents"}

// nothing is the only transaction on noDocuments.
type nothing struct{}

func (nothing) ID() uint64 { return 0 }

// NewTransaction returns nothing, which needs no end.
func (noDocuments) NewTransaction(context.Context, ...storage.TransactionParams) (storage.Transaction, error) {
	return nothing{}, nil
}

// Read finds nothing.
func (noDocuments) Read(context.Context, storage.Transaction, storage.Path) (any, error) {
	return nil, errNoDocument
}

// Truncate is for bundles, which there are none of.
func (noDocuments) Truncate(context.Context, storage.Transaction, storage.TransactionParams, storage.Iterator) error {
	return errNoDocument
}

// Commit does nothing.
func (noDocuments) Commit(context.Context, storage.Transaction) error { return nil }

// Abort does nothing.
func (noDocuments) Abort(context.Context, storage.Transaction) {}
