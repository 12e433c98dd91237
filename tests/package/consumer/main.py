"""Another team's app: our constructs, cdk8s-plus and custom resources of its own in one chart."""

import cdk8s
import cdk8s_plus_27 as kplus
from imports.sh import keda

from constructs_lib import ApiService, App, CeleryWorker, Existing, IngressOptions, NamespaceChart, Redis, SecretRef

app = App(environment="prod", existing=Existing(namespaces=("traefik", "keda")))
shop = NamespaceChart(
    app, "shop", ingress=IngressOptions(class_name="traefik", host="shop.example.com", from_namespace="traefik")
)
redis = Redis(shop, "redis", credentials=SecretRef("redis", ("password",)))
ApiService(
    shop, "web", image="example.com/web:1.0", path="/", uses=[redis], sends_to=["q.mail"], env={"LOG_LEVEL": "info"}
)
mail = CeleryWorker(
    shop,
    "mail",
    image="example.com/mail:1.0",
    app="mail",
    queues=["q.mail"],
    uses=[redis],
    overrides={"Deployment": {"spec": {"replicas": None}}},  # the ScaledObject below sets them
)

kplus.ConfigMap(shop, "flags", metadata=cdk8s.ApiObjectMetadata(name="flags"), data={"beta": "off"})
keda.ScaledObject(
    shop,
    "scaler",
    metadata=cdk8s.ApiObjectMetadata(name="mail"),
    spec=keda.ScaledObjectSpec(
        scale_target_ref=keda.ScaledObjectSpecScaleTargetRef(name=mail.deployment.name),
        min_replica_count=0,
        max_replica_count=5,
        triggers=[keda.ScaledObjectSpecTriggers(type="cron", metadata={"timezone": "UTC", "desiredReplicas": "2"})],
    ),
)
app.synth()
