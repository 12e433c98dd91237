"""Schemas of Kubernetes objects, as data."""
