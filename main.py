"""Synthesizes growbin-backend: every environment of `values/`, into `dist/`."""

import sys

from constructs_lib import summary, synth
from growbin.environments import load_environments

for environment, synthesis in synth(load_environments("values"), output="dist").items():
    # On standard error: `cdk8s synth` keeps what the app prints on standard output to itself.
    print(summary(environment, synthesis.world), end="\n\n", file=sys.stderr)
