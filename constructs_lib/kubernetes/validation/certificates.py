"""Rules of CertificateSigningRequests.

Source: https://github.com/kubernetes/kubernetes/blob/master/pkg/apis/certificates/validation/validation.go
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from constructs_lib.errors import shown
from constructs_lib.kubernetes.names import DNS_NAME
from constructs_lib.kubernetes.validation.rule import Rules, at_least, each, one_of

_LEAST_SECONDS: Final = 600
_USAGES: Final = (
    *("any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment"),
    *("decipher only", "digital signature", "email protection", "encipher only", "ipsec end system", "ipsec tunnel"),
    *("ipsec user", "key agreement", "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime"),
    *("server auth", "signing", "timestamping"),
)


def _signer(value: str) -> Iterator[str]:
    """Yield the problem of a signer's name, such as `example.com/my-signer`."""
    domain, slash, path = value.partition("/")
    is_path = bool(slash) and all(map(DNS_NAME.fits, path.split(".")))
    if value and not (is_path and "." in domain and DNS_NAME.fits(domain)):
        yield f"{shown(value)} is not the name of a signer; write it like example.com/my-signer"


def _usages(value: Sequence[Any]) -> Iterator[str]:
    yield from each(one_of(*_USAGES))(value)
    if len(set(value)) < len(value):
        yield "must hold each usage once"


RULES: Final = Rules(
    fields={
        "certificates.v1.CertificateSigningRequestSpec": {
            "signerName": _signer,
            "usages": _usages,
            "expirationSeconds": at_least(_LEAST_SECONDS),
        },
    },
    required={
        "certificates.v1.CertificateSigningRequest": ("spec",),
        "certificates.v1.CertificateSigningRequestSpec": ("usages",),
    },
)
