"""The public methods of App."""

from __future__ import annotations

from collections.abc import Callable

import cdk8s
import pytest

from constructs_lib import App, Autoscaling, Fault, InputError, NamespaceChart, Resources, add_manifest, synthesize


def test_locate_adds_the_source_of_a_value_to_its_fault() -> None:
    app = App(locate=lambda path, argument: f"values.yaml:7 ({path}, {argument})")
    chart = NamespaceChart(app, "shop")
    app.report(chart, Fault("labels", "must not be empty"))
    app.report("shop/api", Fault("image", "is required"))
    with pytest.raises(InputError) as error:
        app.synth()
    assert error.value.faults == (
        "shop: labels: must not be empty  [values.yaml:7 (shop, labels)]",
        "shop/api: image: is required  [values.yaml:7 (shop/api, image)]",
    )


def test_environment_is_readable() -> None:
    assert App(environment="prod").environment == "prod"
    assert App().environment is None


def test_declared_objects_exist() -> None:
    app = App()
    chart = cdk8s.Chart(app, "jobs")
    add_manifest(chart, "map", {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "b"}})
    assert synthesize(app).faults
    app.declare(namespaces=["b"])
    assert not synthesize(app).faults


@pytest.mark.parametrize(
    ("make", "faults"),
    [
        (
            lambda: Resources(extended={}),  # type: ignore[call-arg]
            ('Resources: unknown argument "extended"; known: cpu, cpu_limit, memory, memory_limit',),
        ),
        (Autoscaling, ("Autoscaling: max_replicas: is required",)),
    ],
)
def test_a_misused_option_ends_in_lines(make: Callable[[], object], faults: tuple[str, ...]) -> None:
    with pytest.raises(InputError) as error:
        make()
    assert error.value.faults == faults
