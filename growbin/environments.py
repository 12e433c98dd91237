"""From the values files to one app for each environment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from constructs_lib import App, Cluster, InputError
from constructs_lib.values import examine, load_layers
from growbin.charts import Growbin
from growbin.values import SHARED, Values


@dataclass(frozen=True)
class Environments:
    """All environments of a folder of values.

    Args:
        apps: an app for each, by name; of a faulty one it is good for finding further faults only.
        faults: what is wrong with the files, each with its line.
    """

    apps: dict[str, App]
    faults: list[str]


def load_environments(folder: str | Path) -> Environments:
    """An app for each `values-<environment>.yaml` of the folder."""
    root = Path(folder)
    names = sorted(path.stem.removeprefix("values-") for path in root.glob("values-*.yaml"))
    faults = [] if names else [f"{root}: holds no values-<environment>.yaml"]
    loaded: dict[str, tuple[Values, Cluster]] = {}
    for name in names:
        values, cluster, found = _load(root, name)
        faults.extend(found)
        if values is not None and cluster is not None:
            loaded[name] = values, cluster
    faults.extend(_clashes({name: values for name, (values, _) in loaded.items()}))
    apps = {name: App(cluster=cluster, environment=name) for name, (_, cluster) in loaded.items()}
    for name, (values, cluster) in loaded.items():
        Growbin(apps[name], cluster, values)
    return Environments(apps, list(dict.fromkeys(faults)))


def _load(root: Path, environment: str) -> tuple[Values | None, Cluster | None, list[str]]:
    """The values and nodes of one environment, and all that is wrong with their files."""
    try:
        layers = load_layers(root / SHARED, root / f"values-{environment}.yaml")
    except InputError as error:
        return None, None, list(error.faults)
    values, faults = examine(Values, layers)
    cluster = layers.data.get("cluster")
    try:
        return values, Cluster.from_yaml(root / cluster) if isinstance(cluster, str) else None, faults
    except InputError as error:
        return values, None, [*faults, *error.faults]


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
