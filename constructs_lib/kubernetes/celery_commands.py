"""Reading container commands: which Celery program runs, which options it has."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from typing import Final

from constructs_lib.kubernetes.manifest import Manifest, items

_PROGRAMS: Final = ("worker", "beat", "inspect", "flower", "status", "multi", "events", "control")
_VALUED: Final = ("-A", "--app", "-b", "--broker", "--result-backend", "--loader", "--config", "--workdir")


def words(container: Manifest) -> tuple[str, ...]:
    """The words of a container's command and arguments, those of shell scripts within included.

    >>> words({"command": ["sh", "-c", "exec celery -A app worker"]})
    ('sh', '-c', 'exec', 'celery', '-A', 'app', 'worker')
    """
    return split([*items(container, "command"), *items(container, "args")])


def split(command: Iterable[object]) -> tuple[str, ...]:
    """Return the words of a command; a string with blanks is split like a shell script."""
    found: list[str] = []
    for part in command:
        if isinstance(part, str):
            found.extend(_script(part) if " " in part or "\n" in part else [part])
    return tuple(found)


def _script(text: str) -> list[str]:
    try:
        return shlex.split(text, comments=True)
    except ValueError:  # quotes that don't close
        return text.split()


def celery(command: Sequence[str]) -> str:
    """Return the Celery program that the words run, such as `worker` or `beat`, or an empty string."""
    words_after = iter(after(command, "celery"))
    for word in words_after:
        if word in _VALUED:
            next(words_after, None)  # `-A beat` is an app called beat
        elif word in _PROGRAMS:
            return word
    return ""


def option(command: Sequence[str], *names: str) -> str:
    """Return the value of an option in any of its forms (`-Q a`, `-Qa`, `--queues=a`), or an empty string."""
    for place, word in enumerate(command):
        if word in names:
            return command[place + 1] if place + 1 < len(command) else ""
        for name in names:
            if name.startswith("--") and word.startswith(f"{name}="):
                return word[len(name) + 1 :]
            if not name.startswith("--") and word.startswith(name) and not word.startswith("--"):
                return word[len(name) :].lstrip("=")
    return ""


def after(command: Sequence[str], program: str) -> Sequence[str]:
    """Return the words after a program's name; none if it is not called."""
    place = _program(command, program)
    return command[place + 1 :] if place is not None else ()


def _program(command: Sequence[str], program: str) -> int | None:
    places = (place for place, word in enumerate(command) if word.rpartition("/")[2] == program)
    return next(places, None)
