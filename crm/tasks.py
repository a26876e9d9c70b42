"""Background work of this app: each task takes ids and calls one function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backoffice.core.jobs import perform
from crm.duplicates import merging, searching
from crm.recommendations.making import requests
from crm.recommendations.making import running as recommending
from crm.sync import pruning, running
from crm.sync.undoing import job as undo_job

if TYPE_CHECKING:
    from collections.abc import Callable


def sync(run_id: int) -> None:
    """Go on with a run for a while; it enqueues itself until the end."""
    perform(running.LANE, run_id, running.work)


def undo(run_id: int) -> None:
    """Take a run back, for a while; it enqueues itself until the end."""
    perform(undo_job.LANE, run_id, undo_job.work)


def after_run(run_id: int) -> None:  # noqa: ARG001 - whichever run it was, all of them are looked at
    """What a run may have changed: profiles, and customers that are there twice."""
    from crm.profiles import recompute  # noqa: PLC0415 - after the apps

    # Asked for first: in a job of its own, it does not wait for the profiles.
    searching.request()
    recompute.recompute()


def prune() -> None:
    """Forget what nobody needs any more of old syncs, and the files they read."""
    from crm.sources.files import keeping  # noqa: PLC0415 - after the apps

    pruning.prune()
    keeping.prune()


def warn_of_keys() -> None:
    """Write to staff about the keys of sources that end soon."""
    from crm.sources import expiry  # noqa: PLC0415 - after the apps

    expiry.warn()


def recompute_profiles() -> None:
    """The day's date moves recency, so every night; see crm.profiles."""
    from crm.profiles import recompute  # noqa: PLC0415 - after the apps

    recompute.recompute()


def find_duplicates() -> None:
    """Look at the customers that people or messages changed; gather what merged ones were given."""
    merging.gather()
    searching.request()


def search_duplicates(scan_id: int) -> None:
    """Go on with a search for a while; it enqueues itself until the end."""
    perform(searching.LANE, scan_id, searching.work)


def merge_certain(candidate_id: int, user_id: int) -> None:
    """One of many pairs that a person had merged at a time; what was decided since stays so."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - after the apps

    from backoffice.core.errors import DomainError  # noqa: PLC0415 - as above
    from crm.duplicates import deciding  # noqa: PLC0415 - as above
    from crm.models import DuplicateCandidate  # noqa: PLC0415 - as above

    try:
        deciding.merge_certain(candidate_id, by=User.objects.filter(pk=user_id).first())
    except (DomainError, DuplicateCandidate.DoesNotExist):
        return


def approve_recommendation(recommendation_id: int, user_id: int) -> None:
    """One of many that a person approved at a time; what was decided since stays so."""
    from crm.recommendations.deciding import workflow  # noqa: PLC0415 - after the apps

    _decide(workflow.approve, recommendation_id, user_id)


def reject_recommendation(
    recommendation_id: int, user_id: int, rejection: str, note: str = ""
) -> None:
    """As :func:`approve_recommendation`."""
    from crm.recommendations.deciding import workflow  # noqa: PLC0415 - after the apps

    _decide(workflow.reject, recommendation_id, user_id, rejection=rejection, note=note)


def _decide(
    decision: Callable[..., object], recommendation_id: int, user_id: int, **values: str
) -> None:
    from django.contrib.auth.models import User  # noqa: PLC0415 - after the apps

    from backoffice.core.errors import DomainError  # noqa: PLC0415 - as above
    from crm.models import Recommendation  # noqa: PLC0415 - as above

    try:
        decision(recommendation_id, by=User.objects.get(pk=user_id), **values)
    except (DomainError, Recommendation.DoesNotExist, User.DoesNotExist):
        return


def mark_contacted(recommendation_ids: str, channel: str, campaign: str, user_id: int) -> None:
    """Of one slice ("1,2,3") of many; what was used since stays so."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - after the apps
    from django.core.exceptions import PermissionDenied  # noqa: PLC0415 - as above

    from crm.recommendations import campaigns  # noqa: PLC0415 - as above

    ids = [int(key) for key in recommendation_ids.split(",")]
    try:
        person = User.objects.get(pk=user_id)
        campaigns.mark_contacted(ids, channel=channel, campaign=campaign, by=person)
    except (User.DoesNotExist, PermissionDenied):
        # Gone, or may no longer, since they asked.
        return


def make_recommendations(run_id: int) -> None:
    """Go on with a run of recommendations for a while; it enqueues itself until the end."""
    perform(recommending.LANE, run_id, recommending.work)


def recommend() -> None:
    """Each night: for whoever's purchases, stock or feedback changed."""
    from backoffice.core.errors import DomainError  # noqa: PLC0415 - as above

    try:
        requests.request()
    except DomainError:
        # One that is under way, asked for by a person, goes on.
        return


def close_loop() -> None:
    """Each night: what was bought after a contact."""
    from crm.recommendations import loop  # noqa: PLC0415 - after the apps

    loop.close()


def prune_recommendations() -> None:
    """Each night: forget what was replaced long ago."""
    from crm.recommendations.making import pruning as old_recommendations  # noqa: PLC0415 - after the apps

    old_recommendations.prune()
