"""Volumes for claims, as a storage driver provides them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from tests.e2e.kube import Kube, Manifest, RefusedError

PROVISIONER = "e2e.example.com/volume"
STORAGE_CLASS: Manifest = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "e2e", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
    "provisioner": PROVISIONER,
    "allowVolumeExpansion": True,
}
CLAIM = "v1/PersistentVolumeClaim"
SECONDS_BETWEEN_LOOKS = 0.2


@contextmanager
def providing_volumes(kube: Kube) -> Iterator[None]:
    """A default storage class; in the background, each claim of it gets a volume, which Kubernetes then binds."""
    kube.apply(STORAGE_CLASS)
    stop = Event()
    thread = Thread(target=_provide, args=(kube, stop), name="volumes")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _provide(kube: Kube, stop: Event) -> None:
    provided: set[str] = set()
    while not stop.wait(SECONDS_BETWEEN_LOOKS):
        for claim in kube.list(CLAIM):
            uid = claim["metadata"]["uid"]
            if uid not in provided and claim["spec"].get("storageClassName") == "e2e":
                provided.add(uid)
                try:
                    kube.create(_volume(claim))
                except RefusedError:
                    # The claim goes away with its namespace at the end of a test.
                    continue


def _volume(claim: Manifest) -> Manifest:
    meta, spec = claim["metadata"], claim["spec"]
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {
            "name": f"pvc-{meta['uid']}",
            "annotations": {"pv.kubernetes.io/provisioned-by": PROVISIONER},
        },
        "spec": {
            "accessModes": spec["accessModes"],
            "capacity": spec["resources"]["requests"],
            "storageClassName": "e2e",
            "persistentVolumeReclaimPolicy": "Retain",
            "claimRef": {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                **{key: meta[key] for key in ("name", "namespace", "uid")},
            },
            "hostPath": {"path": f"/nowhere/{meta['uid']}"},
        },
    }
