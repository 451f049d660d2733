"""Worlds as they were at some moment: kept, gone back to, forked from and compared."""
