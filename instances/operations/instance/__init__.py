"""Operations on an instance."""
