"""Compare the checks with the API server of both versions of Kubernetes, and print the result.

python -m tests.e2e.agreement.report --seed 1 --count 10000
python -m tests.e2e.agreement.report --recorded FILE.jsonl --version kubernetes
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Final

from tests.e2e import build
from tests.e2e.agreement.compare import Comparison, compare, examples, findings_of, shortcomings, tables
from tests.e2e.agreement.corpus import read, record, write
from tests.e2e.agreement.objects import dist_kinds
from tests.e2e.manifests import ROOT

DOCUMENT: Final = ROOT / "docs" / "agreement.md"
BEGIN: Final = "<!-- measured -->\n"
END: Final = "<!-- end -->"
RECORDED: Final = ROOT / "build" / "agreement"
DEFAULT_SEED: Final = 36
DEFAULT_COUNT: Final = 10_000


def main() -> int:
    """Print the tables; return 1 if a goal is not reached."""
    arguments = _parser().parse_args()
    lines: list[str] = []
    failures: list[str] = []
    for version in [arguments.version] if arguments.version else build.KUBERNETES:
        number = build.read_versions()[version.upper()]
        file = arguments.recorded or RECORDED / f"{version}-{arguments.seed}.jsonl"
        if arguments.recorded is None:
            write(record(version, arguments.seed, arguments.count), file)
        comparison = compare(read(file), findings_of(number))
        lines += [f"## Kubernetes {number}", "", *tables(comparison), ""]
        print("\n".join([f"Kubernetes {number}", *tables(comparison), *examples(comparison, arguments.examples)]))
        failures += [f"Kubernetes {number}: {each}" for each in _failures(comparison)]
    if arguments.write:
        _write([f"Measured with `make e2e-agreement SEED={arguments.seed} COUNT={arguments.count}`.", "", *lines])
    print("\n".join(failures))
    return 1 if failures else 0


def _failures(comparison: Comparison) -> list[str]:
    return shortcomings(comparison, {kind for _, kind in dist_kinds()})


def _write(lines: list[str]) -> None:
    before, rest = DOCUMENT.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    text = "\n".join(lines)
    DOCUMENT.write_text(f"{before}{BEGIN}{text}{END}{after}", encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Compare the checks with the API server.")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="the same seed gives the same objects")
    parser.add_argument("--count", type=int, default=DEFAULT_COUNT, help="number of changed objects")
    parser.add_argument("--version", choices=build.KUBERNETES, help="by default both")
    parser.add_argument("--recorded", type=Path, help="a recorded file, instead of asking the server; needs --version")
    parser.add_argument("--examples", type=int, default=10, help="number of differences to print")
    parser.add_argument("--write", action="store_true", help="write the tables to docs/agreement.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())
