"""What Kubernetes takes as a name, a label or a key.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from constructs_lib.errors import Fault


class Form(NamedTuple):
    """What a name may look like.

    Args:
        pattern: what all of it has to match.
        words: the same for people, to come behind "write".
        longest: the most characters.
        reason: why no more, where the characters that are added to it count too.
    """

    pattern: re.Pattern[str]
    words: str
    longest: int
    reason: str = ""

    def fits(self, name: str) -> bool:
        """Return True if a name has the form."""
        return self.pattern.fullmatch(name) is not None and len(name) <= self.longest


_LABEL: Final = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_HOST: Final = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})*")

DNS_LABEL: Final = Form(re.compile(_LABEL), "lower-case letters, digits and '-', no '-' at either end", 63)
"""Of a namespace, container or volume."""

DNS_NAME: Final = Form(
    re.compile(rf"{_LABEL}(\.{_LABEL})*"),
    "lower-case letters, digits, '-' and '.', a letter or digit at either end",
    253,
)
"""Of most objects."""

SERVICE_NAME: Final = Form(
    re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?"), "lower-case letters, digits and '-', a letter first", 63
)
"""Of a Service."""

PORT_NAME: Final = Form(
    re.compile(rf"(?=.*[a-z])(?!.*--){_LABEL}"),
    "lower-case letters (one at least), digits and single '-' within",
    15,
)
KEY: Final = Form(re.compile(r"[A-Za-z0-9._-]+"), "letters, digits, '-', '_' and '.'", 253)
"""Of an entry of a Secret or ConfigMap."""

LABEL_VALUE: Final = Form(
    re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?"),
    "letters, digits, '-', '_' and '.', a letter or digit at either end",
    63,
)
"""Of a label's value that isn't empty, and of its key behind the prefix."""


def is_qualified(key: str) -> bool:
    """Return True if it is the key of a label: `[DNS name/]name`."""
    prefix, slash, name = key.rpartition("/")
    return LABEL_VALUE.fits(name) and (not slash or DNS_NAME.fits(prefix))


def label_name_faults(where: str, name: str) -> Iterator[Fault]:
    """Yield the faults of the name of a namespace, container or volume: a DNS label."""
    yield from _form_faults(where, name, "name", DNS_LABEL)


def name_faults(where: str, name: str) -> Iterator[Fault]:
    """Yield the faults of the name of most other objects: a DNS name."""
    yield from _form_faults(where, name, "name", DNS_NAME)


def host_faults(where: str, host: str) -> Iterator[Fault]:
    """Yield the faults of a host, which may begin with `*.`."""
    parts = host.split(".")
    if not _HOST.fullmatch(host):
        yield Fault(
            where, f"{host!r} is no host's name; write it like api.example.com, in lower case, without https://"
        )
    elif len(host) > 253 or any(len(part) > 63 for part in parts):
        yield Fault(where, f"{host!r} is too long; the most are 253 characters, 63 between two dots")


def port_name_faults(where: str, name: str) -> Iterator[Fault]:
    """Yield the faults of the name of a port."""
    if not PORT_NAME.fits(name):
        yield Fault(
            where, f"{name!r} is no port's name: write {PORT_NAME.longest} characters at most, {PORT_NAME.words}"
        )


def key_faults(where: str, keys: Iterable[str]) -> Iterator[Fault]:
    """Yield the faults of keys of a Secret or ConfigMap."""
    for key in keys:
        if not KEY.fits(key):
            yield Fault(where, f"{key!r} is no key: write {KEY.words}")


def label_faults(where: str, labels: Mapping[str, str]) -> Iterator[Fault]:
    """Yield the faults of labels."""
    yield from _qualified_faults(where, {key: key for key in labels})
    for key, value in labels.items():
        yield from label_value_faults(f"{where}.{key}", value) if value else ()


def label_value_faults(where: str, value: str) -> Iterator[Fault]:
    """Yield the faults of the value of a label that has one."""
    yield from _form_faults(where, value, "label's value", LABEL_VALUE)


def annotation_faults(where: str, annotations: Mapping[str, str]) -> Iterator[Fault]:
    """Yield the faults of the keys of annotations, which the API server reads in lower case."""
    yield from _qualified_faults(where, {key: key.lower() for key in annotations})


def _qualified_faults(where: str, keys: Mapping[str, str]) -> Iterator[Fault]:
    """Yield the faults of keys, by what is read of them."""
    for key, read in keys.items():
        if not is_qualified(read):
            yield Fault(
                where,
                f"{key!r} is no key: write [DNS name/]name, the name of {LABEL_VALUE.longest} characters at "
                f"most, with {LABEL_VALUE.words}",
            )


def _form_faults(where: str, name: str, what: str, form: Form) -> Iterator[Fault]:
    if not form.pattern.fullmatch(name):
        yield Fault(where, f"{name!r} is no {what}: write {form.words}")
    elif len(name) > form.longest:
        yield Fault(where, f"{name!r} has {len(name)} characters; the most are {form.longest}")
