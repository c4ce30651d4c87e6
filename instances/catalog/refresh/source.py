"""A price list as a stream of lines: a file of this machine, or an https address; never held whole.

Where AWS publishes them ("Getting price list files manually", AWS Billing User Guide, 2026): one file a region under
/offers/v1.0/aws/AmazonEC2/current/<region>/index.csv, those of savings plans by an index that names the newest of each.
"""

import gzip
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any, TextIO, cast
from urllib.error import URLError
from urllib.parse import urljoin
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

PRICES = "https://pricing.us-east-1.amazonaws.com"
OFFERS = PRICES + "/offers/v1.0/aws/AmazonEC2/current/{region}/index.csv"
PLANS = PRICES + "/savingsPlan/v1.0/aws/AWSComputeSavingsPlan/current/region_index.json"
WAIT_S = 60
"""Seconds without a byte after which a download has failed."""


class BadPriceFile(ValueError):
    """A price list that cannot be opened or read; its text says where and why."""


class _SecureOnly(HTTPRedirectHandler):
    """Follows a redirection to https alone."""

    def redirect_request(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str) -> Any:  # noqa: PLR0913, PLR0917 (the library's own signature)
        _check_secure(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def places(region: str) -> list[str]:
    """The addresses of a region's files: on demand and Reserved Instances, then savings plans (reads their index)."""
    with opened(PLANS) as lines:
        try:
            regions = json.load(lines)["regions"]
            versions = {one["regionCode"]: one["versionUrl"] for one in regions}
        except (ValueError, KeyError, TypeError) as problem:
            raise BadPriceFile(f"{PLANS}: this is not an index of regions: {problem!r}") from problem
    plans = [urljoin(PRICES, versions[region]).removesuffix(".json") + ".csv"] if region in versions else []
    return [OFFERS.format(region=region), *plans]


@contextmanager
def opened(place: str) -> Iterator[TextIO]:
    """The text of a file or an https address, line by line; raises BadPriceFile."""
    try:
        with _bytes(place) as raw, io.TextIOWrapper(raw, encoding="utf-8", newline="") as text:
            yield text
    except UnicodeDecodeError as problem:
        raise BadPriceFile(f"{place}: this is no text in UTF-8 (byte {problem.start}).") from problem
    except (OSError, EOFError, URLError, HTTPException) as problem:
        raise BadPriceFile(f"{place}: cannot be read: {problem}") from problem


def _bytes(place: str) -> IO[bytes]:
    if "://" in place:
        _check_secure(place)
        answer: IO[bytes] = _opener().open(place, timeout=WAIT_S)
        return answer
    path = Path(place)
    return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")


def _opener() -> OpenerDirector:
    return build_opener(_SecureOnly)


def _check_secure(address: str) -> None:
    if not address.startswith("https://"):
        raise BadPriceFile(f"{address}: only https addresses and files of this machine are read.")
