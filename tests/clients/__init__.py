"""The clients that people use, unchanged, over a socket."""
