"""What the library writes and says, held against a real Kubernetes control plane: `make e2e`."""
