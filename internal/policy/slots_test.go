package policy

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestATenantWhoseEvaluationDoesNotEndIsRefusedUntilItDoes(t *testing.T) {
	t.Parallel()
	s := newSlots()
	past, cancel := context.WithDeadline(t.Context(), time.Now().Add(-2*overrun))
	defer cancel()
	slot, err := s.take(past)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.take(t.Context()); !errors.Is(err, errStuck) || failureReason(err) != "policy_timeout" {
		t.Errorf("beside one that has overrun its deadline: %v", err)
	}
	s.give(slot)
	if _, err := s.take(t.Context()); err != nil {
		t.Errorf("after it has ended: %v", err)
	}
}
