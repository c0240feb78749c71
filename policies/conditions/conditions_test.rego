package meshwarden.conditions_test

import data.meshwarden.conditions

test_nothing_unmet if {
	conditions.allow with input as {"route": {"unmet": []}}
	not conditions.reason with input as {"route": {"unmet": []}}
}

test_the_first_one_is_the_reason if {
	route := {"unmet": ["threat_listed", "time_not_allowed"]}
	not conditions.allow with input as {"route": route}
	conditions.reason == "threat_listed" with input as {"route": route}
}

test_nothing_known_is_not_allowed if {
	not conditions.allow with input as {}
}
