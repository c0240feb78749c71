# METADATA
# title: What the platform's own modules contribute
# description: |
#   Brings the forms in which a module may write deny and step_up into one. A value of another type is
#   passed on as it is, so that the server refuses the decision and names the module.
package meshwarden.extend

# METADATA
# title: Denials
# description: |
#   From true (a denial without words), a message, or a set or array of messages. false denies nothing.
denials(rule, value) := [] if {
	value == false
} else := [{"rule": rule, "message": ""}] if {
	value == true
} else := [{"rule": rule, "message": message} | some message in value] if {
	collection(value)
} else := [{"rule": rule, "message": value}]

# METADATA
# title: Demands for stronger authentication
# description: |
#   From true (more than one factor), an authentication context class, a set or array of them, or an object
#   of acr_values and max_age (seconds). false and an empty collection demand nothing.
demands(rule, value) := [] if {
	value == false
} else := [] if {
	collection(value)
	count(value) == 0
} else := [{"rule": rule, "acr_values": ["mfa"]}] if {
	value == true
} else := [{"rule": rule, "acr_values": [value]}] if {
	is_string(value)
} else := [object.union(value, {"rule": rule})] if {
	is_object(value)
} else := [{"rule": rule, "acr_values": value}]

# METADATA
# title: The status of a package's denials
# description: What the package says, as it is; 0 when it says nothing.
status(rule, statuses) := value if {
	value := first([s.set | some s in statuses; s.rule == rule])
} else := 0

# METADATA
# title: The first of a list
# description: Undefined for an empty list, also where the compiler knows that it is empty.
first(list) := list[0]

collection(value) if is_set(value)

collection(value) if is_array(value)
