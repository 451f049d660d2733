"""Length, spelling and style of what people read: `make prose`."""
