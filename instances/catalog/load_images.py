"""Loads the public machine images. Those of a lab are nobody else's and stay as they are."""

from datetime import date

from instances.catalog import files
from instances.catalog.build.images import COLUMNS
from instances.models import Image
from virtlab.labs.tables import Synced

TEXTS = ("image_id", "name", "operating_system", "architecture", "virtualization", "root_device")
FIELDS = [name for name in COLUMNS if name not in {"region", "image_id"}] + ["source_date"]


def load_images() -> Synced:
    """Brings the public images to the committed state. One that is listed no more stays, because instances may run
    from it, but is not current any more.
    """
    known = {(image.region_id, image.image_id): image for image in Image.objects.filter(lab=None)}
    wanted = {(image.region_id, image.image_id): image for image in _wanted()}
    new = [image for key, image in wanted.items() if key not in known]
    changed = [_taken_over(known[key], image) for key, image in wanted.items() if _differs(known.get(key), image)]
    gone = [image for key, image in known.items() if key not in wanted and image.current]
    for image in gone:
        image.current = False
    Image.objects.bulk_create(new)
    Image.objects.bulk_update([*changed, *gone], FIELDS, batch_size=200)
    return Synced(len(new), len(changed), len(gone), 0)


def _wanted() -> list[Image]:
    sources = files.citations()
    return [
        Image(
            region_id=row["region"],
            **{name: row[name] for name in TEXTS},
            **{name: bool(row[name]) for name in ("ena", "nvme", "current", "illustrative")},
            root_gib=int(row["root_gib"]),
            support_ends=date.fromisoformat(row["support_ends"]) if row["support_ends"] else None,
            source=sources[row["source"]][0],
            source_date=sources[row["source"]][1],
        )
        for row in files.read(files.DATA / "images.csv")
    ]


def _differs(known: Image | None, wanted: Image) -> bool:
    return known is not None and any(getattr(known, name) != getattr(wanted, name) for name in FIELDS)


def _taken_over(known: Image, wanted: Image) -> Image:
    for name in FIELDS:
        setattr(known, name, getattr(wanted, name))
    return known
