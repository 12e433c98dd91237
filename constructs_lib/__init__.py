"""Services, Celery workers and data stores on Kubernetes as CDK8s constructs."""
