"""Adds links to the document, and leaves out requests that test nothing."""

import itertools
import re

import requests
import schemathesis
from links import add_links

MAX_URL_LENGTH = 16_000

counter = itertools.count(1)


@schemathesis.hook
def before_load_schema(context, raw_schema):
    add_links(raw_schema)


@schemathesis.hook
def map_query(context, query):
    """Leaves out random cursors, which are rejected, and random ids, which select nothing. Links and the coverage phase have others."""
    return query and {name: value for name, value in query.items() if not re.search(r"^(cursor|email|\w+Id)$", name)}


@schemathesis.hook
def map_headers(context, headers):
    """Leaves out random versions, with which changes are rejected. Links have those of the items."""
    return headers and {name: value for name, value in headers.items() if name.lower() != "if-match"}


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
