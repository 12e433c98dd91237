"""The checks find what the API server rejects, and nothing that it accepts."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from tests.e2e import build
from tests.e2e.agreement.compare import compare, examples, findings_of, shortcomings
from tests.e2e.agreement.corpus import record
from tests.e2e.agreement.objects import dist_kinds
from tests.e2e.agreement.report import DEFAULT_SEED

pytestmark = pytest.mark.own_nodes

SEED = int(os.environ.get("SEED", DEFAULT_SEED))
COUNT = int(os.environ.get("COUNT", "1500"))
EXAMPLES = 20


@pytest.mark.parametrize("version", build.KUBERNETES)
def test_agrees_with_the_api_server(version: str, record_property: Callable[[str, object], None]) -> None:
    number = build.read_versions()[version.upper()]
    corpus = record(version, SEED, COUNT)
    comparison = compare(corpus.records, findings_of(number))
    tally = comparison.all
    record_property(f"verdicts of Kubernetes {number}", f"{tally.objects} objects, {tally.rejected} rejected")
    wrong = shortcomings(comparison, {kind for _, kind in dist_kinds()})
    assert not wrong, "\n".join([*wrong, *examples(comparison, EXAMPLES)])
    # More than a few answers that are not about the object mean that the server is set up wrongly.
    assert len(corpus.unusable) <= COUNT / 100, corpus.unusable[:EXAMPLES]
