"""The ingress side of a policy, opened for one peer after the other."""

from __future__ import annotations

import cdk8s

from constructs_lib.app.api_objects import add_items
from constructs_lib.manifests.networking.network_policies import Peer, ingress_rule


class IngressRules:
    """Adds peers to the `spec.ingress` of a NetworkPolicy: one rule for each set of ports.

    Args:
        policy: the policy.
        namespace: the policy's namespace.
        rules: how many ingress rules it has already.
    """

    def __init__(self, policy: cdk8s.ApiObject, namespace: str, rules: int = 0) -> None:
        self._policy, self._namespace, self._rules = policy, namespace, rules
        self._places: dict[tuple[int, ...], int] = {}

    def let_in(self, peer: Peer, *ports: int) -> None:
        """Allow connections from the peer to the ports."""
        rule = ingress_rule([peer], self._namespace, ports)
        place = self._places.get(ports)
        if place is None:
            place = self._places[ports] = self._rules + len(self._places)
            add_items(self._policy, "/spec/ingress", rule, first=place == 0)
        else:
            add_items(self._policy, f"/spec/ingress/{place}/from", *rule["from"])
