"""The catalog of this machine, as its owner configured it."""

from __future__ import annotations

from jarvis.catalog.catalog import Catalog
from jarvis.config.paths import Paths
from jarvis.config.schema import Settings


def catalog(settings: Settings, paths: Paths) -> Catalog:
    """The shipped cards, the owner's, and the community's where they are wanted."""
    own = {name: model.path for name, model in settings.model.items() if model.path is not None}
    return Catalog(paths.models, paths.cards, community=settings.models.community, own_paths=own)
