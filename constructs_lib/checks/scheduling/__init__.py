"""Where the scheduler can place pods, and how many of them fit."""
