"""Operations on a placement group, and on what is in it."""
