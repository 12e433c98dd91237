"""Fields of Jobs and CronJobs that exclude or contradict each other."""

from __future__ import annotations

from random import Random
from typing import Any, Final

from tests.e2e.agreement.combinations.fields import Combination, pick, set_fields
from tests.e2e.agreement.tree import Path
from tests.e2e.kube import Manifest


def jobs(random: Random, manifest: Manifest) -> Path | None:
    node = pick(
        random,
        manifest,
        lambda each: (
            isinstance(each.value, dict)
            and each.path[-1] == "spec"
            and (each.path == ("spec",) if manifest["kind"] == "Job" else each.parent_key == "jobTemplate")
        ),
    )
    rule = {"action": "FailJob", "onExitCodes": {"operator": "In", "values": [1]}}
    choices: tuple[dict[str, Any], ...] = (
        {"completionMode": "Indexed", "completions": None},
        {"completionMode": "Indexed", "completions": 3},
        {"completions": 3, "parallelism": 5},
        {"backoffLimitPerIndex": 1},
        {
            "completionMode": "Indexed",
            "completions": 3,
            "backoffLimitPerIndex": 1,
            "maxFailedIndexes": random.choice((0, 2, 5)),
        },
        {"maxFailedIndexes": 1},
        {"podFailurePolicy": {"rules": [rule]}},
        {"podFailurePolicy": {"rules": [{**rule, "action": "FailIndex"}]}},
        {"podFailurePolicy": {"rules": [{**rule, "onExitCodes": {"operator": "In", "values": [0]}}]}},
        {
            "podFailurePolicy": {
                "rules": [{**rule, "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}]
            }
        },
        {"successPolicy": {"rules": [{"succeededIndexes": "0"}]}},
        {
            "successPolicy": {"rules": [{"succeededIndexes": "0-2", "succeededCount": 5}]},
            "completionMode": "Indexed",
            "completions": 3,
        },
        {"podReplacementPolicy": random.choice(("Failed", "TerminatingOrFailed", "Never"))},
        {"manualSelector": True},
        {"manualSelector": True, "selector": {"matchLabels": {"app": "other"}}},
        {"selector": {"matchLabels": {"app": "other"}}},
        {"ttlSecondsAfterFinished": -1},
        {"activeDeadlineSeconds": 0},
        {"backoffLimit": -1},
        {"suspend": True},
        {"managedBy": random.choice(("example.com/a", "a", "A b/c"))},
    )
    return set_fields(node, random.choice(choices))


def cron_job_fields(random: Random, manifest: Manifest) -> Path | None:
    node = pick(random, manifest, lambda each: each.path == ("spec",) and manifest["kind"] == "CronJob")
    choices: tuple[dict[str, Any], ...] = (
        {"schedule": "TZ=Europe/Berlin 0 3 * * *", "timeZone": "UTC"},
        {"schedule": "CRON_TZ=UTC 0 3 * * *"},
        {"timeZone": ""},
        {"timeZone": "Local"},
        {"startingDeadlineSeconds": -1},
        {"concurrencyPolicy": "Never"},
        {"successfulJobsHistoryLimit": -1},
        {"jobTemplate": {}},
        {"suspend": "no"},
    )
    if random.random() < 0.15:
        manifest["metadata"]["name"] = "a" * random.choice((52, 53))
        return ("metadata", "name")
    return set_fields(node, random.choice(choices))


COMBINATIONS: Final[tuple[Combination, ...]] = (
    jobs,
    cron_job_fields,
)
