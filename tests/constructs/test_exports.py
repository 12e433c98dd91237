"""The public names of constructs_lib."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pydantic

import constructs_lib
from tests.conftest import ROOT


def test_type_checkers_and_python_see_the_same_names() -> None:
    tree = ast.parse(Path(constructs_lib.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    seen = {
        (str(node.module).removeprefix("constructs_lib."), alias.asname) for node in imports for alias in node.names
    }
    assert seen == {(module, name) for module, names in constructs_lib._MODULES.items() for name in names}


def test_every_type_in_a_public_signature_is_public() -> None:
    hidden = {
        f"{place}: {cls.__name__}"
        for name in constructs_lib.__all__
        for place, hint in _hints(name, getattr(constructs_lib, name))
        for cls in _classes(hint)
        if cls.__module__.startswith("constructs_lib.") and cls.__name__ not in constructs_lib.__all__
    }
    assert not hidden


def _hints(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield the annotations of an exported class, construct or function, each with its place."""
    if not inspect.isclass(value):
        if inspect.isfunction(value):
            yield from _hints_of_function(name, value)
        return
    yield from _hints_of_function(name, value.__init__)
    if dataclasses.is_dataclass(value) or issubclass(value, pydantic.BaseModel):
        for field, hint in typing.get_type_hints(value).items():
            yield f"{name}.{field}", hint


def _hints_of_function(name: str, function: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    if getattr(function, "__module__", "").startswith("constructs_lib."):
        for argument, hint in typing.get_type_hints(inspect.unwrap(function)).items():
            yield f"{name}({argument})", hint


def _classes(hint: Any) -> Iterator[type]:
    origin = typing.get_origin(hint) or hint
    if inspect.isclass(origin):
        yield origin
    for part in typing.get_args(hint):
        for below in part if isinstance(part, list) else [part]:
            yield from _classes(below)


def test_an_app_needs_no_deep_import() -> None:
    files = [*(ROOT / "growbin").glob("*.py"), *(ROOT / "examples").glob("*.py"), ROOT / "main.py"]
    deep = re.compile(r"^\s*(?:from|import) constructs_lib\.(?!plus\b)", re.MULTILINE)
    assert [file.name for file in files if deep.search(file.read_text(encoding="utf-8"))] == []
