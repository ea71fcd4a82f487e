"""What is measured, against what, and the numbers: `python -m benchmarks` in a checkout.

Every count that is timed is also checked: a benchmark of wrong answers is worth nothing.
"""
