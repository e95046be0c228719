"""Links between the operations of a document, which the stateful phase of schemathesis follows: https://spec.openapis.org/oas/v3.1#link-object

The document declares none. Schemathesis infers some from the names of fields, but most lead nowhere: an id of one resource for another.
"""

import re

METHODS = ("get", "post", "put", "patch", "delete")


def add_links(document):
    """Links each list, and each operation that creates an item, with every operation that takes the id of an item."""
    operations = {
        (path, method): item[method] for path, item in document["paths"].items() for method in METHODS if method in item
    }
    for (path, method), operation in operations.items():
        for found in re.finditer(r"/\{(\w+)\}", path):
            collection = path[: found.start()]
            carried, taken = same_item(collection), f"path.{found[1]}"
            field = found[1] if found[1] in ("name", "row", "userId") else "id"
            if creator := operations.get((collection, "post")):
                add(creator, "201", operation, {**carried, taken: f"$response.body#/{field}"})
            if lister := operations.get((collection, "get")):
                add(lister, "200", operation, {**carried, taken: f"$response.body#/data/0/{field}"})
        if method == "get" and any(parameter.get("name") == "cursor" for parameter in operation.get("parameters", ())):
            add(operation, "200", operation, {**same_item(path), "query.cursor": "$response.body#/nextCursor"})
        if method == "get" and (change := operations.get((path, "patch"))):
            add(operation, "200", change, {**same_item(path), "header.If-Match": "$response.header.ETag"})
        if method == "delete" and path.endswith("}") and (read := operations.get((path, "get"))):
            add(operation, "204", read, same_item(path))


def same_item(path):
    """The parameters that name the same item again."""
    return {f"path.{name}": f"$request.path.{name}" for name in re.findall(r"\{(\w+)\}", path)}


def add(source, status, target, parameters):
    if status in source["responses"]:
        links = source["responses"][status].setdefault("links", {})
        links[f"{target['operationId']} {' '.join(parameters)}"] = {
            "operationId": target["operationId"],
            "parameters": parameters,
        }
