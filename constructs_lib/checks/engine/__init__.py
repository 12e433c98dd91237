"""What a check is made of: the check itself, its findings, and the world of manifests it reads."""
