"""The map document in its three uses: framed in the app, shared by link, saved as one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from layers.render.elements import (
    AtlasFigure,
    AtlasMap,
    InlinedAssets,
    LinkedAssets,
    PlanningLayers,
    Policy,
    json_block,
    script_safe,
)
from layers.render.paths import data_folder, data_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branca.element import Element

    from layers.render.assets import Assets
    from layers.snapshot import Snapshot


@dataclass(frozen=True)
class Page:
    """A page and the security policy that it keeps to."""

    html: str
    policy: str


def frame_page(title: str, assets: Assets, tile_hosts: tuple[str, ...]) -> Page:
    """Return the document for the sandboxed frame: the same for every reader, view and data version.

    It fetches nothing: configuration, data and filter come over a message port.
    """
    figure = AtlasFigure(title=title, language="zh", use="frame")
    _assemble(figure, InlinedAssets(assets), {"atlas-config": json_block({"data": {"port": True}})})
    return Page(figure.render(), _inlined_policy(assets, tile_hosts) + "; frame-ancestors 'self'")


def shared_page(
    title: str, snapshot: Snapshot, assets: Assets, config: Mapping[str, Any], tile_hosts: tuple[str, ...],
) -> Page:
    """Return the document behind a shared link; its data is fetched by version.

    Parameters
    ----------
    config
        `map_config` and `view_state` of the view, with `basemapUrl`.
    """
    figure = AtlasFigure(title=title, language=config["language"], use="shared")
    whole = {
        **config,
        "use": "shared",
        "assets": assets.version,
        "data": {"url": data_folder(snapshot.version)},
        # Only the app around the frame can ask a geocoder.
        "geocoder": False,
    }
    shown = [layer_id for layer_id in config["filter"]["layers"] if layer_id in snapshot.layers]
    preload = (*(data_path(snapshot.version, layer_id) for layer_id in shown), config["basemapUrl"])
    _assemble(figure, LinkedAssets(assets, preload), {"atlas-config": json_block(whole)})
    images = " ".join(["'self'", "data:", *tile_hosts])
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; "
        f"img-src {images}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    )
    return Page(figure.render(), policy)


def saved_page(
    title: str, snapshot: Snapshot, assets: Assets, config: Mapping[str, Any], ground: bytes,
) -> Page:
    """Return one self-contained file: it opens from a disk with no network.

    Parameters
    ----------
    config
        `map_config` and `view_state` of the view.
    ground
        The offline basemap's data, as JSON.
    """
    figure = AtlasFigure(title=title, language=config["language"], use="file")
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
    blocks = {"atlas-config": json_block(whole)}
    for layer_id, layer in snapshot.layers.items():
        blocks[f"atlas-data-{layer_id}"] = script_safe(layer.content.decode())
    blocks["atlas-basemap"] = script_safe(ground.decode())
    policy = _inlined_policy(assets, ())
    figure.add_child(Policy(policy))
    _assemble(figure, InlinedAssets(assets), blocks)
    return Page(figure.render(), policy)


def _assemble(figure: AtlasFigure, assets: Element, blocks: Mapping[str, str]) -> None:
    # The map goes first, so that the script, where it stands inline, finds the map's place.
    AtlasMap().add_to(figure)
    figure.add_child(PlanningLayers(blocks))
    figure.add_child(assets)


def _inlined_policy(assets: Assets, tile_hosts: tuple[str, ...]) -> str:
    images = " ".join(["data:", *tile_hosts])
    return (
        f"default-src 'none'; script-src {assets.csp_hash('atlas.js')}; "
        f"style-src {assets.csp_hash('atlas.css')}; img-src {images}; "
        "base-uri 'none'; form-action 'none'"
    )
