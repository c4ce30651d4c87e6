"""What is made to go wrong in a lab's cloud at the moment, asked by region, zone and type."""

from dataclasses import dataclass

from instances.choices import SceneKind
from instances.models import Scene
from virtlab.labs.models import Lab


@dataclass(frozen=True, slots=True)
class Scenes:
    """All scenes of one lab."""

    rows: tuple[Scene, ...]

    def outage(self, region: str, zone: str = "") -> Scene | None:
        """The outage that a zone (or, where none is named, a whole region) suffers."""
        for scene in self.rows:
            if scene.kind == SceneKind.REGION_OUTAGE and scene.region_id == region:
                return scene
            if scene.kind == SceneKind.ZONE_OUTAGE and zone and scene.zone == zone:
                return scene
        return None

    def no_capacity(self, region: str, zone: str, type_name: str) -> Scene | None:
        """The lack of capacity that keeps a type from starting in a zone."""
        family = type_name.split(".", maxsplit=1)[0]
        for scene in self.rows:
            if scene.kind != SceneKind.NO_CAPACITY or scene.region_id != region:
                continue
            if scene.zone in {"", zone} and scene.type_name in {"", type_name, family}:
                return scene
        return None


def scenes_of(lab: Lab) -> Scenes:
    """The scenes of a lab (one query)."""
    return Scenes(tuple(Scene.objects.filter(lab=lab).order_by("pk")))
