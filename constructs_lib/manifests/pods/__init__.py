"""Pod templates and their parts: containers, environment, probes, resources, volumes."""
