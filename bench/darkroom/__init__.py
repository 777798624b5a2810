"""What bench/gpu.py stands on: real architectures with random weights, and their computed floor."""
