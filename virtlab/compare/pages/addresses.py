"""Where the parts of a report are found: in its lab, or behind a share link."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from virtlab.compare.inputs.question import Question
from virtlab.compare.models import ShareLink
from virtlab.compare.readiness.words import Scope
from virtlab.compare.report.report import Report
from virtlab.labs.models import Lab


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of one report; `query` keeps what was asked."""

    prefix: str
    args: tuple[str, ...]
    query: str

    @classmethod
    def in_lab(cls, lab: Lab, question: Question) -> "Addresses":
        """Of a lab's own report."""
        return cls("compare:", (lab.slug,), question.query)

    @classmethod
    def behind(cls, link: ShareLink) -> "Addresses":
        """Of the report behind a share link, which takes no query."""
        return cls("compare:shared-", (link.token,), "")

    @property
    def shared(self) -> bool:
        """Whether the report is read through a share link."""
        return self.prefix != "compare:"

    def of(self, name: str, *more: str) -> str:
        """The address of one part."""
        address = reverse(f"{self.prefix}{name}", args=[*self.args, *more])
        return f"{address}?{self.query}" if self.query else address

    def asking(self, name: str, **asked: str) -> str:
        """The address of one part with more questions."""
        address = self.of(name)
        return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"

    @property
    def report(self) -> str:
        """The report itself."""
        return self.of("report")

    @property
    def workloads(self) -> str:
        """The list of workloads with their types."""
        return self.of("workloads")

    @property
    def outlook(self) -> str:
        """How sure the difference is."""
        return self.of("outlook")

    @property
    def readiness(self) -> str:
        """The list of machines with their readiness."""
        return self.of("readiness")

    def left_out(self, report: Report) -> str:
        """Where the VMs that no total of a report counts are listed; empty where both sides carry all."""
        return self.asking("readiness", comparison=Scope.LEFT_OUT) if report.common.not_carried else ""

    @property
    def csv(self) -> str:
        """The report as CSV files in a zip."""
        return self.of("csv")

    @property
    def xlsx(self) -> str:
        """The report as a workbook."""
        return self.of("xlsx")

    @property
    def paper(self) -> str:
        """The report to be printed."""
        return self.of("paper")
