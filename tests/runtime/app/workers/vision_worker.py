"""A worker with a command of its own: `python workers/vision_worker.py`."""

import os
import sys
from pathlib import Path

from celery import maybe_patch_concurrency

settings = {"-Q": "CELERY_QUEUES", "-P": "CELERY_POOL", "-c": "CELERY_CONCURRENCY"}
words = [word for option, name in settings.items() for word in (option, os.environ[name])]
# As `celery worker` does it: before anything else is imported, or gevent and eventlet hang.
maybe_patch_concurrency(words)

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from workers.tasks import app  # noqa: E402

app.worker_main(["worker", *words, "-n", f"celery@{os.environ['HOSTNAME']}"])
