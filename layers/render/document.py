"""The map document in its three uses: framed in the app, shared by link, saved as one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from layers.render.elements import (
    AtlasFigure,
    AtlasMap,
    InlinedAssets,
    LastPicture,
    LinkedAssets,
    PlanningLayers,
    Policy,
    json_block,
)
from layers.render.head import Head
from layers.render.paths import whole_data_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branca.element import Element

    from layers.render.assets import Assets
    from layers.snapshot import Snapshot

CONFIG, DATA, GROUND = "atlas-config", "atlas-data", "atlas-ground"
# Where a shared map says what another one does not; no JSON and no path holds these.
_HEAD, _STATE = "\x01head\x01", "\x01state\x01"


@dataclass(frozen=True)
class Page:
    """A page and the security policy that it keeps to."""

    html: str
    policy: str


@dataclass(frozen=True)
class SharedPage:
    """A shared map in three pieces; the middle one is the same object for every view."""

    opening: str
    shared: str
    closing: str

    @property
    def html(self) -> str:
        """The page."""
        return self.opening + self.shared + self.closing


@dataclass(frozen=True)
class SharedMap:
    """What the shared maps of one data version and language have in common, written once.

    Attributes
    ----------
    policy
        The security policy that each of them keeps to.
    """

    policy: str
    _start: str
    _shared: str
    _end: str

    @classmethod
    def build(
        cls, snapshot: Snapshot, assets: Assets, config: Mapping[str, Any], language: str,
        tile_hosts: tuple[str, ...],
    ) -> Self:
        """Write all but the view; data is fetched by version.

        Parameters
        ----------
        config
            `map_config`, with `basemapUrl`.
        """
        figure = AtlasFigure(_HEAD, language, use="shared")
        whole = {
            **config,
            "use": "shared",
            "assets": assets.version,
            "data": {"url": whole_data_path(snapshot.version)},
            # Only the app around the frame can ask a geocoder.
            "geocoder": False,
        }
        linked = LinkedAssets(assets, (whole_data_path(snapshot.version), config["basemapUrl"]))
        AtlasMap().add_to(figure)
        figure.add_child(LastPicture(assets))
        figure.add_child(PlanningLayers({CONFIG: json_block(whole)[:-1] + _STATE}))
        figure.add_child(linked)
        start, _, behind = figure.render().partition(_HEAD)
        shared, _, end = behind.partition(_STATE)
        return cls(_shared_policy(tile_hosts), start, shared, end)

    def page(self, head: Head, edition: str, state: Mapping[str, Any]) -> SharedPage:
        """Return the page of one view.

        Parameters
        ----------
        edition
            Of the installation: what a page shows depends on that and on its address alone.
        state
            `view_state` of the view, with whatever else only this page is told.
        """
        # The rest of the object that stands unfinished in the shared piece.
        rest = json_block(state)
        return SharedPage(
            f"{self._start}{head.tags()}\n{edition_tag(edition)}",
            self._shared,
            f",{rest[1:]}{self._end}",
        )


def edition_tag(edition: str) -> str:
    """Return the tag by which a page knows whether a picture kept of it still holds."""
    return f'<meta name="atlas-edition" content="{edition}">'


def frame_page(title: str, assets: Assets, tile_hosts: tuple[str, ...]) -> Page:
    """Return the document for the sandboxed frame: the same for every reader, view and data version.

    It fetches nothing: configuration, data and filter come over a message port.
    """
    figure = AtlasFigure(Head(title).tags(), language="zh", use="frame")
    _assemble(figure, InlinedAssets(assets), {CONFIG: json_block({"data": {"port": True}})})
    return Page(figure.render(), _inlined_policy(assets, tile_hosts))


def saved_page(
    head: Head, snapshot: Snapshot, assets: Assets, config: Mapping[str, Any], ground: bytes,
) -> Page:
    """Return one self-contained file: it opens from a disk with no network.

    Parameters
    ----------
    config
        `map_config` and `view_state` of the view.
    ground
        The offline basemap, as `Ground.as_json` writes it.
    """
    figure = AtlasFigure(head.tags(), language=config["language"], use="file")
    whole = {
        **config,
        "use": "file",
        "assets": assets.version,
        "data": {"block": True},
        "geocoder": False,
        "links": None,
        "placePath": None,
        "basemaps": [basemap for basemap in config["basemaps"] if basemap["kind"] == "offline"],
    }
    policy = _inlined_policy(assets, ())
    figure.add_child(Policy(policy))
    packed = {DATA: snapshot.content, GROUND: ground}
    _assemble(figure, InlinedAssets(assets), {CONFIG: json_block(whole)}, packed)
    return Page(figure.render(), policy)


def _assemble(
    figure: AtlasFigure,
    assets: Element,
    blocks: Mapping[str, str],
    packed: Mapping[str, bytes] | None = None,
) -> None:
    # The map goes first, so that the script, where it stands inline, finds the map's place.
    AtlasMap().add_to(figure)
    figure.add_child(PlanningLayers(blocks, packed))
    figure.add_child(assets)


def _shared_policy(tile_hosts: tuple[str, ...]) -> str:
    images = " ".join(["'self'", "data:", *tile_hosts])
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; "
        # How the map looks in a page that it is put into is shown in a frame.
        f"img-src {images}; frame-src 'self'; base-uri 'none'; form-action 'none'"
    )


def _inlined_policy(assets: Assets, tile_hosts: tuple[str, ...]) -> str:
    images = " ".join(["data:", *tile_hosts])
    return (
        f"default-src 'none'; script-src {assets.csp_hash('atlas.js')}; "
        f"style-src {assets.csp_hash('atlas.css')}; img-src {images}; "
        "base-uri 'none'; form-action 'none'"
    )
