"""The preprocess worker's app, as `celery -A workers.preprocess` finds it."""

from workers.tasks import app

__all__ = ["app"]
