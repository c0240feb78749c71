# METADATA
# title: Quotas
# description: |
#   Names the limits that a request is charged to (R-20, R-21): those that the tenant declares for the
#   route, or the defaults of 60 calls a minute and 1,000 an hour when it declares none.
package meshwarden.quota

# METADATA
# title: Names of the limits to charge
names := input.tenant.routes[input.route.name].quotas
