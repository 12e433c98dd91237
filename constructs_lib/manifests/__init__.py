"""Pure functions and frozen dataclasses that turn typed options into manifests."""
