"""The llm worker's app, as `celery -A workers.llm` finds it."""

from workers.tasks import app

__all__ = ["app"]
