"""Reading folders of YAML and dividing them into environments."""
