package meshwarden.classification_test

import data.meshwarden.classification

# Roles reach their clearance and everything below it.
request(class, roles, amr) := {
	"identity": {"kind": "jwt", "tenant": "acme", "roles": roles, "granted": [], "amr": amr},
	"route": {"anonymous": false, "classification": class},
	"tenant": {"name": "acme", "roles": {
		"guest": {"reaches": {"public"}},
		"viewer": {"reaches": {"public", "internal", "confidential"}},
		"admin": {"reaches": {"public", "internal", "confidential", "restricted"}},
	}},
}

cleared(class, roles) if classification.allow with input as request(class, roles, [])

authenticated(class, amr) if classification.authenticated with input as request(class, [], amr)

test_a_role_reaches_its_clearance if {
	every class in ["public", "internal", "confidential"] {
		cleared(class, ["viewer"])
	}
	not cleared("restricted", ["viewer"])
	cleared("restricted", ["admin"])
	cleared("restricted", ["viewer", "admin"])
}

test_everybody_reaches_public if cleared("public", [])

test_no_role_reaches_no_further if {
	not cleared("internal", [])
	not cleared("internal", ["guest"])
	not cleared("internal", ["unknown"])
}

test_an_unknown_classification_is_reached_by_nobody if {
	not cleared("secret", ["admin"])
	not cleared("", ["admin"])
}

test_one_factor_is_enough_below_restricted if {
	every class in ["public", "internal", "confidential"] {
		authenticated(class, ["pwd"])
		authenticated(class, [])
	}
}

test_restricted_demands_another_factor if {
	not authenticated("restricted", [])
	not authenticated("restricted", ["pwd"])
	every method in ["mfa", "otp", "hwk"] {
		authenticated("restricted", ["pwd", method])
	}
}

test_an_unknown_classification_is_not_authenticated if {
	not authenticated("secret", ["mfa"])
	not authenticated("", ["mfa"])
}

test_nothing if {
	not classification.allow with input as {}
	not classification.authenticated with input as {}
}
