"""Scripted exchanges with a Manila server: recorded from a real one, replayed against this one."""
