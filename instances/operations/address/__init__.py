"""Operations on an Elastic IP."""
