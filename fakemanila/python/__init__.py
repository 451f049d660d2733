"""The handle in Python, and the clients that it gives out."""
