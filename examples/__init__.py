"""What the library can do, as programs that run."""
