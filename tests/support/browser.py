"""A real browser for tests (fixtures `page`, `axe`)."""
