"""Why a whole file is refused. Kept as a code with values, put into words when shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext_lazy as _

from virtlab.web.lazy_text import LazyText

REFUSALS: dict[str, LazyText] = {
    "empty": _("The file is empty."),
    "too-big": _("The file has %(size)s MiB. At most %(limit)s MiB can be imported."),
    "vanished": _("The uploaded file is no longer there. Upload it again."),
    "unknown": _("This file is of no format that VirtLab understands."),
    "not-xlsx": _(
        "The file cannot be opened as an .xlsx workbook: it is damaged, or something else. Open it in a spreadsheet "
        "program and save it again, or export it anew."
    ),
    "password": _("The workbook has a password. Open it, take the password off, and save it again as .xlsx."),
    "bad-xlsb": _("This is an Excel binary workbook (.xlsb) that cannot be read. Open it and save it as .xlsx."),
    "bad-ods": _("This is an OpenDocument spreadsheet (.ods) that cannot be read. Open it and save it as .xlsx."),
    "bad-xls": _(
        "This is an old Excel workbook (.xls), or another old Office file, that cannot be read. Save it as .xlsx."
    ),
    "too-heavy": _("Reading the workbook takes more memory or time than it may. Save it as .xlsx, which takes less."),
    "zip-bomb": _("The file unpacks to far more than it should (%(reason)s). It is refused for safety."),
    "unsafe-xml": _("The workbook holds XML entities, which no real export does. It is refused for safety."),
    "bad-zip": _("The .zip archive is damaged or has a password."),
    "zip-without-csv": _("The .zip archive holds no .csv or .xlsx file."),
    "encoding": _("The text is in no encoding that VirtLab knows. Save it as UTF-8 or Shift_JIS."),
    "bad-csv": _("The file is not a readable .csv: %(reason)s"),
    "csv-quote": _(
        "%(tab)s, row %(row)s: a quotation mark is opened and never closed, so that all rows below it would be one "
        "cell. Close it, or take it out."
    ),
    "csv-cell": _("%(tab)s, row %(row)s: a cell holds more than %(limit)s characters."),
    "too-many-columns": _("The tab %(tab)s has more than %(limit)s columns."),
    "unknown-columns": _(
        "The columns fit no known format. Found: %(columns)s. Compare them with the formats named on the import page."
    ),
    "companion-alone": _(
        "“%(label)s” says nothing of how large the VMs are. Upload it together with the file that says it."
    ),
    "several-traces": _(
        "“%(tab)s” has other columns than “%(other)s” (%(columns)s). Files of traces that are read together must have "
        "the same."
    ),
    "trace-tab": _("“%(tab)s” is a trace, and traces are read from .csv and .parquet files. Save it as .csv."),
    "trace-question": _("“%(tab)s” leaves open how it is to be read."),
    "no-vinfo": _("No tab vInfo was found, and the VMs stand there. Tabs found: %(tabs)s."),
    "vinfo-columns": _("The tab %(tab)s lacks the column %(columns)s."),
    "no-rows": _("The file holds no VM: %(tab)s has a header but no usable row below it."),
    "too-many-rows": _("The tab %(tab)s has more than %(limit)s rows."),
    "bad-parquet": _("The file is not a readable Parquet file."),
    "trace-columns": _("A trace needs a column for the VM, for the time and for the CPU. Missing: %(columns)s."),
    "trace-no-rows": _(
        "The trace holds no usable row: each needs a time (seconds since 1970, or a date like 2026-03-02 14:05) and a "
        "number of 0 or more for the CPU."
    ),
    "trace-most-rows": _(
        "Most of the %(rows)s rows of the trace cannot be used: %(names)s name no VM, %(times)s have no time that can "
        "be read, %(cells)s have more or fewer cells than the others. The first is row %(row)s of %(tab)s."
    ),
    "trace-span": _(
        "The samples spread over %(days)s days, from %(first)s to %(last)s. At most %(limit)s can be read: one of "
        "these dates may be a mistake."
    ),
    "stopped": _("The reading was stopped. Upload the file again."),
    "failed": _("The file could not be read because of an error of VirtLab. The error was logged."),
}


NAMED = {
    ".xlsx": "not-xlsx",
    ".xlsm": "not-xlsx",
    ".xls": "bad-xls",
    ".xlsb": "bad-xlsb",
    ".ods": "bad-ods",
    ".zip": "bad-zip",
    ".parquet": "bad-parquet",
}
"""What a file is refused as that is not what its name says: the code by the ending."""
NO_TABLE = {"bad-zip", "encoding", "unknown", "bad-csv", "csv-quote", "csv-cell", "too-many-columns"}
QUOTED_CHARACTERS = 300
PART = "part"


@dataclass(slots=True)
class Question:
    """A table that leaves something open: its header and its first rows, to be shown to who uploaded it.

    `asks`: of a trace what is open (dates, cpu, memory) and the column of it; of a table that nobody knows nothing,
    since all its columns are. `told`: by what is open what the file tells of it (`traces.grid.told`). `optional`: it
    may be left out, since it is not all that was uploaded.
    """

    tab: str
    header: list[str]
    samples: list[list[str]]
    asks: dict[str, str] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    optional: bool = False


class UnreadableFileError(Exception):
    """The file cannot be imported at all; nothing of it was kept."""

    def __init__(self, code: str, **params: str | float) -> None:
        """`code` is a key of REFUSALS, `params` its values."""
        self.code = code
        self.question: Question | None = None  # which a user may answer, so that the file can be read after all
        self.params = {name: quoted(value) if isinstance(value, str) else value for name, value in params.items()}
        super().__init__(code, self.params)

    def __str__(self) -> str:
        """The reason in words of the current language."""
        return refusal_text(self.code, self.params)


def quoted(text: str) -> str:
    """What a file says, short and printable enough for a message and a database."""
    return "".join(mark if mark.isprintable() else " " for mark in text[:QUOTED_CHARACTERS])


def refusal_text(code: str, params: dict[str, str | float]) -> str:
    """The words of a stored refusal, behind the name of the file or member that it is of where there are several."""
    text = str(REFUSALS[code]) % Said(params)
    return f"{params[PART]}: {text}" if PART in params else text


class Said(dict[str, str | float]):
    """Values of a refusal, a dash for one that was not kept when it was stored."""

    def __missing__(self, name: str) -> str:
        return "–"


@contextmanager
def of_part(name: str) -> Iterator[None]:
    """Says of which file of an upload, or of which member of an archive, a refusal is."""
    try:
        yield
    except UnreadableFileError as error:
        error.params[PART] = " · ".join(filter(None, (quoted(name), str(error.params.get(PART, "")))))
        raise


@contextmanager
def as_called(name: str) -> Iterator[None]:
    """Refuses what is neither of the kind that its name says nor a table of text as a bad file of that kind."""
    try:
        yield
    except UnreadableFileError as error:
        kind = kind_called(name)
        if kind and error.code in NO_TABLE:
            raise UnreadableFileError(kind) from error
        raise


def kind_called(name: str) -> str:
    """What a file of that name is refused as, "" for a name that promises no more than text."""
    return NAMED.get(PurePosixPath(name).suffix.casefold(), "")
