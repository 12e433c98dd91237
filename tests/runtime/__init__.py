"""What dist/ says, run as real processes against real software."""
