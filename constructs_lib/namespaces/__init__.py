"""One chart for each namespace, with its quota, limit range and default policies."""
