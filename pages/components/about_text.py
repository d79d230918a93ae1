"""The words of the page about the atlas, as Markdown, with numbers counted from the data."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from layers.read_back import fill
from layers.summary import totals
from pages.components import cache

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from layers.catalogue import Catalogue, Document
    from layers.index import FeatureIndex
    from layers.snapshot import Snapshot
    from layers.summary import Totals
    from layers.view import MapView

_MARKS = re.compile(r"([\\`*_{}\[\]<>()#+!|~$:-])")


def text(view: MapView) -> str:
    """Return the page's text in the view's language, at the view's data version."""
    snapshot = cache.snapshot(view.version)
    whole = replace(
        view, layers=tuple(snapshot.layers), conditions=(), years=None, text="", outside=True,
        is_unreadable=False,
    )  # fmt: skip
    counted = totals(snapshot, whole)
    words = cache.words("app", view.language)
    return _text(_Writer(cache.catalogue(), snapshot.index, words, view.language), snapshot, counted)


def _text(writer: _Writer, snapshot: Snapshot, counted: Totals) -> str:
    words = writer.words
    outside = writer.outside_sources()
    return "\n\n".join(
        [
            f"## {words['about.title']}",
            writer.say("about.what", area=writer.area()),
            writer.say(
                "about.counts", features=f"{len(snapshot.index):,}", layers=len(snapshot.layers),
                unlocated=f"{counted.unlocated:,}", undated=f"{counted.undated:,}", version=snapshot.version,
            ),
            f"### {words['about.documents']}",
            writer.documents(writer.plans()),
            words["about.documents_note"],
            f"### {words['about.outside']}",
            writer.documents(outside) if outside else words["about.none"],
            words["about.outside_note"],
            f"### {words['about.status']}",
            writer.statuses(),
            words["about.status_note"],
            words["about.past"],
            f"### {words['about.position']}",
            words["about.position_note"],
            writer.positions(),
            f"### {words['about.balance']}",
            words["about.balance_note"],
            writer.balance(),
            f"### {words['about.licences']}",
            writer.licences(),
        ],
    )  # fmt: skip


class _Writer:
    """Writes tables of one catalogue in one language."""

    def __init__(
        self, catalogue: Catalogue, index: FeatureIndex, words: Mapping[str, str], language: str,
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self.words = words
        self._language = language

    def say(self, key: str, **parameters: object) -> str:
        values = {name: plain(str(value)) for name, value in parameters.items()}
        return fill(self.words[key], **values)

    def area(self) -> str:
        return str(self._catalogue.product["area"][self._language])

    def plans(self) -> tuple[Document, ...]:
        return self._catalogue.plan_documents()

    def outside_sources(self) -> list[Document]:
        cited = set(self._index.coded["document"].values)
        return [
            document
            for document in self._catalogue.documents.values()
            if document.is_outside and document.document_id in cited
        ]

    def documents(self, documents: Iterable[Document]) -> str:
        named = self._index.coded["document"]
        counts = Counter(named.counted(np.ones(len(self._index), dtype=bool)))
        rows = [
            (
                plain(document.date) or "—",
                plain(document.title.in_language(self._language)),
                plain(document.publisher.in_language(self._language)),
                f"{counts[document.document_id]:,}",
            )
            for document in documents
        ]
        return self._table(("about.date", "about.document", "about.publisher", "about.mentions"), rows)

    def statuses(self) -> str:
        rows = [
            (
                plain(code.label.in_language(self._language)),
                "、".join(map(plain, self._catalogue.status_words.get(code.code, ())))
                or self.words["about.unstated"],
            )
            for code in self._catalogue.codes["status"]
        ]
        return self._table(("about.status_column", "about.words"), rows)

    def positions(self) -> str:
        methods = self._index.coded["method"]
        accuracy = self._index.numbers["accuracy_m"]
        rows = []
        for code in self._catalogue.codes["method"]:
            mask = methods.has_any([code.code], len(self._index))
            if mask.any():
                median = float(np.nanmedian(accuracy[mask]))
                name = plain(code.label.in_language(self._language))
                rows.append((name, f"{int(mask.sum()):,}", f"{median:,.0f} m"))
        return self._table(("about.method", "about.mentions", "about.within"), rows)

    def balance(self) -> str:
        everything = np.ones(len(self._index), dtype=bool)
        counts = self._index.coded["city"].counted(everything)
        rows = [
            (plain(code.label.in_language(self._language)), f"{counts.get(code.code, 0):,}")
            for code in self._catalogue.codes["city"]
        ]
        return self._table(("about.city", "about.mentions"), rows)

    def licences(self) -> str:
        product = self._catalogue.product
        lines = [product[part][self._language] for part in ("boundaries", "water") if part in product]
        return "\n".join(f"- {plain(line)}" for line in lines)

    def _table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        names = [self.words[head] for head in heads]
        lines = [names, ["---"] * len(names), *rows]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def plain(text: str) -> str:
    """Return text that Markdown shows as it is: no link, no tag, no formula."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
