# METADATA
# title: Extension points of the platform's own modules
# description: |
#   What modules of package platform and below contribute. This file is the case of none; when the
#   configuration directory holds such modules, one that lists them is generated in its place.
package meshwarden.extensions

# METADATA
# title: Denials
# description: Objects of message and rule, in order of the packages that gave them.
denials := []

# METADATA
# title: Authentication context classes that are demanded
step_up := []

# METADATA
# title: Headers set on the request to the upstream
headers := {}

# METADATA
# title: Headers set on the answer to the client
response_headers := {}
