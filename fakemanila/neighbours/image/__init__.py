"""Glance: one image, for those who ask for its id before they make a server."""
