"""Commands for developers of the library."""
