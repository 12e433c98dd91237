"""Host names in the text of an environment value, an argument or a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final, NamedTuple

_LABEL: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9])?"
_URL: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/\s\"'?#\\<>`]*)")
_ENDPOINT: Final = re.compile(rf"(?P<host>{_LABEL}(?:\.{_LABEL})*)\.?(?::(?P<port>[0-9]{{1,5}}))?(?:/.*)?")
_SERVICE_NAME: Final = re.compile(
    rf"(?<![A-Za-z0-9_.-])(?P<host>{_LABEL}(?:\.{_LABEL}){{1,4}}\.svc(?:\.cluster\.local)?)"
    r"\.?(?![A-Za-z0-9_-])(?::(?P<port>[0-9]{1,5})(?![0-9]))?"
)
_PORTS: Final = {
    **{"http": 80, "https": 443, "ws": 80, "wss": 443, "amqp": 5672, "amqps": 5671, "pyamqp": 5672},
    **{"redis": 6379, "rediss": 6379, "postgres": 5432, "postgresql": 5432, "mysql": 3306, "mongodb": 27017},
    **{"nats": 4222, "memcached": 11211, "smtp": 25, "ldap": 389},
}
_HOST_WORDS: Final = frozenset(
    {
        "HOST",
        "HOSTS",
        "HOSTNAME",
        "ADDR",
        "ADDRESS",
        "ADDRESSES",
        "URL",
        "URLS",
        "URI",
        "ENDPOINT",
        "ENDPOINTS",
    }
)
_OTHER_WORDS: Final = frozenset(
    {
        "ALLOWED",
        "CORS",
        "ORIGIN",
        "ORIGINS",
        "TRUSTED",
        "VIRTUAL",
        "BIND",
        "LISTEN",
        "EMAIL",
        "COOKIE",
        "NODE",
    }
)
_NO_HOSTS: Final = frozenset({"localhost", "true", "false", "none", "null", "nil", "yes", "no", "on", "off", "auto"})
_LONGEST: Final = 100_000


class Host(NamedTuple):
    """A host in a string, with the port that the string names or its URL scheme implies."""

    name: str
    port: int | None


def names_hosts(variable: str) -> bool:
    """Return True if the name of a variable or flag says that its value is a host: `REDIS_HOST`, `--db-url`."""
    words = [word for word in re.split(r"[^A-Z]+", variable.upper()) if word]
    is_bare = words in (["HOST"], ["HOSTNAME"])
    return bool(words) and words[-1] in _HOST_WORDS and not is_bare and not _OTHER_WORDS & set(words)


def hosts_in_value(variable: str, value: str) -> Iterator[Host]:
    """The hosts in the value of a variable.

    URLs name hosts anywhere; a bare name is one only in a variable whose name says so, or as a Service's full
    DNS name.
    """
    value = value[:_LONGEST]
    if "://" in value:
        yield from _hosts_in_urls(value)
    elif names_hosts(variable):
        for piece in re.split(r"[,;\s]+", value):
            yield from _endpoint(piece)
    else:
        yield from service_names(value)


def service_names(value: str) -> Iterator[Host]:
    """Yield the full DNS names of Services (`redis.data.svc`, `...svc.cluster.local`) in a string."""
    for line in value.splitlines() if ".svc" in value else ():
        if not line.lstrip().startswith(("#", "//", ";")):
            for match in _SERVICE_NAME.finditer(line):
                yield Host(match["host"].lower(), _port(match["port"]))


def _hosts_in_urls(value: str) -> Iterator[Host]:
    for match in _URL.finditer(value):
        scheme = match["scheme"].lower().split("+")[0]
        if scheme in ("file", "unix", "sqlite", "data"):
            continue
        authority = match["authority"].rpartition("@")[2]
        for piece in re.split(r"[,;]", authority):
            for host in _endpoint(piece):
                yield host if host.port is not None else Host(host.name, _PORTS.get(scheme))


def _endpoint(piece: str) -> Iterator[Host]:
    match = _ENDPOINT.fullmatch(piece)
    if match is None or match["host"].lower() in _NO_HOSTS or match["host"].isdigit():
        return
    yield Host(match["host"].lower(), _port(match["port"]))


def _port(digits: str | None) -> int | None:
    return int(digits) if digits else None


def address_of(host: str) -> str | None:
    """The address, if that is what the host is."""
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return str(address)
