"""Upstream's own API tests, the Manila tempest plugin, run against this server and held against a real Manila's outcome."""
