# METADATA
# title: Conditions
# description: |
#   Addresses, hours, threat lists, device trust and risk scores that tenant and route demand (R-13), and origins
#   of pages (R-18). The server compares them, because an address or a time in the input would make every request
#   a new question; input.route.unmet names those that do not hold by their reasons.
package meshwarden.conditions

# METADATA
# title: All conditions hold
allow if input.route.unmet == []

# METADATA
# title: The first that does not
reason := input.route.unmet[0]
