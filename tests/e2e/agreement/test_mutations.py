"""The changes are the same for the same seed, and change the object."""

from __future__ import annotations

import copy
from collections import Counter
from random import Random

from tests.e2e.agreement.mutations import MUTATIONS, mutate
from tests.e2e.agreement.objects import Choice, originals

COUNT = 400


def test_mutations() -> None:
    choice = Choice([each for each in originals() if each.source == "own"])
    reasons: Counter[str] = Counter()
    for number in range(COUNT):
        manifest = choice.object(Random(number))
        before = copy.deepcopy(manifest)
        changed, reason, path = mutate(Random(number), manifest)
        assert manifest == before
        assert changed != before, (reason, path)
        assert (changed, reason, path) == mutate(Random(number), manifest)
        reasons[reason] += 1
    assert reasons.keys() == MUTATIONS.keys()
