"""The vision worker's app, as `celery -A workers.vision` finds it."""

from workers.tasks import app

__all__ = ["app"]
