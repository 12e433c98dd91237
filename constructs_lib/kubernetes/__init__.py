"""Facts about Kubernetes, as data and pure functions; knows no cdk8s, no cluster and no check."""
