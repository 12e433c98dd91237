"""Checks over plain manifests: pure functions from a `World` to findings. No check knows a construct."""
