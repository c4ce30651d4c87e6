"""Why the engine assumes a figure, in the reader's language. Publications keep the names that they have."""

from django.utils.translation import gettext, gettext_noop

REASONS = frozenset(
    {
        gettext_noop("A desktop system and its own programs"),
        gettext_noop("A desktop system's caches"),
        gettext_noop("ESXi's kernel and agents; its overhead depends on the server (Broadcom KB 420935)"),
        gettext_noop("Hosted hypervisor with hardware assistance"),
        gettext_noop("Page tables and caches of the host"),
        gettext_noop("Page tables and device models of each guest"),
        gettext_noop("The Linux host and its device models"),
        gettext_noop("The Linux host's own system"),
        gettext_noop("The control domain works for every guest's network and disks"),
        gettext_noop("The host's system and the container runtime"),
        gettext_noop("The kernel's own services"),
        gettext_noop("The one system that all containers share"),
        gettext_noop("The root partition's own work"),
        gettext_noop("The root partition's reserve"),
        gettext_noop("The root partition, a Windows Server of its own"),
        gettext_noop("Through the host's own system and its files"),
        gettext_noop("Direct access"),
        gettext_noop("No hardware is emulated"),
        gettext_noop("No system of the host runs beside the guests"),
        gettext_noop("Nothing stands between the work and the processor"),
    }
)


def source_words(source: str) -> str:
    """A figure's source as a page shows it."""
    return gettext(source) if source in REASONS else source
