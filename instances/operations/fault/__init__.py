"""Operations on faults."""
