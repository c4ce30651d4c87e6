"""The glossary and its help beside words."""
