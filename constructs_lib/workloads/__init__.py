"""The constructs that run pods: services, workers, jobs and data stores."""
