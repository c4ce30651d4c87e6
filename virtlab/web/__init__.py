"""View helpers that any app may use: formats, template tags, tables, navigation. Knows no model of any app."""
