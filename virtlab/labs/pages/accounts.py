"""Pages of accounts: signing up, in and out, and changing the password."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth import views as auth_views
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from virtlab.labs.access import labs_of
from virtlab.labs.pages.forms import SignUpForm

BACKEND = "django.contrib.auth.backends.ModelBackend"


class SignIn(auth_views.LoginView):
    """Signs a user in; the labs of the browser session become theirs (services.keep_on_sign_in)."""

    template_name = "labs/accounts/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Adds how many labs will be kept."""
        return super().get_context_data(held=labs_of(self.request).count(), **kwargs)


class SignOut(auth_views.LogoutView):
    """Signs out and goes to the start page."""


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Makes an account, signs in, and keeps the visitor's labs."""
    if request.user.is_authenticated:
        return redirect("labs:index")
    form = SignUpForm(request.POST or None)
    held = labs_of(request).count()
    if request.method == "POST" and form.is_valid():
        login(request, form.save(), backend=BACKEND)
        messages.success(request, _welcome(held))
        return redirect("labs:index")
    return render(request, "labs/accounts/sign_up.html", {"form": form, "held": held})


def _welcome(labs: int) -> str:
    if not labs:
        return _("Your account is ready.")
    text = ngettext(
        "Your account is ready, and your lab is kept in it.",
        "Your account is ready, and your %(count)d labs are kept in it.",
        labs,
    )
    return text % {"count": labs}


class Account(auth_views.PasswordChangeView):
    """The account's page: change the password."""

    template_name = "labs/accounts/account.html"
    success_url = reverse_lazy("labs:account")

    def form_valid(self, form: Any) -> HttpResponse:
        """Saves the new password and says so."""
        messages.success(self.request, _("Your password is changed."))
        return super().form_valid(form)
