"""Neutron: networks, their subnets and the ports on them, as far as share networks and their users ask for them."""
