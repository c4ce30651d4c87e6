"""A Django application for benches and chaos: an operation of six steps that leaves a mark for each effect.

Installed by VIRTLAB_EXTRA_APPS=bench.probe; never a part of the product.
"""
