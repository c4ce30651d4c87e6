"""What a browser says of the device it runs on."""

from django.http import HttpRequest


def is_phone(request: HttpRequest) -> bool:
    """Whether long forms start folded. Asked here and not by a script, so that nothing jumps once the page is shown."""
    return request.headers.get("Sec-CH-UA-Mobile") == "?1" or "Mobi" in request.headers.get("User-Agent", "")
