"""Watching the wire: when each source is looked at, how its host is treated, what it told."""
