"""The rag worker's app, as `celery -A workers.rag` finds it."""

from workers.tasks import app

__all__ = ["app"]
