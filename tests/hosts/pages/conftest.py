"""A visitor's empty lab, and files that are uploaded to it."""

from collections.abc import Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hosts.catalog.load import load_server_models
from hosts.models.inventory_import import InventoryImport
from virtlab.jobs.work.workshop import do_next_work
from virtlab.labs.models import Lab


@pytest.fixture
def lab(db: None, aiko: Client) -> Lab:
    """Aiko's lab, without anything in it; server models are known."""
    load_server_models()
    session = aiko.session
    session["visitor"] = "aiko" * 8
    session.save()
    return Lab.objects.create(name="Aiko's lab", visitor_token="aiko" * 8)


def upload(client: Client, lab: Lab, files: Mapping[str, bytes | str], *, anonymous: bool = False) -> InventoryImport:
    """Uploads files by their names together, and has them read."""
    contents = {name: text.encode() if isinstance(text, str) else text for name, text in files.items()}
    data: dict[str, object] = {"file": [SimpleUploadedFile(name, content) for name, content in contents.items()]}
    response = client.post(
        reverse("inventory:upload", args=[lab.slug]), data | ({"anonymous": "on"} if anonymous else {})
    )
    assert response.status_code == 302, response.content.decode()
    do_next_work()
    return InventoryImport.objects.latest("pk")


def page(client: Client, staged: InventoryImport, **query: str) -> str:
    """The page of an import."""
    response = client.get(staged.get_absolute_url(), query)
    assert response.status_code == 200
    return response.content.decode()
