"""The one module with tasks. Where they report to comes from the environment, as all else."""

from __future__ import annotations

import os
import time
from functools import cache

import redis
from celery import Celery
from celery.worker.control import control_command

app = Celery("growbin")


@cache
def journal() -> redis.Redis:
    """One client for all tasks: a connection for each would cost more than the task."""
    return redis.Redis(
        os.environ["REDIS_HOST"],
        int(os.environ["REDIS_PORT"]),
        password=os.environ["REDIS_PASSWORD"],
        decode_responses=True,
    )


@app.task
def work(key: str, item: str, seconds: float = 0, burn: bool = False) -> None:
    """Say that it begins, take its time (with `burn` without letting go of the processor), say that it's done."""
    journal().rpush(f"{key}:begun", item)
    if burn:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            pass
    else:
        time.sleep(seconds)
    journal().rpush(f"{key}:done", item)


@app.task
def hold(key: str, item: str) -> None:
    """The same, but it takes until the test releases it."""
    journal().rpush(f"{key}:begun", item)
    while not journal().exists("released"):
        time.sleep(0.1)
    journal().rpush(f"{key}:done", item)


@app.task
def tick() -> None:
    """What beat sends; the journal gets the time."""
    journal().rpush("ticks", time.time())


@control_command()
def hang(state: object) -> None:
    """Hold up the worker's own loop for good, in a way that no pool can switch away from."""
    while True:
        pass
