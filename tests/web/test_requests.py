"""Addresses that a form or a link brings along."""

import pytest
from django.test import RequestFactory

from virtlab.web.requests import own_address


@pytest.mark.parametrize("address", ["/labs/one/", "/labs/one/?q=web", "http://testserver/labs/"])
def test_it_goes_to_addresses_of_its_own(address: str) -> None:
    assert own_address(RequestFactory().get("/"), address, "/home/") == address


@pytest.mark.parametrize(
    "address", ["", "https://elsewhere.example/", "//elsewhere.example/", r"/\elsewhere.example", "javascript:alert(1)"]
)
def test_it_goes_nowhere_else(address: str) -> None:
    assert own_address(RequestFactory().get("/"), address, "/home/") == "/home/"
