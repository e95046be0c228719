/** Extends zod before a test imports a schema: schemas made earlier could not be part of the OpenAPI document. */
import "@hono/zod-openapi";
