"""Benchmark of a synth: `make bench` writes the medians of five runs to docs/benchmark.md.

Each program runs in a process of its own, from the start of Python to its end, imports and Node included.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIZES = (10, 100, 1000)
LINES = {"empty": "an empty cdk8s app", "growbin": "growbin, both environments (`python main.py`)"}
NAMES = {
    "ours": "ApiService, everything on",
    "shared": "ApiService, the part that L2 has too",
    "unchecked": "the same without the checks",
    "plus": "cdk8s-plus L2",
    "helm": "`helm template`, the part that L2 has too",
}


# The programs.


def empty(_: int, out: Path) -> None:
    """The floor: nothing but the libraries' start."""
    import cdk8s  # noqa: PLC0415

    cdk8s.App(outdir=str(out)).synth()


def ours(count: int, out: Path, *, everything: bool = True) -> None:
    """ServiceAccount, ConfigMap, Deployment, HPA, Service and NetworkPolicy, an Ingress for all; and a budget."""
    from constructs_lib import (  # noqa: PLC0415
        ApiService,
        App,
        Autoscaling,
        Existing,
        IngressOptions,
        Metrics,
        NamespaceChart,
        SecretRef,
    )

    app = App(outdir=str(out), existing=Existing(namespaces=("traefik", "monitoring")))
    entry = IngressOptions(class_name="traefik", host="example.com", from_namespace="traefik")
    chart = NamespaceChart(app, "shop", ingress=entry)
    login = SecretRef("login", ("password",))
    for number in range(count):
        ApiService(
            chart,
            f"api-{number}",
            image="example.com/api:1.0",
            path=f"/api/{number}",
            replicas=2 if everything else 1,
            autoscaling=Autoscaling(max_replicas=5),
            env={"LOG_LEVEL": "info", "PASSWORD": login.key("password")},
            config_files={"/etc/api/api.toml": f"number = {number}\n"},
            metrics=Metrics() if everything else None,
        )
    app.synth()


def shared(count: int, out: Path) -> None:
    """Only the objects that the L2 program has too."""
    ours(count, out, everything=False)


def unchecked(count: int, out: Path) -> None:
    """The same, with no check run over the manifests: the rest of the cost."""
    from constructs_lib.checks import registry  # noqa: PLC0415

    registry.CHECKS = ()  # type: ignore[misc]
    ours(count, out, everything=False)


def plus(count: int, out: Path) -> None:
    """The same objects by cdk8s-plus, as its guide writes them."""
    import cdk8s  # noqa: PLC0415
    import cdk8s_plus_27 as kplus  # noqa: PLC0415

    app = cdk8s.App(outdir=str(out))
    chart = cdk8s.Chart(app, "shop", namespace="shop", disable_resource_name_hashes=True)
    entry = kplus.Ingress(chart, "ingress", class_name="traefik")
    login = kplus.Secret.from_secret_name(chart, "login", "login")
    for number in range(count):
        account = kplus.ServiceAccount(chart, f"account-{number}")
        config = kplus.ConfigMap(chart, f"config-{number}", data={"api.toml": f"number = {number}\n"})
        deployment = kplus.Deployment(
            chart,
            f"api-{number}",
            service_account=account,
            termination_grace_period=cdk8s.Duration.seconds(35),
            pod_metadata=cdk8s.ApiObjectMetadata(labels={"app.kubernetes.io/name": f"api-{number}"}),
            security_context=kplus.PodSecurityContextProps(
                ensure_non_root=True, user=10001, group=10001, fs_group=10001
            ),
            strategy=kplus.DeploymentStrategy.rolling_update(
                max_surge=kplus.PercentOrAbsolute.absolute(1), max_unavailable=kplus.PercentOrAbsolute.absolute(0)
            ),
        )

        def probe(seconds: int, failures: int) -> kplus.Probe:
            return kplus.Probe.from_http_get(
                "/health",
                period_seconds=cdk8s.Duration.seconds(seconds),
                timeout_seconds=cdk8s.Duration.seconds(3),
                failure_threshold=failures,
            )

        container = deployment.add_container(
            name="api",
            image="example.com/api:1.0",
            ports=[kplus.ContainerPort(number=8000, name="http")],
            env_variables={
                "LOG_LEVEL": kplus.EnvValue.from_value("info"),
                "PASSWORD": kplus.EnvValue.from_secret_value(kplus.SecretValue(secret=login, key="password")),
            },
            startup=probe(2, 30),
            readiness=probe(5, 2),
            liveness=probe(10, 3),
            resources=kplus.ContainerResources(
                cpu=kplus.CpuResources(request=kplus.Cpu.millis(100), limit=kplus.Cpu.millis(500)),
                memory=kplus.MemoryResources(request=cdk8s.Size.mebibytes(256), limit=cdk8s.Size.mebibytes(512)),
            ),
            lifecycle=kplus.ContainerLifecycle(pre_stop=kplus.Handler.from_command(["sleep", "5"])),
            security_context=kplus.ContainerSecurityContextProps(
                user=10001, group=10001, read_only_root_filesystem=True
            ),
        )
        container.mount("/etc/api", kplus.Volume.from_config_map(chart, f"files-{number}", config))
        container.mount("/tmp", kplus.Volume.from_empty_dir(chart, f"tmp-{number}", "tmp"))
        kplus.HorizontalPodAutoscaler(
            chart,
            f"scaler-{number}",
            target=deployment,
            max_replicas=5,
            min_replicas=1,
            metrics=[kplus.Metric.resource_cpu(kplus.MetricTarget.average_utilization(70))],
        )
        service = deployment.expose_via_service(name=f"api-{number}", ports=[kplus.ServicePort(port=8000, name="http")])
        entry.add_host_rule("example.com", f"/api/{number}", kplus.IngressBackend.from_service(service, port=8000))
        policy = kplus.NetworkPolicy(chart, f"policy-{number}", selector=deployment)
        policy.add_ingress_rule(
            kplus.Namespaces.select(chart, f"from-{number}", names=["traefik"]), [kplus.NetworkPolicyPort.tcp(8000)]
        )
    app.synth()


PROGRAMS: dict[str, Callable[[int, Path], None]] = {
    "empty": empty,
    "ours": ours,
    "shared": shared,
    "unchecked": unchecked,
    "plus": plus,
}


# How they are measured.


@dataclass(frozen=True)
class Cost:
    """Medians of one program: seconds, those of CPU, MiB of Python and Node together, and bytes of YAML."""

    seconds: float
    cpu: float
    memory: float
    size: int


def measure(command: Sequence[str | Path], out: Path, runs: int) -> Cost:
    """Run the command several times."""
    seconds, cpu, memory = [], [], []
    for _ in range(runs):
        started = time.perf_counter()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        with subprocess.Popen(command, cwd=out, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            peaks: dict[int, int] = {}
            while process.poll() is None:
                peaks.update(peak_memory(process.pid))
                time.sleep(0.02)
            error = process.stderr.read() if process.stderr else b""
        seconds.append(time.perf_counter() - started)
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu.append(ended.ru_utime + ended.ru_stime - used.ru_utime - used.ru_stime)
        memory.append(sum(peaks.values()) / 1024)
        if process.returncode:
            raise SystemExit(f"{command}: {error.decode()}")
    size = sum(path.stat().st_size for path in out.rglob("*.yaml"))
    return Cost(statistics.median(seconds), statistics.median(cpu), statistics.median(memory), size)


def peak_memory(pid: int) -> Iterator[tuple[int, int]]:
    """The peak of the process and of its children so far, in KiB; nothing where /proc has none."""
    with suppress(OSError, StopIteration):
        status = Path(f"/proc/{pid}/status").read_text().splitlines()
        yield pid, next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            yield from peak_memory(int(child))


def helm_chart(folder: Path) -> None:
    """A Helm chart of what our program wrote for one service, with its number as a value."""
    written = folder / "one"
    shared(1, written)
    text = next(written.rglob("*.yaml")).read_text().replace("{{", "{").replace("}}", "}")
    templates = folder / "templates"
    templates.mkdir()
    (folder / "Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 1.0.0\n")
    body = text.replace("api-0", "api-{{ . }}").replace("/api/0", "/api/{{ . }}")
    (templates / "api.yaml").write_text("{{- range until (int .Values.count) }}\n---\n" + body + "\n{{- end }}\n")


def costs(runs: int, sizes: Sequence[int]) -> dict[tuple[str, int], Cost]:
    """Every program in every size."""
    found: dict[tuple[str, int], Cost] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def out(label: str) -> Path:
            (folder / label).mkdir()
            return folder / label

        found["empty", 0] = measure([sys.executable, __file__, "--program", "empty"], out("empty"), runs)
        found["growbin", 0] = measure([sys.executable, ROOT / "main.py"], growbin(out("growbin")), runs)
        for count in sizes:
            for program in ("ours", "shared", "unchecked", "plus"):
                command = [sys.executable, __file__, "--program", program, "--count", str(count)]
                found[program, count] = measure(command, out(f"{program}-{count}"), runs)
            if shutil.which("helm"):
                chart = out(f"helm-{count}")
                helm_chart(chart)
                found["helm", count] = measure(["helm", "template", chart, "--set", f"count={count}"], chart, runs)
    return found


def growbin(folder: Path) -> Path:
    """A copy of what main.py reads."""
    for part in ("growbin", "imports", "values", "constructs_lib"):
        shutil.copytree(ROOT / part, folder / part)
    shutil.copy(ROOT / "main.py", folder)
    return folder


def report(found: dict[tuple[str, int], Cost], runs: int) -> str:
    """Return the table and the ratios beside their goals."""
    floor = found["empty", 0].cpu
    rows = [
        "| program | services | seconds | CPU seconds | times the floor | ms a service | MiB | YAML, KiB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    each = {key: 1000 * (cost.cpu - floor) / key[1] for key, cost in found.items() if key[1]}
    for (program, count), cost in found.items():
        per_service = f"{each[program, count]:.1f}" if count else ""
        rows.append(
            f"| {NAMES.get(program) or LINES[program]} | {count or ''} | {cost.seconds:.2f} | {cost.cpu:.2f} "
            f"| {cost.cpu / floor:.1f} | {per_service} | {cost.memory:.0f} | {cost.size / 1024:.0f} |"
        )
    aims = [f"- growbin: {found['growbin', 0].cpu / floor:.1f} times the floor (goal: at most 2.5)."]
    sizes = sorted({count for _, count in found if count})
    aims.extend(
        f"- A service of {count}: {each['shared', count] / each['plus', count]:.2f} times L2 with the checks, "
        f"{each['unchecked', count] / each['plus', count]:.2f} times without (goal: at most 0.75)."
        for count in sizes
    )
    if len(sizes) > 1:
        small, large = sizes[-2:]
        growth = each["ours", large] / each["ours", small]
        aims.append(f"- {large} services: {growth:.2f} times {small}'s cost each (goal: at most 1.2).")
    if ("helm", sizes[0]) not in found:
        aims.append("- `helm` was not measured: it is not on PATH.")
    python = ".".join(map(str, sys.version_info[:3]))
    return "\n".join(
        [
            f"Medians of {runs}; ratios are of CPU time. Python {python}, {os.cpu_count()} cores.",
            "",
            *rows,
            "",
            *aims,
            "",
        ]
    )


MARK = "<!-- measured -->\n"


def main() -> None:
    """Measure everything, or be one of the programs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", choices=PROGRAMS, help=argparse.SUPPRESS)
    parser.add_argument("--count", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--print", action="store_true", help="leave docs/benchmark.md as it is")
    options = parser.parse_args()
    if options.program:
        PROGRAMS[options.program](options.count, Path("out"))
        return
    text = report(costs(options.runs, options.sizes), options.runs)
    print(text)
    if not options.print:
        page = ROOT / "docs" / "benchmark.md"
        before = page.read_text().partition(MARK)[0] if page.exists() else ""
        page.write_text(f"{before}{MARK}{text}")


if __name__ == "__main__":
    main()
