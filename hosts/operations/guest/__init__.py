"""Operations on a virtual machine or template."""
