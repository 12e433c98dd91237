"""Files of Go modules, as the module proxy ships them."""

from __future__ import annotations

import fnmatch
import json
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path


class DownloadError(Exception):
    """A Go module that cannot be downloaded."""


def module_zip(module: str, version: str) -> Path:
    """Return the path of a module's zip, which Go downloads and compares with the checksum database.

    Go reports an error for a module that requires a newer Go, but it downloads and verifies the zip all the same.

    Raises:
        DownloadError: the proxy does not have the module, or the checksum differs.
    """
    command = ["go", "mod", "download", "-json", f"{module}@{version}"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    answer = json.loads(result.stdout) if result.stdout else {"Error": result.stderr}
    if not answer.get("Zip") or not answer.get("Sum"):
        raise DownloadError(f"{module}@{version}: {answer.get('Error', 'no zip')}")
    return Path(answer["Zip"])


def module_files(module: str, version: str, patterns: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each file that matches a pattern, such as `config/crd/bases/*.yaml`.

    Raises:
        DownloadError: the module cannot be downloaded, or no file matches one of the patterns.
    """
    root = f"{module}@{version}/"
    with zipfile.ZipFile(module_zip(module, version)) as archive:
        names = sorted(name.removeprefix(root) for name in archive.namelist())
        for pattern in patterns:
            matching = fnmatch.filter(names, pattern)
            if not matching:
                raise DownloadError(f"{module}@{version}: no file matches {pattern}")
            for name in matching:
                yield name, archive.read(root + name).decode("utf-8")
