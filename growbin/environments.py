"""From the values files to one app for each environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from constructs_lib import App, Cluster, InputError, Layers, examine, load_layers
from growbin.charts import Growbin
from growbin.consistency import faults_between
from growbin.fields import name_of
from growbin.origins import Origins
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
    names, faults = _environments(root)
    loaded: dict[str, _Loaded] = {}
    for name in names:
        one, found = _load(root, name)
        faults.extend(found)
        if one is not None:
            loaded[name] = one
    faults.extend([*_clashes(loaded), *_shared_queues(loaded)])
    apps: dict[str, App] = {}
    for name, one in loaded.items():
        origins = Origins(one.layers)
        apps[name] = App(cluster=one.cluster, environment=name, locate=origins.locate)
        Growbin(apps[name], one.cluster, one.values, origins)
    return Environments(apps, list(dict.fromkeys(faults)))


@dataclass(frozen=True)
class _Loaded:
    """An environment as its files have it."""

    layers: Layers
    values: Values
    cluster: Cluster


def _environments(root: Path) -> tuple[list[str], list[str]]:
    """Return the names of the environments, and the faults of file names."""
    names, faults = [], []
    for path in sorted(root.glob("values-*.yaml")):
        try:
            names.append(name_of(path.stem.removeprefix("values-")))
        except ValueError as error:
            faults.append(f"{path}: the environment {error}")
    # Were they passed over in silence, so would be what they deploy: its files in dist/ would go.
    faults += [
        f"{path}: is ignored because of its suffix; rename it to {path.stem}.yaml"
        for path in sorted(root.glob("*.yml"))
    ]
    if not names and not faults:
        faults.append(f"{root}: holds no values-<environment>.yaml")
    return names, faults


def _load(root: Path, environment: str) -> tuple[_Loaded | None, list[str]]:
    """One environment, as far as it can be used, and all that is wrong with its files."""
    try:
        layers = load_layers(root / SHARED, root / f"values-{environment}.yaml")
    except InputError as error:
        return None, list(error.faults)
    values, wrong = examine(Values, layers)
    faults = [*map(str, wrong)]
    named = layers.data.get("cluster")
    try:
        cluster = Cluster.from_yaml(root / named) if isinstance(named, str) else None
    except InputError as error:
        return None, [*faults, *error.faults]
    if values is None or cluster is None:
        return None, faults
    between = list(faults_between(values, {fault.argument.partition(".")[0] for fault in wrong}))
    faults += [f"{layers.locate(path)}: {'.'.join(map(str, path))}: {fault}" for path, fault in between]
    # With wrong namespaces all else would be called otherwise: what is made of it tells nothing.
    named_well = not any("namespaces" in path for path, _ in between)
    return _Loaded(layers, values, cluster) if named_well else None, faults


def _clashes(environments: Mapping[str, _Loaded]) -> Iterator[str]:
    """Namespaces that two environments would both write into."""
    owners: dict[tuple[str, str], str] = {}
    for name, one in environments.items():
        destination = str(one.values.destination)
        for called in one.values.own_namespaces():
            namespace = one.values.namespace(called)
            other = owners.setdefault((destination, namespace), name)
            if other != name:
                yield (
                    f"{one.layers.locate(('namespaces', called))}: namespaces.{called}: {namespace!r} of {destination} "
                    f"is {other}'s already, and {name}'s: they would overwrite each other forever; give one of them "
                    "another name or another destination"
                )


def _shared_queues(environments: Mapping[str, _Loaded]) -> Iterator[str]:
    """Queues of one broker that two environments read, where the URL to it is ours: it names no virtual host."""
    owners: dict[tuple[str, str, str], str] = {}
    for name, one in environments.items():
        values = one.values
        if values.secret_store is None or not values.messaging.rabbitmq.enabled:
            continue
        called = values.messaging.namespace
        broker = (str(values.destination), values.namespace(called))
        readers = {queue: owners.setdefault((*broker, queue), name) for queue in values.queues()}
        shared = {queue: owner for queue, owner in readers.items() if owner != name}
        if shared:
            yield (
                f"{one.layers.locate(('namespaces', called))}: namespaces.{called}: the broker in {broker[1]!r} of "
                f"{broker[0]} has queues that {' and '.join(sorted(set(shared.values())))} reads too, "
                f"{', '.join(shared)}: each would take the other's tasks; give {name} queues or a broker of its own"
            )
