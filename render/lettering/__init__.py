"""Letters: which font has them, where lines break, how large a text fits, how it looks."""
