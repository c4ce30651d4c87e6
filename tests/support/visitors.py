"""A lab that belongs to a visitor: to a browser session, as no one who is signed in."""

from django.test import Client

from virtlab.labs.access import SESSION_KEY
from virtlab.labs.models import Lab

TOKEN = "aiko-token"


def give_to(client: Client, lab: Lab) -> None:
    """Makes a lab that of the visitor behind this client, whose session is kept where there is one."""
    session = client.session
    session[SESSION_KEY] = TOKEN
    session.save()
    client.cookies["sessionid"] = session.session_key or ""
    lab.visitor_token = TOKEN
    Lab.objects.filter(pk=lab.pk).update(visitor_token=TOKEN)
