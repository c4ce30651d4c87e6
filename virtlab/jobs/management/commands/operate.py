"""`manage.py operate LAB OPERATION --subject db-01 --param memory_mib=16384`: any operation from the command line.

Without an operation it lists them all; `--real-world` says of each, or of the one named, what it is called outside.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models

from virtlab.jobs.actor import Actor
from virtlab.jobs.choices import Source
from virtlab.jobs.operations.operation import Operation
from virtlab.jobs.operations.real_world import real_world_of
from virtlab.jobs.operations.refusals import Invalid, Refused, StaleForm
from virtlab.jobs.operations.registry import OPERATIONS, UnknownOperationError, operation_named
from virtlab.jobs.requests.forecast import forecast
from virtlab.jobs.requests.prepare import Request, prepare
from virtlab.jobs.requests.start import start
from virtlab.jobs.text import say
from virtlab.labs.models import Lab


class Command(BaseCommand):
    """Starts an operation, or shows what it would do."""

    help = "Starts an operation in a lab (without one: lists the operations)."

    def add_arguments(self, parser: CommandParser) -> None:
        """LAB OPERATION --subject --param --preview."""
        parser.add_argument("lab", nargs="?", help="the lab's address (slug)")
        parser.add_argument("operation", nargs="?", help="the operation's name, such as vm.resize")
        parser.add_argument("--subject", default="", help="the object's name or number")
        parser.add_argument("--param", action="append", default=[], metavar="KEY=VALUE", help="a field of the form")
        parser.add_argument("--preview", action="store_true", help="show before and after, start nothing")
        parser.add_argument("--real-world", action="store_true", help="show consoles, commands and error codes")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Raises CommandError with the sentence that a page would show."""
        if not options["operation"]:
            for _name, operation in sorted(OPERATIONS.items()):
                self._list(operation, real_world=options["real_world"])
            return
        if options["real_world"]:
            self._list(_operation(options["operation"]), real_world=True)
            return
        lab = Lab.objects.filter(slug=options["lab"]).first()
        if lab is None:
            raise CommandError(f"There is no lab {options['lab']}.")
        operation = _operation(options["operation"])
        subject = _subject(lab, operation, options["subject"])
        request = Request(operation, subject, _params(options["param"]), Actor(Source.COMMAND))
        try:
            self._preview(lab, request) if options["preview"] else self._start(lab, request)
        except (Refused, Invalid, StaleForm) as refused:
            raise CommandError(str(refused)) from refused

    def _list(self, operation: type[Operation], *, real_world: bool) -> None:
        self.stdout.write(f"{operation.name:24} {operation.title}")
        for way in real_world_of(operation.name) if real_world else ():
            for line in filter(None, [str(way.console), *way.cli.splitlines(), " ".join(way.errors), str(way.note)]):
                self.stdout.write(f"    {way.product:10} {line}")

    def _start(self, lab: Lab, request: Request) -> None:
        job = start(lab, request)
        self.stdout.write(f"{job.pk} {job.title}")

    def _preview(self, lab: Lab, request: Request) -> None:
        operation = prepare(lab, request)
        for change in operation.preview().changes:
            before, after = change.shown
            self.stdout.write(f"{say(change.label)}: {before} → {after} {say(change.unit)}".rstrip())
        plan = operation.plan()
        for step in plan.steps:
            self.stdout.write(f"{step.duration_s:10.1f} s  {say(step.title)}")
        now = forecast(lab, plan)
        if now.others:
            self.stdout.write(f"{now.duration_s:10.1f} s  beside {now.others} at work on {now.shared}")
        if now.fails_after_s is not None:
            self.stdout.write(f"{now.fails_after_s:10.1f} s  it will have lost what it needs, and fails")


def _operation(name: str) -> type[Operation]:
    try:
        return operation_named(name)
    except UnknownOperationError:
        raise CommandError(f"There is no operation {name}. There are: {', '.join(sorted(OPERATIONS))}.") from None


def _params(pairs: list[str]) -> dict[str, str]:
    params = dict(pair.partition("=")[::2] for pair in pairs if "=" in pair)
    if len(params) < len(pairs):
        raise CommandError("Write each parameter as KEY=VALUE, each key once.")
    return params


def _subject(lab: Lab, operation: type[Operation], word: str) -> models.Model | None:
    if operation.subject_model is None:
        return None
    subject = _named(operation, lab, word)
    if subject is None:
        raise CommandError(f"There is no {operation.subject_model._meta.verbose_name} {word} in this lab.")
    return subject


def _named(operation: type[Operation], lab: Lab, word: str) -> models.Model | None:
    """The object of that number, else the one of that name."""
    mine = operation.subjects(lab)
    number = int(word) if word.isdecimal() and len(word) < 18 else 0
    return mine.filter(pk=number).first() or next((each for each in mine if str(each) == word), None)
