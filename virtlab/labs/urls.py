"""Addresses of labs and accounts."""

from django.urls import path

from virtlab.labs.pages import accounts, views

app_name = "labs"
urlpatterns = [
    path("", views.index, name="index"),
    path("labs/open/", views.new_lab, name="open"),
    path("labs/<slug:slug>/settings/", views.lab_settings, name="settings"),
    path("labs/<slug:slug>/delete/", views.delete_lab, name="delete"),
    path("parameters/", views.parameters, name="parameters"),
    path("theme/", views.theme, name="theme"),
    path("accounts/sign-in/", accounts.SignIn.as_view(), name="sign-in"),
    path("accounts/sign-up/", accounts.sign_up, name="sign-up"),
    path("accounts/sign-out/", accounts.SignOut.as_view(), name="sign-out"),
    path("accounts/", accounts.Account.as_view(), name="account"),
]
