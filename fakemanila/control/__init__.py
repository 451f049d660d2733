"""The control plane: what tests and people tell a fake and ask of it, below ``/_fakemanila``.

`control_calls.py` is the table of its calls, `blueprint.py` the way of one; `client.py` and `commands.py` are the other
side.
"""
