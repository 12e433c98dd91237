"""An app with a beat schedule: two ticks a second."""

from workers.tasks import app, tick

app.conf.beat_schedule = {"tick": {"task": tick.name, "schedule": 0.5, "options": {"queue": "q.ticks"}}}

__all__ = ["app"]
