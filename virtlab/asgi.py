"""The ASGI application that a server such as uvicorn runs."""

import os
import warnings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "virtlab.settings")

from django.conf import settings
from django.core.asgi import get_asgi_application

from virtlab.web.body_limit import MIB, BodyLimit

# Static files come as blocking iterators, which Django reads in a thread: they are small, so that is well.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous iterators")

# An upload's form adds a little to the file itself, whose exact size the form checks.
application = BodyLimit(get_asgi_application(), settings.UPLOAD_LIMIT_BYTES, form_bytes=MIB)
