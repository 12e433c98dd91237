"""What ends a synth, and how faults are worded."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Fault:
    """An argument that cannot be used.

    Args:
        argument: the argument, with the path into it: `resources.cpu`, `env.LEVEL`, `pod.sidecars proxy: image`. Empty
            if the fault belongs to no single argument.
        message: what is wrong, why it fails, and what to write instead.
        path: path of the construct, once it is known.
        place: where the value was read from, such as `values/values.yaml:82`, if it was read from a file.
    """

    argument: str
    message: str
    path: str = ""
    place: str = ""

    def within(self, argument: str) -> Fault:
        """Return the fault of a part as a fault of the argument that holds the part."""
        return replace(self, argument=": ".join(part for part in (argument, self.argument) if part))

    def __str__(self) -> str:
        place = f"  [{self.place}]" if self.place else ""
        return ": ".join(part for part in (self.path, self.argument, self.message) if part) + place


class InputError(SystemExit):
    """Input that can't be used: the text names every fault, one a line.

    A subclass of `SystemExit`, so that a program that doesn't catch it prints the text on standard error and
    ends with exit code 1, without a traceback.
    """

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))

    @property
    def code(self) -> str:  # type: ignore[override]  # a text as code: printed, and exit status 1
        """The faults as one text."""
        return "\n".join(self.faults)


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """`; did you mean X?` for the nearest of the known words, else all of them."""
    choices = sorted(known)
    return nearest(wrong, choices) or (f"; known: {', '.join(choices)}" if choices else "")


def nearest(wrong: str, known: Iterable[str]) -> str:
    """`; did you mean X?` for the nearest of the known words, an empty text where none is near."""
    near = difflib.get_close_matches(wrong, sorted(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""


def minimum_faults(where: str, value: int | None, least: int) -> Iterator[Fault]:
    """What is wrong with a number that must not be below the least; nothing with one that isn't given."""
    if value is not None and value < least:
        yield Fault(where, f"{value} is out of range; the least is {least}")


def shown_as(*names: str) -> Callable[[type[T]], type[T]]:
    """A Protocol's classes, which a message names in its place."""

    def name(protocol: type[T]) -> type[T]:
        protocol._written_as = names  # type: ignore[attr-defined]
        return protocol

    return name
