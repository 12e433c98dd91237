"""Types of single values in the files, with the messages for invalid ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from constructs_lib import (
    DNS_NAME,
    IMAGE_DIGEST,
    IMAGE_REGISTRY,
    IMAGE_REPOSITORY,
    IMAGE_TAG,
    KEY,
    MEBI,
    SERVICE_NAME,
    Fault,
    Form,
    form_faults,
    host_faults,
    quantity_faults,
)

_NAME = SERVICE_NAME._replace(longest=50, reason="suffixes such as -worker are added to it")


def name_of(value: str) -> str:
    """A name that is part of others.

    Raises:
        ValueError: it is none.
    """
    return _right(value, form_faults("", value, "name", _NAME))


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
    """Reject a string that does not have the form."""
    return AfterValidator(lambda value: _right(value, form_faults("", value, what, form)))


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
ObjectName = Annotated[str, _named(DNS_NAME, "object name")]
SecretKey = Annotated[str, _named(KEY, "Secret key")]
Tag = Annotated[str, _named(IMAGE_TAG, "tag")]
Digest = Annotated[str, _named(IMAGE_DIGEST, "digest")]
Registry = Annotated[str, _named(IMAGE_REGISTRY, "registry")]
Repository = Annotated[str, _named(IMAGE_REPOSITORY, "repository")]
Interval = Annotated[str, _form(r"(\d+(ms|[smh]))+", "is not a duration; write it like 30s or 1m")]
WebAddress = Annotated[str, _form(r"https?://\S+", "is not a URL; write https://...")]
