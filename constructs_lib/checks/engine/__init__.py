"""The parts of a check: the check, its findings, and the world of manifests that it reads."""
