"""What bench/pen.py and the tests share: hostile reports and faults, told to the real pen."""
