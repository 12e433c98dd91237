"""From the values files to one app for each environment."""

from __future__ import annotations

from pathlib import Path

from constructs_lib import App, Cluster, InputError
from constructs_lib.values import load_layers, validate
from growbin.charts import Growbin
from growbin.values import Values

SHARED = "values.yaml"


def load_environments(folder: str | Path) -> dict[str, App]:
    """An app for each `values-<environment>.yaml` of the folder, by the environment's name.

    Raises:
        InputError: with every fault of every file.
    """
    root = Path(folder)
    names = sorted(path.stem.removeprefix("values-") for path in root.glob("values-*.yaml"))
    if not names:
        raise InputError([f"{root}: holds no values-<environment>.yaml"])
    loaded: dict[str, tuple[Values, Cluster]] = {}
    faults: list[str] = []
    for name in names:
        try:
            values = validate(Values, load_layers(root / SHARED, root / f"values-{name}.yaml"))
            loaded[name] = values, Cluster.from_yaml(root / values.cluster)
        except InputError as error:
            faults.extend(error.faults)
    faults.extend(_clashes({name: values for name, (values, _) in loaded.items()}))
    if faults:
        raise InputError(dict.fromkeys(faults))
    return {name: _app(name, *parts) for name, parts in loaded.items()}


def _app(name: str, values: Values, cluster: Cluster) -> App:
    app = App(cluster=cluster, environment=name)
    Growbin(app, cluster, values)
    return app


def _clashes(environments: dict[str, Values]) -> list[str]:
    """Namespaces that two environments would both write into."""
    owners: dict[tuple[str, str], str] = {}
    faults = []
    for name, values in environments.items():
        destination = values.destination.name or values.destination.server or ""
        for namespace in values.own_namespaces():
            other = owners.setdefault((destination, namespace), name)
            if other != name:
                faults.append(
                    f"values-{name}.yaml: namespaces: {namespace} of {destination} is {other}'s already; they would "
                    "overwrite each other for ever: give it another name or another destination"
                )
    return faults
