package tenant

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // Zones must be known where the system has no database of them.
)

// OwnSuffix ends permissions that count for the owner of a resource only.
const OwnSuffix = ":own"

// anyPart stands for every resource or action in a permission.
const anyPart = "*"

const permissionRule = "a permission: ACTION or RESOURCE:ACTION of names or *, a resource's part after a slash too, :own at the end"

// isPermission reports whether s may stand in a role.
func isPermission(s string) bool {
	if len(s) > 2*maxLabel {
		return false
	}
	resource, action, both := cutLast(strings.TrimSuffix(s, OwnSuffix))
	if !both {
		return isPart(action)
	}
	name, instance, deep := strings.Cut(resource, "/")
	return isPart(action) && (resource == anyPart || isName(name) && (!deep || isName(instance)))
}

func isPart(s string) bool { return s == anyPart || isName(s) && !strings.Contains(s, ":") }

// cutLast cuts RESOURCE:ACTION; both is false for an action alone.
func cutLast(permission string) (resource, action string, both bool) {
	at := strings.LastIndexByte(permission, ':')
	if at < 0 {
		return "", permission, false
	}
	return permission[:at], permission[at+1:], true
}

// isNeed reports whether s may be what a route demands: a permission without wildcard or owner.
func isNeed(s string) bool {
	return isPermission(s) && !strings.Contains(s, anyPart) && !strings.HasSuffix(s, OwnSuffix)
}

func (c *checker) roles(s *TenantSpec) {
	for _, name := range sorted(s.Roles) {
		role, path := s.Roles[name], "spec.roles."+name
		c.name(path, name)
		c.each(path+".permissions", role.Permissions, isPermission, permissionRule)
		c.each(path+".deny", role.Deny, isPermission, permissionRule)
		c.stepUp(path+".step_up", role.StepUp)
		c.each(path+".tools", role.Tools, isCallPattern, callRule)
		c.each(path+".methods", role.Methods, isCallPattern, callRule)
		c.each(path+".models", role.Models, isCallPattern, callRule)
	}
}

func (s *TenantSpec) hasRoute(name string) bool {
	return slices.ContainsFunc(s.Routes, func(r Route) bool { return r.Name == name })
}

// access checks what a route says about who may use it.
func (c *checker) access(path string, r *Route, roles map[string]Role) {
	params := c.params(path+".params", r.Params)
	c.resource(path+".resource", r.Resource, params)
	if r.Owner != nil {
		if r.Owner.Param != "" && !slices.Contains(params, r.Owner.Param) {
			c.add(path+".owner.param", "%q is not a parameter of params", r.Owner.Param)
		}
		c.text(path+".owner.claim", r.Owner.Claim)
	}
	c.need(path+".permission", r.Permission, r.Resource, roles)
	for _, method := range sorted(r.Permissions) {
		at := path + ".permissions." + method
		if !isMethod(method) {
			c.add(at, "%q is not %s", method, methodRule)
		}
		c.need(at, r.Permissions[method], r.Resource, roles)
	}
	for _, name := range sorted(r.ToolArguments) {
		if !isCallPattern(name) || strings.HasSuffix(name, anyPart) {
			c.add(path+".tool_arguments."+name, "%q is not the name of a tool", name)
		}
	}
	if len(r.ToolArguments) > 0 && r.Protocol != ProtocolMCP {
		c.add(path+".tool_arguments", "needs protocol: mcp")
	}
	if r.ReadsBody() && r.Websocket {
		c.add(path+".websocket", "cannot stand beside protocol, validate or read_body: a WebSocket has no body that could be awaited")
	}
	if r.Validate != nil {
		c.validation(path+".validate", r.Validate)
	}
	if r.Conditions != nil {
		c.conditions(path+".conditions", r.Conditions)
	}
}

// need checks a permission that a route demands: that it is one, and that a role can have it.
func (c *checker) need(path, need, resource string, roles map[string]Role) {
	switch {
	case need == "":
	case !isNeed(need):
		c.add(path, "%q is not ACTION or RESOURCE:ACTION of names", need)
	case strings.Contains(resource, "{"):
		// Which permission that is shows in requests only.
	case !slices.ContainsFunc(sorted(roles), func(name string) bool { return gives(roles[name].Permissions, resource, need) }):
		c.add(path, "no role has the permission %q, so nobody could use the route", need)
	}
}

func gives(permissions []string, resource, need string) bool {
	accepted := Accepted(resource, need)
	return slices.ContainsFunc(permissions, func(p string) bool {
		return slices.Contains(accepted, strings.TrimSuffix(p, OwnSuffix))
	})
}

// Accepted lists the permissions of which each one suffices for need, the narrowest first. A need that names its resource
// (orders:read) stands for itself; another is about resource, which may be empty. A resource with a slash (orders/7) is part
// of the one before it.
func Accepted(resource, need string) []string {
	of, action, both := cutLast(need)
	if both {
		resource = of
	}
	if resource == "" {
		return []string{action, anyPart}
	}
	list := make([]string, 0, 7)
	list = append(list, resource+":"+action, resource+":"+anyPart)
	if whole, _, part := strings.Cut(resource, "/"); part {
		list = append(list, whole+":"+action, whole+":"+anyPart)
	}
	return append(list, anyPart+":"+action, action, anyPart)
}

// Need is the permission that a route demands for a method; empty means that nobody may use that method.
func (r *Route) Need(method string) string {
	if need := r.Permissions[method]; need != "" {
		return need
	}
	if r.Permission != "" {
		return r.Permission
	}
	switch method {
	case "GET", "HEAD", "OPTIONS":
		return "read"
	case "POST", "PUT", "PATCH":
		return "write"
	case "DELETE":
		return "delete"
	}
	return ""
}

// maxParams bounds the segments of a params path.
const maxParams = 32

// params checks a path with parameters and returns their names.
func (c *checker) params(path, params string) (names []string) {
	if params == "" {
		return nil
	}
	if !strings.HasPrefix(params, "/") || len(params) > maxPath {
		c.add(path, "must start with / and have at most %d bytes", maxPath)
		return nil
	}
	segments := strings.Split(params[1:], "/")
	if len(segments) > maxParams {
		c.add(path, "has %d segments; at most %d are allowed", len(segments), maxParams)
	}
	for _, segment := range segments {
		name, isParam := ParamName(segment)
		switch {
		case isParam && (!isPart(name) || name == anyPart):
			c.add(path, "%q is not a parameter: {NAME}", segment)
		case isParam && slices.Contains(names, name):
			c.add(path, "{%s} stands twice", name)
		case isParam:
			names = append(names, name)
		case segment == "" || strings.ContainsAny(segment, "{}%?#"):
			c.add(path, "%q is neither a plain segment nor {NAME}", segment)
		}
	}
	return names
}

// ParamName is the name in a segment or resource of the form {NAME}.
func ParamName(segment string) (name string, ok bool) {
	name, ok = strings.CutPrefix(segment, "{")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(name, "}")
}

func (c *checker) resource(path, resource string, params []string) {
	if resource == "" {
		return
	}
	whole, part, deep := strings.Cut(resource, "/")
	for _, s := range []string{whole, part} {
		name, isParam := ParamName(s)
		switch {
		case isParam && !slices.Contains(params, name):
			c.add(path, "%q is not a parameter of params", name)
		case !isParam && (s != "" || s == whole) && (!isPart(s) || s == anyPart):
			c.add(path, "%q is not a name without colons, nor {NAME} of a parameter", s)
		}
	}
	if deep && part == "" {
		c.add(path, "ends with a slash")
	}
}

func (c *checker) conditions(path string, cond *Conditions) {
	c.each(path+".allow_ips", cond.AllowIPs, isNetwork, networkRule)
	c.each(path+".deny_ips", cond.DenyIPs, isNetwork, networkRule)
	for i, h := range cond.Hours {
		at := fmt.Sprintf("%s.hours[%d]", path, i)
		c.each(at+".days", h.Days, func(day string) bool { return slices.Contains(weekdays, day) }, "a day: "+alternatives(weekdays))
		for _, f := range []struct{ name, value string }{{"from", h.From}, {"to", h.To}} {
			if _, ok := ClockMinute(f.value); f.value != "" && !ok {
				c.add(at+"."+f.name, "%q is not a time of day such as 08:30, up to 24:00", f.value)
			}
		}
	}
}

// weekdays in the order of time.Weekday.
var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// Weekday is the day that a name of Hours.Days means.
func Weekday(name string) (day time.Weekday, ok bool) {
	i := slices.Index(weekdays, name)
	return time.Weekday(i), i >= 0
}

// ClockMinute reads HH:MM as minutes since midnight, 0 to 1440.
func ClockMinute(text string) (minute int, ok bool) {
	if len(text) != 5 || text[2] != ':' || !isDigit(text[0]) || !isDigit(text[1]) || !isDigit(text[3]) || !isDigit(text[4]) {
		return 0, false
	}
	hour, minute := int(text[0]-'0')*10+int(text[1]-'0'), int(text[3]-'0')*10+int(text[4]-'0')
	minute += hour * 60
	return minute, text[3] < '6' && minute <= 24*60
}

const networkRule = "an IP address or a network such as 192.0.2.0/24, without host bits"

func isNetwork(s string) bool {
	_, ok := Network(s)
	return ok
}

// Network reads an address or a network in CIDR notation. A network with host bits set is refused: it is most often a typing error.
func Network(s string) (prefix netip.Prefix, ok bool) {
	if address, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(address, address.BitLen()), address.Zone() == "" && !address.Is4In6()
	}
	prefix, err := netip.ParsePrefix(s)
	return prefix, err == nil && prefix == prefix.Masked() && !prefix.Addr().Is4In6()
}

func (c *checker) signals(path string, s *Signals) {
	c.text(path+".device.claim", s.Device.Claim)
	c.text(path+".risk.claim", s.Risk.Claim)
	c.each(path+".device.values", s.Device.Values, isText, textRule)
	c.each(path+".trusted_peers", s.TrustedPeers, isNetwork, networkRule)
	for _, f := range []struct{ name, header string }{{"device", s.Device.Header}, {"risk", s.Risk.Header}} {
		switch {
		case f.header == "":
		case !IsHeaderName(f.header):
			c.add(path+"."+f.name+".header", "%q is not a header name in lower case", f.header)
		case len(s.TrustedPeers) == 0:
			c.add(path+"."+f.name+".header", "needs trusted_peers: from anybody else the header means nothing")
		}
	}
}

func (c *checker) timezone(path, name string) {
	// Local would mean what the machine is set to.
	if _, err := time.LoadLocation(name); err != nil || name == "Local" {
		c.add(path, "%q is not an IANA time zone such as Europe/Berlin", name)
	}
}

func (c *checker) expiry(path, expires string) {
	if expires == "" {
		return
	}
	if _, err := time.Parse(time.RFC3339, expires); err != nil {
		c.add(path, "%q is not a time such as 2026-12-31T23:00:00Z", expires)
	}
}
