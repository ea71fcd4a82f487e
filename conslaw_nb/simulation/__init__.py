"""Training in plain Python, to look at: numbers that decide nothing."""
