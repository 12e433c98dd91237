"""Annotations that carry facts which a manifest cannot show, so that checks of plain YAML can read them.

Any tool may write them; the library's constructs do. They stand on the workload (not on its pod template, where
a change would restart pods) unless said otherwise.
"""

from typing import Final

PREFIX: Final = "constructs-lib/"

USES: Final = PREFIX + "uses"
"""Endpoints that the workload's pods connect to: `host:port`, separated by blanks. A host is a Service's DNS
name with its namespace (`redis.data.svc`) or a name outside the cluster (`api.openai.com`)."""

CONSUMES: Final = PREFIX + "consumes-queues"
"""Queues that the workload's pods read, separated by blanks."""

PRODUCES: Final = PREFIX + "sends-to-queues"
"""Queues that the workload's pods send tasks to, separated by blanks."""

ENVIRONMENT: Final = PREFIX + "environment"
"""On a Namespace: the environment that it belongs to, such as `prod`. What only production refuses is decided
by it."""

IGNORE: Final = PREFIX + "ignore."
"""Followed by a check's id, on any object: the finding of that check is accepted here; the value is the reason."""

PRODUCTION: Final = frozenset({"prod", "production"})
"""Environments that count as production."""
