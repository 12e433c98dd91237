"""A RabbitMQ server of the tests' own: in the cluster an operator runs it, so no YAML of ours describes it."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import kombu

from tests.runtime.processes import Process, eventually, find_program, free_port, give_away, identity


@dataclass(frozen=True)
class Broker:
    """Where it listens, its login, and the variables of its own tools."""

    port: int
    username: str
    password: str
    env: Mapping[str, str]

    def url(self, port: int | None = None) -> str:
        """As it stands in the Secret: percent-encoded, which a composed one couldn't be."""
        login = f"{quote(self.username, safe='')}:{quote(self.password, safe='')}"
        return f"amqp://{login}@127.0.0.1:{port or self.port}//"

    def length(self, queue: str) -> int:
        """Messages that wait in the queue."""
        with kombu.Connection(self.url()) as connection:
            return int(connection.default_channel.queue_declare(queue, passive=True).message_count)

    def unacknowledged(self) -> set[str]:
        """Queues of which a worker has messages that it hasn't acknowledged; each question takes a second."""
        command = [find_program("rabbitmqctl"), "--quiet", "list_queues", "name", "messages_unacknowledged"]
        answer = subprocess.run(command, env=self.env, capture_output=True, text=True, check=True, **identity(True))  # type: ignore[call-overload]
        return {name for name, count in map(str.split, answer.stdout.splitlines()[1:]) if count != "0"}

    def delete(self, queue: str) -> None:
        """The queue, with messages that wait and those that a worker still has."""
        with kombu.Connection(self.url()) as connection:
            connection.default_channel.queue_delete(queue)


@contextlib.contextmanager
def run_rabbitmq(folder: Path, username: str, password: str) -> Iterator[Broker]:
    """Started in the folder, and stopped."""
    server, epmd = find_program("rabbitmq-server"), find_program("epmd")
    port, names, peers = free_port(), free_port(), free_port()
    for part in ("mnesia", "log"):
        (folder / part).mkdir()
        give_away(folder / part)
    plugins = folder / "enabled_plugins"
    plugins.write_text("[].\n")
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "ERL_EPMD_PORT": str(names),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_CONFIG_FILE": str(folder / "none"),
        "RABBITMQ_NODENAME": f"runtime-{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(peers),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(plugins),
        "RABBITMQ_DEFAULT_USER": username,
        "RABBITMQ_DEFAULT_PASS": password,
        # No busy waiting: other tests want the processor.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none",
    }
    broker = Broker(port, username, password, env)
    with contextlib.ExitStack() as stack:
        # Erlang would start a name server that outlives the tests; this one is ours to stop.
        registry = Process([str(epmd)], env, folder, folder / "epmd.log")
        stack.callback(registry.kill)
        eventually(lambda: _listens(names), "epmd listens")
        process = Process([str(server)], env, folder, folder / "rabbitmq.log")
        stack.callback(process.kill)
        eventually(lambda: not process.running or _connects(broker), "RabbitMQ accepts a login", within=180)
        assert process.running, process.output
        yield broker


def _listens(port: int) -> bool:
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return True


def _connects(broker: Broker) -> bool:
    with kombu.Connection(broker.url(), connect_timeout=5) as connection:
        return bool(connection.connect())
