"""HorizontalPodAutoscalers, KEDA ScaledObjects, rollouts and PodDisruptionBudgets."""
