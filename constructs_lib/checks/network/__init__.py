"""NetworkPolicies, host names and Services, and the connections of pods."""
