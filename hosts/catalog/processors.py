"""The year in which a processor came out, by its name: the best single hint at how much power a server draws.

Years are those of the makers' launches (ark.intel.com, amd.com), carried as facts.
"""

import re

PATTERNS: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), year)
    for pattern, year in (
        (r"epyc\D*(9|8)\d\d5", 2024.8),
        (r"epyc\D*(9|8)\d[0-9a-f]4", 2022.9),
        (r"epyc\D*(4\d\d5)", 2025.4),
        (r"epyc\D*(4\d\d4)", 2024.4),
        (r"epyc\D*7[0-9a-f]{2}3", 2021.2),
        (r"epyc\D*7[0-9a-f]{2}2", 2019.6),
        (r"epyc\D*7\d\d1|epyc\D*3\d\d1", 2017.5),
        (r"opteron", 2010.2),
        (r"xeon.*\b6[579]\d\dp", 2025.0),
        (r"xeon.*\b6[79]\d\de", 2024.5),
        (r"(platinum|gold|silver|bronze)\D*\d5\d\d", 2023.9),
        (r"(platinum|gold|silver|bronze)\D*\d4\d\d|xeon.*\bmax\b", 2023.0),
        (r"(platinum|gold|silver|bronze)\D*\d3\d\d", 2021.3),
        (r"(platinum|gold|silver|bronze)\D*\d2\d\d", 2019.3),
        (r"(platinum|gold|silver|bronze)\D*\d1\d\d", 2017.5),
        (r"e[357]\D?\d{4}l?\w?\s*v4", 2016.2),
        (r"e[357]\D?\d{4}l?\w?\s*v3", 2014.7),
        (r"e[357]\D?\d{4}l?\w?\s*v2", 2013.7),
        (r"e7\D?[248]8\d\d\b", 2011.3),
        (r"e[35]\D?\d{4}", 2012.2),
        (r"\b[xelw]56\d\d", 2010.2),
        (r"\b[xelw]55\d\d", 2009.2),
        (r"\b[xe]7[45]\d\d", 2009.5),
        (r"\b[xel]5[1234]\d\d", 2007.5),
        (r"\b[xel]?3[0-9]{3}\b|\b51\d\d\b", 2007.0),
    )
)


def launch_year(cpu: str) -> float | None:
    """The year of the processor's generation (2012.2 = spring 2012), None for a name that is not known."""
    text = " ".join(cpu.replace("(R)", " ").replace("(TM)", " ").replace("(r)", " ").split())
    return next((year for pattern, year in PATTERNS if pattern.search(text)), None)
