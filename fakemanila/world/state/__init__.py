"""A world, and all worlds of a server, as documents and files."""
