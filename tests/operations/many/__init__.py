"""Operations that are asked for many objects at once."""
