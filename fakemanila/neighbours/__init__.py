"""Small parts of the services beside Manila that its clients ask in the same breath: Neutron, Barbican and others.

Each is a package or a module of its own with one table of its calls. What they have in common is in `service`,
`envelopes` and `steps`; which there are, in `served`; which are offered where nobody says otherwise, in `offers`.
"""
