"""Import of an inventory: files of several makers become one form, which a user looks at and accepts."""
