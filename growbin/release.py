"""The daily act: put an image's tag or digest into an environment's values, and synthesize.

    python -m growbin.release --environment prod --tag 1.4.2

Only the one value changes: comments and layout stay, so that the pull request shows just the release.
"""

from __future__ import annotations

import argparse
import io
import re
import subprocess
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap

from constructs_lib import InputError
from constructs_lib.errors import did_you_mean

TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
"""Source: https://github.com/opencontainers/distribution-spec/blob/main/spec.md"""

DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def set_image(text: str, *, tag: str | None, digest: str | None) -> str:
    """The values file with `global.image.tag` or `.digest` set, and the other of the two taken out.

    Args:
        text: the values file.
        tag: such as `1.4.2`.
        digest: such as `sha256:…`, 64 hexadecimal digits.
    """
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 10_000
    data = yaml.load(text) or CommentedMap()
    image = data.setdefault("global", CommentedMap()).setdefault("image", CommentedMap())
    chosen, other = ("digest", "tag") if digest else ("tag", "digest")
    image[chosen] = digest or tag
    image.pop(other, None)
    changed = io.StringIO()
    yaml.dump(data, changed)
    return changed.getvalue()


def release(folder: Path, environment: str, *, tag: str | None, digest: str | None) -> Path:
    """Change the environment's values file, and return its path.

    Raises:
        InputError: an unknown environment, or what is no tag or digest.
    """
    path = folder / f"values-{environment}.yaml"
    faults = []
    if not path.is_file():
        known = [found.stem.removeprefix("values-") for found in folder.glob("values-*.yaml")]
        faults.append(f"--environment {environment!r}: there is no {path}{did_you_mean(environment, known)}")
    if (tag is None) == (digest is None):
        faults.append("give either --tag or --digest")
    if tag is not None and not TAG.fullmatch(tag):
        faults.append(
            f"--tag {tag!r}: a tag has at most 128 letters, digits, '.', '_' and '-', none of the last three first"
        )
    if digest is not None and not DIGEST.fullmatch(digest):
        faults.append(f"--digest {digest!r}: write sha256: and 64 hexadecimal digits")
    if faults:
        raise InputError(faults)
    path.write_text(set_image(path.read_text(encoding="utf-8"), tag=tag, digest=digest), encoding="utf-8")
    return path


def main() -> int:
    """Change the values, synthesize, and take the change back if the synth refuses it."""
    parser = argparse.ArgumentParser(prog="growbin.release", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--environment", required=True)
    parser.add_argument("--tag")
    parser.add_argument("--digest")
    parser.add_argument("--values", type=Path, default=Path("values"))
    arguments = parser.parse_args()
    path = arguments.values / f"values-{arguments.environment}.yaml"
    before = path.read_text(encoding="utf-8") if path.is_file() else ""
    release(arguments.values, arguments.environment, tag=arguments.tag, digest=arguments.digest)
    status = subprocess.run(["cdk8s", "synth"], check=False).returncode
    if status:
        path.write_text(before, encoding="utf-8")
        print(f"{path}: as it was, for the synth failed")
    return status


if __name__ == "__main__":
    raise SystemExit(main())
