"""HTTP: the server, connections, and what is done to an answer on its way."""
