"""Faults found in data: each names the feature, the field and what stands there."""

from dataclasses import dataclass

SHOWN_VALUE = 60


@dataclass(frozen=True)
class Issue:
    """One fault in a layer.

    Attributes
    ----------
    feature_id
        The feature's id, or `#3` for the third feature where it has none, or empty for the file.
    field
        The attribute's path within the feature, such as `properties.history.0.line`.
    code
        What kind of fault, stable.
    value
        What stands there, or what the reader of the file said.
    """

    feature_id: str
    field: str
    code: str
    value: str

    def __str__(self) -> str:
        """Feature, field, fault and value in one line."""
        where = " ".join(part for part in (self.feature_id, self.field) if part) or "file"
        value = self.value if len(self.value) <= SHOWN_VALUE else self.value[:SHOWN_VALUE] + "…"
        return f"{where}: {self.code} ({value})"
