"""The contract: what Manila's API reference says, as data, and the code that reads it."""
