"""A world: records, time, randomness, and what was asked."""
