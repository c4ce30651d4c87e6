"""Static files under names with the hash of what is in them."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from whitenoise.storage import CompressedManifestStaticFilesStorage

# import "./a.js"; and the end of import { a } from "../a.js";
IMPORT = (r"""(?P<matched>\b(?P<before>import|from)\s+"(?P<url>\.[^"]+)";)""", """%(before)s "%(url)s";""")


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Our own modules' imports name the hashed files too, so that a page loads each module once, and anew when anything
    that it imports has changed.

    Django's support_js_module_import_aggregation does so to every script of every package, and stops at an import in a
    comment of one.
    """

    patterns: ClassVar[tuple[Any, ...]] = (*CompressedManifestStaticFilesStorage.patterns, ("js/*.js", (IMPORT,)))

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Compresses, of each file, only the name with the hash, which is the one that pages ask for, and no source
        maps, which only developer tools read: brotli and gzip at their densest take seconds for a megabyte. Yields each
        name with that of its compressed copy.
        """
        asked_for = {name for name in self.hashed_files.values() if not name.endswith(".map")}
        yield from super().compress_files(asked_for.intersection(paths))
