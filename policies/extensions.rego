# METADATA
# title: Extension points of the platform's own modules
# description: |
#   What modules of package platform and below contribute. This file is the case of none; when the
#   configuration directory holds such modules, one that lists them is generated in its place.
package meshwarden.extensions

# METADATA
# title: Denials
# description: Objects of rule and message, in order of the packages that gave them.
denials := []

# METADATA
# title: Demands for stronger authentication
# description: Objects of rule, acr_values and max_age, in order of the packages that gave them.
demands := []

# METADATA
# title: Nobody denies or demands anything
clear := true

# METADATA
# title: Statuses of denials
# description: Objects of rule and set, a number; a status is of the denials of the package that gave it.
statuses := []

# METADATA
# title: Headers set on the request to the upstream
# description: Objects of rule and set, an object of names and values.
headers := []

# METADATA
# title: Headers set on the answer to the client
# description: As headers.
response_headers := []

# METADATA
# title: Headers taken from the request to the upstream
# description: Objects of rule and set, a list of names.
remove_headers := []

# METADATA
# title: How bodies are scanned
# description: Objects of rule and set, an object of policy and mode.
scans := []
