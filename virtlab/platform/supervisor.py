"""Keeps services running: starts them in order, starts again those that die, stops all within a bounded time."""

import time
from collections.abc import Callable
from pathlib import Path

from virtlab.platform.processes import Child
from virtlab.platform.services import Service

# A service that dies this often, each time sooner than SETTLED_S after its start, is broken and not unlucky.
TRIES = 5
SETTLED_S = 30.0


class ServiceBrokenError(RuntimeError):
    """A service dies again and again; the message carries the end of its log."""


class Supervisor:
    """Runs services of one VirtLab folder."""

    def __init__(self, var_dir: Path, say: Callable[[str], None]) -> None:
        self.var_dir = var_dir
        self.say = say
        self.children: list[Child] = []
        self.early_deaths: dict[str, int] = {}

    def start(self, service: Service) -> Child:
        """Starts one more service."""
        child = Child(service, self.var_dir)
        self.children.append(child)
        return child

    def look_after(self) -> None:
        """Starts again whatever has died; raises ServiceBrokenError when one does not stay up."""
        for position, child in enumerate(self.children):
            code = child.ended()
            if code is None:
                continue
            self._count(child)
            child.kill()
            self.say(f"{child.service.name} ended ({_reason(code)}): starting it again")
            self.children[position] = Child(child.service, self.var_dir)

    def _count(self, child: Child) -> None:
        name = child.service.name
        settled = time.monotonic() - child.started_at >= SETTLED_S
        self.early_deaths[name] = 0 if settled else self.early_deaths.get(name, 0) + 1
        if self.early_deaths[name] >= TRIES:
            raise ServiceBrokenError(f"{name} does not stay up. The end of {child.log_path}:\n{child.last_words()}")

    def stop(self) -> None:
        """Asks all to stop and kills those that take too long. Redis goes last, since the others still speak to it."""
        servers = [child for child in self.children if child.service.name == "redis"]
        users = [child for child in self.children if child.service.name != "redis"]
        for group in (users, servers):
            for child in group:
                child.ask_to_stop()
            asked_at = time.monotonic()
            for child in group:
                if not child.finish(asked_at + child.service.stop_within_s):
                    self.say(f"{child.service.name} took too long and was killed")
        self.children.clear()


def _reason(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
