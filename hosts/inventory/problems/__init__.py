"""What is wrong with a file: findings, and their words."""

from hosts.inventory.problems.kinds import SEVERITIES, Severity
from hosts.inventory.problems.log import KEPT_PER_CODE, Problem, ProblemLog
from hosts.inventory.problems.words import MESSAGES

__all__ = ["KEPT_PER_CODE", "MESSAGES", "SEVERITIES", "Problem", "ProblemLog", "Severity"]
