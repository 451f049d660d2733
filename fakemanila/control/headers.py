"""What a request to the control plane has in its headers."""

TOKEN_HEADER = "X-Fakemanila-Token"
"""Has the server's control token, where it wants one."""
