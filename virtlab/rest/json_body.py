"""Bodies of requests as JSON that means one thing: each name once in an object, and numbers and texts that are such."""

import json
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.parser import Parser


class JsonBodyError(ValueError):
    """The body is no such JSON; its text says why."""


class StrictParser(Parser):
    """Reads bodies for the API."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The content of a body; JsonBodyError where it is none."""
        body = request.body
        try:
            content = json.loads(body, object_pairs_hook=once_each, parse_constant=no_number)
            if b"\\u" in body:
                # Half a character can be written in JSON and nowhere else: no database and no answer takes it.
                json.dumps(content, ensure_ascii=False).encode()
        except JsonBodyError:
            raise
        except UnicodeEncodeError as error:
            raise JsonBodyError(_("The body holds half a character: it is not valid Unicode.")) from error
        except (ValueError, RecursionError) as error:
            reason = str(error).partition(":")[0]
            raise JsonBodyError(_("The body is not JSON: %(reason)s.") % {"reason": reason}) from error
        return content


def once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; JsonBodyError where a name stands in it twice, of which programs take the one or the other."""
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise JsonBodyError(_("“%(name)s” stands in the body more than once.") % {"name": twice[:80]})
    return content


def no_number(text: str) -> NoReturn:
    """JsonBodyError for NaN and Infinity, which JSON does not have."""
    raise JsonBodyError(_("“%(text)s” is not a number.") % {"text": text})
