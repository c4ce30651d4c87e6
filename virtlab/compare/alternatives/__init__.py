"""The ways of running an estate: each module computes one as a `Shape`, which knows no price."""
