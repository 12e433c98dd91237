"""Single values of the files: what they may be, and what is said of those that aren't."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from constructs_lib import DNS_NAME, KEY, MEBI, SERVICE_NAME, Fault, Form, host_faults, quantity_faults

TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
TAG_FORM = "a tag has at most 128 letters, digits, '.', '_' and '-', none of the last three first"
"""Source: https://github.com/opencontainers/distribution-spec/blob/main/spec.md"""

DIGEST = re.compile("sha256:[0-9a-f]{64}")
DIGEST_FORM = "write sha256: and 64 hexadecimal digits"

_LONGEST_NAME = 50
"""So that what is added to it, such as `-worker`, has room in a Service's 63."""


def name_of(value: str) -> str:
    """A name that is part of others.

    Raises:
        ValueError: it is none.
    """
    if not SERVICE_NAME.pattern.fullmatch(value):
        raise ValueError(f"{value!r} is no name: lower-case letters, digits and '-', a letter first, none of '-' last")
    if len(value) > _LONGEST_NAME:
        raise ValueError(f"{value!r} has {len(value)} characters; the most are {_LONGEST_NAME}")
    return value


def _right(value: object, faults: Iterator[Fault]) -> str:
    for fault in faults:
        raise ValueError(fault.message)
    return str(value)


def _quantity(value: str | int | float) -> str:
    return _right(value, quantity_faults("", value))


def _bytes(value: str | int | float) -> str:
    return _right(value, quantity_faults("", value, MEBI))


def _absolute(value: str) -> str:
    if not value.startswith("/"):
        raise ValueError(f"{value!r} must begin with a slash")
    return value


def _host(value: str) -> str:
    return _right(value, host_faults("", value))


def _named(form: Form, what: str) -> AfterValidator:
    """Refuses what can't be the name of such a thing."""

    def check(value: str) -> str:
        if not form.fits(value):
            raise ValueError(f"{value!r} is no {what}: {form.words}")
        return value

    return AfterValidator(check)


def _form(pattern: str | re.Pattern[str], fault: str) -> AfterValidator:
    """Refuses a text that hasn't the form."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"{value!r} {fault}")
        return value

    return AfterValidator(check)


Count = Annotated[int, Field(strict=True, ge=1)]
Port = Annotated[int, Field(strict=True, ge=1, le=65535)]
Switch = Annotated[bool, Field(strict=True)]
Text = Annotated[str, Field(min_length=1)]
_TEXT_OR_NUMBER = WithJsonSchema({"type": ["string", "number"]})
Cpu = Annotated[str, BeforeValidator(_quantity), _TEXT_OR_NUMBER]
Bytes = Annotated[str, BeforeValidator(_bytes), _TEXT_OR_NUMBER]
Path = Annotated[str, AfterValidator(_absolute)]
HostName = Annotated[str, AfterValidator(_host)]
Name = Annotated[str, AfterValidator(name_of)]
ObjectName = Annotated[str, _named(DNS_NAME, "object's name")]
SecretKey = Annotated[str, _named(KEY, "key of a Secret")]
Tag = Annotated[str, _form(TAG, f"is no tag: {TAG_FORM}")]
Digest = Annotated[str, _form(DIGEST, f"is no digest: {DIGEST_FORM}")]
Registry = Annotated[str, _form(r"[a-z0-9.-]+(:\d+)?", "is no registry; write it like ghcr.io")]
Repository = Annotated[
    str, _form("[a-z0-9]+([._/-]+[a-z0-9]+)*", "is no repository; write it like your-org/name, in lower case")
]
Interval = Annotated[str, _form(r"(\d+(ms|[smh]))+", "is no time; write 30s, 1m or the like")]
WebAddress = Annotated[str, _form(r"https?://\S+", "is no address of the web; write https://...")]
Pool = Literal["prefork", "processes", "gevent", "eventlet", "threads", "solo"]
