"""fakemanila's Neutron has networks, subnets and ports, and no more: this panel would show errors alone."""

PANEL = "network_topology"
PANEL_DASHBOARD = "project"
PANEL_GROUP = "network"
REMOVE_PANEL = True
