"""YAML for people and for every parser: strings that YAML 1.1 and 1.2 read differently are quoted.

PyYAML alone would leave `y`, `08` and `1e3` plain, which Kubernetes' reader takes for a boolean and numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import yaml

_WIDE: Final = 2**31 - 1  # no line is folded: a diff shows the value that changed
_DOUBTFUL: Final = re.compile(r"[yYnN]$|[-+.]*[0-9][0-9a-fA-FxXoO_.,:+-]*$")

_OTHER_BREAKS: Final = re.compile("[\r\x85\u2028\u2029]")  # ends of lines in YAML 1.1, not in 1.2


class _Dumper(yaml.CSafeDumper):
    """A dumper with block style, literal multi-line strings and no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = '"' if _OTHER_BREAKS.search(text) else "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)
# A plain scalar of another tag than its own is put in quotes.
_Dumper.add_implicit_resolver("!doubtful", _DOUBTFUL, list("yYnN-+.0123456789"))


def write_documents(manifests: Iterable[Any]) -> str:
    """Return the manifests as YAML documents, with keys in the given order."""
    return "---\n".join(
        yaml.dump(manifest, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDE) for manifest in manifests
    )
