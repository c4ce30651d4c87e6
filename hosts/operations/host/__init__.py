"""Operations on a host."""
