"""Where a region's price lists are, and what is not followed on the way there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from io import BytesIO, StringIO
from urllib.request import Request

import pytest

from instances.catalog.refresh import source
from instances.catalog.refresh.source import BadPriceFile, places

INDEX = {
    "regions": [
        {
            "regionCode": "ap-northeast-1",
            "versionUrl": "/savingsPlan/v1.0/aws/AWSComputeSavingsPlan/20261118184447/ap-northeast-1/index.json",
        }
    ]
}
HOST = "https://pricing.us-east-1.amazonaws.com"


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Lets every address answer with a text."""

    @contextmanager
    def opened(_place: str) -> Iterator[StringIO]:
        yield StringIO(text)

    monkeypatch.setattr(source, "opened", opened)


def test_it_takes_the_offers_by_their_address_and_the_plans_by_their_index(monkeypatch: pytest.MonkeyPatch) -> None:
    answer(monkeypatch, json.dumps(INDEX))
    assert places("ap-northeast-1") == [
        f"{HOST}/offers/v1.0/aws/AmazonEC2/current/ap-northeast-1/index.csv",
        f"{HOST}/savingsPlan/v1.0/aws/AWSComputeSavingsPlan/20261118184447/ap-northeast-1/index.csv",
    ]
    assert places("mars-north-1") == [f"{HOST}/offers/v1.0/aws/AmazonEC2/current/mars-north-1/index.csv"]


@pytest.mark.parametrize("text", ["<html>", "[]", '{"regions": [{}]}'])
def test_it_says_that_an_answer_is_no_index(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    answer(monkeypatch, text)
    with pytest.raises(BadPriceFile, match="not an index of regions"):
        places("ap-northeast-1")


def test_it_follows_no_redirection_to_an_open_connection() -> None:
    follow = source._SecureOnly().redirect_request
    request, body = Request(f"{HOST}/index.csv"), BytesIO()
    assert follow(request, body, 302, "Found", Message(), "https://example.com/index.csv").host == "example.com"
    with pytest.raises(BadPriceFile, match="only https"):
        follow(request, body, 302, "Found", Message(), "http://example.com/index.csv")
