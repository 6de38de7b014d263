"""Tokens for the engine, from a provider of the test's own over TLS."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from penaemas.zeebe import access_tokens
from penaemas.zeebe.access_tokens import AccessTokens, OAuthClient
from penaemas.zeebe.errors import AccessDenied, EngineUnavailable
from tests.installation.certificates import Certificates
from tests.installation.identity_provider import (
    AUDIENCE,
    CLIENT_ID,
    CLIENT_SECRET,
    IdentityProvider,
    identity_provider,
)


class StandingTime:
    """A clock that goes on when it is told to, in seconds."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates.issue(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def provider(certificates: Certificates) -> Iterator[IdentityProvider]:
    with identity_provider(certificates, lifetime_s=300) as running:
        yield running


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> StandingTime:
    standing = StandingTime()
    monkeypatch.setattr(access_tokens, "time", standing)
    return standing


def client_of(provider: IdentityProvider) -> OAuthClient:
    return OAuthClient(CLIENT_ID, CLIENT_SECRET, provider.token_url, AUDIENCE)


def test_a_token_is_kept_until_a_minute_before_its_end(
    provider: IdentityProvider, certificates: Certificates, time: StandingTime
) -> None:
    tokens = AccessTokens(client_of(provider), certificates.authority)
    first = tokens.current()

    time.now_s += 239
    assert tokens.current() == first

    time.now_s += 1
    assert tokens.current() != first
    assert provider.issued == 2


def test_a_short_token_is_used_for_most_of_its_life(
    provider: IdentityProvider, certificates: Certificates, time: StandingTime
) -> None:
    provider.lifetime_s = 8
    tokens = AccessTokens(client_of(provider), certificates.authority)
    first = tokens.current()

    time.now_s += 5.9
    assert tokens.current() == first

    time.now_s += 0.1
    assert tokens.current() != first


def test_a_wrong_secret_is_named_and_not_repeated(provider: IdentityProvider, certificates: Certificates) -> None:
    guessed = replace(client_of(provider), client_secret="guessed by this test")

    with pytest.raises(AccessDenied, match="the identity provider answered 401") as denied:
        AccessTokens(guessed, certificates.authority).current()

    assert "guessed" not in str(denied.value)


def test_a_provider_whose_authority_is_unknown_is_not_given_the_secret(provider: IdentityProvider) -> None:
    with pytest.raises(EngineUnavailable, match="ConnectError"):
        AccessTokens(client_of(provider)).current()

    assert provider.issued == 0


def test_an_answer_without_a_token_is_a_refusal(provider: IdentityProvider, certificates: Certificates) -> None:
    keys = provider.token_url.replace("/token", "/certs")

    with pytest.raises(AccessDenied, match="holds no token"):
        AccessTokens(replace(client_of(provider), token_url=keys), certificates.authority).current()


def test_a_provider_that_is_away_may_be_asked_again(tmp_path: Path, certificates: Certificates) -> None:
    with identity_provider(certificates, lifetime_s=300) as gone:
        client = client_of(gone)
    tokens = AccessTokens(client, certificates.authority)

    with pytest.raises(EngineUnavailable, match="fetch the engine's token: Connect"):
        tokens.current()
