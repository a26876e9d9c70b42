"""Settings of the back office, typed from the environment.

Each variable is described with its default in ``.env.example``; a test keeps
the two in step. A wrong value stops the start with one sentence.
"""

from __future__ import annotations

import os
import zoneinfo
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from backoffice import logs, look
from backoffice.core.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(os.environ.get("ENV_FILE") or BASE_DIR / ".env")

# --- The place ------------------------------------------------------------

DATA_DIR = env.path("DATA_DIR", BASE_DIR / ".data")
DEBUG = env.flag("DEBUG", default=False)
# Without a SECRET_KEY the installation makes its own and keeps it in DATA_DIR.
SECRET_KEY = env.text("SECRET_KEY", "") or env.generated_secret(DATA_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.items("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
# How the outside world reaches us; signatures of webhooks are computed over it.
PUBLIC_URL = env.url("PUBLIC_URL", "http://127.0.0.1:8000", aliases=["NGROK_URL"]).rstrip("/")
# A webhook comes to that address: whoever sets it need not name the host twice.
ALLOWED_HOSTS += {urlsplit(PUBLIC_URL).hostname or ""} - {*ALLOWED_HOSTS, ""}
CSRF_TRUSTED_ORIGINS = env.items("CSRF_TRUSTED_ORIGINS", [PUBLIC_URL])
# Pages of other sites that may ask the API with a key of their own; never with our cookies.
CORS_ALLOWED_ORIGINS = env.origins("CORS_ALLOWED_ORIGINS")
CORS_URLS_REGEX = r"^/(api/|health/?$)"
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_METHODS = ("DELETE", "GET", "POST", "PUT")
CORS_ALLOW_HEADERS = (
    "accept-language",
    "authorization",
    "content-encoding",
    "content-type",
    "x-api-key",
)
# Nothing leaves the machine but mail to the configured servers.
LOCAL_ONLY = env.flag("LOCAL_ONLY", default=False)

# --- Who we are -----------------------------------------------------------

COMPANY_NAME = env.text("COMPANY_NAME", "Kraft Atlas Emballage")
# Printed on documents: address, and the line with the numbers of the trade register.
COMPANY_ADDRESS = env.text("COMPANY_ADDRESS", "")
COMPANY_LEGAL = env.text("COMPANY_LEGAL", "")
COMPANY_PHONES = env.items("COMPANY_PHONES")
COMPANY_EMAIL_DOMAINS = env.items("COMPANY_EMAIL_DOMAINS")
PHONE_REGION = env.text("PHONE_REGION", "MA")
DEFAULT_CURRENCY = env.text("DEFAULT_CURRENCY", "MAD")

# --- Orders -----------------------------------------------------------------

# The customer's e-mail about a validated order carries its confirmation.
ORDER_CONFIRMATION_PDF = env.flag("ORDER_CONFIRMATION_PDF", default=True)
# The file of validated orders for the ERP (Sage X3).
ERP_SYSTEM = env.text("ERP_SYSTEM", "sage")
ERP_SALES_SITE = env.text("ERP_SALES_SITE", "")
ERP_SUPPLIER = env.text("ERP_SUPPLIER", "").upper()
ERP_DELIMITER = env.choice("ERP_DELIMITER", ";", [";", ",", "|", "tab"])
ERP_HEADER = env.flag("ERP_HEADER", default=True)
ERP_ENCODING = env.choice("ERP_ENCODING", "utf-8", ["utf-8", "utf-8-sig", "cp1252"])

# --- Applications ---------------------------------------------------------

INSTALLED_APPS = [
    # Its default config would put its own site in the place of ours.
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "backoffice.apps.BackofficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "corsheaders",
    "import_export",
    "ninja",
    "django_q",
    "backoffice.core",
    "backoffice.messaging",
    "crm",
    "orders",
    "support",
    "listings",
    "scoring",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Before all that may answer itself.
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "backoffice.core.language.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "backoffice.core.security.ContentSecurityPolicyMiddleware",
]

ROOT_URLCONF = "backoffice.urls"
WSGI_APPLICATION = "backoffice.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database -------------------------------------------------------------

DATABASE_URL = env.text("DATABASE_URL", "")
DATABASE_NAME = env.text("DATABASE_NAME", "")
DATABASES = {"default": env.database(DATABASE_URL, DATA_DIR, DATABASE_NAME)}
REDIS_URL = env.text("REDIS_URL", "")
CACHES = {
    "default": env.cache(REDIS_URL),
    # Where django-q2 would write its status twice a second; our heartbeat says as much.
    "cluster_status": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}

# --- Background work (docs/jobs.md) ---------------------------------------

JOB_TIMEOUT = env.number("JOB_TIMEOUT", 120)
JOB_WORKERS = env.number("JOB_WORKERS", 2)
Q_CLUSTER = {
    "name": "backoffice",
    "label": _("Background jobs"),
    "workers": JOB_WORKERS,
    "timeout": JOB_TIMEOUT,
    # `retry` counts from the moment a row is taken, not from when work starts.
    "retry": JOB_TIMEOUT * 5 + 60,
    "queue_limit": JOB_WORKERS,
    "bulk": JOB_WORKERS,
    # Repeats are ours, counted on the row; the queue only carries ids.
    "max_attempts": 1,
    "ack_failures": True,
    "save_limit": 0,
    "catch_up": False,
    "recycle": 200,
    "poll": 0.2,
    "guard_cycle": 0.5,
    "cache": "cluster_status",
    **({"redis": REDIS_URL} if REDIS_URL else {"orm": "default"}),
}

# --- People ---------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# --- Language and time ----------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
# The package's time zones, not the host's: an older host has Morocco an hour off since
# September 2026, and with it every delivery "tomorrow" written late in the evening.
zoneinfo.reset_tzpath([])
TIME_ZONE = env.text("TIME_ZONE", "Africa/Casablanca")
USE_I18N = True
USE_TZ = True

# --- Files ----------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "files"
MEDIA_URL = ""
S3_BUCKET = env.text("S3_BUCKET", "")
if LOCAL_ONLY and S3_BUCKET:
    env.refuse("S3_BUCKET", "no bucket while LOCAL_ONLY is true")
STORAGES = env.storages(S3_BUCKET, debug=DEBUG)
# Folders of this machine whose files sources may read.
IMPORT_FOLDERS = env.items("IMPORT_FOLDERS")
# What one e-mail, upload or webhook may weigh.
MAX_DOCUMENT_BYTES = env.number("MAX_DOCUMENT_MB", 25) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
# More than any page takes: that page then says how many it does.
DATA_UPLOAD_MAX_NUMBER_FILES = 400
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
IMPORT_EXPORT_TMP_STORAGE_CLASS = "import_export.tmp_storages.MediaStorage"
IMPORT_EXPORT_IMPORT_IGNORE_BLANK_LINES = True

# --- OpenAI, or any server that speaks like it ----------------------------

OPENAI_API_KEY = env.text("OPENAI_API_KEY", "")
OPENAI_BASE_URL = env.url("OPENAI_BASE_URL", "https://api.openai.com/v1")
OPENAI_TEXT_MODEL = env.text("OPENAI_TEXT_MODEL", "gpt-6-luna")
OPENAI_VISION_MODEL = env.text("OPENAI_VISION_MODEL", "gpt-6-luna")
OPENAI_TRANSCRIPTION_MODEL = env.text("OPENAI_TRANSCRIPTION_MODEL", "gpt-transcribe")
OPENAI_EMBEDDING_MODEL = env.text("OPENAI_EMBEDDING_MODEL", "text-embedding-3-small")
OPENAI_EMBEDDING_DIMENSIONS = env.number("OPENAI_EMBEDDING_DIMENSIONS", 512)
OPENAI_REASONING_EFFORT = env.text("OPENAI_REASONING_EFFORT", "none")
# A number; empty is not sent.
OPENAI_TEMPERATURE: float | str = env.json("OPENAI_TEMPERATURE", "")
OPENAI_TIMEOUT = env.number("OPENAI_TIMEOUT", 50)
OPENAI_MAX_RETRIES = env.number("OPENAI_MAX_RETRIES", 1)
OPENAI_MONTHLY_BUDGET_USD = env.decimal("OPENAI_MONTHLY_BUDGET_USD", "50")
# US dollars: input, cached input and output per million tokens; "minute" of audio.
OPENAI_PRICES: dict[str, dict[str, float]] = env.json(
    "OPENAI_PRICES",
    {
        "gpt-6-luna": {"input": 0.10, "cached": 0.01, "output": 0.50},
        "gpt-transcribe": {"minute": 0.0045},
        "whisper-1": {"minute": 0.006},
        "text-embedding-3-small": {"input": 0.02},
        "text-embedding-3-large": {"input": 0.13},
    },
)

# --- Mailboxes ------------------------------------------------------------

# IMAP, one per desk. The order desk's takes the old system's Gmail names too.
MAILBOXES = {
    "orders": env.mailbox("ORDERS_IMAP", aliases=("GMAIL_EMAIL", "GMAIL_APP_PASSWORD")),
    "support": env.mailbox("SUPPORT_IMAP"),
}
# The first look at a mailbox leaves alone what arrived more days before; 0: reads everything.
MAIL_SINCE_DAYS = env.number("MAIL_SINCE_DAYS", 14)
EMAIL_HOST = env.text("SMTP_HOST", "smtp.gmail.com" if MAILBOXES["orders"]["user"] else "")
EMAIL_PORT = env.number("SMTP_PORT", 587)
EMAIL_HOST_USER = env.text("SMTP_USER", "", aliases=["GMAIL_EMAIL"])
EMAIL_HOST_PASSWORD = env.text("SMTP_PASSWORD", "", aliases=["GMAIL_APP_PASSWORD"])
EMAIL_SECURITY = env.choice("SMTP_SECURITY", "starttls", ["starttls", "tls", "none"])
EMAIL_USE_TLS = EMAIL_SECURITY == "starttls"
EMAIL_USE_SSL = EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = env.number("SMTP_TIMEOUT", 20)
DEFAULT_FROM_EMAIL = env.text("SMTP_FROM", EMAIL_HOST_USER or "commandes@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- WhatsApp through Twilio ----------------------------------------------

TWILIO_ACCOUNT_SID = env.text("TWILIO_ACCOUNT_SID", "")
TWILIO_AUTH_TOKEN = env.text("TWILIO_AUTH_TOKEN", "")
# Further secrets that may sign a webhook: an old token, a SharedKey.
TWILIO_WEBHOOK_SECRETS = env.items("TWILIO_WEBHOOK_SECRETS")
TWILIO_WHATSAPP_NUMBER = env.text("TWILIO_WHATSAPP_NUMBER", "")
TWILIO_API_URL = env.url("TWILIO_API_URL", "https://api.twilio.com")
TWILIO_MEDIA_HOSTS = env.items(
    "TWILIO_MEDIA_HOSTS",
    ["api.twilio.com", "mcs.us1.twilio.com", "mms.twiliocdn.com", "media.twiliocdn.com"],
)
TWILIO_TIMEOUT = env.number("TWILIO_TIMEOUT", 10)

# --- WhatsApp through Meta's Business Cloud API (docs/whatsapp-cloud.md) --------

# What Meta sends when the webhook is made; of our own choice.
WHATSAPP_VERIFY_TOKEN = env.text("WHATSAPP_VERIFY_TOKEN", "")
# Signs every webhook.
WHATSAPP_APP_SECRET = env.text("WHATSAPP_APP_SECRET", "")
WHATSAPP_ACCESS_TOKEN = env.text("WHATSAPP_ACCESS_TOKEN", "")
WHATSAPP_PHONE_NUMBER_ID = env.text("WHATSAPP_PHONE_NUMBER_ID", "")
WHATSAPP_API_URL = env.url("WHATSAPP_API_URL", "https://graph.facebook.com")
WHATSAPP_API_VERSION = env.text("WHATSAPP_API_VERSION", "v26.0")
WHATSAPP_MEDIA_HOSTS = env.items("WHATSAPP_MEDIA_HOSTS", ["lookaside.fbsbx.com"])
WHATSAPP_TIMEOUT = env.number("WHATSAPP_TIMEOUT", 10)

# --- The watch traders' desk (docs/listings.md) ----------------------------------

# Raw payloads, texts and files of messages older than this go; 0: they stay.
LISTINGS_RETENTION_DAYS = env.number("LISTINGS_RETENTION_DAYS", 365)
# A zip or CSV of the European Central Bank; empty: rates are only imported by hand.
EXCHANGE_RATES_URL = env.text(
    "EXCHANGE_RATES_URL", "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip"
)

# --- Alerts of the order desk (docs/alerts.md) ------------------------------

ALERT_DELIVERY_DAYS = env.number("ALERT_DELIVERY_DAYS", 2)
ALERT_DELIVERED_DAYS = env.number("ALERT_DELIVERED_DAYS", 14)
WORKING_HOURS = env.text("WORKING_HOURS", "mon-fri 09:00-18:00")
ALERT_PENDING_HOURS = env.number("ALERT_PENDING_HOURS", 9)
ALERT_MESSAGE_MINUTES = env.number("ALERT_MESSAGE_MINUTES", 30)
ALERT_HISTORY_ORDERS = env.number("ALERT_HISTORY_ORDERS", 5)
ALERT_MAIL_MINUTES = env.number("ALERT_MAIL_MINUTES", 30)

# --- Learning from decisions ------------------------------------------------

# Off: nothing new is learned from decisions and nothing learned is used; it is all kept.
LEARNING = env.flag("LEARNING", default=True)
# Off: a customer's usual price is not filled in where a message states none.
LEARNING_PRICES = env.flag("LEARNING_PRICES", default=True)

# --- The support desk --------------------------------------------------------

# What the online shop is called in replies; empty: COMPANY_NAME.
SHOP_NAME = env.text("SHOP_NAME", "") or COMPANY_NAME
# From this many messages an hour of one sender on, none of them gets an automatic answer.
SUPPORT_HOURLY_LIMIT = env.number("SUPPORT_HOURLY_LIMIT", 10)
# Empty: replies of the support desk come from SMTP_FROM.
SUPPORT_FROM_EMAIL = env.text("SUPPORT_FROM", "")

# --- Lead scores (docs/scoring-leads.md) ------------------------------------------

# Days in which a lead that was called or written to is not proposed again.
LEAD_REST_DAYS = env.number("LEAD_REST_DAYS", 14)

# --- Notion -------------------------------------------------------------------

NOTION_TOKEN = env.text("NOTION_TOKEN", "")
# Ids of the databases, or their addresses in the browser.
NOTION_REPLIES_BASE = env.text("NOTION_REPLIES_BASE", "", aliases=["NOTION_BASE_REPONSES_ID"])
NOTION_CONTACTS_BASE = env.text("NOTION_CONTACTS_BASE", "", aliases=["NOTION_BASE_CONTACTS_ID"])
# What Notion showed when its webhook to /webhook/notion was made.
NOTION_WEBHOOK_TOKEN = env.text("NOTION_WEBHOOK_TOKEN", "")
NOTION_API_URL = env.url("NOTION_API_URL", "https://api.notion.com")
NOTION_TIMEOUT = env.number("NOTION_TIMEOUT", 20)

# --- Data sources (docs/crm-odoo.md) --------------------------------------------

# Seconds that Odoo may take for an answer.
ODOO_TIMEOUT = env.number("ODOO_TIMEOUT", 20)
# http:// to servers of this machine or network; the key then travels readable.
SOURCES_PLAIN_HTTP = env.flag("SOURCES_PLAIN_HTTP", default=False)

# --- Security -------------------------------------------------------------

HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
# Set only behind a proxy that always sets these headers itself.
BEHIND_PROXY = env.flag("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True
# Without those headers every request looks like plain http: a redirect would never end.
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=HTTPS and BEHIND_PROXY)
# Asked from inside, past the proxy; and a redirected POST would lose its form.
SECURE_REDIRECT_EXEMPT = [r"^health/?$", r"^webhook"]
SECURE_HSTS_SECONDS = env.number("SECURE_HSTS_SECONDS", 31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_SECONDS > 0
SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
SECURE_REFERRER_POLICY = "same-origin"
# Only a customer's document may be shown in a frame, of our own pages (document_view).
X_FRAME_OPTIONS = "DENY"
NINJA_NUM_PROXIES = env.number("NUM_PROXIES", 0)

# --- Logs -----------------------------------------------------------------

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR"])
LOGGING = logs.logging(LOG_LEVEL)

# --- The admin's look ------------------------------------------------------

UNFOLD = look.unfold(COMPANY_NAME)
