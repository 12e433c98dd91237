"""Simulation of the scheduler: eligible nodes, placement and capacity."""
