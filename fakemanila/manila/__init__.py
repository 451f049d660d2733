"""Manila's API: the way of a request, and what the operations do."""
