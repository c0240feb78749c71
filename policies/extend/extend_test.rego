package meshwarden.extend_test

import data.meshwarden.extend

test_forms_of_a_denial if {
	every case in [
		{"value": false, "messages": []},
		{"value": true, "messages": [""]},
		{"value": "no", "messages": ["no"]},
		{"value": ["b", "a"], "messages": ["b", "a"]},
		{"value": {"b", "a"}, "messages": ["a", "b"]},
		{"value": set(), "messages": []},
	] {
		denials := extend.denials("r", case.value)
		[d.message | some d in denials] == case.messages
		every d in denials { d.rule == "r" }
	}
}

# The server refuses what is not a message; here it must not get lost.
test_other_types_stay_denials if {
	every value in [7, null, {"a": 1}] {
		extend.denials("r", value) == [{"rule": "r", "message": value}]
	}
	extend.denials("r", [7]) == [{"rule": "r", "message": 7}]
}

test_forms_of_a_demand if {
	every case in [
		{"value": false, "demands": []},
		{"value": [], "demands": []},
		{"value": set(), "demands": []},
		{"value": true, "demands": [{"rule": "r", "acr_values": ["mfa"]}]},
		{"value": "gold", "demands": [{"rule": "r", "acr_values": ["gold"]}]},
		{"value": ["b", "a"], "demands": [{"rule": "r", "acr_values": ["b", "a"]}]},
		{"value": {"acr_values": ["a"], "max_age": 60}, "demands": [{"rule": "r", "acr_values": ["a"], "max_age": 60}]},
	] {
		extend.demands("r", case.value) == case.demands
	}
}

test_a_demand_cannot_claim_another_rule if {
	extend.demands("r", {"rule": "x"}) == [{"rule": "r"}]
}

test_other_types_stay_demands if {
	extend.demands("r", 7) == [{"rule": "r", "acr_values": 7}]
}

test_a_status_is_of_its_own_package if {
	statuses := [{"rule": "a", "set": 404}, {"rule": "b", "set": "451"}]
	extend.status("a", statuses) == 404
	extend.status("b", statuses) == "451"
	extend.status("c", statuses) == 0
	extend.status("c", []) == 0
}

test_the_first_of_none_is_undefined if {
	extend.first([1, 2]) == 1
	not extend.first([])
}
