"""The form by which staff give a file."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget


class UploadForm(forms.Form):
    """A file of at most ``most`` bytes, or MAX_DOCUMENT_MB where none are said.

    A page names the ``endings`` it offers to choose from.
    """

    endings: ClassVar[tuple[str, ...]] = ()
    most: ClassVar[int | None] = None

    file = forms.FileField(label=gettext_lazy("File"), widget=UnfoldAdminFileFieldWidget())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["accept"] = ",".join(self.endings)

    def clean_file(self) -> Any:  # noqa: ANN401 - an uploaded file
        file, limit = self.cleaned_data["file"], self.most or settings.MAX_DOCUMENT_BYTES
        if file.size > limit:
            sentence = _("The file is too large (%(size)s): give at most %(limit)s.")
            words = {"size": filesizeformat(file.size), "limit": filesizeformat(limit)}
            raise forms.ValidationError(sentence % words, code="file_too_large")
        return file


class SheetForm(UploadForm):
    """The same, of these endings only."""

    def clean_file(self) -> Any:  # noqa: ANN401 - an uploaded file
        name = self.cleaned_data["file"].name
        if PurePath(name).suffix.lower() not in self.endings:
            sentence = _("“%(name)s” is no CSV or XLSX file: save it as one of them.")
            raise forms.ValidationError(sentence % {"name": name}, code="file_type")
        return super().clean_file()
