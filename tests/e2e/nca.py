"""What network-config-analyzer, which knows nothing of this library, says that NetworkPolicies allow."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from tests.e2e import build

# It runs in an environment of its own, and once for all folders: starting it takes longer than its work.
_SCRIPT = """
import contextlib, io, json, sys
from nca.nca_cli import nca_main
answers = []
for folder in json.load(sys.stdin):
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        nca_main(["--connectivity", folder, "-r", folder, "--output_format", "txt_no_fw_rules"])
    answers.append(out.getvalue())
json.dump(answers, sys.stdout)
"""
_LINE = re.compile(r"^(?P<source>\S+) => (?P<target>\S+) : (?P<what>.+)$", re.MULTILINE)
_PART = re.compile(r"\{protocols:(?P<protocols>[A-Z, ]+?)(?:,dst_ports:(?P<ports>[\d,-]+))?\}")
ALL = "All connections"


@dataclass(frozen=True)
class Rule:
    """One line of its answer."""

    source: str
    target: str
    what: str

    def allows(self, source: str, target: str, port: int, protocol: str) -> bool:
        return _is_end(self.source, source) and _is_end(self.target, target) and self._opens(port, protocol)

    def _opens(self, port: int, protocol: str) -> bool:
        if self.what == ALL:
            return True
        parts = list(_PART.finditer(self.what))
        assert parts, f"not understood: {self.what}"
        return any(
            protocol in part["protocols"].split(", ") and (not part["ports"] or _within(part["ports"], port))
            for part in parts
        )


def judge(folders: Sequence[Path]) -> list[list[Rule]]:
    """For each folder of manifests, what its policies allow."""
    python = build.folder("nca") / "bin" / "python"
    names = json.dumps([str(folder) for folder in folders])
    done = subprocess.run([python, "-c", _SCRIPT], input=names, capture_output=True, text=True, check=True)
    return [[Rule(**line.groupdict()) for line in _LINE.finditer(answer)] for answer in json.loads(done.stdout)]


def _is_end(said: str, end: str) -> bool:
    """Return True if a line's end, such as `api/waste-api[Deployment]` or a range of addresses, means this one."""
    if "/" in said or "/" in end:
        return said.partition("[")[0] == end
    first, _, last = said.partition("-")
    return IPv4Address(first) <= IPv4Address(end) <= IPv4Address(last or first)


def _within(ports: str, port: int) -> bool:
    spans = [span.partition("-") for span in ports.split(",")]
    return any(int(first) <= port <= int(last or first) for first, _, last in spans)
