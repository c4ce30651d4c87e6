"""One word of the glossary."""

from dataclasses import dataclass

from virtlab.web.lazy_text import LazyText

NONE = "—"
PRODUCTS = ("vSphere", "Hyper-V", "KVM", "AWS")


@dataclass(frozen=True, slots=True)
class Term:
    """A word, what it is in one sentence, and what four products call it, in their own (English) words."""

    key: str
    word: LazyText
    text: LazyText
    vsphere: str = NONE
    hyperv: str = NONE
    kvm: str = NONE
    aws: str = NONE

    @property
    def names(self) -> list[tuple[str, str]]:
        """(product, its name for it), the dash where there is no such thing."""
        return list(zip(PRODUCTS, (self.vsphere, self.hyperv, self.kvm, self.aws), strict=True))

    def matches(self, search: str) -> bool:
        """Whether the search stands in the word, the sentence or a product's name, in the active language."""
        said = (self.word, self.text, self.vsphere, self.hyperv, self.kvm, self.aws)
        return search.casefold() in " ".join(map(str, said)).casefold()
