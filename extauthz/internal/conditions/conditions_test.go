package conditions_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/meshwarden/meshwarden/extauthz/internal/conditions"
	"github.com/meshwarden/meshwarden/internal/tenant"
)

func unmet(t *testing.T, c *tenant.Conditions, zone string, f conditions.Facts) []string {
	t.Helper()
	s, err := conditions.New(c, zone)
	if err != nil {
		t.Fatal(err)
	}
	return s.Unmet(nil, &f)
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	both := &tenant.Conditions{AllowIPs: []string{"192.0.2.0/24", "2001:db8::/32"}, DenyIPs: []string{"192.0.2.66"}}
	for address, denied := range map[string]bool{
		"192.0.2.1": false, "192.0.2.66": true, "::ffff:192.0.2.66": true, "198.51.100.1": true, "2001:db8::7": false, "": true,
	} {
		ip, _ := netip.ParseAddr(address)
		got := unmet(t, both, "UTC", conditions.Facts{Address: ip})
		if denied != cmp.Equal(got, []string{"address_not_allowed"}) || !denied && got != nil {
			t.Errorf("%q: %v", address, got)
		}
	}
	if got := unmet(t, &tenant.Conditions{DenyIPs: []string{"192.0.2.66"}}, "UTC", conditions.Facts{}); got == nil {
		t.Error("an unknown address passes a deny list")
	}
}

// Spans are of the clock on the tenant's wall, also where it is put forward or back.
func TestHours(t *testing.T) {
	t.Parallel()
	office := []tenant.Hours{{Days: []string{"mon", "tue", "wed", "thu", "fri"}, From: "08:00", To: "18:00"}}
	night := []tenant.Hours{{Days: []string{"fri"}, From: "22:00", To: "06:00"}}
	for _, test := range []struct {
		hours []tenant.Hours
		zone  string
		now   string
		open  bool
	}{
		{office, "Europe/Berlin", "2026-11-25T07:00:00Z", true}, // 08:00
		{office, "Europe/Berlin", "2026-11-25T06:59:59Z", false},
		{office, "Europe/Berlin", "2026-07-22T06:00:00Z", true}, // 08:00 in summer
		{office, "Europe/Berlin", "2026-11-25T17:00:00Z", false},
		{office, "Europe/Berlin", "2026-11-28T09:00:00Z", false}, // Saturday
		{office, "Asia/Kathmandu", "2026-11-25T02:15:00Z", true}, // 08:00, an odd offset
		{office, "UTC", "2026-11-25T07:00:00Z", false},
		{night, "UTC", "2026-11-27T23:00:00Z", true},
		{night, "UTC", "2026-11-28T05:59:00Z", true}, // Saturday morning is Friday's night
		{night, "UTC", "2026-11-28T06:00:00Z", false},
		{night, "UTC", "2026-11-27T05:00:00Z", false},
		{[]tenant.Hours{{From: "00:00", To: "24:00"}}, "UTC", "2026-11-28T23:59:59Z", true},
		{[]tenant.Hours{{Days: []string{"sat"}, From: "09:00", To: "09:00"}}, "UTC", "2026-11-29T08:59:00Z", true},
		{append(office, night...), "UTC", "2026-11-28T01:00:00Z", true},
		// 02:30 does not exist on this day, and 02:30 is twice on that one.
		{[]tenant.Hours{{From: "02:00", To: "03:00"}}, "Europe/Berlin", "2026-03-29T01:30:00Z", false},
		{[]tenant.Hours{{From: "02:00", To: "03:00"}}, "Europe/Berlin", "2026-10-25T00:30:00Z", true},
		{[]tenant.Hours{{From: "02:00", To: "03:00"}}, "Europe/Berlin", "2026-10-25T01:30:00Z", true},
	} {
		now, err := time.Parse(time.RFC3339, test.now)
		if err != nil {
			t.Fatal(err)
		}
		got := unmet(t, &tenant.Conditions{Hours: test.hours}, test.zone, conditions.Facts{Now: now})
		if open := got == nil; open != test.open {
			t.Errorf("%v in %s at %s: %v", test.hours, test.zone, test.now, got)
		}
	}
}

func TestDeviceAndRisk(t *testing.T) {
	t.Parallel()
	c := &tenant.Conditions{TrustedDevice: true, MaxRisk: 50}
	for _, test := range []struct {
		f    conditions.Facts
		want []string
	}{
		{conditions.Facts{DeviceTrusted: true, Risk: 50}, nil},
		{conditions.Facts{DeviceTrusted: true, Risk: 0}, nil},
		{conditions.Facts{DeviceTrusted: true, Risk: 51}, []string{"risk_too_high"}},
		{conditions.Facts{DeviceTrusted: true, Risk: -1}, []string{"risk_too_high"}},
		{conditions.Facts{Risk: 99}, []string{"device_not_trusted", "risk_too_high"}},
	} {
		if diff := cmp.Diff(test.want, unmet(t, c, "UTC", test.f)); diff != "" {
			t.Errorf("%+v:\n%s", test.f, diff)
		}
	}
}

func TestTwoSetsNameAReasonOnce(t *testing.T) {
	t.Parallel()
	s, err := conditions.New(&tenant.Conditions{TrustedDevice: true}, "UTC")
	if err != nil {
		t.Fatal(err)
	}
	f := &conditions.Facts{}
	if got := s.Unmet(s.Unmet(nil, f), f); len(got) != 1 {
		t.Error(got)
	}
	none, err := conditions.New(nil, "nowhere")
	if err != nil || none.Unmet(nil, f) != nil {
		t.Error("no conditions are not met", err)
	}
}

func TestWhatCannotBeCompiledIsAnError(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]tenant.Conditions{
		"an address": {AllowIPs: []string{"192.0.2.1/24"}}, "another": {DenyIPs: []string{"x"}},
		"a time": {Hours: []tenant.Hours{{From: "8:00", To: "18:00"}}}, "a minute": {Hours: []tenant.Hours{{From: "08:60", To: "18:00"}}},
		"an end": {Hours: []tenant.Hours{{From: "08:00", To: "24:01"}}}, "a day": {Hours: []tenant.Hours{{Days: []string{"Mon"}, From: "08:00", To: "18:00"}}},
	} {
		if _, err := conditions.New(&c, "UTC"); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	if _, err := conditions.New(&tenant.Conditions{}, "Europe/Nowhere"); err == nil {
		t.Error("an unknown zone is taken")
	}
}
