"""Services, NetworkPolicies, Ingresses and HTTPRoutes."""
