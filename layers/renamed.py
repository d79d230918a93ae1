"""What a link names by a name of before, under the name that a data version has for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from layers.filters import CODED_FIELDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from layers.catalogue import Catalogue
    from layers.filters import Condition
    from layers.snapshot import Snapshot
    from layers.view import MapView

# The code list that a field's values are of, where it is not of the field's name.
CODE_LISTS = {"lead_unit": "unit", "serves": "city"}


def as_named_in(view: MapView, snapshot: Snapshot, catalogue: Catalogue) -> MapView:
    """Return the view with layers, codes and ids as a data version names them.

    A link made before a city was renamed shows it under its new name, and a link made after shows it in
    data of before. What goes by another name now is told in `renamed`; a name that nobody knows stays.
    """
    fields = [field for field in _asked(view) if former_names(catalogue, field)]
    names = {field: _names(field, snapshot, catalogue) for field in fields}
    if not names:
        return view
    ids, layers = names.get("id", _NOTHING_RENAMED), names.get("layer", _NOTHING_RENAMED)
    asked = [("layer", layer_id) for layer_id in view.layers]
    asked += [(row.field, str(value)) for row in view.conditions for value in row.values]
    renamed = [
        (field, name, new)
        for field, name in dict.fromkeys(asked)
        if field in names and name in names[field].former
        for new in names[field].there(name)
    ]
    selected = ids.there(view.selected)[0]
    if view.selected in ids.former:
        renamed.append(("id", view.selected, selected))
    told = (row for row in renamed if row[1] != row[2])
    return replace(
        view,
        layers=layers.all_there(view.layers),
        conditions=tuple(_named(row, names) for row in view.conditions),
        selected=selected,
        renamed=tuple(dict.fromkeys((*view.renamed, *told))),
    )


def former_names(catalogue: Catalogue, field: str) -> Mapping[str, str]:
    """Return the next name of each former value of a field."""
    if field == "id":
        return catalogue.former_ids.aliases
    return catalogue.former_codes.get(CODE_LISTS.get(field, field), {})


@dataclass(frozen=True)
class _Names:
    """The names that a field's values have.

    Attributes
    ----------
    used
        Those in the data version.
    listed
        Those of the catalogue.
    former
        The next name of each one that was renamed.
    later
        The names in `former` that others were given.
    """

    used: Collection[str]
    listed: Collection[str]
    former: Mapping[str, str]
    later: Collection[str]

    def there(self, name: str) -> tuple[str, ...]:
        """Return what the data version has under this name, a former or a later one of it."""
        if name in self.used or not (name in self.former or name in self.later):
            return (name,)
        last = self._last(name)
        alike = (last, *(one for one in self.former if self._last(one) == last))
        used = tuple(one for one in alike if one in self.used)
        return used or ((last,) if last in self.listed else (name,))

    def all_there(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the same for many names, each once where any was renamed."""
        asked = tuple(names)
        found = tuple(one for name in asked for one in self.there(name))
        return asked if found == asked else tuple(dict.fromkeys(found))

    def _last(self, name: str) -> str:
        while name in self.former:
            name = self.former[name]
        return name


_NOTHING_RENAMED = _Names((), (), {}, ())


def _asked(view: MapView) -> set[str]:
    return {"id", "layer"} | {row.field for row in view.conditions if row.field in CODED_FIELDS}


def _names(field: str, snapshot: Snapshot, catalogue: Catalogue) -> _Names:
    former = former_names(catalogue, field)
    used, listed = set(snapshot.index.coded[field].values), set[str]()
    if field == "layer":
        used, listed = {*snapshot.layers, *snapshot.refused}, set(catalogue.layer_ids())
    elif field == "document":
        listed = set(catalogue.documents)
    else:
        listed = {code.code for code in catalogue.codes.get(CODE_LISTS.get(field, field), ())}
    return _Names(used, listed, former, set(former.values()))


def _named(row: Condition, names: Mapping[str, _Names]) -> Condition:
    if row.field not in names:
        return row
    return replace(row, values=names[row.field].all_there(map(str, row.values)))
