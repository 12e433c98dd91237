"""Forms of names, labels and keys in Kubernetes.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from constructs_lib.errors import Fault, shown


class Form(NamedTuple):
    """The form of a name.

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
KEY: Final = Form(re.compile(r"(?!\.\.)(?!\.$)[A-Za-z0-9._-]+"), "letters, digits, '-', '_' and '.'", 253)
"""Of an entry of a Secret or ConfigMap."""

LABEL_VALUE: Final = Form(
    re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?"),
    "letters, digits, '-', '_' and '.', a letter or digit at either end",
    63,
)
"""Of a label's value that isn't empty, and of its key behind the prefix."""

PATH_SEGMENT: Final = Form(re.compile(r"(?!\.{1,2}$)[^/%]+"), "anything but '/' and '%'", 10_000)
"""Of a role, or of another name that is a part of a URL."""

VARIABLE_NAME: Final = Form(
    re.compile(r"[A-Za-z_.-][A-Za-z0-9_.-]*"), "letters, digits, '_', '.' and '-', no digit first", 253
)
_ANY_VARIABLE_NAME: Final = re.compile(r"[ -<>-~]+")


def is_qualified(key: str) -> bool:
    """Return True if it is the key of a label: `[DNS name/]name`."""
    prefix, slash, name = key.rpartition("/")
    return LABEL_VALUE.fits(name) and (not slash or DNS_NAME.fits(prefix))


def label_name_faults(where: str, name: str, what: str) -> Iterator[Fault]:
    """Yield the faults of the name of a namespace, container or volume: a DNS label."""
    yield from form_faults(where, name, f"{what} name", DNS_LABEL)


def name_faults(where: str, name: str, what: str) -> Iterator[Fault]:
    """Yield the faults of the name of most other objects, such as a `Secret`: a DNS name."""
    yield from form_faults(where, name, f"{what} name", DNS_NAME)


def host_faults(where: str, host: str) -> Iterator[Fault]:
    """Yield the faults of a host, which may begin with `*.`."""
    parts = host.split(".")
    if not _HOST.fullmatch(host):
        yield Fault(
            where, f"{shown(host)} is not a valid host; write it like api.example.com, in lower case, without https://"
        )
    elif len(host) > 253 or any(len(part) > 63 for part in parts):
        yield Fault(where, f"{shown(host)} is too long; hosts have at most 253 characters, and 63 between two dots")


def port_name_faults(where: str, name: str) -> Iterator[Fault]:
    """Yield the faults of the name of a port."""
    yield from form_faults(where, name, "port name", PORT_NAME)


def key_faults(where: str, keys: Iterable[str]) -> Iterator[Fault]:
    """Yield the faults of keys of a Secret or ConfigMap."""
    for key in keys:
        yield from form_faults(where, key, "key", KEY)


def label_faults(where: str, labels: Mapping[str, str]) -> Iterator[Fault]:
    """Yield the faults of labels."""
    for key in labels:
        yield from label_key_faults(where, key)
    for key, value in labels.items():
        yield from label_value_faults(f"{where}.{key}", value) if value else ()


def label_value_faults(where: str, value: str) -> Iterator[Fault]:
    """Yield the faults of the value of a label that has one."""
    yield from form_faults(where, value, "label value", LABEL_VALUE)


def annotation_faults(where: str, annotations: Mapping[str, str]) -> Iterator[Fault]:
    """Yield the faults of the keys of annotations, which the API server reads in lower case."""
    for key in annotations:
        yield from annotation_key_faults(where, key)


def label_key_faults(where: str, key: str) -> Iterator[Fault]:
    """Yield the fault of a label's key."""
    if not is_qualified(key):
        yield _key_fault(where, key, "label")


def annotation_key_faults(where: str, key: str) -> Iterator[Fault]:
    """Yield the fault of an annotation's key, which the API server reads in lower case."""
    if not is_qualified(key.lower()):
        yield _key_fault(where, key, "annotation")


def _key_fault(where: str, key: str, what: str) -> Fault:
    form = f"[DNS name/]name, the name with at most {LABEL_VALUE.longest} characters: {LABEL_VALUE.words}"
    return Fault(where, f"{shown(key)} is not a valid {what} key; write {form}")


def variable_name_faults(where: str, name: str) -> Iterator[Fault]:
    """Yield the fault of an environment variable's name that older API servers, or a shell, reject."""
    yield from form_faults(where, name, "environment variable name", VARIABLE_NAME)


def rejected_variable_name(where: str, name: str) -> Iterator[Fault]:
    """Yield the fault of an environment variable's name that every API server rejects.

    Source: https://kubernetes.io/docs/tasks/inject-data-application/define-environment-variable-container/
    """
    if not _ANY_VARIABLE_NAME.fullmatch(name):
        yield from variable_name_faults(where, name)


def form_faults(where: str, name: str, what: str, form: Form) -> Iterator[Fault]:
    """Yield the fault of a name that does not have its form.

    Args:
        where: the argument.
        name: the name.
        what: the kind of name, such as `port name`.
        form: the form.
    """
    if not form.pattern.fullmatch(name):
        yield Fault(where, f"{shown(name)} is not a valid {what}; write {form.words}")
    elif len(name) > form.longest:
        because = f", because {form.reason}" if form.reason else ""
        yield Fault(where, f"{shown(name)} has {len(name)} characters; {what}s have at most {form.longest}{because}")
