"""Waiting for a condition, with a deadline and no blind pause."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

SECONDS_BETWEEN_LOOKS = 0.05


def eventually(look: Callable[[], T], *, within: float = 90, what: str = "") -> T:
    """What `look` returns, as soon as it is true; an AssertionError of `look` counts as not yet.

    Raises:
        AssertionError: after `within` seconds, with what was seen last.
    """
    deadline = time.monotonic() + within
    while True:
        seen: Any
        try:
            seen = look()
            if seen:
                return seen  # type: ignore[no-any-return]
        except AssertionError as error:
            seen = error
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {what or look}; last seen: {seen}")
        time.sleep(SECONDS_BETWEEN_LOOKS)


def stays(look: Callable[[], T], *, during: float) -> T:
    """What `look` returned last, having been true at every look for `during` seconds."""
    end = time.monotonic() + during
    while True:
        seen = look()
        assert seen, f"did not stay for {during} s: {seen}"
        if time.monotonic() > end:
            return seen
        time.sleep(SECONDS_BETWEEN_LOOKS)
