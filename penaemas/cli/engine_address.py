"""Where an office's engine is, from its settings."""

from penaemas.settings import EngineSettings
from penaemas.zeebe.access_tokens import OAuthClient
from penaemas.zeebe.connection import EngineAddress


def engine_address(settings: EngineSettings) -> EngineAddress:
    """The engine's addresses and credentials.

    Raises:
        ValueError: the settings contradict each other, e.g. OAuth without TLS.
    """
    oauth = None
    if settings.zeebe_oauth_token_url and settings.zeebe_oauth_client_id and settings.zeebe_oauth_client_secret:
        oauth = OAuthClient(
            client_id=settings.zeebe_oauth_client_id,
            client_secret=settings.zeebe_oauth_client_secret.get_secret_value(),
            token_url=settings.zeebe_oauth_token_url,
            audience=settings.zeebe_oauth_audience,
        )
    return EngineAddress(
        grpc=settings.zeebe_grpc_address,
        rest_url=settings.zeebe_rest_address,
        management_url=settings.zeebe_management_address,
        tls=settings.zeebe_tls,
        ca_file=settings.zeebe_ca_file,
        oauth=oauth,
    )
