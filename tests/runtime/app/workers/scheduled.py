"""An app with a beat schedule: one tick a second."""

from workers.tasks import app, tick

app.conf.beat_schedule = {"tick": {"task": tick.name, "schedule": 1.0, "options": {"queue": "q.ticks"}}}

__all__ = ["app"]
