"""Reads settings from the environment and fails loudly where a value makes no sense."""

import os

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def env_str(name: str, default: str) -> str:
    """The variable's text, or the default where it is unset or empty."""
    return os.environ.get(name) or default


def env_bool(name: str, *, default: bool) -> bool:
    """The variable as yes or no; raises ImproperlyConfigured for anything else."""
    text = os.environ.get(name)
    if text is None:
        return default
    if text.lower() in TRUE:
        return True
    if text.lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={text!r}: say yes or no (1/0, true/false, on/off).")


def env_int(name: str, default: int, *, minimum: int = 0) -> int:
    """The variable as a whole number; raises ImproperlyConfigured where it is not one or below the minimum."""
    text = os.environ.get(name)
    if not text:
        return default
    try:
        value = int(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={text!r}: a whole number is needed.") from None
    if value < minimum:
        raise ImproperlyConfigured(f"{name}={value}: must be at least {minimum}.")
    return value


def env_list(name: str, default: list[str]) -> list[str]:
    """The variable split at commas."""
    text = os.environ.get(name)
    return [part.strip() for part in text.split(",") if part.strip()] if text else default
