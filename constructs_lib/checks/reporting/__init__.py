"""Findings as text, JSON, SARIF and JUnit, and the documentation of the checks."""
