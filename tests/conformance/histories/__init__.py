"""What `fakemanila.compare.histories` does, as far as it needs no other server."""
