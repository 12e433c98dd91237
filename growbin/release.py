"""Set the tag or digest of the image in an environment's values, and run a synth.

    python -m growbin.release --environment prod --tag 1.4.2

Only the one value changes: comments and layout stay, so that the pull request shows just the release.
"""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from constructs_lib import (
    IMAGE_DIGEST,
    IMAGE_TAG,
    Fault,
    InputError,
    YamlError,
    did_you_mean,
    form_faults,
    load_layers,
    read_documents,
)
from growbin.values import SHARED

Edit = tuple[int, int, str]
"""Start and end of a replaced part of a text, and its replacement."""


def set_image(text: str, *, tag: str | None, digest: str | None) -> str:
    """Return the values file with `global.image.tag` or `.digest` set, and the other one removed.

    Args:
        text: the values file, a mapping.
        tag: such as `1.4.2`.
        digest: such as `sha256:…`, 64 hexadecimal digits.

    Raises:
        YamlError: `global` or `image` is not a mapping.
    """
    chosen, other = ("digest", "tag") if digest else ("tag", "digest")
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert root is not None, "an empty file is not a mapping"
    edits = _edits(root, chosen, other, _quoted(digest or tag or ""))
    for start, end, new in sorted(edits, reverse=True):
        text = f"{text[:start]}{new}{text[end:]}"
    return text


def _edits(root: yaml.Node, chosen: str, other: str, value: str) -> Iterator[Edit]:
    node, below = root, {"global": f"{{image: {{{chosen}: {value}}}}}", "image": f"{{{chosen}: {value}}}"}
    for name, instead in below.items():
        entry = _entry(node, name)
        if entry is None:
            yield _first_entry(node, f"{name}: {instead}")
            return
        node = entry[1]
        if isinstance(node, yaml.ScalarNode) and node.value in ("", "~", "null"):
            yield node.start_mark.index, node.end_mark.index, instead if node.value else f" {instead}"
            return
        if not isinstance(node, yaml.MappingNode):
            raise YamlError(f"{name} must be a mapping", node.start_mark.line + 1)
    kept, leaving = _entry(node, chosen), _entry(node, other)
    if kept is not None:
        yield _instead(kept[1], value)
        if leaving is not None:
            yield _instead(leaving[1], "null")  # as layers have it, it is gone
    elif leaving is not None:
        yield _instead(leaving[0], chosen)
        yield _instead(leaving[1], value)
    else:
        yield _first_entry(node, f"{chosen}: {value}")


def _entry(mapping: yaml.Node, name: str) -> tuple[yaml.Node, yaml.Node] | None:
    """Key and value of that name."""
    return next(((key, value) for key, value in mapping.value if key.value == name), None)


def _instead(node: yaml.Node, new: str) -> Edit:
    return node.start_mark.index, node.end_mark.index, new


def _first_entry(mapping: yaml.Node, new: str) -> Edit:
    """A further entry of the mapping, before the others and laid out as they are."""
    start = mapping.start_mark.index
    if isinstance(mapping, yaml.MappingNode) and mapping.flow_style:
        return start + 1, start + 1, f"{new}, " if mapping.value else new
    return start, start, f"{new}\n{' ' * mapping.start_mark.column}"


def _quoted(value: str) -> str:
    """In quotes, where it would be read as a number or the like."""
    (document,) = read_documents(value)
    return value if document.data == value else f'"{value}"'


def release(folder: Path, environment: str, *, tag: str | None, digest: str | None) -> Path:
    """Change the environment's values file, and return its path.

    Raises:
        InputError: unknown environment, invalid tag or digest, or unreadable values file.
    """
    path = folder / f"values-{environment}.yaml"
    faults = list(_argument_faults(tag, digest))
    if not path.is_file():
        known = [found.stem.removeprefix("values-") for found in folder.glob("values-*.yaml")]
        message = f"there is no {path}{did_you_mean(environment, known)}"
        faults.insert(0, Fault("--environment", message))
    if faults:
        raise InputError(faults)
    load_layers(path)
    before = _read(path)
    try:
        _write(path, set_image(before, tag=tag, digest=digest))
    except YamlError as error:
        raise InputError([f"{path}:{error.line}: {error.message}"]) from None
    image = load_layers(folder / SHARED, path).data["global"]["image"]
    if tag is not None and image.get("digest"):
        _write(path, before)
        raise InputError([f"{folder / SHARED}: global.image.digest would win over the tag; take it out of there"])
    return path


def _argument_faults(tag: str | None, digest: str | None) -> Iterator[Fault]:
    if (tag is None) == (digest is None):
        yield Fault("", "give either --tag or --digest")
    if tag is not None:
        yield from form_faults("--tag", tag, "tag", IMAGE_TAG)
    if digest is not None:
        yield from form_faults("--digest", digest, "digest", IMAGE_DIGEST)


def _read(path: Path) -> str:
    """Return the text with its own line ends."""
    return path.read_bytes().decode("utf-8")


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))


def main(argv: Sequence[str] | None = None) -> int:
    """Change the values, synthesize, and take the change back if the synth refuses it."""
    parser = argparse.ArgumentParser(prog="growbin.release", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--environment", required=True)
    parser.add_argument("--tag")
    parser.add_argument("--digest")
    parser.add_argument("--values", type=Path, default=Path("values"))
    arguments = parser.parse_args(argv)
    path = arguments.values / f"values-{arguments.environment}.yaml"
    before = _read(path) if path.is_file() else ""
    release(arguments.values, arguments.environment, tag=arguments.tag, digest=arguments.digest)
    status = 1
    try:
        status = subprocess.run(["cdk8s", "synth"], check=False).returncode
    except FileNotFoundError:
        raise InputError(["the command cdk8s does not exist; use make release"]) from None
    finally:
        if status:
            _write(path, before)
            print(f"{path}: as it was, for the synth failed")
    return status


if __name__ == "__main__":
    raise SystemExit(main())
