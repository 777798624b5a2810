"""What bench/script.py measures on, and the ways that it is measured against."""
