"""Synthesizes growbin-backend: every environment of `values/`, into `dist/`."""

import sys

from constructs_lib import summary, synth
from growbin.environments import load_environments

environments = load_environments("values")
for name, synthesis in synth(environments.apps, output="dist", faults=environments.faults).items():
    # On standard error: `cdk8s synth` keeps what the app prints on standard output to itself.
    print(summary(name, synthesis.world), end="\n\n", file=sys.stderr)
