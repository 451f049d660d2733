"""fakemanila: a fake of OpenStack Manila that behaves, and that misbehaves on request."""

__version__ = "0.1.0"
