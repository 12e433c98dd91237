"""Strategic merge: values laid over a manifest, with entries of lists matched by the key that their schema names.

Source: https://github.com/kubernetes/community/blob/main/contributors/devel/sig-api-machinery/strategic-merge-patch.md
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from constructs_lib.errors import shown, wrong_choice
from constructs_lib.kubernetes.field_path import FieldPath
from constructs_lib.kubernetes.manifest import Manifest
from constructs_lib.kubernetes.schemas.schema import Schema

_DIRECTIVE: Final = "$patch"
_DELETE, _REPLACE = "delete", "replace"


def strategic_merge(base: Manifest, over: Manifest, schema: Schema | None) -> dict[str, Any]:
    """Return `base` with the values of `over`.

    Mappings are merged, `None` removes a field, and all other values replace. Lists whose entries have a merge key,
    such as the containers of a pod, are merged entry by entry: an entry with a new key is added, an entry with
    `$patch: delete` removes the one with its key, and the entry `$patch: replace` makes the list replace the other one.

    Args:
        base: the manifest, or a part of it.
        over: the values.
        schema: the schema of `base`; None to replace all lists.
    """
    merged = dict(base)
    for key, value in over.items():
        below, found = _below(schema, key), merged.get(key)
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping):
            merged[key] = strategic_merge(found if isinstance(found, Mapping) else {}, value, below)
        elif isinstance(value, (list, tuple)) and below is not None and below.merge_key:
            merged[key] = _merged_list(found if isinstance(found, list) else [], value, below)
        else:
            merged[key] = value
    return merged


def merge_faults(base: object, over: Manifest, schema: Schema) -> Iterator[tuple[FieldPath, str]]:
    """Yield the faults of values whose lists cannot be merged, each with its path."""
    for key, value in over.items():
        below = _below(schema, key)
        found = base.get(key) if isinstance(base, Mapping) else None
        if below is None:
            continue
        if isinstance(value, Mapping):
            yield from ((FieldPath(key, *field), message) for field, message in merge_faults(found, value, below))
        elif isinstance(value, (list, tuple)) and below.merge_key:
            yield from (
                (FieldPath(key, *field), message)
                for field, message in _list_faults(found if isinstance(found, list) else [], value, below)
            )


def entry_of(over: Sequence[Any], entry: object, schema: Schema | None) -> object:
    """Return the value of a list that was merged into an entry, or None.

    Args:
        over: the list of the values.
        entry: the entry of the merged list.
        schema: the schema of the list.
    """
    if schema is None or not schema.merge_key:
        return entry if entry in over else None
    return next((item for item in over if _key(item, schema) == _key(entry, schema)), None)


def _list_faults(base: Sequence[Any], over: Sequence[Any], schema: Schema) -> Iterator[tuple[FieldPath, str]]:
    key, known = schema.merge_key, {_key(item, schema): item for item in base}
    for place, item in enumerate(over):
        if not isinstance(item, Mapping):
            continue  # has a fault of its own
        directive = item.get(_DIRECTIVE)
        if directive not in (None, _DELETE, _REPLACE):
            yield FieldPath(place, _DIRECTIVE), wrong_choice(directive, (_DELETE, _REPLACE))
        elif item.get(key) is None and directive != _REPLACE:
            yield FieldPath(place, key), "is required, since the list is merged by it"
        elif directive == _DELETE and item[key] not in known:
            names = ", ".join(sorted(map(str, known)))
            yield (
                FieldPath(place, key),
                f"there is no {shown(item[key])} to delete" + (f"; there is {names}" * bool(names)),
            )
        elif schema.items is not None:
            for field, message in merge_faults(known.get(item.get(key)), item, schema.items):
                yield FieldPath(place, *field), message


def _merged_list(base: Sequence[Any], over: Sequence[Any], schema: Schema) -> list[Any]:
    if any(_directive(item) == _REPLACE for item in over):
        return [item for item in over if _directive(item) is None]
    entries = list(base)
    for item in over:
        place = next((place for place, entry in enumerate(entries) if _key(entry, schema) == _key(item, schema)), None)
        if _directive(item) == _DELETE:
            entries = [entry for number, entry in enumerate(entries) if number != place]
        elif place is None or not isinstance(item, Mapping):
            entries.append(item)
        else:
            entries[place] = strategic_merge(entries[place], item, schema.items)
    return entries


def _below(schema: Schema | None, key: str) -> Schema | None:
    return schema.properties.get(key, schema.values) if schema is not None else None


def _directive(item: object) -> object:
    return item.get(_DIRECTIVE) if isinstance(item, Mapping) else None


def _key(item: object, schema: Schema) -> object:
    """Return the value that identifies an entry of a list."""
    return item.get(schema.merge_key) if isinstance(item, Mapping) else None
