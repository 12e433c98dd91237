"""Record the API server's verdicts on changed objects.

python -m tests.e2e.agreement.record --seed 1 --count 10000 --version kubernetes --out FILE.jsonl
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from tests.e2e import build
from tests.e2e.agreement.corpus import Corpus, record, write


def main() -> int:
    """Record a corpus and print what is in it."""
    parser = argparse.ArgumentParser(description="Record the API server's verdicts on changed objects.")
    parser.add_argument("--seed", type=int, required=True, help="the same seed gives the same objects")
    parser.add_argument("--count", type=int, default=10_000, help="number of changed objects")
    parser.add_argument("--version", choices=build.KUBERNETES, default=build.KUBERNETES[0])
    parser.add_argument("--out", type=Path, required=True, help="file of JSON lines")
    arguments = parser.parse_args()
    corpus = record(arguments.version, arguments.seed, arguments.count)
    write(corpus, arguments.out)
    print("\n".join(_summary(corpus)))
    return 0


def _summary(corpus: Corpus) -> list[str]:
    rejected = sum(not each.accepted for each in corpus.records)
    lines = [f"unsound: {each[:300]}" for each in corpus.unsound]
    lines += [f"not about the object: {each[:300]}" for each in corpus.unusable]
    kinds = Counter(each.kind for each in corpus.records)
    lines.append(f"{len(kinds)} kinds: {', '.join(f'{kind} {number}' for kind, number in kinds.most_common())}")
    lines.append(f"{len(corpus.records)} objects, {rejected} rejected, {len(corpus.unsound)} originals left out")
    return lines


if __name__ == "__main__":
    sys.exit(main())
