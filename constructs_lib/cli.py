"""The command `constructs-lib`. It needs neither Node nor cdk8s.

Exit codes: 0 sound (warnings allowed), 1 findings of error level, 2 input that can't be used.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from constructs_lib.checks.engine.finding import Finding, Severity
from constructs_lib.checks.engine.repository_files import RepositoryFiles, repository_files
from constructs_lib.checks.engine.world import World
from constructs_lib.checks.loading import environments
from constructs_lib.checks.loading.environments import Environment
from constructs_lib.checks.loading.inputs import CheckInputs, read_inputs
from constructs_lib.checks.loading.loader import LoadedObject, in_namespace, read
from constructs_lib.checks.loading.server_dry_run import ServerAnswers, ask_server
from constructs_lib.checks.registry import BY_ID, CHECKS, Report, run_checks
from constructs_lib.checks.reporting.catalogue import explanation, overview
from constructs_lib.checks.reporting.formats import MACHINE_FORMATS, Located, Result, as_text, summary
from constructs_lib.checks.suppressions import Ignore, unused
from constructs_lib.errors import InputError, did_you_mean
from constructs_lib.inventory.cluster import Cluster
from constructs_lib.inventory.node_objects import commands, differences
from constructs_lib.kubernetes.manifest import kind_of
from constructs_lib.kubernetes.schemas.builtin import known_version

SOUND, FAULTY, UNUSABLE = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code."""
    arguments = _parser().parse_args(argv)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a name may hold what the terminal can't show
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()
        return code
    except InputError as error:
        _complain(error.faults)
        return UNUSABLE
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):  # the reader, such as `head`, has seen enough
            return SOUND
        _complain([f"cannot write the output: {error.strerror}"])
        return UNUSABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="constructs-lib", description="Find what fails in the cluster before it is applied."
    )
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_check(subparsers)
    _add_explain(subparsers)
    _add_nodes(subparsers)
    return parser


def _add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = commands.add_parser("check", help="check manifests from any source")
    check.set_defaults(run=_check)
    add = check.add_argument
    add(
        "paths",
        nargs="+",
        metavar="PATH",
        help="a file, folder or pattern of YAML or JSON; - reads standard input",
    )
    add(
        "--cluster",
        metavar="[ENVIRONMENT=]FILE",
        action="append",
        default=[],
        help="the inventory of nodes, for the checks that need one; with a name, of that environment only",
    )
    add(
        "--kubernetes-version",
        metavar="VERSION",
        type=_kubernetes_version,
        help="the version of the cluster, such as 1.30; by default kubernetesVersion of the inventory, or the newest",
    )
    add(
        "--crds",
        metavar="PATH",
        action="append",
        default=[],
        help="CustomResourceDefinitions of the cluster: a file or folder; they replace the ones that come along",
    )
    add("--existing", metavar="FILE", help="the existing objects of the cluster")
    add("--server-dry-run", action="store_true", help="ask a cluster with kubectl too, without changing anything")
    add("--context", metavar="NAME", help="the kubectl context for --server-dry-run; the current one by default")
    add("--namespace", metavar="NAME", help="the namespace of objects that name none")
    add("--environment", metavar="NAME", help="the environment, such as prod")
    add("--ignore-file", metavar="FILE", help="accepted findings, each with its reason")
    add("--format", choices=("text", *MACHINE_FORMATS), default="text")
    add("--strict", action="store_true", help="count warnings as errors")
    add("--color", choices=("auto", "always", "never"), default="auto")


def _kubernetes_version(text: str) -> str:
    try:
        return known_version(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _add_explain(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    explain = commands.add_parser("explain", help="describe a check: what it finds, why it matters and how to fix it")
    explain.set_defaults(run=_explain)
    explain.add_argument("id", nargs="?", metavar="ID", help="the check; all of them by default")


def _add_nodes(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    nodes = commands.add_parser(
        "nodes", help="print the kubectl commands for an inventory, or the differences to a cluster"
    )
    nodes.set_defaults(run=_nodes)
    nodes.add_argument("cluster", metavar="CLUSTER.yaml", help="the inventory of nodes")
    nodes.add_argument("--live", metavar="FILE", help="compare with kubectl get nodes -o yaml; - reads standard input")


def _nodes(arguments: argparse.Namespace) -> int:
    cluster = Cluster.from_yaml(arguments.cluster)
    if arguments.live is None:
        print("\n".join(commands(cluster)))
        return SOUND
    reading = read([arguments.live])
    live = [source.manifest for source in reading.sources]
    if not reading.faults and not any(kind_of(manifest) == "Node" for manifest in live):
        reading.faults.append(f"{arguments.live}: holds no nodes; write kubectl get nodes -o yaml into it")
    if reading.faults:
        _complain(reading.faults)
        return UNUSABLE
    found = list(differences(cluster, live))
    print("\n".join(found) if found else "the nodes are as the inventory says")
    return FAULTY if found else SOUND


def _explain(arguments: argparse.Namespace) -> int:
    if arguments.id is None:
        sys.stdout.write(overview())
    elif arguments.id in BY_ID:
        sys.stdout.write(explanation(BY_ID[arguments.id]))
    else:
        _complain([f"unknown check {arguments.id}{did_you_mean(arguments.id, BY_ID)}"])
        return UNUSABLE
    return SOUND


def _check(arguments: argparse.Namespace) -> int:
    given = read_inputs(arguments.cluster, arguments.existing, arguments.ignore_file, arguments.crds)
    reading = read(arguments.paths)
    if not reading.sources and not reading.faults:
        reading.faults.append(f"no Kubernetes objects in {', '.join(arguments.paths)}")
    _complain([*reading.faults, *(f"note: {note}" for note in reading.notes)])
    if arguments.namespace:
        reading.sources = in_namespace(reading.sources, arguments.namespace)
        names = (*given.existing.namespaces, arguments.namespace)
        given = replace(given, existing=given.existing.model_copy(update={"namespaces": names}))
    asked = _ask(arguments, reading.sources, given)
    if asked.namespaces:
        names = (*given.existing.namespaces, *asked.namespaces)
        given = replace(given, existing=given.existing.model_copy(update={"namespaces": names}))
    tree = repository_files(filter(os.path.isdir, arguments.paths), (source.file for source in reading.sources))
    worlds = [
        (part, replace(_world(part, given, arguments, tree), server_findings=asked.findings))
        for part in environments.split(reading.sources)
    ]
    strangers = list(given.strangers({name for part, world in worlds for name in _names(part, world)}))
    if worlds and strangers:
        raise InputError(strangers)
    reports = [(part, run_checks(world, given.ignores)) for part, world in worlds]
    result = _result(reports, given.ignores, arguments.ignore_file)
    _show(result, arguments)
    fatal = any(located.finding.severity is Severity.ERROR or arguments.strict for located in result.findings)
    return UNUSABLE if reading.faults or asked.faults else FAULTY if fatal else SOUND


def _ask(arguments: argparse.Namespace, sources: Sequence[LoadedObject], given: CheckInputs) -> ServerAnswers:
    """Return the answers of the cluster, or none if it is not to be asked."""
    if arguments.context is not None and not arguments.server_dry_run:
        raise InputError(["--context: needs --server-dry-run"])
    if not arguments.server_dry_run or not sources:
        return ServerAnswers()
    asked = ask_server([source.manifest for source in sources], given.existing.namespaces, arguments.context)
    _complain([*(f"note: {note}" for note in asked.notes), *asked.faults])
    return asked


def _world(part: Environment, given: CheckInputs, arguments: argparse.Namespace, tree: RepositoryFiles) -> World:
    """Return the world of an environment. Its name comes from the option, its Namespaces or its folder."""
    manifests = tuple(source.manifest for source in part.sources)
    world = World(
        manifests,
        existing=given.existing,
        environment=arguments.environment,
        tree=tree,
        kubernetes_version=arguments.kubernetes_version,
        definitions=given.definitions,
    )
    if part.folders and not world.environments:
        world = replace(world, environment=part.folders[-1])
    return replace(world, cluster=given.cluster(_names(part, world)))


def _names(part: Environment, world: World) -> tuple[str, ...]:
    """Return the possible names of an environment."""
    return tuple(filter(None, (part.name, *part.folders[-1:], *world.environments)))


def _result(
    parts: Sequence[tuple[Environment, Report]], ignores: Mapping[Ignore, int], ignore_file: str | None
) -> Result:
    located = {
        # An object beside the environments is checked in each: the same finding is shown once.
        (finding, place.file, place.line): place
        for part, report in parts
        for finding, place in _located(part, report)
    }
    not_run = tuple(dict.fromkeys(check for _, report in parts for check in report.not_run))
    lacking = tuple(part.name for part, report in parts if report.not_run)
    used = {entry for _, report in parts for entry in report.used}
    ran = [check.id for check in CHECKS if all(check.id in report.ran for _, report in parts)]
    idle = unused(ignores if parts else (), used, ran, BY_ID)
    return Result(
        findings=(*located.values(), *(Located(finding, ignore_file or "", ignores[entry]) for entry, finding in idle)),
        not_run=not_run,
        not_run_in=lacking if len(lacking) < len(parts) else (),
        environments=tuple(part.name for part, _ in parts if part.name),
        objects=len({id(source) for part, _ in parts for source in part.sources}),
    )


def _located(part: Environment, report: Report) -> Iterator[tuple[Finding, Located]]:
    by_id: dict[int, LoadedObject] = {id(source.manifest): source for source in part.sources}
    for finding in report.findings:
        source = by_id.get(id(finding.manifest))
        if source is None:
            yield finding, Located(finding, "", 1, part.name)
        else:
            yield finding, Located(finding, source.file, source.line(finding.field), part.name)


def _show(result: Result, arguments: argparse.Namespace) -> None:
    if arguments.format in MACHINE_FORMATS:
        sys.stdout.write(MACHINE_FORMATS[arguments.format](result))
        return
    is_terminal = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    sys.stdout.write(as_text(result, color=arguments.color == "always" or (arguments.color == "auto" and is_terminal)))
    sys.stdout.flush()
    _complain(summary(result))


def _complain(lines: Sequence[str]) -> None:
    for line in lines:
        print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
