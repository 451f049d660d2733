"""Keystone v3: tokens, catalog, projects, users and roles, without any HTTP.

`service.Identity` is one world's service. It is asked with `Identity.handle`; `identity_calls` lists all calls.
"""
