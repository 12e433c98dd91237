"""Asking the API server of a cluster with kubectl, in dry runs only."""

from __future__ import annotations

import json
import math
import re
import subprocess
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, Literal

from constructs_lib.errors import InputError, unknown
from constructs_lib.kubernetes.manifest import Manifest
from constructs_lib.kubernetes.server_messages import first_line
from constructs_lib.kubernetes.server_refusals import lacks_connection

Verb = Literal["apply", "create"]

_OPTIONS: Final = ("--dry-run=server", "--validate=strict", "--field-manager=constructs-lib", "--output=name")
_VERBS: Final[dict[Verb, tuple[str, ...]]] = {
    "apply": ("apply", "--server-side", "--force-conflicts", *_OPTIONS),
    "create": ("create", *_OPTIONS),
}
_PATIENCE: Final = 60
"""Seconds for one request; a webhook may take 30 of them."""
_WARNING: Final = "Warning: "
_LOG: Final = re.compile(r"[IWEF]\d{4} \d\d:\d\d:\d\d")
_ANSWER: Final = re.compile(r'Error from server|error: |Error in |The \S+ "|Unable to connect|The connection to ')
_TOO_OLD: Final = re.compile(r"(?:error: )?(?:unknown flag|invalid argument|unknown command)")
_BATCH: Final = 20
_PARALLEL: Final = 8


@dataclass(frozen=True)
class Reply:
    """The end of one call of kubectl.

    Args:
        code: the exit code.
        output: the lines on standard output.
        answer: what the server or kubectl says against the request; empty if it is accepted.
        warnings: the warnings of the server.
    """

    code: int
    output: tuple[str, ...] = ()
    answer: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kubectl:
    """The kubectl on PATH, with one of its contexts.

    Args:
        context: name of the context; empty for the cluster that kubectl asks without any.
    """

    context: str = ""

    @classmethod
    def with_context(cls, context: str | None) -> Kubectl:
        """Return kubectl with the context, or with its current one.

        Raises:
            InputError: kubectl is not on PATH, or has no such context.
        """
        if context is None:
            current = _run("config", "current-context")
            return cls(current.output[0] if current.output else "")
        contexts = _run("config", "get-contexts", "--output=name")
        if contexts.code:
            raise InputError([f"kubectl cannot read its configuration: {first_line(contexts.answer)}"])
        if context not in contexts.output:
            raise InputError([f"--context: {unknown('context', context, contexts.output)}"])
        return cls(context)

    def __str__(self) -> str:
        return f'the kubectl context "{self.context}"' if self.context else "the default cluster of kubectl"

    def namespaces(self) -> Reply:
        """Return the reply to a request for the names of all namespaces, each as `namespace/NAME`."""
        return self._call("get", "namespaces", "--output=name")

    def ask_each(self, verb: Verb, manifests: Sequence[Manifest]) -> list[Reply]:
        """Return the server's reply to each object.

        One call asks about a batch of objects. An answer or a warning does not always name its object, so the objects
        of such a batch are asked about again, one by one.

        Args:
            verb: `apply`, or `create` for objects that must not be compared with existing ones.
            manifests: the objects, which JSON can express.
        """
        size = max(1, min(_BATCH, math.ceil(len(manifests) / _PARALLEL)))
        batches = [manifests[start : start + size] for start in range(0, len(manifests), size)]
        with ThreadPoolExecutor(_PARALLEL) as pool:
            first = list(pool.map(lambda batch: self._ask(verb, batch), batches))
            settled = [_settles(reply, batch) for reply, batch in zip(first, batches, strict=True)]
            alone = [one for batch, done in zip(batches, settled, strict=True) if not done for one in batch]
            single = pool.map(lambda one: self._ask(verb, [one]), alone)
            return [
                reply if done else next(single)
                for reply, batch, done in zip(first, batches, settled, strict=True)
                for _ in batch
            ]

    def _ask(self, verb: Verb, manifests: Sequence[Manifest]) -> Reply:
        documents = "\n".join(json.dumps(manifest) for manifest in manifests)
        return self._call(*_VERBS[verb], "--filename=-", documents=documents)

    def _call(self, *arguments: str, documents: str = "") -> Reply:
        context = (f"--context={self.context}",) if self.context else ()
        return _run(*arguments, *context, f"--request-timeout={_PATIENCE}s", documents=documents)


def _settles(reply: Reply, batch: Sequence[Manifest]) -> bool:
    """Return True if the reply to a batch is the reply to each of its objects."""
    is_accepted = reply.code == 0 and not reply.warnings and len(reply.output) == len(batch)
    return len(batch) == 1 or is_accepted or lacks_connection(reply.answer)


def _run(*arguments: str, documents: str = "") -> Reply:
    """Run kubectl and return its reply.

    Raises:
        InputError: kubectl is not on PATH, or too old.
    """
    try:
        ended = subprocess.run(
            ["kubectl", *arguments],
            input=documents,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except FileNotFoundError:
        message = "--server-dry-run asks the cluster with kubectl, which is not on PATH; install it"
        raise InputError([message]) from None
    except OSError as error:
        raise InputError([f"--server-dry-run: kubectl cannot be run: {error.strerror}"]) from None
    lines = [line for line in ended.stderr.splitlines() if not _LOG.match(line)]
    warnings = tuple(line.removeprefix(_WARNING) for line in lines if line.startswith(_WARNING))
    answer = _answer([line for line in lines if not line.startswith(_WARNING)]) if ended.returncode else ""
    if _TOO_OLD.match(answer):
        raise InputError([f"--server-dry-run needs kubectl 1.27 or newer; the one on PATH says: {first_line(answer)}"])
    return Reply(ended.returncode, tuple(filter(None, ended.stdout.splitlines())), answer, warnings)


def _answer(lines: Sequence[str]) -> str:
    """Return the answer without what a credential plugin prints before it."""
    start = next((place for place, line in enumerate(lines) if _ANSWER.match(line)), 0)
    return "\n".join(lines[start:]).strip() or "kubectl gave no reason"
