"""A small API with the health route that the probes ask."""

from __future__ import annotations

import os
import time
from pathlib import Path

from fastapi import FastAPI, Response

time.sleep(float(os.environ.get("SLOW_START", "0")))

app = FastAPI()
SICK = Path(os.environ.get("TMPDIR", "/tmp")) / "sick"
served = 0


@app.get("/health")
def health(response: Response) -> dict[str, bool]:
    response.status_code = 503 if SICK.exists() else 200
    return {"healthy": not SICK.exists()}


@app.get("/api/v1/waste")
def waste(seconds: float = 0) -> dict[str, int]:
    global served  # noqa: PLW0603  # a process's own count
    served += 1
    time.sleep(seconds)
    return {"served": served}
