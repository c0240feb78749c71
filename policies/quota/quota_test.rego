package meshwarden.quota_test

import data.meshwarden.quota

tenant := {"routes": {"orders": {"quotas": ["burst", "hour"]}, "free": {"quotas": []}}}

test_the_limits_of_the_route if {
	quota.names == ["burst", "hour"] with input as {"route": {"name": "orders"}, "tenant": tenant}
}

test_a_route_without_limits if {
	quota.names == [] with input as {"route": {"name": "free"}, "tenant": tenant}
}

# Undefined makes the decision undefined, which denies: an unknown route must not go unlimited.
test_an_unknown_route_has_none if {
	not quota.names with input as {"route": {"name": "gone"}, "tenant": tenant}
}
