"""Actions on one object: a dialog that asks first, and a button beside Save that decides."""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from backoffice.core.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from django import forms
    from django.contrib.admin import ModelAdmin
    from django.db.models import Model
    from django.http import HttpRequest
    from django.utils.functional import _StrOrPromise

    class DialogForm(forms.Form):
        """A form in a dialog: give its fields unfold's widgets, plain ones have no border."""

        request: HttpRequest
        object_id: str | None
else:
    DialogForm = BaseDialogForm


@dataclass(frozen=True, slots=True)
class Done:
    """What happened, for the person who asked, and where to go on (default: the same page)."""

    sentence: _StrOrPromise
    next_url: str = ""


def dialog_action(  # noqa: PLR0913 - the words of one dialog
    description: _StrOrPromise,
    *,
    permissions: Sequence[str],
    question: _StrOrPromise,
    title: _StrOrPromise = "",
    submit: _StrOrPromise = "",
    form: type[DialogForm] = DialogForm,
    icon: str | None = None,
    variant: ActionVariant = ActionVariant.DEFAULT,
    url_path: str | None = None,
) -> Callable[[Callable[..., Done]], Any]:
    """An entry of ``actions_detail``, ``actions_row`` or ``actions_list`` that writes.

    GET shows ``question`` and ``form`` and changes nothing. A valid POST (with
    its CSRF token) calls the body: ``(self, request, object_id, data)``, for a
    list ``(self, request, data)``; ``data`` holds the form's cleaned values. A
    DomainError that names a field of the form is shown at that field, any other
    one as a message.
    """
    dialog = {
        "title": title or description,
        "description": question,
        "form_class": form,
        "form_submit_text": submit or description,
    }

    def decorate(body: Callable[..., Done]) -> Any:  # noqa: ANN401 - what unfold's decorator returns
        @wraps(body)
        def run(
            model_admin: ModelAdmin[Any],
            request: HttpRequest,
            form: DialogForm,
            object_id: str | None = None,
        ) -> HttpResponse:
            return _run_dialog(model_admin, request, object_id, body, form, dialog)

        return action(
            description=description,
            permissions=permissions,
            icon=icon,
            variant=variant,
            url_path=url_path,
            dialog=dialog,
        )(run)

    return decorate


def submit_action(
    description: _StrOrPromise,
    *,
    permissions: Sequence[str],
    icon: str | None = None,
    attrs: Mapping[str, str] | None = None,
) -> Callable[[Callable[..., Done]], Any]:
    """An entry of ``actions_submit_line``: a button of the form that saves and decides.

    The body ``(self, request, object_id)`` runs after the form and its inlines
    are saved, inside the form's transaction. A DomainError keeps what was typed
    and stays on the page with a message.
    """
    decorate: Callable[[Callable[..., Done]], Any] = action(
        description=description, permissions=permissions, icon=icon, attrs=attrs
    )
    return decorate


def run_submit_action(
    model_admin: ModelAdmin[Any], request: HttpRequest, obj: Model
) -> HttpResponse | None:
    """The answer of the decision whose button was pressed; None where it was a plain Save."""
    for entry in model_admin.get_actions_submit_line(request, obj.pk):  # type: ignore[attr-defined]
        name = (entry.attrs or {}).get("name", entry.action_name)
        if name not in request.POST:
            continue
        try:
            done = entry.method(request, obj.pk)
        except DomainError as error:
            _tell_refusal(request, error)
            return HttpResponseRedirect(request.get_full_path())
        messages.success(request, str(done.sentence))
        return HttpResponseRedirect(done.next_url or request.get_full_path())
    return None


def _run_dialog(  # noqa: PLR0913 - one call of one dialog
    model_admin: ModelAdmin[Any],
    request: HttpRequest,
    object_id: str | None,
    body: Callable[..., Done],
    form: DialogForm,
    dialog: dict[str, Any],
) -> HttpResponse:
    data = {key: value for key, value in form.cleaned_data.items() if key[0] != "_"}
    target = [] if object_id is None else [_primary_key(model_admin, object_id)]
    here = _here(model_admin, request, object_id)
    try:
        done = body(model_admin, request, *target, data)
    except DomainError as error:
        if error.field in data:
            form.add_error(error.field, str(error.sentence))
            return _dialog(request, form, dialog)
        _tell_refusal(request, error)
        return _go(request, here)
    except ObjectDoesNotExist:
        messages.warning(request, _("This entry no longer exists."))
        return _go(request, _list_url(model_admin))
    messages.success(request, str(done.sentence))
    return _go(request, done.next_url or here)


def refusal_level(error: DomainError) -> int:
    """Too late is no fault of the person: a warning; wrong in itself: an error."""
    return messages.WARNING if error.conflict else messages.ERROR


def _tell_refusal(request: HttpRequest, error: DomainError) -> None:
    messages.add_message(request, refusal_level(error), str(error.sentence))


def _dialog(request: HttpRequest, form: DialogForm, dialog: dict[str, Any]) -> HttpResponse:
    submit = dialog["form_submit_text"]
    context = {"dialog": dialog, "form": form, "form_submit_text": submit}
    return render(request, "unfold/helpers/dialog.html", context)


def _primary_key(model_admin: ModelAdmin[Any], object_id: str) -> Any:  # noqa: ANN401 - of any model
    try:
        return model_admin.model._meta.pk.to_python(unquote(object_id))  # noqa: SLF001 - Django's public name
    except ValidationError as error:
        raise Http404 from error


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """To ``url``: the dialogs are posted by htmx, which follows its own header only."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def _here(model_admin: ModelAdmin[Any], request: HttpRequest, object_id: str | None) -> str:
    """The page the dialog was opened on."""
    current = request.headers.get("HX-Current-URL", "")
    if url_has_allowed_host_and_scheme(current, {request.get_host()}):
        return current
    if object_id is None:
        return _list_url(model_admin)
    opts = model_admin.opts
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[object_id])


def _list_url(model_admin: ModelAdmin[Any]) -> str:
    opts = model_admin.opts
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
