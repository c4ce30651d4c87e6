"""Takes from Tabler's style sheet what our pages use, inside a cascade layer, so that our own rules always win."""

import re

# A rule stays where each of its selectors' classes belongs to one of these families (or where it has no class at all).
FAMILIES = ("btn", "form", "input-group", "table", "visually-hidden", "progress", "breadcrumb", "kbd", "is-invalid")
UNUSED = re.compile(
    r"btn-(?!primary|outline|ghost|link|sm|lg|icon|check|list|group|close)"
    r"|btn-(outline|ghost)-(?!primary|danger)|form-(selectgroup|colorinput|imagecheck|floating|hint|fieldset)|table-(?!responsive|sm)"
)
NESTING = ("@media", "@supports", "@layer", "@container")
CLASS = re.compile(r"\.(-?[_a-zA-Z][\w-]*)")
BANNER = re.compile(r"/\*!.*?\*/", re.DOTALL)


def shorten(css: str) -> str:
    """The rules of `css` (minified) that our pages can use, wrapped in `@layer tabler`."""
    body = css.removeprefix('@charset "UTF-8";')
    licence = BANNER.search(body)
    return f'@charset "UTF-8";{licence[0] if licence else ""}@layer tabler{{{_kept(body)}}}\n'


def _kept(css: str) -> str:
    return "".join(_keep(prelude, block) for prelude, block in _rules(css))


def _keep(prelude: str, block: str) -> str:
    if prelude.startswith(NESTING):
        inner = _kept(block)
        return f"{prelude}{{{inner}}}" if inner else ""
    if prelude.startswith("@"):
        return ""
    selectors = [one for one in _split(prelude) if _used(one)]
    return f"{','.join(selectors)}{{{block}}}" if selectors else ""


def _used(selector: str) -> bool:
    if "data-bs-theme" in selector:
        return False
    return all(name.startswith(FAMILIES) and not UNUSED.match(name) for name in CLASS.findall(selector))


def _split(selectors: str) -> list[str]:
    """A selector list at its top-level commas: those inside :is() and :not() stay."""
    return re.split(r",(?![^(]*\))", selectors)


def _rules(css: str) -> list[tuple[str, str]]:
    """The top-level rules as (prelude, block); braces inside strings and comments do not count."""
    rules, start, opened, depth, prelude = [], 0, 0, 0, ""
    for token in re.finditer(r"""/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{};]""", css, re.DOTALL):
        mark = token.group()
        if mark == "{":
            depth += 1
            if depth == 1:
                prelude, opened = css[start : token.start()], token.end()
        elif mark == "}":
            depth -= 1
            if depth == 0:
                rules.append((re.sub(r"/\*.*?\*/", "", prelude, flags=re.DOTALL).strip(), css[opened : token.start()]))
                start = token.end()
        elif mark == ";" and depth == 0:
            start = token.end()
    return rules
