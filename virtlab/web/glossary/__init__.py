"""The words of the product, each with one plain sentence and its names elsewhere: a page, help beside terms, a file."""
