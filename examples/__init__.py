"""Examples of the library, as programs that run."""
