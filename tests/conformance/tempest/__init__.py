"""Upstream's own API tests, the Manila tempest plugin, with what came of them on a real Manila."""
