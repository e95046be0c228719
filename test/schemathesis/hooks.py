"""Adds links to the document, and keeps what the platform and the rate limits answer out of the results."""

import itertools

import requests
import schemathesis
from links import add_links

MAX_URL_LENGTH = 16_000

counter = itertools.count(1)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    add_links(raw_schema)


@schemathesis.hook
def filter_case(context, case):
    """Leaves out requests that never reach the Worker: Cloudflare and workerd answer 414 themselves to a URL over 16 KB."""
    call = case.as_transport_kwargs(base_url="http://127.0.0.1")
    url = requests.Request(call["method"], call["url"], params=call.get("params")).prepare().url
    return len(url) <= MAX_URL_LENGTH


@schemathesis.hook
def before_call(context, case, kwargs):
    """Sends each request from another address: a check sends wrong keys for every operation, more than one address may."""
    number = next(counter)
    case.headers["CF-Connecting-IP"] = f"198.18.{number // 256 % 256}.{number % 256}"
