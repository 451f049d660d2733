"""How a request shows that it may use the control plane."""

TOKEN_HEADER = "X-Fakemanila-Token"
"""The header that has the server's token, where it wants one."""
