"""Synthesizes growbin-backend: every environment of `values/`, into `dist/`."""

from constructs_lib import synth
from growbin.environments import load_environments

synth(load_environments("values"), output="dist")
