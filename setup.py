"""Build entry point; the package's metadata is in pyproject.toml."""

from setuptools import setup

setup()
