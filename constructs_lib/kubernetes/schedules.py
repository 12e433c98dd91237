"""Schedules of CronJobs, read as Kubernetes does.

Sources: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax and
https://pkg.go.dev/github.com/robfig/cron/v3
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from constructs_lib.errors import Fault, nearest, shown


@dataclass(frozen=True)
class _Field:
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()

    def number(self, text: str) -> int | None:
        """Return the number of a word; names count from the lowest."""
        if text.lower() in self.names:
            return self.names.index(text.lower()) + self.low
        digits = text.removeprefix("+")
        return int(digits) if digits.isascii() and digits.isdigit() else None


_FIELDS: Final = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of month", 1, 31),
    _Field("month", 1, 12, ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    _Field("day of week", 0, 6, ("sun", "mon", "tue", "wed", "thu", "fri", "sat")),
)
_WORDS: Final = ("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly")
_OLD_NAME: Final = "US/Eastern"
"""A zone that is left out where a distribution ships current names alone."""

_EVERY: Final = re.compile(r"@every [-+]?(0|((\d+\.?\d*|\.\d+)(h|m|s|ms|us|µs|μs|ns))+)", re.ASCII)
"""Source: https://pkg.go.dev/time#ParseDuration"""

_NOT_ZONES: Final = frozenset({"localtime", "posixrules"})
"""Files beside the zones."""


def cron_faults(where: str, schedule: str) -> Iterator[Fault]:
    """Yield the faults of a schedule such as `30 3 * * mon-fri`.

    >>> [fault.message for fault in cron_faults("schedule", "0 24 * * *")]
    ['hour 24 in "0 24 * * *" must be between 0 and 23']
    """
    if schedule.startswith("@"):
        if schedule not in _WORDS and not _EVERY.fullmatch(schedule):
            yield Fault(
                where,
                f"{shown(schedule)} is not a valid schedule; write {', '.join(_WORDS)}, or an interval like @every 6h",
            )
        return
    parts = schedule.split()
    if len(parts) != len(_FIELDS):
        names = ", ".join(field.name for field in _FIELDS)
        yield Fault(where, f"{shown(schedule)} has {len(parts)} fields; write five: {names}")
        return
    for field, part in zip(_FIELDS, parts, strict=True):
        for item in filter(None, part.split(",")):
            yield from _item_faults(where, field, item, schedule)


def time_zone_faults(where: str, name: str) -> Iterator[Fault]:
    """Yield the faults of the name of a time zone.

    The API server knows all zones. If this machine knows only some of them, only the form of the name is checked.
    """
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        known = available_timezones()
        if _OLD_NAME in known or not re.fullmatch(r"[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*", name):
            hint = nearest(name, known - _NOT_ZONES) or "; write it like Europe/Berlin"
            yield Fault(where, f"{shown(name)} is not a time zone{hint}")


def _item_faults(where: str, field: _Field, item: str, schedule: str) -> Iterator[Fault]:
    what = f"{field.name} {item} in {shown(schedule)}"
    span, slash, step = item.partition("/")
    if slash and not (step.isascii() and step.isdigit() and int(step)):
        yield Fault(where, f"{what} has no step; write a number of at least 1 after the slash")
    low, dash, high = span.partition("-")
    if low in ("*", "?"):
        return
    numbers = [field.number(text) for text in ((low, high) if dash else (low,))]
    if None in numbers:
        names = f", or {field.names[0]} to {field.names[-1]}" if field.names else ""
        yield Fault(where, f"{what} is not a number; write {field.low} to {field.high}{names}")
        return
    known = [number for number in numbers if number is not None]
    if any(not field.low <= number <= field.high for number in known):
        yield Fault(where, f"{what} must be between {field.low} and {field.high}")
    elif known[0] > known[-1]:
        yield Fault(where, f"{what} runs backwards; write the lower end first")
