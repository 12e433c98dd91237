"""Calls that a type checker must refuse; each line says with which code."""

import cdk8s

from constructs_lib import (
    ApiService,
    Autoscaling,
    CeleryWorker,
    DedicatedStateful,
    NamespaceChart,
    PodOptions,
    Redis,
    Resources,
    SecretRef,
)

chart = NamespaceChart(cdk8s.App(), "shop")
ApiService(chart, "a", image="a:1", replicas="3")  # arg-type
ApiService(chart, "b", image="b:1", imag="b:2")  # call-arg
ApiService(chart, "c")  # call-arg
ApiService(chart, "d", image="d:1", env={"A": 1})  # dict-item
ApiService(chart, "e", image="e:1", uses=["redis"])  # list-item
ApiService(chart, "f", image="f:1", service_type="Loadbalancer")  # arg-type
ApiService(chart, "g", image="g:1", resources={"cpu": "1"})  # arg-type
print(ApiService(chart, "h", image="h:1").deploymnt)  # attr-defined
CeleryWorker(chart, "i", image="i:1", queues=["q"], pool="prefrok")  # arg-type
CeleryWorker(chart, "j", image="j:1", queues=[1])  # list-item
CeleryWorker(chart, "k", image="k:1", queues=["q"], app="k", reject_on_worker_lost="yes")  # arg-type
DedicatedStateful(chart, "l", image="l:1", port=1, storage="1Gi", data_path="/d", update_strategy=True)  # arg-type
Redis(chart, "m", maxmemory_policy="lru")  # arg-type
Resources(cpu=1)  # arg-type
Autoscaling()  # call-arg
PodOptions(spred=False)  # call-arg
SecretRef("a").key(1)  # arg-type
