"""Operations on a cluster."""
