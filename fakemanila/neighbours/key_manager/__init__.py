"""Barbican: secrets and who may read them, as far as encrypted shares and share servers need them."""
